"""Methods, links to pay and reminders over the API."""

from __future__ import annotations

import base64

import pytest

from dingdan.automation.models import Notice
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.dunning.models import ReminderStop
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.firm import open_for_business
from tests.masterdata.methods.offered import offer
from tests.masterdata.rates.drafts import TODAY, rate, write_down
from tests.trade.dunning import owing
from tests.web.api.client import Caller

ORDER = {
    "lines": [{"sku": "TEA", "quantity": 2, "unit_price": "250"}], "ship_to": {"name": "Ann Lee"},
}  # fmt: skip


@pytest.fixture
def caller(shop: Shop) -> Caller:
    kit.stock(shop, "TEA", 9)
    return Caller(shop)


def test_an_order_is_placed_by_a_method_of_the_shop(shop: Shop, caller: Caller) -> None:
    with open_for_business():
        offer(shop, "pennypay_qr", gateway="pennypay", ways=("qr",))
    placed = caller.post("/orders", ORDER | {"payment_method": "pennypay_qr"})
    assert placed.status == 201, placed.body
    assert Order.objects.get().payment_method == "pennypay_qr"
    refused = caller.post("/orders", ORDER | {"payment_method": "cash"})
    assert (refused.status, refused.json["code"]) == (422, "payment_method_not_available")
    assert "pennypay_qr" in refused.json["remedy"]
    unknown = caller.post("/orders", ORDER | {"payment_method": "barter"})
    assert (unknown.status, unknown.json["code"]) == (422, "unknown_payment_method")


def test_what_is_offered(shop: Shop, caller: Caller) -> None:
    made = caller.post(
        "/payment-methods", {"code": "cash", "gateway": "cash", "name": "Cash", "charge_rate": "0.1", "countries": ["GB"]}
    )
    assert made.status == 201
    told = caller.get("/offered-payment-methods", channel="web", country="GB", currency="GBP", amount=1000)
    assert [(one["code"], one["charge"]) for one in told.json] == [("cash", 100)]
    assert caller.get("/offered-payment-methods", channel="web", country="FR", currency="GBP", amount=1000).json == []
    assert caller.get("/payment-methods/cash").json["charge_rate"] == "0.1"


def test_links_are_made_and_mailed_once(shop: Shop, caller: Caller) -> None:
    order = kit.place(shop, ("TEA", 1))
    url = caller.get(f"/orders/{order.number}/payment-link").json["url"]
    assert "/pay/" in url
    for _time in range(2):
        sent = caller.post(f"/orders/{order.number}/payment-link/mail", {}, key="mail-it")
        assert sent.status == 200
    assert Notice.objects.filter(kind="payment_link").count() == 1
    assert caller.get(f"/orders/{order.number}/checkouts").json == []


def test_what_is_open_is_told_and_stopped(shop: Shop, caller: Caller) -> None:
    offer(shop, "on_account", net_days=14)
    _order, invoice = owing.invoiced(shop, 2, customer_id=owing.customer(shop))
    (open_,) = caller.get("/open-invoices").json
    assert (open_["number"], open_["open"], open_["days_late"]) == (invoice.number, 500, -14)
    assert "/pay/" in caller.get(f"/invoices/{invoice.number}/payment-link").json["url"]
    assert caller.post("/reminders/stop", {"invoice_id": str(invoice.id), "reason": "They call"}).status == 200
    assert ReminderStop.objects.get().reason == "They call"
    assert caller.post(f"/invoices/{invoice.number}/remind", {}).json["code"] == "nothing_to_remind"


def test_an_amount_is_also_told_in_another_currency(shop: Shop, caller: Caller) -> None:
    order = kit.place(shop, ("TEA", 2))
    write_down(shop, rate("GBP", "JPY", "190.5", source="ECB"), rate("EUR", "GBP", "0.8"))
    about = {"amount": 953, "currency": "JPY", "rate": "190.5", "valid_on": TODAY.isoformat(), "source": "ECB"}
    assert caller.get(f"/orders/{order.number}", present="JPY").json["presented"] == about
    link = caller.get(f"/orders/{order.number}/payment-link", present="JPY").json
    assert (link["due"], link["currency"], link["presented"]) == (500, "GBP", about)
    assert caller.get(f"/orders/{order.number}/payment-link").json["presented"] is None
    assert caller.get(f"/orders/{order.number}", present="CHF").json["presented"] is None
    shown = caller.get("/presented-amounts", amount=500, currency="GBP").json
    assert [(one["currency"], one["amount"]) for one in shown] == [("EUR", 625), ("JPY", 953)]
    assert receivable_of("order", [order.order_id])[order.order_id].amount == 500


def test_rates_are_written_down_and_taken_in_as_files(shop: Shop, caller: Caller) -> None:
    made = caller.post("/rates", {"base": "EUR", "currency": "USD", "value": "1.0843", "valid_on": "2020-01-02"})
    assert made.status == 201, made.body
    told = caller.get(f"/rates/{made.json['rate_id']}").json
    assert (told["value"], told["is_old"], told["state"]) == ("1.0843", True, "active")
    table = f"base,currency,rate,date\nEUR,JPY,162.38,{TODAY}\n"
    sent = {"content": base64.b64encode(table.encode()).decode(), "source": "My bank"}
    assert caller.post("/rates/files", sent).json["count"] == 1
    assert [one["is_old"] for one in caller.get("/rates").json["items"]] == [True, False]
    broken = caller.post("/rates/files", {"content": base64.b64encode(b"<html/>").decode()})
    assert (broken.status, broken.json["code"]) == (422, "rates_not_readable")
