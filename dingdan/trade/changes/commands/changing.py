"""What can be done with a placed order: change it, and take a change back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.money import Money
from dingdan.kernel.text import one_of
from dingdan.ledgers.inventory.rules import Shelves
from dingdan.masterdata.staff.steps import hold_to_limits
from dingdan.trade.aftersales.rules import CUSTOMER, rounds
from dingdan.trade.changes import queries, steps
from dingdan.trade.changes.events import OrderChanged, OrderChangeUndone
from dingdan.trade.changes.lifecycle import RefundTo
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.queries import Reading
from dingdan.trade.changes.rules import (
    MOST_CHANGES,
    NAMES,
    PRICES,
    NothingChanges,
    Outcome,
    Plan,
    Wish,
    check,
    check_buyer,
    concerned,
    let_go,
    permissions_of,
    plan_of,
    put_back,
    work_in,
)
from dingdan.trade.orders.rules import FOLLOWS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder:
    """Changes of one order, done together or not at all; without the `fingerprint` of a preview, as things are then."""

    order_id: UUID
    changes: tuple[Wish, ...]
    fingerprint: str = ""
    refund_to: str = RefundTo.WAY_IT_CAME


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoChange:
    """A change of an order shall be taken back."""

    change_id: UUID
    fingerprint: str = ""
    refund_to: str = RefundTo.WAY_IT_CAME


@dataclass(slots=True)
class _Proposal:
    """A change that was worked out, before stock is looked at."""

    item: Item[Any]
    reading: Reading
    plan: Plan
    refused: list[Refusal]
    kinds: tuple[str, ...]
    undoes: Change | None = None


@batch_command(OrderChanged)
def change_orders(batch: Batch[ChangeOrder]) -> None:
    """Change placed orders: lines, prices, people, shipping, holds; each change set in full or not at all.

    The difference is owed, or was paid too much, from then on. Refuses `WorldMoved` where the preview is not true any more, and
    whatever the preview shows as refused.
    """
    for on, items in _rounds(batch, lambda item: item.intent.order_id):
        asked = {item.intent.order_id: item.intent.changes for item in items}
        found = queries.readings(asked, on=on, registers=batch.registers, lock=True)
        proposals = []
        for item in items:
            try:
                proposals.append(_proposed(item, found.get(item.intent.order_id)))
            except Refusal as refusal:
                item.refuse(refusal)
        accepted = _decide(proposals)
        if accepted:
            steps.record(accepted)
            _accept(proposals, accepted, OrderChanged)


def _rounds(batch: Batch[Any], order_of: Any) -> Iterator[tuple[date, list[Item[Any]]]]:
    """Items that are about different orders and the same day, in order of arrival."""
    for items in rounds(batch.items, order_of):
        days: dict[date, list[Item[Any]]] = defaultdict(list)
        for item in items:
            days[item.entry.at.date()].append(item)
        yield from days.items()


def _proposed(item: Item[ChangeOrder], reading: Reading | None) -> _Proposal:
    intent = item.intent
    if reading is None:
        raise NotFound(field="order_id", what="order", id=intent.order_id)
    if not 1 <= len(intent.changes) <= MOST_CHANGES:
        raise Invalid(field="changes", reason=_("A change set has 1 to 500 changes."))
    one_of(intent.refund_to, "refund_to", list(RefundTo))
    if item.entry.actor.kind == CUSTOMER:
        queries.check_customer(reading, at=item.entry.at)
    work, refused = work_in(reading.case, intent.changes, may=item.entry.actor.may)
    plan, problems = plan_of(work)
    refused += [*problems, *_blocked(item, reading, plan)]
    if plan.says_nothing and not refused:
        refused.append(NothingChanges(field="changes"))
    kinds = tuple(dict.fromkeys(NAMES[type(wish)] for wish in intent.changes))
    return _Proposal(item, reading, plan, refused, kinds)


def _blocked(item: Item[Any], reading: Reading, plan: Plan) -> list[Refusal]:
    """Whom the shop has blocked gets no more goods, whoever enters it; what follows by itself is let in, as at placing."""
    return [] if item.entry.quiet or item.entry.actor.kind == FOLLOWS else check_buyer(reading.case, plan)


def _decide(proposals: Sequence[_Proposal]) -> list[steps.Accepted]:
    """Look at stock, refuse what is not as it was seen or cannot be, and write the rest."""
    variants = {id_ for one in proposals for id_ in concerned(one.plan, one.reading.stock)}
    shelves = queries.shelves_of(variants, lock=True) if variants else None
    accepted = []
    for one in proposals:
        entry = one.item.entry
        outcome = queries.outcome_of(one.reading, one.plan, shelves, at=entry.at, refused=one.refused)
        try:
            check(outcome, one.item.intent.fingerprint)
            _hold_to_limits(one, outcome)
        except Refusal as refusal:
            _put_back(one, outcome.found, shelves)
            one.item.refuse(refusal)
            continue
        change = {"change_id": one.undoes.id, "kinds": tuple(one.undoes.kinds)} if one.undoes else {"kinds": one.kinds}
        accepted.append(steps.Accepted(entry, one.reading, outcome, **change))
    if accepted:
        steps.apply(accepted)
    return accepted


def _hold_to_limits(one: _Proposal, outcome: Outcome) -> None:
    """What goes back because of a change, and what a price of one's own gives away, are bounded for some."""
    less, currency, entry = max(0, -outcome.sums.difference), outcome.case.currency, one.item.entry
    amounts = {"refund": Money(min(less, outcome.money.refund_due), currency)}
    if not one.undoes and any(PRICES in permissions_of(wish) for wish in one.item.intent.changes):
        amounts["discount"] = Money(less, currency)
    hold_to_limits(entry, amounts, field="changes")


def _put_back(one: _Proposal, found: Any, shelves: Shelves | None) -> None:
    if shelves is not None:
        put_back(found, shelves)
        let_go(one.plan, one.reading.stock, shelves, sign=-1)


def _accept(proposals: Sequence[_Proposal], accepted: Sequence[steps.Accepted], event: type[Any]) -> None:
    items = {one.item.entry.id: one.item for one in proposals}
    for one in accepted:
        item, order, told = items[one.entry.id], one.reading.order, one.outcome
        one.entry.about("order", order.id)
        if order.customer_id:
            one.entry.about("customer", order.customer_id)
        item.accept(
            event(
                change_id=one.change_id, order_id=order.id, customer_id=order.customer_id, what=one.kinds, state=order.state,
                currency=order.currency, total=told.sums.after.total, difference=told.sums.difference, owed=told.money.owed,
                due=told.money.due, refund_due=told.money.refund_due, refund_to=str(item.intent.refund_to),
                backordered=told.found.backordered, lines=one.altered, canceled_shipments=tuple(one.gone),
                refund_withdrawn=told.money.withdrawn, refund_missed=told.money.missed, refunds=one.refunds_anew,
            )
        )  # fmt: skip


@batch_command(OrderChangeUndone)
def undo_changes(batch: Batch[UndoChange]) -> None:
    """Take back changes of orders, where nothing irreversible happened since and no later change stands upon them.

    Refuses `ChangedSince`, and `WorldMoved` where the preview is not true any more; to customers what is not theirs
    (`ChangedByTheShop`), and what comes too late.
    """
    known = queries.changes_by_id(item.intent.change_id for item in batch.items)
    for item in batch.items:
        if item.intent.change_id not in known:
            item.refuse(NotFound(field="change_id", what="change", id=item.intent.change_id))
    for on, found in _rounds(batch, lambda item: getattr(known.get(item.intent.change_id), "order_id", item.entry.id)):
        items = [item for item in found if item.outcome is None]
        orders = {known[item.intent.change_id].order_id: () for item in items}
        readings = queries.readings(orders, on=on, registers=batch.registers, lock=True)
        changes = queries.changes_by_id(item.intent.change_id for item in items)  # as they are under the locks
        effects, later = queries.effects_of(changes), queries.applied_after(changes.values())
        proposals = []
        for item in items:
            change = changes[item.intent.change_id]
            try:
                one_of(item.intent.refund_to, "refund_to", list(RefundTo))
                reading = readings[change.order_id]
                if item.entry.actor.kind == CUSTOMER:
                    queries.check_customer(reading, change, at=item.entry.at)
                plan, refused = queries.plan_of_undo(reading, change, effects[change.id], later=later[change.id])
                refused += _blocked(item, reading, plan)
                proposals.append(_Proposal(item, reading, plan, refused, tuple(change.kinds), change))
            except Refusal as refusal:
                item.refuse(refusal)
        accepted = _decide(proposals)
        if accepted:
            undone = {one.item.entry.id: one.undoes for one in proposals if one.undoes}
            steps.take_back([(one.entry, undone[one.entry.id]) for one in accepted])
            _accept(proposals, accepted, OrderChangeUndone)
