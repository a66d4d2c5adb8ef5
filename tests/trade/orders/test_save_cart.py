"""A cart remembers what somebody may order; it is placed at most once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.trade.orders import queries
from dingdan.trade.orders.commands import CART_LASTS, CartIsGone, place_orders, save_cart
from dingdan.trade.orders.models import Cart, CartLine, Order
from dingdan.trade.orders.rules import CartDraft, UnknownSku
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

CARTS = sized(3, 20, 200)


def _save(shop: Shop, *lines: tuple[str, int], cart_id: UUID | None = None) -> UUID:
    return save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, *lines), id=cart_id)).cart_id


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    saved = save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, ("A", 2))))
    assert saved.lines == 1
    cart = Cart.objects.get()
    assert cart.expires_at - saved.expires_at == timedelta(0)
    assert CartLine.objects.get().quantity == 2
    assert kit.levels(variant_id) == (5, 0)


def test_a_saved_cart_can_be_changed_and_placed(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    cart_id = _save(shop, ("A", 2))
    assert _save(shop, ("A", 3), cart_id=cart_id) == cart_id
    placed = place_orders.one(shop.call(), queries.order_of_cart(cart_id))
    assert placed.total == 750
    cart = Cart.objects.get()
    assert (cart.state, cart.order_id) == ("placed", placed.order_id)
    assert kit.levels(variant_id) == (5, 3)
    assert kit.breaches() == []


def test_a_placed_cart_is_neither_placed_again_nor_changed(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    cart_id = _save(shop, ("A", 2))
    order = queries.order_of_cart(cart_id)
    place_orders.one(shop.call(), order)
    with pytest.raises(CartIsGone):
        place_orders.one(shop.call(), order)
    with pytest.raises(CartIsGone):
        _save(shop, ("A", 1), cart_id=cart_id)
    assert Order.objects.count() == 1


def test_double_click_and_two_tabs_place_once(shop: Shop) -> None:
    """F5, over the commands: each tab has its own key, so only the cart tells that they are one."""
    variant_id = kit.stock(shop, "A", CARTS)
    for number in range(1, CARTS + 1):
        order = queries.order_of_cart(_save(shop, ("A", 1)))
        outcomes = kit.in_threads(lambda _index, order=order: place_orders.one(shop.call(), order), 4)  # type: ignore[misc]
        assert kit.kinds(outcomes) == ["CartIsGone", "CartIsGone", "CartIsGone", "OrderPlaced"]
        assert Order.objects.count() == number
    assert kit.levels(variant_id) == (CARTS, CARTS)
    assert kit.breaches() == []


def test_twice_in_one_batch_places_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = queries.order_of_cart(_save(shop, ("A", 1)))
    outcomes = place_orders.many([(shop.call(), order), (shop.call(), order)])
    assert [type(outcome).__name__ for outcome in outcomes] == ["OrderPlaced", "CartIsGone"]


def test_a_refused_order_leaves_its_cart_open(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    order = queries.order_of_cart(_save(shop, ("A", 2)))
    (outcome,) = place_orders.many([(shop.call(), order)])
    assert type(outcome).__name__ == "OutOfStock"
    assert Cart.objects.get().state == "open"


def test_an_unknown_sku_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownSku) as refused:
        _save(shop, ("NOPE", 1))
    assert refused.value.field == "lines.0.sku"
    assert not Cart.objects.exists()


def test_a_quantity_of_zero_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    with pytest.raises(QuantityOutOfRange):
        _save(shop, ("A", 0))
    assert not Cart.objects.exists()


def test_a_strangers_cart_is_not_there(shop: Shop) -> None:
    kit.stock(shop, "A", 1)
    with pytest.raises(NotFound):
        _save(shop, ("A", 1), cart_id=new_id())
    assert timedelta(days=30) == CART_LASTS
