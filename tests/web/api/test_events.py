"""The feed over the API: in one order, without gaps, without anything personal."""

from __future__ import annotations

from dingdan.automation.consumers import drain
from dingdan.kernel import feed
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller


def test_everything_is_read_once_in_its_order(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1))
    feed.sequence(shop.tenant_id)
    seen, after = [], 0
    while True:
        found = caller.get("/events", after=after, limit=2)
        seen += found["items"]
        if found["next"] == after:
            break
        after = found["next"]
    assert [one["position"] for one in seen] == list(range(1, len(seen) + 1))
    placed = seen[-1]
    assert (placed["event"], placed["command"], placed["facts"]["order_id"]) == (
        "OrderPlaced",
        "orders.place_orders",
        str(order.order_id),
    )
    assert "Ann" not in str(seen)


def test_the_list_of_orders_follows_the_feed(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1))
    assert caller.get("/orders")["items"] == []
    drain(shop.tenant_id)
    assert [row["number"] for row in caller.get("/orders")["items"]] == [order.number]


def test_mails_are_listed(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 1))
    drain(shop.tenant_id)
    (mail,) = caller.get("/notices")["items"]
    assert (mail["kind"], mail["order_id"], mail["state"]) == ("order_confirmed", str(order.order_id), "queued")
    assert caller.post(f"/notices/{mail['id']}/skip").status == 200
    assert caller.get(f"/notices/{mail['id']}")["state"] == "skipped"
