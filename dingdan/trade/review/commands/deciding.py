"""People decide about what waits: let it pass, reject it, ask, give it to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.masterdata.staff.queries import working
from dingdan.trade.aftersales import queries as aftersales_queries
from dingdan.trade.aftersales import steps as aftersales
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.rules import cancellation_of, rounds
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders import steps as order_steps
from dingdan.trade.orders.models import Order
from dingdan.trade.review import queries, steps
from dingdan.trade.review.events import BuyerForgotten, OrderApproved, OrderQuestioned, ReviewAssigned, ReviewWithdrawn
from dingdan.trade.review.lifecycle import ReviewVerdict
from dingdan.trade.review.models import Review
from dingdan.trade.review.queries import Author
from dingdan.trade.review.rules import DoesNotWorkHere, NeedsPeople, NotWaiting, OwnOrder, SameEyes

MOST_SAID = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOrder:
    """Let an order pass; what is said about it becomes a note for staff."""

    order_id: UUID
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectOrder:
    """Reject an order; what is said about it becomes a note for staff."""

    order_id: UUID
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawReview:
    """Put away the review of an order that was canceled elsewhere."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignReview:
    """Give an order that waits to somebody; without a user, to nobody in particular."""

    order_id: UUID
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An order that waits, locked with its review."""

    item: Item[Any]
    order: Order
    review: Review


def _waiting(items: Sequence[Item[Any]], locked: dict[UUID, Order] | None = None) -> list[_Waiting]:
    """Lock orders (unless they are) and reviews; refuse what is not there or does not wait."""
    found = orders.lock_orders(orders.existing(item.intent.order_id for item in items)) if locked is None else locked
    reviews = queries.lock_reviews(found)
    waiting = []
    for item in items:
        order, review = found.get(item.intent.order_id), reviews.get(item.intent.order_id)
        if order is None:
            item.refuse(NotFound(field="order_id", what="order", id=item.intent.order_id))
        elif review is None or review.state != "waiting":
            item.refuse(NotWaiting(field="order_id"))
        else:
            waiting.append(_Waiting(item, order, review))
    return waiting


# ── letting pass ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@batch_command(OrderApproved)
def pass_orders(batch: Batch[PassOrder]) -> None:
    """Let orders pass that wait; where two people are needed, the order goes on when the second one has agreed.

    Refuses `NotWaiting`, `SameEyes`, `NeedsPeople` (a program where two people are needed), and `OwnOrder`: who placed or
    changed the order cannot be the second.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        _pass(_waiting(items))


def _pass(waiting: Sequence[_Waiting]) -> None:
    before = queries.approvals_of([one.review for one in waiting])
    authors = queries.authors_of([one.order.id for one in waiting if one.review.approvals > 1])
    verdicts, stops = [], []
    for one in waiting:
        entry, review, seen = one.item.entry, one.review, before.get(one.review.id, [])
        passed = len(seen) + 1 >= review.approvals
        try:
            note = clean_text(one.item.intent.note, "note", MOST_SAID, required=False, multiline=True)
            _check_eyes(entry, review, seen=seen, authors=authors.get(one.order.id, set()) if passed else set())
        except Refusal as refusal:
            one.item.refuse(refusal)
            continue
        turn = "pass" if passed else ""
        verdicts.append(steps.Verdict(entry=entry, review=review, verdict=ReviewVerdict.APPROVED, turn=turn, note=note))
        if passed:
            stops.append(steps.Stop(entry, one.order, waits=False))
        one.item.accept(
            OrderApproved(
                order_id=one.order.id, review_id=review.id, round=review.round, approvals=len(seen) + 1, needed=review.approvals,
                passed=passed,
            )
        )  # fmt: skip
    steps.decide(verdicts)
    steps.stop(stops)


def _check_eyes(entry: Entry, review: Review, *, seen: Sequence[Author], authors: set[Author]) -> None:
    """Two people must have looked, and the last of them must have had no part in the order. One may be anybody."""
    who = Author(entry.actor.kind, entry.actor.id)
    if who in seen:
        raise SameEyes(field="order_id")
    if review.approvals > 1 and who.kind != "staff":
        raise NeedsPeople(field="order_id", needed=review.approvals)
    if who in authors:
        raise OwnOrder(field="order_id")


# ── rejecting ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@batch_command(OrderCanceled)
def reject_orders(batch: Batch[RejectOrder]) -> None:
    """Cancel orders that wait: their goods are free again, what was paid goes back, and the customer is told as of any other.

    Refuses `NotWaiting`, and what cannot be canceled.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        found = aftersales_queries.standings([item.intent.order_id for item in items], lock=True, hold_goods=True)
        canceling: list[tuple[_Waiting, aftersales.Canceling]] = []
        verdicts = []
        for one in _waiting(items, {id_: standing.order for id_, standing in found.items()}):
            standing = found[one.order.id]
            try:
                note = clean_text(one.item.intent.note, "note", MOST_SAID, required=False, multiline=True)
                what = cancellation_of(standing.order.state, standing.lines)
            except Refusal as refusal:
                one.item.refuse(refusal)
                continue
            entry = one.item.entry
            canceling.append((one, aftersales.Canceling(entry, standing, what, CancelReason.REJECTED)))
            verdicts.append(
                steps.Verdict(entry=entry, review=one.review, verdict=ReviewVerdict.REJECTED, turn="reject", note=note)
            )
        steps.decide(verdicts)
        steps.stop([steps.Stop(one.item.entry, one.order, waits=False) for one, _canceling in canceling])
        for (one, _canceling), event in zip(canceling, aftersales.cancel([what for _one, what in canceling]), strict=True):
            one.item.accept(event)


@batch_command(ReviewWithdrawn)
def withdraw_reviews(batch: Batch[WithdrawReview]) -> None:
    """Put away reviews of orders that were canceled while they waited. Refuses `NotWaiting`, also of an order that goes on."""
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        verdicts, stops = [], []
        for one in _waiting(items):
            if one.order.state != "canceled":
                one.item.refuse(NotWaiting(field="order_id"))
                continue
            entry = one.item.entry
            verdicts.append(steps.Verdict(entry=entry, review=one.review, verdict=ReviewVerdict.WITHDRAWN, turn="withdraw"))
            stops.append(steps.Stop(entry, one.order, waits=False))
            one.item.accept(ReviewWithdrawn(order_id=one.order.id, review_id=one.review.id))
        steps.decide(verdicts)
        steps.stop(stops)


# ── asking and giving ────────────────────────────────────────────────────────────────────────────────────────────────────


@command
def question_order(entry: Entry, *, order_id: UUID, text: str, to_customer: bool = False) -> OrderQuestioned:
    """Ask something about an order that waits, of colleagues or of the customer; it goes on waiting. Refuses `NotWaiting`."""
    order = orders.lock_order(order_id)
    review = queries.lock_reviews([order.id]).get(order.id)
    if review is None or review.state != "waiting":
        raise NotWaiting(field="order_id")
    text = clean_text(text, "text", MOST_SAID, multiline=True)
    note = order_steps.NewNote(entry=entry, id=new_id(), order_id=order.id, text=text, to_customer=to_customer)
    order_steps.write_notes([note])
    steps.question(entry, review=review, note_id=note.id)
    entry.about("order", order.id)
    return OrderQuestioned(order_id=order.id, review_id=review.id, note_id=note.id, to_customer=to_customer)


@batch_command(ReviewAssigned)
def assign_reviews(batch: Batch[AssignReview]) -> None:
    """Give orders that wait to somebody to look at, or to nobody in particular. Refuses `NotWaiting`, `DoesNotWorkHere`."""
    known = working(item.intent.user_id for item in batch.items if item.intent.user_id is not None)
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        assignments = []
        for one in _waiting(items):
            user_id = one.item.intent.user_id
            if user_id is not None and user_id not in known:
                one.item.refuse(DoesNotWorkHere(field="user_id"))
                continue
            assignments.append(steps.Assignment(one.item.entry, one.review, user_id))
            one.item.accept(ReviewAssigned(order_id=one.order.id, review_id=one.review.id, user_id=user_id))
        steps.assign(assignments)


@command
def forget_buyer(entry: Entry, *, customer_id: UUID) -> BuyerForgotten:
    """Forget by what orders of a customer, who was forgotten, were found again. Doing it again changes nothing more."""
    return BuyerForgotten(customer_id=customer_id, traces=steps.forget(entry, customer_id=customer_id))
