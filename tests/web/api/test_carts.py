"""Carts over the API: kept, changed, placed once."""

from __future__ import annotations

from dingdan.kernel.ids import new_id
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller
from tests.web.api.wishes import wish


def test_a_cart_is_kept_changed_and_placed_once(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    made = caller.post("/carts", wish(("MUG", 1), ship_to=None))
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1/carts/{made['cart_id']}")
    path = f"/carts/{made['cart_id']}"
    assert caller.put(path, wish(("MUG", 2))).status == 200
    told = caller.get(path)
    assert (told["state"], told["order_id"], told["channel"]) == ("open", None, "web")
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in told["lines"]] == [("MUG", 2, "250")]
    refused = caller.post(f"{path}/place", {"accepted_total": 499})
    assert (refused.status, refused.problem.code) == (409, "price_changed")
    placed = caller.post(f"{path}/place", {"accepted_total": 500})
    assert (placed.status, placed["total"]) == (201, 500)
    again = caller.post(f"{path}/place", {"accepted_total": 500})
    assert (again.status, again.problem.code) == (409, "cart_is_gone")
    assert (caller.get(path)["state"], caller.get(path)["order_id"]) == ("placed", placed["order_id"])
    assert caller.put(path, wish(("MUG", 1))).status == 409
    assert Order.objects.count() == 1


def test_a_strangers_cart_is_not_there(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    path = f"/carts/{new_id()}"
    answers = [caller.get(path), caller.put(path, wish(("MUG", 1))), caller.post(f"{path}/place", {})]
    assert [answer.status for answer in answers] == [404, 404, 404]
