"""One change set for many orders: started, done some at a time by whoever works on it, stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import one_of
from dingdan.trade.changes import queries, steps
from dingdan.trade.changes.events import BulkAdvanced, BulkStarted, BulkStopped
from dingdan.trade.changes.lifecycle import BulkOutcome, RefundTo
from dingdan.trade.changes.rules import NAMES, Wish, names_one_order, permissions_of
from dingdan.trade.changes.rules.kinds import MayNotChange
from dingdan.trade.orders import queries as order_queries

MOST_ORDERS = 10_000


class NotForMany(Refusal):
    """The change is about a line or a person of one order."""

    status = 422
    sentence = _("“{kind}” is about one order, so it cannot be done to many.")
    remedy = _("Name articles by their SKU; change lines and people order by order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """A change set for many orders; `is_dry` only finds out what would come of it."""

    order_ids: tuple[UUID, ...]
    changes: tuple[Wish, ...]
    is_dry: bool = False
    refund_to: str = RefundTo.WAY_IT_CAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one order of a bulk change."""

    order_id: UUID
    outcome: str
    change_id: UUID | None = None
    code: str = ""
    detail: str = ""
    difference: int = 0


@command
def start_bulk(entry: Entry, *, bulk: BulkChange) -> BulkStarted:
    """Write down one change set for up to 10,000 orders, to be done some at a time in the name of whoever asks.

    Refuses `NotForMany`, and kinds that whoever asks may not do.
    """
    ids = tuple(dict.fromkeys(bulk.order_ids))
    if not 1 <= len(ids) <= MOST_ORDERS:
        raise Invalid(field="order_ids", reason=_("A bulk change is about 1 to 10,000 orders."))
    one_of(bulk.refund_to, "refund_to", list(RefundTo))
    what = _checked(entry, bulk.changes)
    known = order_queries.existing(ids)
    missing = next((id_ for id_ in ids if id_ not in known), None)
    if missing:
        raise NotFound(field="order_ids", what="order", id=missing)
    new = steps.NewBulk(
        entry=entry, id=new_id(), order_ids=ids, changes=bulk.changes, is_dry=bulk.is_dry, refund_to=str(bulk.refund_to)
    )
    steps.write_bulk(new)
    entry.about("bulk", new.id)
    return BulkStarted(bulk_id=new.id, orders=len(ids), is_dry=bulk.is_dry, what=what)


def _checked(entry: Entry, changes: Sequence[Wish]) -> tuple[str, ...]:
    if not changes:
        raise Invalid(field="changes", reason=_("A change set has 1 to 500 changes."))
    names = []
    for index, wish in enumerate(changes):
        name = NAMES[type(wish)]
        if names_one_order(wish):
            raise NotForMany(field=f"changes.{index}", kind=name)
        for permission in permissions_of(wish):
            if not entry.actor.may(permission):
                raise MayNotChange(field=f"changes.{index}", permission=permission)
        names.append(name)
    return tuple(dict.fromkeys(names))


@command
def advance_bulk(entry: Entry, *, bulk_id: UUID, outcomes: tuple[Outcome, ...]) -> BulkAdvanced:
    """Write down what became of some orders of a bulk change; those that have an outcome keep it."""
    bulk = queries.bulk(bulk_id, lock=True)
    for index, one in enumerate(outcomes):
        one_of(one.outcome, f"outcomes.{index}.outcome", [str(known) for known in BulkOutcome if known != BulkOutcome.WAITING])
    rows = [
        steps.Told(entry, one.order_id, one.outcome, one.change_id, one.code[:60], one.detail[:300], one.difference)
        for one in outcomes
    ]
    told = steps.tell_outcomes(rows, bulk=bulk)
    entry.about("bulk", bulk_id)
    return BulkAdvanced(bulk_id=bulk_id, state=told.state, done=told.done, changed=told.changed, refused=told.refused)


@command
def stop_bulk(entry: Entry, *, bulk_id: UUID) -> BulkStopped:
    """Do nothing more of a bulk change; what was done stays done."""
    bulk = queries.bulk(bulk_id, lock=True)
    steps.turn_bulk(entry, bulk=bulk, name="stop")
    entry.about("bulk", bulk_id)
    return BulkStopped(bulk_id=bulk_id, done=bulk.done)
