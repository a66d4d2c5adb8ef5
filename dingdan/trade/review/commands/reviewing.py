"""The rules look at orders: at new ones in runs, and again at those that changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from dingdan.kernel.command import Batch, Item, batch_command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.aftersales.rules import rounds
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment import steps as fulfillment
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.trade.review import queries, steps
from dingdan.trade.review.events import Found, OrderReviewed
from dingdan.trade.review.models import Review
from dingdan.trade.review.queries import Dossier
from dingdan.trade.review.rules import AlreadyReviewed, Judgement, NothingToReview, NotWaiting, RuleInForce, judge

DOCUMENT = "order"
LEFT = ("shipped", "delivered", "partly_returned", "returned", "canceled")
"""Fulfillment statuses in which nothing of an order can be held back any more."""


@dataclass(frozen=True, slots=True)
class ReviewOrder:
    """Look at an order that was placed."""

    order_id: UUID


@dataclass(frozen=True, slots=True)
class ReviewAgain:
    """Look at an order again, because it has changed."""

    order_id: UUID


@dataclass(frozen=True, slots=True)
class _Asked:
    """An order to be looked at: locked, with its people, and its review from before."""

    item: Item[Any]
    order: Order
    before: Review | None


@batch_command(OrderReviewed)
def review_orders(batch: Batch[ReviewOrder]) -> None:
    """Decide which new orders pass by themselves, and which wait in the exception queue with their reasons.

    Refuses `NotWaiting` for an order that no rule looks at, `AlreadyReviewed`, and `NothingToReview` when it is canceled by now.
    """
    _review(batch.items, _check_new)


@batch_command(OrderReviewed)
def review_again(batch: Batch[ReviewAgain]) -> None:
    """Look at orders again by the rules as they are now, also at those that have passed; what people let pass stays settled.

    One that has to wait after all is held: its shipments that have not left are called off. Refuses `NothingToReview`.
    """
    _review(batch.items, _check_held_back)


def _check_new(asked: _Asked, _fulfillment: str) -> None:
    if asked.before is not None:
        raise AlreadyReviewed(field="order_id")
    if not asked.order.in_review:
        raise NotWaiting(field="order_id")
    if asked.order.state == "canceled":
        raise NothingToReview(field="order_id", state=asked.order.state)


def _check_held_back(asked: _Asked, fulfillment_status: str) -> None:
    if asked.order.state not in ("placed", "on_hold") or fulfillment_status in LEFT:
        raise NothingToReview(field="order_id", state=asked.order.state)


def _review(items: Sequence[Item[Any]], check: Callable[[_Asked, str], None]) -> None:
    edition = queries.edition(lock=True)
    rules = queries.rules_in_force()
    for some in rounds(items, lambda item: item.intent.order_id):
        asked = _asked(some, check)
        if asked:
            _judge(asked, rules, edition)


def _asked(items: Sequence[Item[Any]], check: Callable[[_Asked, str], None]) -> list[_Asked]:
    """Lock orders and their reviews; refuse what is not there, or not to be looked at."""
    locked = orders.lock_orders(orders.existing(item.intent.order_id for item in items))
    ids = list(locked)
    reviews, people, tallies = queries.lock_reviews(ids), orders.with_people(ids), tallies_of(ids)
    asked = []
    for item in items:
        order_id = item.intent.order_id
        try:
            if order_id not in locked:
                raise NotFound(field="order_id", what="order", id=order_id)
            one = _Asked(item, people[order_id], reviews.get(order_id))
            check(one, tallies[order_id].fulfillment_status if order_id in tallies else "")
        except Refusal as refusal:
            item.refuse(refusal)
            continue
        asked.append(one)
    return asked


def _judge(asked: Sequence[_Asked], rules: Sequence[RuleInForce], edition: int) -> None:
    settled = queries.settled([one.before.id for one in asked if one.before])
    known = _dossiers(asked, rules)
    reviewed = []
    for one in asked:
        before = settled.get(one.before.id, set()) if one.before else set()
        judgement = judge(rules, known[one.order.id].facts, settled=before)
        reviewed.append(steps.Reviewed(one.item.entry, one.order, known[one.order.id], judgement, one.before, edition))
    off = _call_off(reviewed)
    for one, review, result in zip(asked, steps.judge_orders(reviewed), reviewed, strict=True):
        one.item.accept(_event(review, result.judgement, off.get(one.order.id, ())))


def _dossiers(asked: Sequence[_Asked], rules: Sequence[RuleInForce]) -> dict[UUID, Dossier]:
    """What is known of the orders now. Their amount is what they are owed by now, less what was canceled or allowed."""
    at = max(one.item.entry.at for one in asked)
    known = queries.dossiers([one.order for one in asked], rules, at=at)
    owed = receivable_of(DOCUMENT, list(known))
    return {
        id_: replace(one, facts=replace(one.facts, amount=owed[id_].amount)) if id_ in owed else one for id_, one in known.items()
    }


def _call_off(reviewed: Sequence[steps.Reviewed]) -> dict[UUID, tuple[UUID, ...]]:
    """Call off what has not left of orders that have to wait after they had passed; their goods stay reserved."""
    held = {one.order.id: one.entry for one in reviewed if one.judgement.waits and not one.order.in_review}
    shipments = fulfillment_queries.lock_open_shipments_of(list(held)) if held else {}
    for order_id, those in shipments.items():
        fulfillment.turn(held[order_id], shipments=those, state="canceled")
    return {order_id: tuple(one.id for one in those) for order_id, those in shipments.items()}


def _event(review: Review, judgement: Judgement, called_off: Sequence[UUID]) -> OrderReviewed:
    return OrderReviewed(
        order_id=review.order_id,
        review_id=review.id,
        round=review.round,
        edition=review.edition,
        passed=not judgement.waits,
        approvals=judgement.approvals,
        score=judgement.score,
        found=tuple(
            Found(
                rule_id=finding.rule.rule_id, version_id=finding.rule.version_id, kind=finding.rule.kind,
                follows=finding.rule.follows, weight=finding.rule.weight,
            )
            for finding in judgement.findings
        ),
        called_off=tuple(called_off),
    )  # fmt: skip
