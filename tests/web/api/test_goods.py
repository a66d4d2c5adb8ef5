"""Goods over the API: received, explained, moved, promised, shipped, taken back."""

from __future__ import annotations

from typing import Any

from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller


def test_stock_is_received_corrected_and_explained(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG")
    assert caller.post("/stock/receipts", {"lines": [{"sku": "MUG", "quantity": 50}]}).status == 200
    assert caller.post("/stock/adjustments", {"lines": [{"sku": "MUG", "quantity": -3}], "reason": "damage"}).status == 200
    (line,) = caller.get("/stock", sku="MUG")["items"]
    assert (line["on_hand"], line["reserved"], line["available"]) == (47, 0, 47)
    told = caller.get("/stock/MUG/why")
    assert (told["on_hand"], [(move["change"], move["on_hand"]) for move in told["moves"]]) == (47, [(50, 50), (-3, 47)])
    assert caller.get("/stock/MUG/why", node="main")["on_hand"] == 47
    assert caller.get("/stock/MUG/promisable")["available"] == 47
    assert [(one["location"], one["on_hand"]) for one in caller.get("/holdings", sku="MUG")["items"]] == [("main-stock", 47)]


CANNOT_BE: list[tuple[str, dict[str, Any], tuple[int, str | None]]] = [
    ("/stock/receipts", {"lines": []}, (422, "lines")),
    ("/stock/receipts", {"lines": [{"sku": "NONE", "quantity": 1}]}, (422, "lines.0.sku")),
    ("/stock/receipts", {"lines": [{"sku": "MUG", "quantity": 0}]}, (422, "lines.0.quantity")),
    ("/stock/receipts", {"lines": [{"sku": "MUG", "quantity": 10**12}]}, (422, "lines.0.quantity")),
    ("/stock/adjustments", {"lines": [{"sku": "MUG", "quantity": 1}], "reason": ""}, (422, "reason")),
    ("/stock/adjustments", {"lines": [{"sku": "MUG", "quantity": -5}], "reason": "theft"}, (409, None)),
]


def test_what_cannot_be_is_refused_and_nothing_moves(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG", 4)
    entries = JournalEntry.objects.count()
    for path, body, refused in CANNOT_BE:
        answer = caller.post(path, body)
        assert (answer.status, answer.problem.field) == refused, body
        assert (kit.levels(variant), JournalEntry.objects.count()) == ((4, 0), entries), body
    assert kit.breaches() == []


def test_goods_to_come_are_promised(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG")
    coming = {"sku": "MUG", "quantity": 8, "expected_at": "2999-01-01T12:00:00Z"}
    made = caller.post("/supplies", {"lines": [coming]})
    assert made.status == 200
    assert [(one["quantity"], one["received"], one["expected_at"]) for one in caller.get("/supplies")["items"]] == [
        (8, 0, "2999-01-01T12:00:00Z")
    ]
    assert caller.get("/stock/MUG/promisable", on="2999-01-01")["available"] == 8
    assert caller.get("/stock/MUG/promisable", on="2998-12-31")["available"] == 0
    supply = made["lines"][0]["supply_id"]
    assert caller.post("/supplies/receipts", {"lines": [{"supply_id": supply, "quantity": 8}]}).status == 200
    assert kit.levels(variant) == (8, 0)
    assert caller.get("/late-promises").json == []


def test_a_shipment_is_planned_picked_packed_shipped_and_delivered(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    kit.pay(shop, order)
    planned = caller.post(f"/orders/{order.number}/shipments")
    (shipment,) = planned["shipments"]
    number = shipment["number"]
    assert caller.post(f"/orders/{order.number}/shipments").problem.code == "nothing_to_ship"
    assert caller.post(f"/shipments/{number}/pick").status == 200
    assert caller.post(f"/shipments/{number}/pack", {"packages": [{"weight_grams": 700}, {}]})["packages"] == 2
    sent = caller.post(f"/shipments/{number}/ship", {"carrier": "Royal Mail", "tracking_number": "RM1"})
    assert (sent.status, sent["tracking_number"]) == (200, "RM1")
    again = caller.post(f"/shipments/{number}/ship", {})
    assert (again.status, again.problem.code) == (409, "not_in_this_state")
    assert caller.post(f"/shipments/{number}/deliver").status == 200
    told = caller.get(f"/shipments/{number}")
    assert (told["state"], told["node"], [line["quantity"] for line in told["lines"]]) == ("delivered", "main", [2])
    assert [package["weight_grams"] for package in told["packages"]] == [700, None]
    assert [one["number"] for one in caller.get("/shipments", tracking_number="RM1")["items"]] == [number]
    assert caller.get("/shipments", state="planned")["items"] == []


def test_never_more_comes_back_than_was_shipped(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    line = str(order.lines[0].line_id)
    answer = caller.post(f"/orders/{order.number}/returns", {"lines": [{"line_id": line, "quantity": 3}]})
    assert (answer.status, answer.problem.code) == (409, "return_above_shipped")
    made = caller.post(f"/orders/{order.number}/returns", {"lines": [{"line_id": line, "quantity": 2, "reason": "late"}]})
    told = caller.get(made.headers["Location"].removeprefix("/api/v1"))
    assert (told["state"], told["lines"][0]["quantity"], told["lines"][0]["reason"]) == ("authorized", 2, "late")
    assert [one["number"] for one in caller.get("/returns", order=order.number)["items"]] == [told["number"]]
    assert kit.breaches() == []


def test_an_order_is_canceled_once(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    assert caller.post(f"/orders/{order.number}/cancel", {"reason": "customer"}).status == 200
    assert kit.levels(variant) == (5, 0)
    answer = caller.post(f"/orders/{order.number}/cancel", {"reason": "customer"})
    assert (answer.status, answer.problem.code) == (409, "already_canceled")
    assert kit.breaches() == []


def test_what_left_is_invoiced(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    kit.pay(shop, order)
    shipment_id = kit.ship(shop, order)
    made = caller.post("/invoices", {"shipment_id": str(shipment_id)})
    assert (made.status, made["total"]) == (201, 500)
    told = caller.get(f"/invoices/{made['number']}")
    assert (told["total"], [(line["sku"], line["quantity"], line["total"]) for line in told["lines"]]) == (500, [("MUG", 2, 500)])
    printed = caller.get(f"/invoices/{made['number']}/pdf")
    assert (printed.status, printed.media_type, printed.body[:5]) == (200, "application/pdf", b"%PDF-")
    assert caller.get(f"/invoices/{new_id()}/pdf").status == 404
    assert [one["number"] for one in caller.get(f"/orders/{order.number}")["invoices"]] == [made["number"]]
    assert caller.post("/invoices", {"shipment_id": str(shipment_id)}).problem.code == "nothing_to_invoice"


def test_what_an_article_cost_is_told(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG")
    for price in (1000, 900):
        kit.price(shop, "MUG", price)
    told = caller.get("/variants/MUG/price-history")["items"]
    assert [(float(one["unit_price"]), one["currency"], one["ended_at"] is None) for one in told] == [
        (1000, "GBP", False), (900, "GBP", True),
    ]  # fmt: skip
    assert told[0]["ended_at"] == told[1]["began_at"]
    assert caller.get("/variants/NONE/price-history").status == 404
