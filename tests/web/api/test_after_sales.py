"""What happens after the sale over the API: grades and labels, claims, reports, orders again, warranties."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import ahead, favors, sold
from tests.trade.aftersales.test_inspect_return import bought
from tests.web.api.client import Caller


def period() -> dict[str, str]:
    """Yesterday to tomorrow."""
    now = clock.now()
    return {"since": (now - timedelta(days=1)).isoformat(), "until": (now + timedelta(days=1)).isoformat()}


def test_a_return_is_labeled_scanned_received_and_given_a_grade(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "MUG", 10)
    kit.stock(shop, "A", 10)
    sold.rule(shop, restocking_rate=Decimal("0.1"), shipping_fee=100)
    order = bought(shop, 2, price=1000)
    lines = [{"line_id": str(order.lines[0].line_id), "quantity": 2, "reason": "unwanted", "condition": "opened"}]
    made = caller.post(f"/orders/{order.order_id}/returns", {"lines": lines})
    number = made["number"]
    assert caller.put(f"/returns/{number}/label", {"carrier": "Royal Mail", "label_url": "https://x.example/1"}).status == 200
    assert caller.post(f"/returns/{number}/scan").status == 200
    assert caller.post(f"/returns/{number}/receive", {}).status == 200
    piece = caller.get(f"/returns/{number}")["lines"][0]["pieces"][0]["id"]
    graded = caller.post(f"/returns/{number}/grade", {"pieces": [{"piece_id": piece, "grade": "B", "quantity": 2}]})
    assert (graded["refund"], graded["fee"]) == (1300, 700)
    told = caller.get(f"/returns/{number}")
    (line,) = told["lines"]
    assert (line["wear"], line["restocking"], line["shipping"], line["condition"]) == (400, 200, 100, "opened")
    assert (told["carrier"], told["label_url"], line["pieces"][0]["grades"]) == ("Royal Mail", "https://x.example/1", {"B": 2})


def test_a_claim_is_filed_listed_and_settled(shop: Shop, caller: Caller) -> None:
    _customer, order = favors.customers_order(shop)
    favors.terms(shop)
    line_id = str(order.lines[0].line_id)
    filed = caller.post(
        f"/orders/{order.number}/claims", {"lines": [{"line_id": line_id, "quantity": 1, "reason": "damaged"}], "note": "Cracked"}
    )
    assert (filed.status, filed["number"]) == (201, "K1001")
    assert [one["number"] for one in caller.get("/claims", state="filed", order=order.number)["items"]] == ["K1001"]
    settled = caller.post("/claims/K1001/resolve", {"resolution": "keep", "amounts": [{"line_id": line_id, "amount": 250}]})
    assert settled["refund"] == 250
    told = caller.get("/claims/K1001")
    assert (told["state"], told["resolution"], told["lines"][0]["refund"]) == ("resolved", "keep", 250)
    assert caller.post("/claims/K1001/thanks")["amount"] == 500
    assert caller.post("/claims/K1001/deny", {"reason": "No"}).problem.code == "not_in_this_state"
    assert caller.post(f"/orders/{order.number}/goodwill", {"amount": 100})["given"] == 100
    credit = caller.post(f"/orders/{order.number}/credit", {})
    assert (credit["amount"], credit["bonus"]) == (250, 25)
    (pot,) = caller.get("/customers/C-1/store-credit").json
    assert (pot["left"], [one["left"] for one in pot["expiring"]]) == (775, [500, 25])
    assert kit.breaches() == []


def test_reports_tell_rates_leakage_and_who_does_it_often(shop: Shop, caller: Caller) -> None:
    _customer, order = favors.customers_order(shop, quantity=8)
    other = bought(shop, 1, price=1000, customer_id=_customer)
    sold.graded(shop, sold.back(shop, order, 1, reason="unwanted"), A=1)
    sold.rule(shop, allows=False)
    sold.graded(shop, sold.back(shop, other, 1, reason="late", override="Sorry"), A=1)
    claim_id = sold.claim(shop, order, 1)
    caller.post(f"/claims/{claim_id}/resolve", {"resolution": "refund"})
    caller.post(f"/orders/{order.number}/goodwill", {"amount": 70})
    caller.post(f"/orders/{order.number}/allowances", {"amount": 50})
    rates = caller.get("/reports/return-rates", **period()).json
    assert [(row["sku"], row["reason"], row["shipped"], row["returned"], row["per_mille"]) for row in rates] == [
        ("A", "late", 9, 1, 111), ("A", "unwanted", 9, 1, 111),
    ]  # fmt: skip
    leaks = caller.get("/reports/refund-leakage", **period()).json
    assert [(row["way"], row["reason"], row["times"], row["amount"]) for row in leaks] == [
        ("against_the_rules", "late", 1, 1000), ("claim_refund", "damaged", 1, 1000), ("goodwill", "", 1, 70),
        ("allowance", "", 1, 50),
    ]  # fmt: skip
    (who,) = caller.get("/reports/repeat-returners", **period(), least=3).json
    assert (who["number"], who["orders"], who["returns"], who["claims"], who["refund"], who["per_mille"]) == (
        "C-1", 2, 2, 1, 3000, 1000,
    )  # fmt: skip
    table = caller.get("/reports/return-rates/csv", **period())
    assert table.body.decode().splitlines() == [
        "sku,reason,shipped,returned,per_mille", "A,late,9,1,111", "A,unwanted,9,1,111",
    ]  # fmt: skip
    assert caller.get("/reports/secrets/csv", **period()).status == 422
    long_ago = {"since": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}
    for report in ("return-rates", "refund-leakage", "repeat-returners"):
        assert caller.get(f"/reports/{report}", **long_ago).json == []


def test_money_at_risk_is_told_until_it_is_paid(shop: Shop, caller: Caller) -> None:
    _order, return_id = ahead.exchanged(shop, days=14)
    follow_up = ahead.sent(shop, return_id)
    asked = {"since": "2026-01-01T00:00:00Z", "until": (clock.now() + timedelta(days=30)).isoformat()}
    (row,) = caller.get("/reports/money-at-risk", **asked).json
    assert (row["number"], row["state"], row["order_number"], row["due"]) == ("R1001", "authorized", follow_up.number, 1500)
    kit.pay(shop, follow_up)
    assert caller.get("/reports/money-at-risk", **asked).json == []


def test_an_order_is_placed_again_at_todays_prices(shop: Shop, caller: Caller) -> None:
    for sku in ("SAME", "DEARER", "CHEAPER", "GONE", "UNPRICED"):
        kit.stock(shop, sku, 10)
    order = kit.place(shop, *((sku, 1) for sku in ("SAME", "DEARER", "CHEAPER", "GONE", "UNPRICED")), price=100)
    for sku, price in (("SAME", 100), ("DEARER", 150), ("CHEAPER", 50), ("GONE", 100)):
        kit.price(shop, sku, price)
    assert caller.post("/variants/GONE/retire").status == 200
    told = caller.get(f"/orders/{order.number}/reorder")
    assert [(line["sku"], line["since"]) for line in told["lines"]] == [
        ("SAME", "same"), ("DEARER", "dearer"), ("CHEAPER", "cheaper"), ("GONE", "not_sold"), ("UNPRICED", "not_priced"),
    ]  # fmt: skip
    refused = caller.post(f"/orders/{order.number}/reorder", {"accepted_total": 299})
    assert refused.problem.code == "price_changed"
    placed = caller.post(f"/orders/{order.number}/reorder", {"accepted_total": 300})
    assert (placed.status, placed["total"], len(placed["lines"])) == (201, 300, 3)
    assert kit.breaches() == []


def test_nothing_to_order_again_is_refused(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    assert caller.get(f"/orders/{order.number}/reorder")["is_possible"] is False
    assert caller.post(f"/orders/{order.number}/reorder", {}).problem.code == "nothing_to_reorder"


def test_a_warranty_is_found_by_the_serial_number(shop: Shop, caller: Caller) -> None:
    kit.stock(shop, "DRILL", tracking="serial")
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("DRILL", 1, lot_code="SN-1"),)))
    sold.rule(shop, code="warranty", reasons=("warranty",), window_days=730, shipping_paid_by="shop")
    order = kit.place(shop, ("DRILL", 1))
    kit.deliver(shop, order)
    (told,) = caller.get("/warranties/SN-1").json
    assert (told["sku"], told["order_number"], told["eligible"], told["rule"], told["is_back"]) == (
        "DRILL", order.number, True, "warranty", False,
    )  # fmt: skip
    with clock.moved_by(timedelta(days=800)):
        (late,) = caller.get("/warranties/SN-1").json
    assert (late["eligible"], late["sentence"]) == (False, "The time in which this could come back is over.")
    assert caller.get("/warranties/SN-2").json == []
