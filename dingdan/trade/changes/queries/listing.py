"""The changes of orders, and the laws about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import breaches
from dingdan.trade.changes.lifecycle import CHANGE_LIFE
from dingdan.trade.changes.models import Change, ChangedLine


def changes_of(order_id: UUID) -> QuerySet[Change]:
    """The changes of an order with what they did to its lines, the oldest first."""
    return Change.objects.filter(order_id=order_id).prefetch_related("lines__line").order_by("id")


def change(change_id: UUID) -> Change:
    """One change with its order. Raises `NotFound`."""
    found = Change.objects.select_related("order").filter(id=change_id).first()
    if found is None:
        raise NotFound(field="change_id", what="change", id=change_id)
    return found


def changes_by_id(change_ids: Iterable[UUID]) -> dict[UUID, Change]:
    """Changes by id; what is not there is left out."""
    return Change.objects.in_bulk(list(change_ids))


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that is not undone, and what it did to lines."""

    change: Change
    effects: Sequence[ChangedLine]


def applied_after(changes: Iterable[Change]) -> dict[UUID, list[Applied]]:
    """By change, the later ones of its order that are not undone, in their order."""
    asked = list(changes)
    rows = Change.objects.filter(order_id__in=[one.order_id for one in asked], state=CHANGE_LIFE.initial).order_by("id")
    later = {one.id: [row for row in rows if row.order_id == one.order_id and row.id > one.id] for one in asked}
    ids = {row.id for its in later.values() for row in its}
    effects = effects_of(ids) if ids else {}
    return {id_: [Applied(row, effects.get(row.id, ())) for row in its] for id_, its in later.items()}


def effects_of(change_ids: Iterable[UUID]) -> dict[UUID, list[ChangedLine]]:
    """What changes did to lines, in their order."""
    found: dict[UUID, list[ChangedLine]] = defaultdict(list)
    for row in ChangedLine.objects.filter(change_id__in=list(change_ids)).order_by("change_id", "position"):
        found[row.change_id].append(row)
    return found


def law_a_line_takes_the_place_of_one_of_its_order() -> Iterator[str]:
    """A line that takes the place of another belongs to the same order, and a change says so."""
    return breaches(
        """
        SELECT new.order_id, new.id, old.order_id = new.order_id, EXISTS (
            SELECT FROM changes_changedline AS told WHERE told.tenant_id = %(tenant)s AND told.line_id = new.id
        )
        FROM orders_orderline AS new
        JOIN orders_orderline AS old ON old.tenant_id = new.tenant_id AND old.id = new.replaces_id
        WHERE new.tenant_id = %(tenant)s AND (old.order_id <> new.order_id OR NOT EXISTS (
            SELECT FROM changes_changedline AS told WHERE told.tenant_id = %(tenant)s AND told.line_id = new.id
        ))
        """,
        "order line {1}: takes the place of one of its order: {2}; a change says so: {3}",
        about=("document",),
    )


def law_an_undone_change_left_nothing() -> Iterator[str]:
    """Of lines that an undone change added, nothing is left."""
    return breaches(
        """
        SELECT change.order_id, change.id, line.id, line.quantity - line.canceled FROM changes_change AS change
        JOIN changes_changedline AS told ON told.tenant_id = change.tenant_id AND told.change_id = change.id
        JOIN orders_orderline AS line ON line.tenant_id = told.tenant_id AND line.id = told.line_id
        WHERE change.tenant_id = %(tenant)s AND change.state = 'undone' AND told.effect IN ('added', 'replaced', 'taken')
          AND line.canceled < line.quantity
        """,
        "change {1} is undone, and {3} units of the line {2} that it added are left",
        about=("document",),
    )


LAWS = (law_a_line_takes_the_place_of_one_of_its_order, law_an_undone_change_left_nothing)
