"""Many rows in one request: each has its key, and is answered on its own."""

from __future__ import annotations

from typing import Any

import pytest

from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory.commands import adjust_stock
from dingdan.ledgers.payments.commands import (
    RequestCapture,
    Told,
    Towards,
    record_authorization,
    request_authorization,
    request_capture,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.ports import gateways
from dingdan.trade.fulfillment.models import Package, Shipment
from dingdan.web.api import many
from tests import kit
from tests.conftest import Shop
from tests.laws.scene import GATEWAY, SilentGateway
from tests.web.api.client import Answer, Caller


@pytest.fixture
def caller(shop: Shop) -> Caller:
    return Caller(shop)


def planned(shop: Shop, count: int) -> list[str]:
    """The numbers of so many shipments."""
    kit.stock(shop, "MUG", 100)
    return [kit.plan(shop, kit.place(shop, ("MUG", 1))).shipments[0].number for _ in range(count)]


def became(answer: Answer) -> list[tuple[str, int, str]]:
    """Key, status and event or problem of each row."""
    assert answer.status == 200, answer.body
    return [
        (row["key"], row["status"], row["event"]["event"] if row["event"] else row["problem"]["code"])
        for row in answer["outcomes"]
    ]


def rows(*given: dict[str, Any]) -> dict[str, Any]:
    """A body of these rows, which are named a, b, c … where they name themselves not."""
    return {"rows": [{"key": chr(ord("a") + index), **row} for index, row in enumerate(given)]}


def test_it_works(shop: Shop, caller: Caller) -> None:
    first, second = planned(shop, 2)
    by_id = str(Shipment.objects.get(number=second).id)
    sent = rows(
        {"shipment_id": first, "carrier": "DHL", "tracking_number": "JD1"},
        {"shipment_id": "S9"},
        {"shipment_id": first},
        {"shipment_id": by_id, "tracking_number": "JD2"},
    )
    answer = caller.post("/shipments/ship", sent)
    assert became(answer) == [
        ("a", 200, "ShipmentShipped"), ("b", 404, "not_found"), ("c", 409, "not_in_this_state"), ("d", 200, "ShipmentShipped"),
    ]  # fmt: skip
    assert answer["outcomes"][1]["problem"]["field"] == "shipment_id"
    numbers = dict(Shipment.objects.values_list("number", "tracking_number"))
    assert numbers == {first: "JD1", second: "JD2"}
    delivered = caller.post("/shipments/deliver", rows({"shipment_id": second}, {"shipment_id": second}))
    assert became(delivered) == [("a", 200, "ShipmentDelivered"), ("b", 409, "not_in_this_state")]


def test_rows_that_are_sent_again_are_answered_again(shop: Shop, caller: Caller) -> None:
    first, second = planned(shop, 2)
    sent = rows({"shipment_id": first}, {"shipment_id": second})
    before = caller.post("/shipments/pick", {"rows": sent["rows"][:1]})
    entries = JournalEntry.objects.count()
    after = caller.post("/shipments/pick", sent)
    assert after["outcomes"][0] == before["outcomes"][0]
    assert JournalEntry.objects.count() == entries + 1
    assert caller.post("/shipments/pick", sent).json == after.json
    other = caller.post("/shipments/pick", rows({"shipment_id": second}, {"shipment_id": second}))
    assert became(other) == [("a", 422, "key_reused"), ("b", 200, "ShipmentPicked")]
    assert other["outcomes"][0]["problem"]["field"] == "key"


def test_what_a_name_meant_is_answered_when_it_means_nothing_any_more(shop: Shop, caller: Caller) -> None:
    (number,) = planned(shop, 1)
    sent = rows({"shipment_id": number, "packages": [{"weight_grams": 900}, {"weight_grams": 100}]})
    before = caller.post("/shipments/pack", sent)
    assert (became(before), Package.objects.count()) == ([("a", 200, "ShipmentPacked")], 2)
    Shipment.objects.update(number="S-other")
    assert caller.post("/shipments/pack", sent).json == before.json


def test_stock_of_a_warehouse(shop: Shop, caller: Caller) -> None:
    variant = kit.stock(shop, "MUG", 5)
    received = caller.post("/stock/receipts/many", rows(*({"lines": [{"sku": sku, "quantity": 2}]} for sku in ("MUG", "TEA"))))
    assert became(received) == [("a", 200, "StockReceived"), ("b", 422, "no_such_stock")]
    assert received["outcomes"][1]["problem"]["field"] == "lines.0.sku"
    changes = ({"lines": [{"sku": "MUG", "quantity": change}], "reason": "damage"} for change in (-9, -3, -9))
    adjusted = caller.post("/stock/adjustments/many", rows(*changes))
    assert became(adjusted) == [("a", 409, "not_there"), ("b", 200, "StockAdjusted"), ("c", 409, "not_there")]
    here = str(caller.get("/locations/main-stock")["id"])
    counted = caller.post("/stock/counts/many", rows({"lines": [{"sku": "MUG", "location_id": here, "counted": 7}]}))
    assert became(counted) == [("a", 200, "StockCounted")]
    assert kit.levels(variant) == (7, 0)


def test_a_settlement_of_a_gateway(shop: Shop, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gateways, GATEWAY, SilentGateway())
    kit.stock(shop, "MUG", 5)
    charges = []
    for number in (1, 2):
        order = kit.place(shop, ("MUG", 1))
        towards = (Towards(document=Document("order", order.order_id)),)
        asked = request_authorization(shop.call(), gateway=GATEWAY, currency="GBP", towards=towards)
        record_authorization.one(shop.call(), Told(attempt_id=asked.attempt_id, payment_reference=f"ch-{number}"))
        request_capture.one(shop.call(), RequestCapture(payment_id=asked.payment_id))
        charges.append(asked.payment_id)
    told = [
        {
            "gateway": GATEWAY,
            "payment_reference": charge,
            "reference": f"cp-{charge}",
            "money": {"amount": 250, "currency": "GBP"},
        }
        for charge in ("ch-1", "ch-9", "ch-2", "ch-1")
    ]
    answer = caller.post("/attempts/captured", rows(*told))
    assert became(answer) == [
        ("a", 200, "PaymentCaptured"), ("b", 404, "unknown_gateway_reference"), ("c", 200, "PaymentCaptured"),
        ("d", 409, "already_recorded"),
    ]  # fmt: skip
    assert [answer["outcomes"][row]["event"]["payment_id"] for row in (0, 2)] == [str(payment_id) for payment_id in charges]


def test_a_request_is_cut_into_transactions(shop: Shop, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 2)
    numbers = planned(shop, 5)
    answer = caller.post("/shipments/pick", rows(*({"shipment_id": number} for number in numbers)))
    assert became(answer) == [(key, 200, "ShipmentPicked") for key in "abcde"]


def test_a_fault_takes_no_neighbor_down(shop: Shop, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    variant = kit.stock(shop, "MUG", 5)
    original = adjust_stock.function

    def breaks(batch: Any) -> None:
        if any(item.intent.reason == "bad" for item in batch.items):
            raise ZeroDivisionError
        original(batch)

    monkeypatch.setattr(adjust_stock._run, "work", breaks)
    sent = rows(*({"lines": [{"sku": "MUG", "quantity": -1}], "reason": reason} for reason in ("good", "bad", "good")))
    answer = caller.post("/stock/adjustments/many", sent)
    assert became(answer) == [("a", 200, "StockAdjusted"), ("b", 500, "server_fault"), ("c", 200, "StockAdjusted")]
    assert answer["outcomes"][1]["problem"]["instance"].startswith("urn:uuid:")
    assert kit.levels(variant) == (3, 0)


UNREADABLE: list[dict[str, Any]] = [
    {},
    {"rows": []},
    rows({}),
    rows({"shipment_id": "S1", "weight": 3}),
    {"rows": [{"shipment_id": "S1"}]},
    {"rows": [{"shipment_id": "S1", "key": "a b"}]},
    {"rows": [{"shipment_id": "S1", "key": "a"}] * 1001},
]


def test_rows_that_cannot_be_read_are_refused_together(caller: Caller) -> None:
    for body in UNREADABLE:
        assert caller.post("/shipments/pick", body).problem.code == "invalid_request", str(body)[:100]
        assert not JournalEntry.objects.filter(command="fulfillment.pick_shipment").exists(), str(body)[:100]


def test_without_the_permission_no_row_is_looked_at(shop: Shop) -> None:
    planned(shop, 1)
    assert Caller(shop, "fulfillment.read").post("/shipments/pick", rows({"shipment_id": "S1001"})).problem.status == 403
    assert Shipment.objects.get().state == "planned"
