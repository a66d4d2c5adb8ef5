"""Placing turns what people want into a promise of goods and money, or refuses and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call
from dingdan.ledgers.payments import queries as payments
from dingdan.masterdata.catalog.commands import retire_variant
from dingdan.trade.orders.commands import ExternalOrderExists, place_orders
from dingdan.trade.orders.models import Order, OrderLine
from dingdan.trade.orders.rules import (
    DoesNotGoThere,
    MayNotSetPrices,
    NotPriced,
    OutOfStock,
    PlaceOrder,
    PriceChanged,
    UnknownSku,
    WantedLine,
    WrongCurrency,
)
from tests import kit
from tests.conftest import Shop


def _refused(shop: Shop, wanted: PlaceOrder, kind: type[Refusal], field: str = "") -> Refusal:
    """The refusal; nothing was written."""
    with pytest.raises(kind) as refused:
        place_orders.one(shop.call(), wanted)
    assert refused.value.field == field
    assert not Order.objects.exists()
    assert kit.breaches() == []
    return refused.value


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    placed = kit.place(shop, ("A", 2), price="99.5")
    order = Order.objects.get()
    assert (order.number, order.total, order.state) == ("1001", 199, "placed")
    line = OrderLine.objects.get()
    assert (line.sku, line.quantity, line.unit_price, line.goods) == ("A", 2, Decimal("99.5"), 199)
    assert kit.levels(variant_id) == (5, 2)
    assert payments.receivable_of("order", [placed.order_id])[placed.order_id].due == 199
    assert kit.breaches() == []


def test_prices_come_from_the_list(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.price(shop, "A", 450)
    wanted = replace(kit.wanted(shop), lines=(WantedLine(sku="A", quantity=2),))
    assert place_orders.one(shop.call(), wanted).total == 900
    kit.price(shop, "A", 500)  # a changed price is never missed, however warm the cache
    assert place_orders.one(shop.call(), wanted).total == 1000


def test_a_kit_reserves_its_components(shop: Shop) -> None:
    from dingdan.masterdata.catalog.commands import save_product
    from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft

    cup, tea = kit.stock(shop, "CUP", 4), kit.stock(shop, "TEA", 10)
    parts = (Part(sku="CUP", quantity=1), Part(sku="TEA", quantity=3))
    box = ProductDraft(slug="box", name="Tea box", kind="kit", variants=(VariantDraft(sku="BOX", components=parts),))
    save_product(shop.call(), product=box)
    kit.place(shop, ("BOX", 2))
    assert kit.levels(cup) == (4, 2)
    assert kit.levels(tea) == (10, 6)
    assert kit.breaches() == []


def test_an_unknown_sku_is_refused(shop: Shop) -> None:
    _refused(shop, kit.wanted(shop, ("NOPE", 1)), UnknownSku, "lines.0.sku")


def test_a_retired_article_is_refused(shop: Shop) -> None:
    retire_variant(shop.call(), variant_id=kit.stock(shop, "A", 5))
    _refused(shop, kit.wanted(shop, ("A", 1)), UnknownSku, "lines.0.sku")


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_a_quantity_out_of_bounds_is_refused(shop: Shop, quantity: int) -> None:
    variant_id = kit.stock(shop, "A", 5)
    _refused(shop, kit.wanted(shop, ("A", quantity)), Refusal, "lines.0.quantity")
    assert kit.levels(variant_id) == (5, 0)


def test_more_than_there_is_is_refused(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    refusal = _refused(shop, kit.wanted(shop, ("A", 6)), OutOfStock, "lines.0.quantity")
    assert refusal.facts["available"] == 5
    assert kit.levels(variant_id) == (5, 0)


def test_a_foreign_currency_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    _refused(shop, kit.wanted(shop, ("A", 1), currency="USD"), WrongCurrency, "currency")


def test_an_article_without_a_price_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    wanted = replace(kit.wanted(shop), lines=(WantedLine(sku="A"),))
    _refused(shop, wanted, NotPriced, "lines.0.sku")


def test_a_changed_price_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    refusal = _refused(shop, kit.wanted(shop, ("A", 1), accepted_total=200), PriceChanged, "accepted_total")
    assert refusal.facts["total"] == 250


def test_a_method_that_does_not_go_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    _refused(shop, kit.wanted(shop, ("A", 1), shipping_method="pigeon"), DoesNotGoThere, "shipping_method")


def test_an_order_without_lines_is_refused(shop: Shop) -> None:
    _refused(shop, kit.wanted(shop), Invalid, "lines")


def test_an_unknown_channel_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    _refused(shop, kit.wanted(shop, ("A", 1), channel_id=new_id()), NotFound, "channel")


def test_a_price_of_ones_own_needs_permission(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    clerk = Call(tenant_id=shop.tenant_id, actor=Actor("staff", "7", frozenset({"orders.place_orders"})))
    with pytest.raises(MayNotSetPrices):
        place_orders.one(clerk, kit.wanted(shop, ("A", 1)))
    assert not Order.objects.exists()


def test_an_external_order_comes_in_once(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 1), external_id="SHOP-7")
    with pytest.raises(ExternalOrderExists):
        kit.place(shop, ("A", 1), external_id="SHOP-7")
    assert kit.levels(variant_id) == (5, 1)
    kit.place(shop, ("A", 1), external_id="SHOP-8")
    assert Order.objects.count() == 2


def _statements(work: Callable[[], Any]) -> int:
    """Statements that reach the server, BEGIN and COMMIT (which go past Django's wrappers) included."""
    count = 2

    def wrapper(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*args)

    with connection.execute_wrapper(wrapper):
        work()
    return count


def test_an_order_of_two_lines_takes_few_statements(shop: Shop) -> None:
    kit.stock(shop, "A", 500)
    kit.stock(shop, "B", 500)
    wanted = kit.wanted(shop, ("A", 1), ("B", 1))
    place_orders.one(shop.call(), wanted)
    assert _statements(lambda: place_orders.one(shop.call(), wanted)) <= 12
    assert _statements(lambda: place_orders.many([(shop.call(), wanted) for _ in range(50)])) <= 50
