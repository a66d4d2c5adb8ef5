"""Claims, inside a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel import numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE
from dingdan.trade.aftersales.models import Claim, ClaimLine


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaimLine:
    """So many units of an order line are claimed."""

    order_line_id: UUID
    quantity: int
    reason: str
    why_id: UUID | None = None


def file(entry: Entry, *, order_id: UUID, lines: Sequence[NewClaimLine], note: str) -> tuple[UUID, str]:
    """Write a claim with its lines, and give it its number. Returns id and number."""
    (number,) = numbering.take(entry, "claim", count=1, prefix="K", first=1001)
    id_ = new_id()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(), "claim_id": id_, "order_line_id": line.order_line_id, "quantity": line.quantity,
            "reason": line.reason, "why_id": line.why_id,
        }
        for line in lines
    ]  # fmt: skip
    claim: dict[str, Any] = {"id": id_, "number": number, "order_id": order_id, "note": note, "filed_at": entry.at}
    insert((Claim, [claim]), (ClaimLine, rows))
    entry.about("claim", id_)
    entry.about("order", order_id)
    return id_, number


def turn_claim(entry: Entry, *, claim: Claim, name: str, **values: Any) -> None:
    """Turn a locked claim by its life cycle, and write what else is known of it. Raises `NotInThisState`."""
    claim.state = CLAIM_LIFE.turn(name, claim.state)
    if claim.state == "resolved":
        values["resolved_at"] = entry.at
    Claim.objects.filter(id=claim.id).update(state=claim.state, **values)
    for field, value in values.items():
        setattr(claim, field, value)
    entry.about("claim", claim.id)
    entry.about("order", claim.order_id)


def thank(entry: Entry, *, claim: Claim) -> None:
    """Note that credit was given for the trouble."""
    Claim.objects.filter(id=claim.id).update(thanked_at=entry.at)
    entry.about("claim", claim.id)
    entry.about("order", claim.order_id)


_SETTLE = """
UPDATE aftersales_claimline AS line SET settled = line.quantity, refund = settled.refund, fee = settled.fee
FROM unnest(%(ids)s::uuid[], %(refunds)s::bigint[], %(fees)s::bigint[]) AS settled (id, refund, fee)
WHERE line.tenant_id = %(tenant)s AND line.id = settled.id
"""


def settle_claim(entry: Entry, *, settled: Sequence[tuple[UUID, int, int]]) -> None:
    """Write what is given back for the lines of a claim that is locked, and what of their worth stays owed."""
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "ids": [id_ for id_, _refund, _fee in settled],
        "refunds": [refund for _id, refund, _fee in settled], "fees": [fee for _id, _refund, fee in settled],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, params)
