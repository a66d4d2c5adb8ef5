"""An order that changed is looked at again."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import FillBackorders, fill_backorders
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.review.commands import PassOrder, ReviewAgain, pass_orders, review_again
from dingdan.trade.review.events import OrderReviewed
from dingdan.trade.review.models import Decision, Finding, Review
from dingdan.trade.review.rules import NothingToReview
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import LARGE, let_pass, person, reviewed, rule, state_of, told, waiting


def again(shop: Shop, order: OrderPlaced) -> OrderReviewed:
    return review_again.one(shop.call(), ReviewAgain(order.order_id))


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),)))
    told_ = again(shop, order)
    assert (told_.round, told_.passed, told_.called_off) == (2, True, ())
    assert state_of(order) == ("placed", "passed", False)
    assert list(Decision.objects.order_by("id").values_list("round", "verdict")) == [(1, "waits"), (2, "passed")]
    assert kit.breaches() == []


def test_goods_that_came_let_it_pass(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 1, shortage="backorder")
    rule(shop, "short_of_stock", {})
    order = kit.place(shop, ("TEA", 3))
    assert not reviewed(shop, order).passed
    kit.receive(shop, "TEA", 5)
    fill_backorders.one(shop.call(), FillBackorders((variant_id,)))
    assert again(shop, order).passed


def test_one_that_passed_waits_and_what_was_planned_is_called_off(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    (shipment,) = kit.plan(shop, order).shipments
    rule(shop)
    outcome = again(shop, order)
    assert (outcome.passed, outcome.called_off) == (False, (shipment.shipment_id,))
    assert state_of(order) == ("placed", "waiting", True)
    assert Shipment.objects.get().state == "canceled"
    assert kit.levels(variant_id) == (20, 5)
    let_pass(shop, order)
    assert len(kit.plan(shop, order).shipments) == 1
    assert kit.breaches() == []


def test_what_people_let_pass_is_not_asked_again(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    let_pass(shop, order)
    outcome = again(shop, order)
    assert (outcome.passed, len(outcome.found)) == (True, 1)
    assert list(Finding.objects.order_by("id").values_list("round", "is_asked")) == [(1, True), (2, False)]
    rule(shop, "amount", LARGE, active=False, name="Large")  # a new version asks anew
    assert not again(shop, order).passed
    assert kit.breaches() == []


def test_one_of_two_people_settles_nothing(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    pass_orders.one(person(shop, "1"), PassOrder(order_id=order.order_id))
    assert not again(shop, order).passed
    assert not let_pass(shop, order, by="2").passed  # the first of a new round
    assert let_pass(shop, order, by="1").passed
    assert kit.breaches() == []


def test_one_that_waits_without_a_rule_any_longer_passes(shop: Shop) -> None:
    from dingdan.trade.review.commands import pause_rule

    kit.stock(shop, "TEA", 20)
    rule_id = rule(shop)
    order = waiting(shop)
    pause_rule(shop.call(), rule_id=rule_id)
    assert again(shop, order).passed
    assert Review.objects.get().edition == 3


def test_what_has_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    order = kit.place(shop, ("TEA", 5))
    kit.ship(shop, order)
    rule(shop)
    before = told()
    with pytest.raises(NothingToReview):
        again(shop, order)
    assert told() == before


def test_what_is_canceled_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    with pytest.raises(NothingToReview):
        again(shop, order)
    assert state_of(order) == ("canceled", "waiting", True)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        review_again.one(shop.call(), ReviewAgain(new_id()))
