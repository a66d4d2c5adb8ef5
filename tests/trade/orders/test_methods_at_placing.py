"""Orders are placed by the methods that the shop offers, at what these cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.models import Receivable
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.methods.commands import retire_payment_method
from dingdan.masterdata.methods.rules import PaymentMethodNotAvailable
from dingdan.masterdata.pricing.commands import save_tax_rate
from dingdan.masterdata.pricing.rules import TaxRateDraft
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.trade.orders.wire import statements


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    kit.stock(shop, "TEA", 99)


def test_without_methods_everything_goes(shop: Shop) -> None:
    assert kit.place(shop, ("TEA", 1), payment_method="cash").total == 250


def test_what_is_not_offered_is_refused_and_says_what_is(shop: Shop) -> None:
    offer(shop, "bank_transfer", position=1)
    offer(shop, "cash", countries=("FR",))
    offer(shop, "on_account", groups=("wholesale",))
    with pytest.raises(PaymentMethodNotAvailable) as caught:
        kit.place(shop, ("TEA", 1), payment_method="cash")
    assert (caught.value.field, caught.value.facts["choices"]) == ("payment_method", "bank_transfer")
    assert not Order.objects.exists()
    assert kit.place(shop, ("TEA", 1), payment_method="bank_transfer").total == 250
    assert kit.place(shop, ("TEA", 1), payment_method="on_account", customer_group="wholesale").total == 250


def test_amounts_count_what_is_paid_after_discounts(shop: Shop) -> None:
    offer(shop, "cash", currencies=("GBP",), most=500)
    assert kit.place(shop, ("TEA", 3), discount=250).total == 500
    with pytest.raises(PaymentMethodNotAvailable):
        kit.place(shop, ("TEA", 3), discount=249)


def test_a_retired_method_is_offered_no_more(shop: Shop) -> None:
    offer(shop, "terminal")
    cash = offer(shop, "cash")
    kit.place(shop, ("TEA", 1))
    retire_payment_method(shop.call(), payment_method_id=cash)
    with pytest.raises(PaymentMethodNotAvailable):
        kit.place(shop, ("TEA", 1))


def test_what_is_brought_over_is_paid_as_it_was_agreed(shop: Shop) -> None:
    offer(shop, "bank_transfer")
    placed = place_orders.one(shop.call(quiet=True), kit.wanted(shop, ("TEA", 1), payment_method="moneygram"))
    assert (placed.payment_method, placed.total) == ("moneygram", 250)


@pytest.mark.parametrize("gross", [True, False])
def test_a_surcharge_is_a_fee_with_its_tax(shop: Shop, gross: bool) -> None:
    _channel(shop, gross=gross)
    offer(shop, "cash", charge_rate=Decimal("0.1"), charge_amount=20, currencies=("GBP",), name_i18n={"zh-Hant": "現金"})
    placed = kit.place(shop, ("TEA", 4), shipping_price=200, discount=200, language="zh-Hant")
    fee = OrderLine.objects.get(is_charge=True)
    # of 1000 + 200 - 200: a tenth, and 20
    assert (fee.kind, fee.name, fee.goods) == ("fee", "現金", 120)
    assert fee.tax == (20 if gross else 24)
    order = Order.objects.get()
    assert (order.goods, order.discount, order.shipping) == (1120, 200, 200)
    assert placed.total == order.total == Receivable.objects.get().amount == 1120 + (0 if gross else order.tax)
    assert kit.breaches() == []


def _channel(shop: Shop, *, gross: bool) -> None:
    from dingdan.masterdata.channels.commands import save_channel
    from dingdan.masterdata.channels.rules import ChannelDraft

    channel = all_channels()[0]
    save_channel(
        shop.call(),
        channel=ChannelDraft(code=channel.code, name=channel.name, currency="GBP", prices_include_tax=gross),
    )
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))


def test_a_discount_is_a_part_of_the_orders(shop: Shop) -> None:
    offer(shop, "bank_transfer", charge_rate=Decimal("-0.03"))
    placed = kit.place(shop, ("TEA", 4), payment_method="bank_transfer", discount=100)
    order = Order.objects.get()
    assert (order.discount, order.method_discount, placed.total) == (127, 27, 873)
    assert not OrderLine.objects.filter(is_charge=True).exists()
    assert kit.breaches() == []


def test_a_discount_never_exceeds_the_goods(shop: Shop) -> None:
    offer(shop, "cash", charge_amount=-5000, currencies=("GBP",))
    assert kit.place(shop, ("TEA", 1), shipping_price=300).total == 300


def test_on_account_is_due_by_the_customers_group(shop: Shop) -> None:
    offer(shop, "on_account", net_days=14, net_days_by_group={"wholesale": 60})
    kit.place(shop, ("TEA", 1), payment_method="on_account")
    kit.place(shop, ("TEA", 1), payment_method="on_account", customer_group="wholesale")
    days = [(row.due_at - order.placed_at).days for row, order in _owed() if row.due_at]
    assert days == [14, 60]
    assert [order.net_days for _row, order in _owed()] == [14, 60]


def _owed() -> list[tuple[Receivable, Order]]:
    rows = Receivable.objects.order_by("id")
    return [(row, Order.objects.get(id=row.document_id)) for row in rows]


def test_an_order_waits_as_long_as_its_method_says(shop: Shop) -> None:
    offer(shop, "bank_transfer", expires_hours=72)
    kit.place(shop, ("TEA", 1), payment_method="bank_transfer")
    order = Order.objects.get()
    assert order.expires_at is not None
    assert order.expires_at - order.placed_at == timedelta(hours=72)


def test_a_shop_with_methods_asks_no_more_of_the_database(shop: Shop) -> None:
    kit.place(shop, ("TEA", 1))
    with statements() as before:
        kit.place(shop, ("TEA", 1))
    offer(shop, "cash", charge_rate=Decimal("0.01"))
    kit.place(shop, ("TEA", 1))
    with statements() as after:
        kit.place(shop, ("TEA", 1))
    assert len(after) == len(before)


def test_a_batch_refuses_each_on_its_own(shop: Shop) -> None:
    offer(shop, "cash")
    wishes = [kit.wanted(shop, ("TEA", 1)), kit.wanted(shop, ("TEA", 1), payment_method="terminal")]
    told = place_orders.many([(shop.call(), wish) for wish in wishes])
    assert [isinstance(one, Refusal) for one in told] == [False, True]
    assert replace(wishes[0], payment_method="terminal") == wishes[1]
