"""Writing bulk changes and what became of their orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.canonical import plain
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.changes.lifecycle import BULK_LIFE
from dingdan.trade.changes.models import Bulk, BulkOrder
from dingdan.trade.changes.rules import NAMES, Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBulk:
    """A change set for many orders."""

    entry: Entry
    id: UUID
    order_ids: tuple[UUID, ...]
    changes: tuple[Wish, ...]
    is_dry: bool
    refund_to: str


def write_bulk(new: NewBulk) -> None:
    """Write a bulk change with its orders, all of which wait."""
    wishes = [
        {"kind": NAMES[type(wish)], **{one.name: plain(getattr(wish, one.name)) for one in fields(wish)}} for wish in new.changes
    ]
    head = {
        "id": new.id, "is_dry": new.is_dry, "wishes": wishes, "refund_to": new.refund_to, "orders": len(new.order_ids),
        "actor_kind": new.entry.actor.kind, "actor": new.entry.actor.id[:80], "started_at": new.entry.at,
    }  # fmt: skip
    rows = [
        {"id": new_id(), "bulk_id": new.id, "order_id": order_id, "position": position}
        for position, order_id in enumerate(new.order_ids, start=1)
    ]
    insert((Bulk, [head]), (BulkOrder, rows))


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one order."""

    entry: Entry
    order_id: UUID
    outcome: str
    change_id: UUID | None
    code: str
    detail: str
    difference: int


_TELL = """
UPDATE changes_bulkorder AS one
SET outcome = told.outcome, change_id = told.change_id, code = told.code, detail = told.detail, difference = told.difference
FROM unnest(%(orders)s::uuid[], %(outcomes)s::text[], %(changes)s::uuid[], %(codes)s::text[], %(details)s::text[],
            %(differences)s::bigint[]) AS told (order_id, outcome, change_id, code, detail, difference)
WHERE one.tenant_id = %(tenant)s AND one.bulk_id = %(bulk)s AND one.order_id = told.order_id AND one.outcome = 'waiting'
RETURNING one.outcome
"""


def tell_outcomes(told: Sequence[Told], *, bulk: Bulk) -> Bulk:
    """Write what became of orders of a locked bulk change, and count them; it is finished when none waits."""
    if not told:
        return bulk
    params: dict[str, Any] = {
        "tenant": told[0].entry.tenant_id, "bulk": bulk.id, "orders": [one.order_id for one in told],
        "outcomes": [one.outcome for one in told], "changes": [one.change_id for one in told],
        "codes": [one.code for one in told], "details": [one.detail for one in told],
        "differences": [one.difference for one in told],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TELL, params)
        written = [outcome for (outcome,) in cursor.fetchall()]
    refused = written.count("refused")
    bulk.done += len(written)
    bulk.refused += refused
    bulk.changed += len(written) - refused
    Bulk.objects.filter(id=bulk.id).update(done=bulk.done, refused=bulk.refused, changed=bulk.changed)
    if bulk.done == bulk.orders and BULK_LIFE.may("finish", bulk.state):
        turn_bulk(told[0].entry, bulk=bulk, name="finish")
    return bulk


def turn_bulk(entry: Entry, *, bulk: Bulk, name: str) -> None:
    """Turn a locked bulk change by its life cycle. Raises `NotInThisState`."""
    bulk.state = BULK_LIFE.turn(name, bulk.state)
    Bulk.objects.filter(id=bulk.id).update(state=bulk.state, finished_at=entry.at)
