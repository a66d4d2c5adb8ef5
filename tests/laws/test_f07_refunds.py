"""F7: refunds of one order, however many ask at once, never give back more than was captured."""

from __future__ import annotations

from dingdan.kernel.money import Money
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import MoneyReturned, record_refunds, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, refund_order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

ORDERS = sized(4, 50, 500)
AT_ONCE = 20
PART = 90


def test_parallel_partial_refunds_stay_below_what_was_captured(shop: Shop) -> None:
    """Twenty ask for 90 of 1000 at once: eleven get it."""
    kit.stock(shop, "A", ORDERS)
    for _ in range(ORDERS):
        order = kit.place(shop, ("A", 1), price=1000)
        kit.pay(shop, order)
        refund = MoneyReturned(document=Document("order", order.order_id), money=Money(PART, "GBP"), method="cash")

        def ask(index: int, refund: MoneyReturned = refund) -> object:
            if index % 2:
                return request_refund(shop.call(), refund=refund)
            return record_refunds.one(shop.call(), refund)

        outcomes = kit.in_threads(ask, AT_ONCE)
        assert kit.kinds(outcomes).count("RefundRequested") == 1000 // PART
        assert kit.kinds(outcomes).count("RefundAboveCaptured") == AT_ONCE - 1000 // PART
        (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
        assert payment.refunding + payment.refunded == 1000 // PART * PART
    assert kit.breaches() == []


def test_everybody_gives_back_a_canceled_order_once(shop: Shop) -> None:
    kit.stock(shop, "A", ORDERS)
    for _ in range(ORDERS):
        order = kit.place(shop, ("A", 1), price=1000)
        kit.pay(shop, order)
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
        outcomes = kit.in_threads(lambda _index, id_=order.order_id: refund_order(shop.call(), order_id=id_), 8)  # type: ignore[misc]
        assert kit.kinds(outcomes) == ["RefundAboveSurplus"] * 7 + ["RefundRequested"]
    assert kit.breaches() == []
