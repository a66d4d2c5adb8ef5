"""Bulk changes: how far they are, what waits, and what would come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from pydantic import TypeAdapter

from dingdan.kernel.clock import now
from dingdan.kernel.entries import register_version
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.trade.changes.models import Bulk, BulkOrder
from dingdan.trade.changes.queries.reading import May, outcome_of, readings, shelves_of
from dingdan.trade.changes.rules import KINDS, NothingChanges, Wish, concerned, let_go, plan_of, put_back, work_in


def bulks() -> QuerySet[Bulk]:
    """All bulk changes, the newest first."""
    return Bulk.objects.order_by("-id")


def bulk(bulk_id: UUID, *, lock: bool = False) -> Bulk:
    """One bulk change; with `lock`, held until the transaction ends. Raises `NotFound`."""
    rows = Bulk.objects.select_for_update(no_key=True) if lock else Bulk.objects.all()
    found = rows.filter(id=bulk_id).first()
    if found is None:
        raise NotFound(field="bulk_id", what="bulk change", id=bulk_id)
    return found


def wishes_of(row: Bulk) -> tuple[Wish, ...]:
    """The changes that a bulk change is about."""
    return tuple(_wish(dict(one)) for one in row.wishes)


def _wish(said: dict[str, Any]) -> Wish:
    kind = KINDS[said.pop("kind")]
    wish: Wish = TypeAdapter(kind.wish).validate_python(said)
    return wish


def waiting(bulk_id: UUID, *, limit: int) -> list[UUID]:
    """The orders of a bulk change that have no outcome yet, some of them, in their order."""
    rows = BulkOrder.objects.filter(bulk_id=bulk_id, outcome="waiting").order_by("position")
    return list(rows.values_list("order_id", flat=True)[:limit])


def orders_of(bulk_id: UUID) -> QuerySet[BulkOrder]:
    """The orders of a bulk change with what became of each, in their order."""
    return BulkOrder.objects.filter(bulk_id=bulk_id).select_related("order").order_by("position", "id")


@dataclass(frozen=True, slots=True)
class Expected:
    """What would come of a change of one order: how much more is owed, or why not."""

    order_id: UUID
    difference: int
    refused: Refusal | None


def expected(order_ids: Sequence[UUID], changes: Sequence[Wish], *, may: May) -> list[Expected]:
    """What would come of the same changes of many orders, one after the other, without writing anything."""
    at = now()
    found = readings(dict.fromkeys(order_ids, changes), on=at.date(), registers=register_version())
    plans = []
    for order_id in order_ids:
        work, refused = work_in(found[order_id].case, changes, may=may)
        plan, problems = plan_of(work)
        refused += problems
        if plan.says_nothing and not refused:
            refused.append(NothingChanges(field="changes"))
        plans.append((found[order_id], plan, refused))
    variants = {id_ for reading, plan, _refused in plans for id_ in concerned(plan, reading.stock)}
    shelves, told = shelves_of(variants) if variants else None, []
    for reading, plan, refused in plans:
        outcome = outcome_of(reading, plan, shelves, at=at, refused=refused)
        if outcome.refused and shelves is not None:
            put_back(outcome.found, shelves)
            let_go(plan, reading.stock, shelves, sign=-1)
        told.append(
            Expected(reading.order.id, outcome.sums.difference, outcome.refused[0] if outcome.refused else None)
        )  # fmt: skip
    return told
