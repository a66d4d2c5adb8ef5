"""Orders over the API: placed in one call, looked at, found, held, noted and tagged."""

from __future__ import annotations

from typing import Any

from dingdan.insight.board.upkeep import refresh
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.models import Contact, Order
from tests import kit
from tests.conftest import Shop
from tests.web.api.client import Caller
from tests.web.api.wishes import BUYER, wish


def test_a_guest_order_is_placed_in_one_call(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG", 5)
    answer = caller.post("/orders", wish(("MUG", 2), external_id="W-1", customer_note="Leave it\nat the door."))
    assert answer.status == 201
    assert (answer["event"], answer["number"], answer["currency"], answer["total"]) == ("OrderPlaced", "1001", "GBP", 500)
    assert [(line["variant_id"], line["quantity"], line["total"]) for line in answer["lines"]] == [(str(variant), 2, 500)]
    assert answer.headers["Location"] == f"/api/v1/orders/{answer['order_id']}"
    order = caller.get(f"/orders/{answer['order_id']}")
    assert (order["state"], order["payment_status"], order["fulfillment_status"]) == ("placed", "unpaid", "unfulfilled")
    assert (order["goods"], order["total"], order["channel"], order["external_id"]) == (500, 500, "web", "W-1")
    assert order["customer_note"] == "Leave it\nat the door."
    assert order["ship_to"]["phone"] == "+442079460000"
    assert order["ship_to"]["address"]["postal_code"] == "N1 9GU"
    line = order["lines"][0]
    assert (line["sku"], line["quantity"], line["reserved"], line["shipped"], line["unit_price"]) == ("MUG", 2, 2, 0, "250")
    assert (order["money"]["amount"], order["money"]["due"]) == (500, 500)
    assert [(entry["event"], entry["command"]) for entry in order["timeline"]] == [("OrderPlaced", "orders.place_orders")]
    assert kit.levels(variant) == (5, 2)


def test_an_order_is_found_by_its_number_too(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    placed = caller.post("/orders", wish(("MUG", 1)))
    assert caller.get(f"/orders/{placed['number']}").body == caller.get(f"/orders/{placed['order_id']}").body


def test_a_whole_life_is_told(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    order = kit.place(shop, ("MUG", 2))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    told = caller.get(f"/orders/{order.number}")
    assert (told["payment_status"], told["fulfillment_status"]) == ("paid", "delivered")
    assert [(payment["gateway"], payment["captured"]) for payment in told["payments"]] == [("cash", 500)]
    (shipment,) = told["shipments"]
    assert (shipment["state"], shipment["carrier"], shipment["tracking_number"]) == ("delivered", "Royal Mail", "RM123")
    assert [entry["event"] for entry in told["timeline"]] == [
        "OrderPlaced",
        "PaymentRecorded",
        "ShipmentsPlanned",
        "ShipmentShipped",
        "ShipmentDelivered",
    ]
    assert told["lines"][0]["delivered"] == 2


NOT_TO_BE_ORDERED: list[tuple[dict[str, Any], tuple[int, str | None, str | None]]] = [
    ({"lines": [{"sku": "NONE", "quantity": 1, "unit_price": 1}]}, (422, "unknown_sku", "lines.0.sku")),
    ({"lines": [{"sku": "MUG", "quantity": 0, "unit_price": 1}]}, (422, "quantity_out_of_range", "lines.0.quantity")),
    ({"lines": [{"sku": "MUG", "quantity": -1, "unit_price": 1}]}, (422, "quantity_out_of_range", "lines.0.quantity")),
    ({"lines": [{"sku": "MUG", "quantity": 10**12, "unit_price": 1}]}, (422, "quantity_out_of_range", "lines.0.quantity")),
    ({"lines": [{"sku": "MUG", "quantity": 6, "unit_price": 1}]}, (409, "out_of_stock", "lines.0.quantity")),
    ({"lines": [{"sku": "MUG", "quantity": 1}]}, (422, "not_priced", "lines.0.sku")),
    ({"lines": [{"name": "Gift wrap", "quantity": 1}]}, (422, "invalid", "lines.0")),
    ({"lines": []}, (422, "invalid_request", "lines")),
    ({"lines": [{"sku": "MUG", "quantity": 1.5}]}, (422, "invalid_request", "lines.0.quantity")),
    ({"lines": [{"sku": "MUG", "quantity": 1, "unit_price": -1}]}, (422, "invalid_request", "lines.0.unit_price")),
    ({"lines": [{"sku": "MUG", "quantity": 1, "unit_price": "1e20"}]}, (422, "invalid_request", "lines.0.unit_price")),
    ({"lines": [{"sku": "MUG", "quantity": 1, "unit_price": 5, "discount": 6}]}, (422, "discount_too_large", None)),
    ({"currency": "USD"}, (422, "wrong_currency", "currency")),
    ({"currency": "ZZZ"}, (422, "wrong_currency", "currency")),
    ({"channel": "nowhere"}, (404, "not_found", "channel")),
    ({"customer": "C-404"}, (404, "not_found", "customer")),
    ({"customer": "0190b5c8-6f6e-7cc0-8000-123456789abc"}, (404, "not_found", "customer")),
    ({"accepted_total": 499}, (409, "price_changed", "accepted_total")),
    ({"shipping_method": "rocket"}, (422, "does_not_go_there", "shipping_method")),
    ({"payment_method": "shells"}, (422, "unknown_payment_method", "payment_method")),
    ({"payment_method": "DROP TABLE"}, (422, "invalid_request", "payment_method")),
    ({"ship_to": BUYER | {"name": "Ann\x00Lee"}}, (422, "invalid_request", "ship_to.name")),
    ({"ship_to": BUYER | {"name": "Ann\x07Lee"}}, (422, "broken_text", "ship_to.name")),
    ({"ship_to": BUYER | {"name": "x" * 201}}, (422, "text_too_long", "ship_to.name")),
    ({"ship_to": BUYER | {"email": "ann"}}, (422, "email_not_usable", "ship_to.email")),
    ({"ship_to": BUYER | {"phone": "12"}}, (422, "phone_not_usable", "ship_to.phone")),
    ({"ship_to": BUYER | {"address": {"country_code": "GB"}}}, (422, "address_incomplete", None)),
    ({"ship_to": BUYER | {"address": {"country_code": "ZZ"}}}, (422, "unknown_country", "ship_to.address.country_code")),
    ({"language": "klingon!"}, (422, None, "language")),
    ({"external_id": "x" * 121}, (422, "text_too_long", "external_id")),
    ({"discount": 10**16}, (422, "invalid_request", "discount")),
    ({"surprise": 1}, (422, "invalid_request", "surprise")),
]


def test_what_cannot_be_ordered_is_refused_and_nothing_is_written(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG", 5)
    entries = JournalEntry.objects.count()
    for changes, (status, code, field) in NOT_TO_BE_ORDERED:
        answer = caller.post("/orders", wish(("MUG", 2), **changes))
        problem = answer.problem
        assert (answer.status, code or problem.code, field or problem.field) == (status, problem.code, problem.field), changes
        assert (Order.objects.count(), Contact.objects.count(), JournalEntry.objects.count()) == (0, 0, entries), changes
        assert kit.levels(variant) == (5, 0), changes
    assert kit.breaches() == []


def test_prices_of_ones_own_need_a_permission(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    answer = Caller(shop, "orders.place_orders").post("/orders", wish(("MUG", 1)))
    assert (answer.status, answer.problem.code) == (403, "may_not_set_prices")
    assert Order.objects.count() == 0


def test_an_external_order_comes_in_once(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    assert caller.post("/orders", wish(("MUG", 1), external_id="W-1")).status == 201
    answer = caller.post("/orders", wish(("MUG", 1), external_id="W-1"))
    assert (answer.status, answer.problem.code) == (409, "external_order_exists")
    assert Order.objects.count() == 1


def test_a_strangers_order_is_not_there(shop: Shop, caller: Caller) -> None:
    for path in (f"/orders/{new_id()}", "/orders/1001"):
        answer = caller.get(path)
        assert (answer.status, answer.problem.code) == (404, "not_found")
    assert caller.post(f"/orders/{new_id()}/hold", {"reason": "x"}).status == 404


def test_an_order_is_held_noted_tagged_and_resumed(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    number = kit.place(shop, ("MUG", 1)).number
    assert caller.post(f"/orders/{number}/hold", {"reason": "odd address"})["event"] == "OrderHeld"
    assert caller.get(f"/orders/{number}")["hold_reason"] == "odd address"
    again = caller.post(f"/orders/{number}/hold", {"reason": "again"})
    assert (again.status, again.problem.code) == (409, "not_in_this_state")
    assert caller.post(f"/orders/{number}/resume").status == 200
    assert caller.post(f"/orders/{number}/notes", {"text": "called her", "to_customer": False}).status == 200
    assert caller.post(f"/orders/{number}/tags", {"add": ["vip", "gift"], "remove": []}).status == 200
    assert caller.post(f"/orders/{number}/tags", {"remove": ["gift"]}).status == 200
    told = caller.get(f"/orders/{number}")
    assert (told["state"], told["tags"], [note["text"] for note in told["notes"]]) == ("placed", ["vip"], ["called her"])


def test_the_list_is_filtered_searched_and_paged_in_one_stable_order(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 99)
    kit.stock(shop, "TEA", 99)
    orders = [kit.place(shop, ("MUG" if index % 2 else "TEA", 1)) for index in range(7)]
    refresh([order.order_id for order in orders])
    newest_first = [order.number for order in reversed(orders)]
    assert [row["number"] for row in caller.get("/orders")["items"]] == newest_first
    seen, after = [], None
    while True:
        query = {"limit": 3} | ({"after": after} if after else {})
        found = caller.get("/orders", **query)
        seen += [row["number"] for row in found["items"]]
        after = found["next"]
        late = kit.place(shop, ("MUG", 1))  # what comes in meanwhile shifts nothing
        refresh([late.order_id])
        if after is None:
            break
    assert seen == newest_first
    assert [row["number"] for row in caller.get("/orders", sku="TEA")["items"]] == newest_first[::2]
    assert [row["number"] for row in caller.get("/orders", q=orders[0].number)["items"]] == [orders[0].number]
    assert caller.get("/orders", state="canceled")["items"] == []
    assert caller.get("/orders", placed_before="2026-01-01T00:00:00Z")["items"] == []
    assert caller.get("/orders", channel="web", limit=1)["items"][0]["name"] == "Ann Lee"


NO_CURSORS = ["x", "e30", "WzFd", "W10", "a" * 400, "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsICJ4Il0"]


def test_a_cursor_that_no_page_gave_is_refused(caller: Caller) -> None:
    for after in NO_CURSORS:
        answer = caller.get("/orders", after=after)
        assert (answer.status, answer.problem.code, answer.problem.field) == (422, "unusable_cursor", "after"), after


NO_FILTERS: list[tuple[dict[str, Any], str]] = [
    ({"limit": 0}, "out_of_range"),
    ({"limit": 101}, "out_of_range"),
    ({"limit": "x"}, "wrong_type"),
    ({"state": "plced"}, "not_one_of"),
    ({"payment_status": "no"}, "not_one_of"),
    ({"placed_from": "yesterday"}, "not_readable"),
    ({"placed_from": "2026-01-01T00:00:00"}, "not_readable"),
]


def test_a_filter_that_cannot_be_read_is_refused(caller: Caller) -> None:
    for query, code in NO_FILTERS:
        answer = caller.get("/orders", **query)
        assert (answer.status, [fault.code for fault in answer.problem.errors]) == (422, [code]), query


def test_orders_are_counted_by_state_and_status(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 9)
    paid, other = kit.place(shop, ("MUG", 1)), kit.place(shop, ("MUG", 1))
    kit.pay(shop, paid)
    refresh([paid.order_id, other.order_id])
    counted = caller.get("/orders/counts")
    assert (counted["orders"], counted["state"]) == (2, {"placed": 2})
    assert counted["payment_status"] == {"paid": 1, "unpaid": 1}
    assert counted["fulfillment_status"] == {"unfulfilled": 2}
    unpaid = caller.get("/orders/counts", payment_status="unpaid", channel="web")
    assert (unpaid["orders"], unpaid["state"]) == (1, {"placed": 1})
    assert unpaid["payment_status"] == {"paid": 1, "unpaid": 1}
    assert caller.get("/orders/counts", state="nonsense").status == 422


def test_what_an_order_comes_to_is_told_before_it_is_placed(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 1, shortage="backorder")
    kit.stock(shop, "TEA", 9)
    sent = wish(("MUG", 3), ("TEA", 1), discount=100, shipping_price=300)
    told = caller.post("/orders/preview", sent)
    assert told.status == 200
    assert (told["goods"], told["discount"], told["shipping"], told["tax"], told["total"]) == (1000, 100, 300, 0, 1200)
    assert [(line["sku"], line["kind"], line["total"], line["waiting"]) for line in told["lines"][:2]] == [
        ("MUG", "goods", 675, 2),
        ("TEA", "goods", 225, 0),
    ]
    assert told["promised_at"] is None
    assert not Order.objects.exists()
    placed = caller.post("/orders", sent | {"accepted_total": told["total"]})
    assert (placed.status, placed["total"], placed["backordered"]) == (201, 1200, 2)


NOT_EVEN_TO_BE_PREVIEWED: list[tuple[dict[str, Any], int, str]] = [
    ({"accepted_total": 1}, 409, "price_changed"),
    ({"shipping_method": "pigeon"}, 422, "does_not_go_there"),
    ({"lines": [{"sku": "MUG", "quantity": 6, "unit_price": 250}]}, 409, "out_of_stock"),
    ({"lines": [{"sku": "GONE"}]}, 422, "unknown_sku"),
]


def test_a_preview_refuses_what_placing_would_refuse(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 5)
    for changes, status, code in NOT_EVEN_TO_BE_PREVIEWED:
        sent = wish(("MUG", 1)) | changes
        for path in ("/orders/preview", "/orders"):
            answer = caller.post(path, sent)
            assert (answer.status, answer.problem.code) == (status, code), (path, changes)
        assert not Order.objects.exists(), changes


def test_a_preview_is_nothing_for_whoever_may_not_set_prices(shop: Shop) -> None:
    kit.stock(shop, "MUG", 5)
    answer = Caller(shop, "orders.read", "orders.place_orders").post("/orders/preview", wish(("MUG", 1)))
    assert (answer.status, answer.problem.code) == (403, "may_not_set_prices")
