"""What promotions gave stays given: units take their share along, what is added gets nothing, no total is ever wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.masterdata.pricing.commands import save_shipping_method
from dingdan.masterdata.pricing.rules import ShippingMethodDraft, ShippingRateDraft
from dingdan.masterdata.promotions.models import Promotion, PromotionUse
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import split_order
from dingdan.trade.changes.rules import AddLine, Cancel, RemoveLine, Revive, SetPrice, SetQuantity, SetShipping
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote
from tests.trade.changes.changing import change, row, seen, undo


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    for sku, price in (("MUG", 1000), ("TEA", 333)):
        kit.stock(shop, sku, 99)
        kit.price(shop, sku, price)


def place(shop: Shop, *lines: tuple[str, int], **changes: Any) -> OrderPlaced:
    return kit.place(shop, *lines or (("MUG", 3), ("TEA", 1)), price=None, **changes)


def line(order: OrderPlaced, sku: str) -> OrderLine:
    return OrderLine.objects.filter(order_id=order.order_id, sku=sku).order_by("position")[0]


def test_fewer_units_take_their_share_along_and_more_get_nothing(shop: Shop) -> None:
    promote(shop, gives="buy_get", buy=2, get=1, percent=Decimal(1), skus=("MUG",))
    order = place(shop)
    assert order.total == 2333
    told = seen(shop, order, SetQuantity(line_id=line(order, "MUG").id, quantity=2))
    assert (told.difference, told.total) == (-667, 1666)
    told = seen(shop, order, SetQuantity(line_id=line(order, "MUG").id, quantity=4))
    assert told.total == 3333
    assert seen(shop, order, AddLine(sku="TEA")).total == 3666


def test_another_line_does_not_become_dearer(shop: Shop) -> None:
    promote(shop, least_amount=3000, currencies=("GBP",))
    order = place(shop)
    assert order.total == 3000
    changed = seen(shop, order, RemoveLine(line_id=line(order, "TEA").id))
    assert changed.total == 2700
    undo(shop, changed)
    assert row(order).total == 3000


def test_another_price_keeps_the_discount(shop: Shop) -> None:
    promote(shop)
    order = place(shop, ("MUG", 1))
    assert seen(shop, order, SetPrice(line_id=line(order, "MUG").id, unit_price=Decimal(800))).total == 700


def test_another_shipping_method_is_free_for_as_much(shop: Shop) -> None:
    for code, price in (("parcel", 395), ("express", 995), ("letter", 200)):
        rates = (ShippingRateDraft(currency="GBP", price=price),)
        save_shipping_method(shop.call(), method=ShippingMethodDraft(code=code, name=code.title(), rates=rates))
    promote(shop, gives="free_shipping")
    order = place(shop, ("MUG", 1), shipping_method="parcel")
    assert order.total == 1000
    assert seen(shop, order, SetShipping(method="express")).total == 1600
    assert seen(shop, order, SetShipping(method="letter")).total == 1000


def test_a_use_is_given_back_by_any_cancellation_and_taken_again(shop: Shop) -> None:
    promote(shop, most_uses=1)
    order = place(shop)
    canceled = change(shop, order, Cancel())
    assert (Promotion.objects.get().used, kit.breaches()) == (0, [])
    undo(shop, canceled)
    assert (Promotion.objects.get().used, row(order).total) == (1, order.total)

    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    change(shop, order, Revive())
    assert (Promotion.objects.get().used, row(order).total, kit.breaches()) == (1, order.total, [])


def test_a_revived_order_does_not_pass_the_limit(shop: Shop) -> None:
    promote(shop, most_uses=1)
    order = place(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    place(shop)
    with pytest.raises(Refusal) as caught:
        change(shop, order, Revive())
    assert caught.value.code == "promotion_used_up"
    assert (Promotion.objects.get().used, row(order).state, kit.breaches()) == (1, "canceled", [])


def test_a_part_that_is_canceled_later_gives_its_share(shop: Shop) -> None:
    promote(shop)
    order = place(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line(order, "MUG").id, 1),)))
    assert (row(order).total, Promotion.objects.get().used) == (order.total - 900, 0)
    assert PromotionUse.objects.get().given_back_at is None
    assert kit.breaches() == []


def test_a_split_order_keeps_what_it_was_given(shop: Shop) -> None:
    promote(shop, most_uses=1)
    order = place(shop)
    mug = line(order, "MUG")
    split_order(shop.call(), order_id=order.order_id, parts=((Part(mug.id, 2),),))
    assert sum(Order.objects.values_list("total", flat=True)) == order.total
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (Promotion.objects.get().used, PromotionUse.objects.get().given_back_at, kit.breaches()) == (1, None, [])
