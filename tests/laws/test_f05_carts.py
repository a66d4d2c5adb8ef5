"""F5, over the API: a cart is placed once, however many tabs and clicks; two equal guest orders without a cart are two orders."""

from __future__ import annotations

from collections.abc import Callable

from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.web.api.client import Caller
from tests.web.api.wishes import wish

CARTS = sized(5, 20, 200)
CLICKS = 4


def test_a_cart_that_is_placed_from_several_tabs_at_once_is_one_order(shop: Shop, figure: Callable[[str], None]) -> None:
    variant_id = kit.stock(shop, "MUG", 5 * CARTS)
    caller = Caller(shop)
    for _ in range(CARTS):
        path = f"/carts/{caller.post('/carts', wish(('MUG', 1)))['cart_id']}"
        answers = kit.in_threads(lambda _index, path=path: caller.post(f"{path}/place", {"accepted_total": 250}), CLICKS)  # type: ignore[misc]
        assert sorted(answer.status for answer in answers) == [201] + [409] * (CLICKS - 1)
        assert caller.get(path)["order_id"] is not None
    assert (Order.objects.count(), kit.levels(variant_id)) == (CARTS, (5 * CARTS, CARTS))
    assert kit.breaches() == []
    figure(f"F5 {CARTS} carts, each placed from {CLICKS} sides at once: each placed once")


def test_equal_guest_orders_without_a_key_are_never_merged(shop: Shop) -> None:
    kit.stock(shop, "MUG", CLICKS)
    caller = Caller(shop)
    answers = kit.in_threads(lambda _index: caller.post("/orders", wish(("MUG", 1))), CLICKS)
    assert len({answer["number"] for answer in answers}) == CLICKS
    assert Order.objects.count() == CLICKS
