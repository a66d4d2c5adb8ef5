"""An order that waits is rejected: it is canceled as any other, by the desk that looked at it."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.orders.models import OrderNote
from dingdan.trade.review.commands import RejectOrder, reject_orders
from dingdan.trade.review.models import Decision
from dingdan.trade.review.rules import NotWaiting
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, person, rule, state_of, told, waiting


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 20)
    rule(shop, holds_money=True)
    order = waiting(shop)
    kit.pay(shop, order)
    event = reject_orders.one(person(shop, "1"), RejectOrder(order_id=order.order_id, note="a stolen card"))
    assert (event.whole, event.reason, event.amount, event.refund_due) == (True, "rejected", 1200, 1200)
    assert state_of(order) == ("canceled", "rejected", False)
    assert kit.levels(variant_id) == (20, 0)
    assert receivable_of("order", [order.order_id])[order.order_id].payment_status == "overpaid"
    decision = Decision.objects.get(verdict="rejected")
    assert (decision.actor_id, OrderNote.objects.get(id=str(decision.note_id)).text) == ("1", "a stolen card")
    assert kit.breaches() == []


def test_one_person_rejects_what_two_would_have_to_let_pass(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = waiting(shop)
    let_pass(shop, order, by="1")
    reject_orders.one(person(shop, "1"), RejectOrder(order_id=order.order_id))
    assert state_of(order) == ("canceled", "rejected", False)


def test_let_pass_and_reject_at_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)

    def act(index: int) -> object:
        if index:
            return let_pass(shop, order)
        return reject_orders.one(person(shop, "2"), RejectOrder(order_id=order.order_id))

    outcomes = kit.in_threads(act, 2)
    assert kit.kinds(outcomes) in (["NotWaiting", "OrderCanceled"], ["NotWaiting", "OrderApproved"])
    assert state_of(order) in (("canceled", "rejected", False), ("placed", "passed", False))
    assert kit.breaches() == []


def test_what_has_passed_is_refused(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = waiting(shop)
    let_pass(shop, order)
    before = told()
    with pytest.raises(NotWaiting):
        reject_orders.one(shop.call(), RejectOrder(order_id=order.order_id))
    assert told() == before
    assert state_of(order) == ("placed", "passed", False)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        reject_orders.one(shop.call(), RejectOrder(order_id=new_id()))
