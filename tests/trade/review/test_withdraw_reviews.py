"""The review of an order that was canceled elsewhere is put away."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.review.commands import WithdrawReview, withdraw_reviews
from dingdan.trade.review.queries import queue
from dingdan.trade.review.rules import NotWaiting
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import rule, state_of, told, waiting


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    order = waiting(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert not queue().exists()
    withdraw_reviews.one(shop.call(), WithdrawReview(order.order_id))
    assert state_of(order) == ("canceled", "withdrawn", False)
    assert kit.breaches() == []


def test_one_that_goes_on_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    before = told()
    with pytest.raises(NotWaiting):
        withdraw_reviews.one(shop.call(), WithdrawReview(order.order_id))
    assert told() == before
    assert state_of(order) == ("placed", "waiting", True)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        withdraw_reviews.one(shop.call(), WithdrawReview(new_id()))
