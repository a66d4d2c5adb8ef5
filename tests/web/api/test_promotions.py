"""Promotions over the API: written down, named by orders and carts, tried before, and guessed slowly."""

from __future__ import annotations

from typing import Any

from dingdan.kernel.guessing import CLIENT
from dingdan.masterdata.promotions.models import PromotionUse
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote
from tests.web.api.client import Caller
from tests.web.api.wishes import wish

AUTUMN = {"code": "autumn", "name": "Autumn", "gives": "percent", "percent": "0.1", "coupons": ["autumn10"], "most_uses": 2}


def wanted(**more: Any) -> dict[str, Any]:
    """An order of two mugs at the price of the list."""
    order = wish(("MUG", 2), **more)
    for line in order["lines"]:
        line.pop("unit_price", None)
    return order


def goods(shop: Shop) -> None:
    kit.stock(shop, "MUG", 20)
    kit.price(shop, "MUG", 1000)


def test_one_is_written_down_used_and_retired(shop: Shop, caller: Caller) -> None:
    goods(shop)
    made = caller.post("/promotions", AUTUMN)
    assert (made.status, made["event"], made["created"]) == (201, "PromotionSaved", True)
    order = caller.post("/orders", wanted(coupon_codes=["Autumn10"]))
    assert (order.status, order["total"]) == (201, 1800)
    told = caller.get("/promotions/autumn")
    assert (told["used"], told["given"], told["coupons"], told["state"]) == (1, {"GBP": 200}, ["AUTUMN10"], "active")
    uses = caller.get("/promotions/autumn/uses")["items"]
    assert [(one["order_id"], one["coupon"], one["amount"]) for one in uses] == [(order["order_id"], "AUTUMN10", 200)]
    seen = caller.get(f"/orders/{order['order_id']}")
    assert [(one["code"], one["name"], one["coupon"], one["amount"]) for one in seen["promotions"]] == [
        ("autumn", "Autumn", "AUTUMN10", 200)
    ]
    assert caller.post("/promotions/autumn/retire")["state"] == "retired"
    refused = caller.post("/orders", wanted(coupon_codes=["AUTUMN10"]))
    assert (refused.status, refused.problem.code) == (422, "coupon_unknown")


def test_a_refusal_says_why(shop: Shop, caller: Caller) -> None:
    goods(shop)
    promote(shop, coupons=("BIG",), least_quantity=3)
    refused = caller.post("/orders", wanted(coupon_codes=["BIG"]))
    assert (refused.status, refused.problem.code) == (422, "coupon_wants_more")
    assert caller.post("/orders", wanted(coupon_codes=["?"])).status == 422
    assert not Order.objects.exists()


def test_what_an_order_would_cost_is_told_before(shop: Shop, caller: Caller) -> None:
    goods(shop)
    promote(shop)
    promote(shop, "big", coupons=("BIG",), least_quantity=3)
    told = caller.post("/orders/preview", wanted())
    assert (told.status, told["total"], told["discount"]) == (200, 1800, 200)
    assert told["promotions"] == [{"code": "autumn", "name": "Autumn", "coupon": "", "amount": 200}]
    assert caller.post("/orders/preview", wanted(coupon_codes=["BIG"])).problem.code == "coupon_wants_more"
    assert (Order.objects.count(), PromotionUse.objects.count()) == (0, 0)


def test_a_cart_keeps_its_coupons(shop: Shop, caller: Caller) -> None:
    goods(shop)
    promote(shop, coupons=("TEN",))
    made = caller.post("/carts", wanted(coupon_codes=["ten"]))
    path = f"/carts/{made['cart_id']}"
    assert caller.get(path)["coupon_codes"] == ["TEN"]
    placed = caller.post(f"{path}/place", {"accepted_total": 1800})
    assert (placed.status, placed["total"]) == (201, 1800)


def test_guessing_is_slow_and_whoever_is_right_never_waits(shop: Shop, caller: Caller) -> None:
    goods(shop)
    promote(shop, coupons=("TEN",))
    tries = [wanted(coupon_codes=[f"GUESS-{number}"], client="203.0.113.9") for number in range(14)]
    kinds = [caller.post("/orders/preview", one).problem.code for one in tries]
    assert kinds == ["coupon_unknown"] * CLIENT.free + ["too_many_guesses"] * (14 - CLIENT.free)
    assert caller.post("/orders", wanted(coupon_codes=["TEN"], client="203.0.113.9")).status == 429
    assert caller.post("/orders", wanted(coupon_codes=["TEN"], client="203.0.113.10"))["total"] == 1800
