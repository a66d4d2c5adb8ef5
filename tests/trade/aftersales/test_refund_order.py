"""What was paid above what is owed goes back, and nothing else."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.payments.commands import MoneyReturned, record_refunds
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, give_allowance, refund_order
from dingdan.trade.aftersales.commands.refunding import RefundAboveSurplus
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def canceled(shop: Shop) -> OrderPlaced:
    """A paid order of 500 that was canceled."""
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.pay(shop, order)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    return order


def test_it_works(shop: Shop) -> None:
    order = canceled(shop)
    assert queries.refundable(order.order_id) == 500
    asked = refund_order(shop.call(), order_id=order.order_id, amount=300, reason="canceled")
    assert (asked.amount, asked.document_id, asked.reason) == (300, order.order_id, "canceled")
    assert [(one.gateway, one.amount) for one in asked.refunds] == [("cash", 300)]
    assert queries.refundable(order.order_id) == 200
    assert refund_order(shop.call(), order_id=order.order_id).amount == 200
    assert queries.refundable(order.order_id) == 0
    assert kit.breaches() == []


def test_by_another_way(shop: Shop) -> None:
    order = canceled(shop)
    asked = refund_order(shop.call(), order_id=order.order_id, method="bank_transfer")
    assert [one.gateway for one in asked.refunds] == ["bank_transfer"]


def test_money_that_is_back_already_counts(shop: Shop) -> None:
    order = canceled(shop)
    document = Document("order", order.order_id)
    record_refunds.one(shop.call(), MoneyReturned(document=document, money=sold.pounds(450)))
    assert refund_order(shop.call(), order_id=order.order_id).amount == 50
    assert kit.breaches() == []


def test_what_is_owed_stays(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.pay(shop, order)
    with sold.nothing_changes(shop):
        for amount in (1, 500, None):
            with pytest.raises(RefundAboveSurplus):
                refund_order(shop.call(), order_id=order.order_id, amount=amount)
    give_allowance(shop.call(), order_id=order.order_id, amount=50)
    assert refund_order(shop.call(), order_id=order.order_id).amount == 50


def test_more_than_was_paid_is_refused(shop: Shop) -> None:
    order = canceled(shop)
    with sold.nothing_changes(shop), pytest.raises(RefundAboveSurplus):
        refund_order(shop.call(), order_id=order.order_id, amount=501)


@pytest.mark.parametrize("amount", [0, -1])
def test_no_amount_is_refused(shop: Shop, amount: int) -> None:
    order = canceled(shop)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        refund_order(shop.call(), order_id=order.order_id, amount=amount)


def test_an_unknown_way_is_refused(shop: Shop) -> None:
    order = canceled(shop)
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        refund_order(shop.call(), order_id=order.order_id, method="pigeon")


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        refund_order(shop.call(), order_id=new_id())


def test_many_at_once_never_give_back_too_much(shop: Shop) -> None:
    order = canceled(shop)
    outcomes = kit.in_threads(lambda _index: refund_order(shop.call(), order_id=order.order_id, amount=200), 4)
    assert kit.kinds(outcomes) == ["RefundAboveSurplus", "RefundAboveSurplus", "RefundRequested", "RefundRequested"]
    assert queries.refundable(order.order_id) == 100
    assert kit.breaches() == []
