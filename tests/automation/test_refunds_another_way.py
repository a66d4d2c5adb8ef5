"""A refund that its card does not take falls to another way, and is never lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.automation.consumers import drain
from dingdan.ledgers.payments.commands import Told, Towards, record_capture, record_decline, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.ledgers.payments.queries import credit_of, payments_of
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.aftersales.queries import refundable
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.ledgers.payments.desk import SilentGateway
from tests.trade.aftersales import favors, sold


@pytest.fixture(autouse=True)
def _card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, "silent", SilentGateway())


def returned(shop: Shop, customer_id: UUID | None) -> OrderPlaced:
    """An order that was paid by card, of which one of two has come back; the card has expired, and says so."""
    kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 2), price=1000, customer_id=customer_id)
    towards = (Towards(document=Document("order", order.order_id)),)
    asked = request_charge(shop.call(), gateway="silent", currency="GBP", towards=towards)
    record_capture.one(shop.call(), Told(attempt_id=asked.attempt_id))
    kit.ship(shop, order)
    sold.come_back(shop, order, 1)
    drain(shop.tenant_id)
    (payment,) = payments_of("order", [order.order_id])[order.order_id]
    (refund,) = [one for one in payment.attempts if one.kind == "refund"]
    record_decline.one(shop.call(), Told(attempt_id=refund.id, error="expired_card"))
    drain(shop.tenant_id)
    return order


def test_it_becomes_credit_of_the_customer(shop: Shop) -> None:
    customer_id = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    order = returned(shop, customer_id)
    assert [one.due for one in credit_of(customer_id)] == [1000]
    assert refundable(order.order_id) == 0
    assert kit.breaches() == []


def test_without_a_customer_it_stays_with_its_order(shop: Shop) -> None:
    order = returned(shop, None)
    assert (refundable(order.order_id), sold.owed(order).payment_status) == (1000, "overpaid")
    assert kit.breaches() == []


def test_and_where_the_shop_wants_it_so(shop: Shop) -> None:
    favors.terms(shop, declined_to_credit=False)
    customer_id = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    order = returned(shop, customer_id)
    assert (refundable(order.order_id), credit_of(customer_id)) == (1000, [])
