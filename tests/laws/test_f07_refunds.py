"""F7: refunds of one order, however many ask at once, never give back more than was captured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import (
    IssueGiftCard,
    MoneyReturned,
    apply_store_credit,
    grant_store_credit,
    issue_gift_cards,
    record_refunds,
    redeem_gift_card,
    request_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, refund_order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

ORDERS = sized(4, 50, 500)
AT_ONCE = 20
PART = 90


def test_parallel_partial_refunds_stay_below_what_was_captured(shop: Shop, figure: Callable[[str], None]) -> None:
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
    figure(f"F7 {ORDERS} payments, {AT_ONCE} refunds of {PART} of 1000 at once: never more given back than was captured")


def test_parallel_spending_stays_below_the_credit(shop: Shop, figure: Callable[[str], None]) -> None:
    """Twenty orders are to be paid with 90 of a credit of 1000 at once: eleven are."""
    kit.stock(shop, "A", AT_ONCE)
    orders = [kit.place(shop, ("A", 1), price=10**6) for _ in range(AT_ONCE)]
    for _ in range(ORDERS):
        customer_id = new_id()
        until = clock.now() + timedelta(days=9)
        grant_store_credit(shop.call(), customer_id=customer_id, money=Money(600, "GBP"), expires_at=until)
        grant_store_credit(shop.call(), customer_id=customer_id, money=Money(400, "GBP"))

        def spend(index: int, customer_id: UUID = customer_id) -> object:
            document = Document("order", orders[index].order_id)
            return apply_store_credit(shop.call(), document=document, customer_id=customer_id, money=Money(PART, "GBP"))

        outcomes = kit.in_threads(spend, AT_ONCE)
        assert kit.kinds(outcomes) == ["NotEnoughCredit"] * (AT_ONCE - 1000 // PART) + ["PaymentRecorded"] * (1000 // PART)
        (credit,) = payments.credit_of(customer_id)
        assert (credit.due, payments.grants_of([credit.payable_id])) == (1000 % PART, [])  # what expires was spent first
    assert kit.breaches() == []
    figure(f"F7 {ORDERS} credits of 1000, {AT_ONCE} orders that spend {PART} of each at once: never more spent than there was")


def test_parallel_redemptions_stay_below_what_is_on_the_card(shop: Shop, figure: Callable[[str], None]) -> None:
    """Twenty orders are to be paid with 90 of a gift card over 1000 at once: eleven are."""
    kit.stock(shop, "A", AT_ONCE)
    orders = [kit.place(shop, ("A", 1), price=10**6) for _ in range(AT_ONCE)]
    for _ in range(ORDERS):
        issued = issue_gift_cards.one(shop.call(), IssueGiftCard(money=Money(1000, "GBP")))
        code = payments.code_of(issued.gift_card_id)

        def redeem(index: int, code: str = code) -> object:
            document = Document("order", orders[index].order_id)
            return redeem_gift_card(shop.call(), document=document, code=code, money=Money(PART, "GBP"))

        outcomes = kit.in_threads(redeem, AT_ONCE)
        assert kit.kinds(outcomes) == ["NotEnoughCredit"] * (AT_ONCE - 1000 // PART) + ["PaymentRecorded"] * (1000 // PART)
        assert payments.card(issued.gift_card_id).payable.due == 1000 % PART
    assert kit.breaches() == []
    figure(f"F7 {ORDERS} gift cards over 1000, {AT_ONCE} orders that spend {PART} of each at once: never more than was on it")


def test_everybody_gives_back_a_canceled_order_once(shop: Shop) -> None:
    kit.stock(shop, "A", ORDERS)
    for _ in range(ORDERS):
        order = kit.place(shop, ("A", 1), price=1000)
        kit.pay(shop, order)
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
        outcomes = kit.in_threads(lambda _index, id_=order.order_id: refund_order(shop.call(), order_id=id_), 8)  # type: ignore[misc]
        assert kit.kinds(outcomes) == ["RefundAboveSurplus"] * 7 + ["RefundRequested"]
    assert kit.breaches() == []
