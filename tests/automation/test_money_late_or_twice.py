"""Money that comes for a canceled order, or for a second time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dingdan.automation import checkouts
from dingdan.automation.checkouts import begin, close_checkouts
from dingdan.automation.consumers import drain
from dingdan.automation.gateways import settle, write_down
from dingdan.automation.jobs import expire
from dingdan.kernel import clock
from dingdan.ledgers.payments.commands import CheckoutDraft
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.queries import checkouts_of, receivable_of
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderNote, OrderTag
from tests import kit
from tests.automation.penny import PennyPay, pennypay
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT


@pytest.fixture
def penny(shop: Shop) -> Iterator[PennyPay]:
    with pennypay() as firm:
        save_merchant_account(shop.call(), account=ACCOUNT)
        kit.stock(shop, "TEA", 5)
        yield firm


def _begin(shop: Shop, order: OrderPlaced, key: str | None = None) -> checkouts.Begun:
    return begin(
        shop.call(key), document=Document("order", order.order_id), gateway="pennypay", currency="GBP",
        checkout=CheckoutDraft(way="qr", title="Order"),
    )  # fmt: skip


def _paid(shop: Shop, penny: PennyPay, begun: checkouts.Begun) -> None:
    """The payer paid, and the gateway is asked."""
    penny.paid.add(str(begun.attempt_id))
    settle(shop.tenant_id, begun.attempt_id)
    drain(shop.tenant_id)


def _policy(shop: Shop, late_money: str) -> None:
    channel = all_channels()[0]
    draft = ChannelDraft(code=channel.code, name=channel.name, currency=channel.currency, late_money=late_money)
    save_channel(shop.call(), channel=draft)


def _expired(shop: Shop, penny: PennyPay) -> tuple[OrderPlaced, checkouts.Begun]:
    order = kit.place(shop, ("TEA", 3), payment_method="pennypay")
    begun = _begin(shop, order)
    with clock.moved_by(timedelta(hours=2)):
        assert expire(shop.tenant_id) == 1
    return order, begun


def _tags() -> list[str]:
    return list(OrderTag.objects.values_list("tag", flat=True))


def test_late_money_goes_back_and_staff_is_told(shop: Shop, penny: PennyPay) -> None:
    order, begun = _expired(shop, penny)
    _paid(shop, penny, begun)
    assert Order.objects.get().state == "canceled"
    payment = Payment.objects.get()
    assert (payment.captured, payment.refunding, payment.unapplied) == (750, 750, 0)
    assert (_tags(), OrderNote.objects.count()) == (["late payment"], 1)
    drain(shop.tenant_id)
    assert OrderNote.objects.count() == 1
    assert order.total == 750


def test_late_money_revives_the_order_where_the_channel_says_so(shop: Shop, penny: PennyPay) -> None:
    _policy(shop, "revive")
    order, begun = _expired(shop, penny)
    _paid(shop, penny, begun)
    row = Order.objects.get()
    assert (row.state, receivable_of("order", [row.id])[row.id].payment_status) == ("placed", "paid")
    assert (Payment.objects.get().refunding, _tags()) == (0, ["revived"])
    assert order.total == row.total
    assert kit.breaches() == []


def test_it_goes_back_when_the_goods_are_gone(shop: Shop, penny: PennyPay) -> None:
    _policy(shop, "revive")
    _order, begun = _expired(shop, penny)
    kit.place(shop, ("TEA", 3))
    _paid(shop, penny, begun)
    assert (Payment.objects.get().refunding, _tags()) == (750, ["late payment"])
    assert kit.breaches() == []


def test_a_second_payment_goes_back_by_itself(shop: Shop, penny: PennyPay) -> None:
    order = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    first = _begin(shop, order)
    second = _begin(shop, order)
    assert str(first.attempt_id) in penny.closed
    _paid(shop, penny, second)
    penny.closed.clear()  # the firm took the money for the first one all the same, and tells it by a notice
    told = penny.told(penny.asked[str(first.attempt_id)])
    write_down(shop.tenant_id, "pennypay", AttemptKind.CAPTURE, first.attempt_id, told)
    drain(shop.tenant_id)
    back = Payment.objects.get(id=first.payment_id)
    assert (back.captured, back.refunding, _tags()) == (250, 250, ["paid twice"])
    assert Payment.objects.get(id=second.payment_id).refunding == 0
    assert kit.breaches() == []


def test_the_same_click_twice_is_one_payment(shop: Shop, penny: PennyPay) -> None:
    order = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    first = _begin(shop, order, "click")
    again = _begin(shop, order, "click")
    assert (first.attempt_id, first.prompt) == (again.attempt_id, again.prompt)
    assert Payment.objects.count() == 1
    assert not penny.closed


def test_of_tabs_at_once_one_stays(shop: Shop, penny: PennyPay) -> None:
    """Whoever begins last goes on; nobody is left with two codes that both take money."""
    order = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    told = kit.in_threads(lambda index: _begin(shop, order, f"tab-{index}"), 6)
    assert all(isinstance(one, checkouts.Begun) for one in told), told
    waiting = [one for one in checkouts_of(Document("order", order.order_id)) if one.state == "waiting"]
    assert len(waiting) == 1
    assert set(penny.asked) - penny.closed == {str(waiting[0].attempt_id)}


def test_what_is_paid_elsewhere_is_closed(shop: Shop, penny: PennyPay) -> None:
    order = kit.place(shop, ("TEA", 1), payment_method="pennypay")
    begun = _begin(shop, order)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    close_checkouts(tenant_id=str(shop.tenant_id), kind="order", document_id=str(order.order_id))
    assert Attempt.objects.get(id=begun.attempt_id).state == "declined"
