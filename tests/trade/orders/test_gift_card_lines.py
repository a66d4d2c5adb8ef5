"""Gift cards on orders: worth what they cost, untaxed, over any amount where the shop says so, for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

import pytest

from dingdan.kernel.errors import Invalid, Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.masterdata.pricing.commands import save_price_list, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, TaxRateDraft
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules.wishes import AddLine, GiveDiscount, SetPrice
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.orders.rules import (
    BelowLeast,
    FaceNotUsable,
    GiftTo,
    MayNotSetPrices,
    OnlyGiftsGoToOthers,
    PlaceOrder,
    WantedLine,
)
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold

FOR_BO = GiftTo(name="Bo", email="bo@example.com", message="For you")


@contextmanager
def no_order() -> Iterator[None]:
    """Assert that nothing is ordered in the block."""
    before = Order.objects.count()
    yield
    assert Order.objects.count() == before


def line(order: PlaceOrder, **changes: object) -> PlaceOrder:
    """The order with its first line changed."""
    return replace(order, lines=(replace(order.lines[0], **changes), *order.lines[1:]))  # type: ignore[arg-type]


def test_a_card_is_untaxed_and_bears_neither_discount_nor_shipping(shop: Shop) -> None:
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    kit.gift_card(shop)
    kit.stock(shop, "TEA", 5)
    kit.place(shop, ("GIFT", 2), ("TEA", 1), price=30_00, discount=6_00, shipping_price=1_20)
    rows = OrderLine.objects.order_by("position")
    assert [(row.kind, row.total, row.discount, row.tax) for row in rows] == [
        ("gift_card", 60_00, 0, 0), ("goods", 24_00, 6_00, 4_00), ("shipping", 1_20, 0, 20),
    ]  # fmt: skip


def test_everybody_may_say_what_goes_on_an_open_card_and_only_on_that(shop: Shop) -> None:
    variant = kit.gift_card(shop, open_amount=True)
    kit.gift_card(shop, "FIXED")
    prices = save_price_list(shop.call(), price_list=PriceListDraft(code="cards", name="Cards", currency="GBP"))
    least = PriceDraft(variant_id=variant, unit_price=Decimal(10_00))
    set_prices(shop.call(), price_list_id=prices.price_list_id, prices=(least,))
    shopper = Actor("api_key", "shopper", frozenset({"orders.place_orders"}))

    def call() -> Call:
        return replace(shop.call(), actor=shopper)

    wanted = kit.wanted(shop, ("GIFT", 1), price=12_34)
    assert place_orders.one(call(), wanted).total == 12_34
    assert place_orders.one(call(), line(wanted, unit_price=None)).total == 10_00
    with no_order():
        for order, refusal in (
            (line(wanted, unit_price=Decimal(9_99)), BelowLeast),
            (line(wanted, discount=1), MayNotSetPrices),
            (kit.wanted(shop, ("FIXED", 1), price=12_34), MayNotSetPrices),
        ):
            with pytest.raises(refusal):
                place_orders.one(call(), order)


def test_a_card_that_costs_something_else_is_refused(shop: Shop) -> None:
    kit.gift_card(shop)
    wanted = kit.wanted(shop, ("GIFT", 1), price=20_00)
    with no_order():
        for change in ({"discount": 1}, {"unit_price": Decimal(0)}, {"unit_price": Decimal("20.5")}):
            with pytest.raises(FaceNotUsable):
                place_orders.one(shop.call(), line(wanted, **change))


def test_whom_a_card_is_for_is_kept_beside_the_order(shop: Shop) -> None:
    kit.gift_card(shop)
    place_orders.one(shop.call(), line(kit.wanted(shop, ("GIFT", 1), price=20_00), gift_to=FOR_BO))
    gift_to = OrderLine.objects.select_related("gift_to").get().gift_to
    assert gift_to is not None
    assert (gift_to.name, gift_to.email, gift_to.message) == ("Bo", "bo@example.com", "For you")


def test_goods_go_to_nobody_else_by_mail(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    with no_order():
        with pytest.raises(OnlyGiftsGoToOthers):
            place_orders.one(shop.call(), line(kit.wanted(shop, ("TEA", 1)), gift_to=FOR_BO))
        service = WantedLine(name="Wrapping", kind="service", unit_price=Decimal(1), gift_to=FOR_BO)
        with pytest.raises(Invalid):
            place_orders.one(shop.call(), replace(kit.wanted(shop, ("TEA", 1)), lines=(service,)))


def test_a_change_takes_nothing_off_a_card_either(shop: Shop) -> None:
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    kit.gift_card(shop)
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), ("GIFT", 1), price=20_00)
    card = order.lines[1].line_id

    def change(*wishes: object) -> object:
        return change_orders.one(shop.call(), ChangeOrder(order_id=order.order_id, changes=wishes))  # type: ignore[arg-type]

    for wish in (GiveDiscount(line_id=card, amount=1_00), SetPrice(line_id=card, unit_price=Decimal("0.5"))):
        with sold.nothing_changes(shop), pytest.raises(Refusal):
            change(wish)
    change(GiveDiscount(amount=5_00), AddLine(sku="GIFT", unit_price=Decimal(7_00)))
    kept = [row for row in OrderLine.objects.order_by("position") if row.canceled < row.quantity]
    assert sorted((row.kind, row.total, row.tax) for row in kept) == [
        ("gift_card", 7_00, 0), ("gift_card", 20_00, 0), ("goods", 15_00, 2_50),
    ]  # fmt: skip
    assert kit.breaches() == []
