"""What follows at the desk that looks at orders before they go on. `reactions` says when."""

from __future__ import annotations

from dingdan.automation.facts import is_whole
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.review.commands import (
    ReviewAgain,
    ReviewOrder,
    WithdrawReview,
    review_again,
    review_orders,
    withdraw_reviews,
)
from dingdan.trade.review.queries import reviewed_among, waiting_among


@together(review_orders)
def review_placed(asked: Asked) -> Wishes:
    """An order that rules look at is looked at: it passes by itself, or waits for people."""
    return [(call, ReviewOrder(event.order_id)) for call, event in asked if event.in_review]


@together(review_again)
def review_filled(asked: Asked) -> Wishes:
    """What waits at the review desk is looked at again when goods came for it: it may pass by itself now."""
    given = [(part_of(call, number), order_id) for call, event in asked for number, order_id in enumerate(event.document_ids)]
    waits = waiting_among(order_id for _call, order_id in given) if given else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in given if order_id in waits]


@together(withdraw_reviews)
def withdraw_canceled(asked: Asked) -> Wishes:
    """An order that is wholly canceled waits for nobody any longer."""
    whole = [(call, event.order_id) for call, event in asked if is_whole(event)]
    waits = waiting_among(order_id for _call, order_id in whole) if whole else set()
    return [(call, WithdrawReview(order_id)) for call, order_id in whole if order_id in waits]


@together(review_again)
def review_changed(asked: Asked) -> Wishes:
    """An order that waits and now comes to less is looked at again: it may pass by itself."""
    less = [(call, event.order_id) for call, event in asked if not (isinstance(event, OrderCanceled) and event.whole)]
    waits = waiting_among(order_id for _call, order_id in less) if less else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in less if order_id in waits]


@together(review_again)
def review_altered(asked: Asked) -> Wishes:
    """An order that was reviewed and says something else now is looked at again: it may pass, or have to wait after all."""
    going = [(call, event.order_id) for call, event in asked if not is_whole(event)]
    known = reviewed_among(order_id for _call, order_id in going) if going else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in going if order_id in known]
