"""Splitting and merging orders over the API: see what would come of it, do it, take it back."""

from __future__ import annotations

from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller


def test_split_and_take_back(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    wanted = {"parts": [[{"line_id": str(order.lines[0].line_id), "quantity": 1}]]}
    before = JournalEntry.objects.count()
    shown = caller.post(f"/orders/{order.number}/split/preview", wanted)
    assert (shown.status, [one["total"] for one in shown["orders"]], JournalEntry.objects.count()) == (200, [500, 250], before)
    done = caller.post(f"/orders/{order.number}/split", {**wanted, "fingerprint": shown["fingerprint"]})
    assert (done.status, done["event"], [one["number"] for one in done["orders"]]) == (201, "OrderSplit", ["1001", "1002"])
    assert done.headers["Location"] == f"/api/v1/changes/{done['change_id']}"
    change = caller.get(done.headers["Location"].removeprefix("/api/v1")).json
    assert (change["kinds"], [one["effect"] for one in change["effects"]]) == (["split"], ["handed"])
    assert caller.get("/orders/1002")["total"] == 250
    back = caller.get(f"/changes/{done['change_id']}/undo-regrouping/preview").json
    assert back["refusals"] == []
    undone = caller.post(f"/changes/{done['change_id']}/undo-regrouping", {"fingerprint": back["fingerprint"]})
    assert (undone.status, undone["event"], caller.get("/orders/1002")["state"]) == (200, "RegroupingUndone", "canceled")
    assert kit.breaches() == []


def test_merge_what_is_offered(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 10)
    first, second, third = (kit.place(shop, ("TEA", 1)) for _ in range(3))
    caller.post(f"/orders/{third.number}/keep-apart", {})
    offered = caller.get(f"/orders/{first.number}/mergeable").json
    assert [one["number"] for one in offered] == ["1002"]
    wanted = {"order_ids": [str(second.order_id)]}
    shown = caller.post(f"/orders/{first.number}/merge/preview", wanted).json
    assert [(one["number"], one["total"]) for one in shown["orders"]] == [("1001", 500), ("1002", 0)]
    done = caller.post(f"/orders/{first.number}/merge", {**wanted, "fingerprint": shown["fingerprint"]})
    assert (done.status, done["event"]) == (201, "OrdersMerged")
    assert kit.breaches() == []


def test_what_is_refused(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "TEA", 10)
    order, apart = kit.place(shop, ("TEA", 2)), kit.place(shop, ("TEA", 1))
    caller.post(f"/orders/{apart.number}/keep-apart", {})
    url = f"/orders/{order.number}"
    many = {"parts": [[{"line_id": str(order.lines[0].line_id), "quantity": 9}]]}
    for path, sent, status, code in (
        (f"{url}/split", many, 409, "not_that_many"),
        (f"{url}/split", {"parts": []}, 422, "empty_part"),
        (f"{url}/split", {"by": "mood"}, 422, "unknown_choice"),
        (f"{url}/split", {"by": "stock"}, 409, "nothing_to_split"),
        (f"{url}/merge", {"order_ids": [str(apart.order_id)]}, 409, "not_alike"),
        (f"{url}/merge", {"order_ids": []}, 409, "nothing_to_merge"),
        ("/orders/none/split", many, 404, "not_found"),
        (f"{url}/split/preview", {"by": "mood"}, 422, "invalid_request"),
    ):
        answer = caller.post(path, sent)
        assert (answer.status, answer.problem.code) == (status, code), path
    assert Order.objects.count() == 2
