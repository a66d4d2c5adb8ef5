"""What is owed for orders after the sale: less, when something is given up or back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales.models import Allowance, AllowanceLine
from dingdan.trade.aftersales.queries import DOCUMENT, Standing
from dingdan.trade.aftersales.rules import spread


@dataclass(frozen=True, slots=True)
class Relief:
    """So much less is owed for an order that is locked."""

    entry: Entry
    standing: Standing
    amount: int


@dataclass(frozen=True, slots=True)
class Relieved:
    """What is owed for an order now, and what was paid above it."""

    owed: int
    refund_due: int


def relieve(reliefs: Sequence[Relief]) -> list[Relieved]:
    """Let less be owed for orders; one relief per order. Says what is owed now and what was paid too much."""
    found = []
    changed = []
    for relief in reliefs:
        receivable = relief.standing.receivable
        owed = receivable.amount - relief.amount
        paid = receivable.allocated - receivable.refunded
        found.append(Relieved(owed=owed, refund_due=max(0, paid + receivable.written_off - owed)))
        if relief.amount:
            document = Document(DOCUMENT, relief.standing.order.id)
            changed.append(payments.Reclaim(entry=relief.entry, document=document, amount=owed))
    if changed:
        payments.reclaim(changed)
    return found


@dataclass(frozen=True, slots=True)
class Favor:
    """A part of the price of an order that is locked is given up: so much of each line, or an amount over all of them."""

    entry: Entry
    standing: Standing
    amount: int
    by_line: Mapping[UUID, int] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An allowance that was written, with its parts by order line."""

    id: UUID
    by_line: Mapping[UUID, int]
    relieved: Relieved


def allow(favors: Sequence[Favor]) -> list[Allowed]:
    """Write allowances and let less be owed for their orders. The amounts are at most what is left of the lines."""
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    parts: list[tuple[UUID, Mapping[UUID, int]]] = []
    for favor in favors:
        id_ = new_id()
        by_line = favor.by_line or spread(favor.standing.lines, favor.amount)
        parts.append((id_, by_line))
        rows.append(
            {
                "id": id_, "order_id": favor.standing.order.id, "currency": favor.standing.order.currency, "total": favor.amount,
                "reason": favor.reason, "given_at": favor.entry.at,
            }
        )  # fmt: skip
        lines += [{"id": new_id(), "allowance_id": id_, "order_line_id": line, "amount": part} for line, part in by_line.items()]
    insert((Allowance, rows), (AllowanceLine, lines))
    told = relieve([Relief(favor.entry, favor.standing, favor.amount) for favor in favors])
    return [Allowed(id_, by_line, relieved) for (id_, by_line), relieved in zip(parts, told, strict=True)]
