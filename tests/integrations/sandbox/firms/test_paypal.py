"""The double of PayPal, as a merchant's program meets it."""

import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from dingdan.integrations.sandbox.firms.clock import iso
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from tests.integrations.sandbox.firms.conftest import Mailbox
from tests.integrations.sandbox.firms.merchant import PayPalShop, Told, require_signed


@pytest.fixture(scope="module")
def shop(sandbox: Sandbox) -> Iterator[PayPalShop]:
    shop = PayPalShop(sandbox)
    yield shop
    shop.http.close()


def issue(answer: Told) -> str:
    return str(answer["details"][0]["issue"])


def captured(shop: PayPalShop, value: str = "10.50", **unit: Any) -> tuple[Told, Told]:
    """An order that was paid, and its capture."""
    order = shop.order(value, **unit)
    shop.decide(order, "approve")
    told = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/capture", {}).json()
    return told, told["purchase_units"][0]["payments"]["captures"][0]


def test_it_works(shop: PayPalShop) -> None:
    order = shop.order(invoice_id="INV-1")
    assert order["status"] == "PAYER_ACTION_REQUIRED"
    early = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/capture", {})
    assert (early.status_code, issue(early.json())) == (422, "ORDER_NOT_APPROVED")
    assert shop.decide(order, "approve") == f"http://127.0.0.1:9/ok?token={order['id']}&PayerID=SANDBOXBUYER1"

    paid = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/capture", {}, "key-1")
    taken = paid.json()["purchase_units"][0]["payments"]["captures"][0]
    assert (paid.status_code, taken["status"], taken["amount"]["value"]) == (201, "COMPLETED", "10.50")
    assert taken["seller_receivable_breakdown"]["paypal_fee"]["value"] == "0.86"
    assert (shop.sums(order["id"]), shop.row(order["id"])["reference"]) == ((0, 1050, 0), "INV-1")


def test_who_has_no_token_is_not_let_in(shop: PayPalShop) -> None:
    answer = shop.http.get("/paypal/v2/checkout/orders/1", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    refused = shop.http.post("/v1/oauth2/token", auth=(shop.own["client_id"], "x"), data={"grant_type": "client_credentials"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_the_same_request_id_gives_the_same_answer(shop: PayPalShop) -> None:
    order = shop.order()
    shop.decide(order, "approve")
    path = f"/v2/checkout/orders/{order['id']}/capture"
    first, again = shop.ask("POST", path, {}, "key-2"), shop.ask("POST", path, {}, "key-2")
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert issue(shop.ask("POST", path, {"note": "x"}, "key-2").json()) == "DUPLICATE_REQUEST_ID"
    assert issue(shop.ask("POST", path, {}, "key-3").json()) == "ORDER_ALREADY_CAPTURED"
    assert shop.sums(order["id"]) == (0, 1050, 0)


def test_an_order_with_a_wallet_wants_a_request_id(shop: PayPalShop) -> None:
    told = {
        "intent": "CAPTURE",
        "purchase_units": [{"amount": {"currency_code": "USD", "value": "1"}}],
        "payment_source": {"paypal": {}},
    }
    answer = shop.ask("POST", "/v2/checkout/orders", told)
    assert (answer.status_code, issue(answer.json())) == (400, "PAYPAL_REQUEST_ID_REQUIRED")


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ({"currency_code": "JPY", "value": "10.50"}, "DECIMALS_NOT_SUPPORTED"),
        ({"currency_code": "USD", "value": "ten"}, "INVALID_PARAMETER_SYNTAX"),
        ({"value": "1"}, "MISSING_REQUIRED_PARAMETER"),
        (
            {"currency_code": "USD", "value": "3", "breakdown": {"item_total": {"currency_code": "USD", "value": "2"}}},
            "AMOUNT_MISMATCH",
        ),
    ],
)
def test_what_is_no_amount(shop: PayPalShop, amount: Told, found: str) -> None:
    told = {"intent": "CAPTURE", "purchase_units": [{"amount": amount}]}
    assert issue(shop.ask("POST", "/v2/checkout/orders", told).json()) == found


def test_a_hold_is_taken_in_parts_and_let_go(shop: PayPalShop) -> None:
    order = shop.order("100.00", "AUTHORIZE")
    shop.decide(order, "approve")
    told = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/authorize", {}).json()
    held = told["purchase_units"][0]["payments"]["authorizations"][0]
    assert (held["status"], shop.sums(order["id"])) == ("CREATED", (10_000, 0, 0))

    path = f"/v2/payments/authorizations/{held['id']}"
    part = {"amount": {"currency_code": "USD", "value": "40.00"}}
    assert shop.ask("POST", f"{path}/capture", part).json()["status"] == "COMPLETED"
    assert shop.ask("GET", path).json()["status"] == "PARTIALLY_CAPTURED"
    above = shop.ask("POST", f"{path}/capture", {"amount": {"currency_code": "USD", "value": "75.01"}})
    assert issue(above.json()) == "MAX_CAPTURE_AMOUNT_EXCEEDED"
    shop.ask("POST", f"{path}/capture", part | {"final_capture": True})
    assert (shop.ask("GET", path).json()["status"], shop.sums(order["id"])) == ("CAPTURED", (0, 8_000, 0))
    assert issue(shop.ask("POST", f"{path}/capture", part).json()) == "AUTHORIZATION_ALREADY_CAPTURED"
    assert issue(shop.ask("POST", f"{path}/void").json()) == "PREVIOUSLY_CAPTURED"


def test_a_hold_is_voided_once(shop: PayPalShop) -> None:
    order = shop.order("100.00", "AUTHORIZE")
    shop.decide(order, "approve")
    told = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/authorize", {}).json()
    path = f"/v2/payments/authorizations/{told['purchase_units'][0]['payments']['authorizations'][0]['id']}"
    assert shop.ask("POST", f"{path}/void").json()["status"] == "VOIDED"
    assert issue(shop.ask("POST", f"{path}/void").json()) == "PREVIOUSLY_VOIDED"
    assert issue(shop.ask("POST", f"{path}/capture", {}).json()) == "AUTHORIZATION_VOIDED"
    assert shop.sums(order["id"]) == (0, 0, 0)


def test_refunds(shop: PayPalShop) -> None:
    order, taken = captured(shop)
    path = f"/v2/payments/captures/{taken['id']}"
    part = {"amount": {"currency_code": "USD", "value": "10.00"}}
    first = shop.ask("POST", f"{path}/refund", part, "r-1")
    assert (first.status_code, first.json()["status"]) == (201, "COMPLETED")
    assert shop.ask("POST", f"{path}/refund", part, "r-1").json()["id"] == first.json()["id"]
    assert issue(shop.ask("POST", f"{path}/refund", part, "r-2").json()) == "REFUND_AMOUNT_EXCEEDED"
    shop.ask("POST", f"{path}/refund", {}, "r-3")
    assert (shop.ask("GET", path).json()["status"], shop.sums(order["id"])) == ("REFUNDED", (0, 1050, 1050))
    assert issue(shop.ask("POST", f"{path}/refund", {}, "r-4").json()) == "CAPTURE_FULLY_REFUNDED"
    shop.act(order["id"], "refund_fails")
    assert shop.sums(order["id"])[2] == 1000


def test_a_wallet_that_refuses_may_be_asked_again(shop: PayPalShop) -> None:
    order = shop.order()
    shop.decide(order, "decline")
    path = f"/v2/checkout/orders/{order['id']}/capture"
    assert issue(shop.ask("POST", path, {}, "d-1").json()) == "INSTRUMENT_DECLINED"
    assert shop.sums(order["id"]) == (0, 0, 0)
    shop.decide(order, "approve")
    assert shop.ask("POST", path, {}, "d-1").json()["status"] == "COMPLETED"


def test_a_payment_that_takes_its_time(shop: PayPalShop) -> None:
    order = shop.order()
    shop.decide(order, "delay")
    told = shop.ask("POST", f"/v2/checkout/orders/{order['id']}/capture", {}).json()
    taken = told["purchase_units"][0]["payments"]["captures"][0]
    assert (taken["status"], taken["status_details"]["reason"], shop.sums(order["id"])) == ("PENDING", "ECHECK", (0, 0, 0))
    shop.http.post("/sandbox/clock", json={"advance": 600})
    assert (shop.ask("GET", f"/v2/payments/captures/{taken['id']}").json()["status"], shop.sums(order["id"])[1]) == (
        "COMPLETED",
        1050,
    )


def test_an_order_that_nobody_approved_is_gone(shop: PayPalShop) -> None:
    order = shop.order()
    assert shop.decide(order, "leave") == f"http://127.0.0.1:9/no?token={order['id']}"
    shop.http.post("/sandbox/clock", json={"advance": 3 * 3_600})
    assert shop.ask("GET", f"/v2/checkout/orders/{order['id']}").status_code == 404


def test_webhooks_are_signed_and_checked_on_request(shop: PayPalShop, mailbox: Mailbox) -> None:
    types = [{"name": "PAYMENT.CAPTURE.COMPLETED"}]
    hook = shop.ask("POST", "/v1/notifications/webhooks", {"url": mailbox.url, "event_types": types}).json()["id"]
    _, taken = captured(shop)
    shop.sandbox.settle()
    ((headers, body),) = mailbox.came
    told = json.loads(body)
    assert (told["event_type"], told["resource"]["id"]) == ("PAYMENT.CAPTURE.COMPLETED", taken["id"])
    named = {name: headers[f"paypal-{name.replace('_', '-')}"] for name in ("transmission_id", "transmission_time", "cert_url")}
    text = f"{named['transmission_id']}|{named['transmission_time']}|{hook}|{zlib.crc32(body)}".encode()
    require_signed(shop.http.get(named["cert_url"]).text, text, headers["paypal-transmission-sig"])

    asked = named | {"transmission_sig": headers["paypal-transmission-sig"], "auth_algo": headers["paypal-auth-algo"]}
    asked |= {"webhook_id": hook, "webhook_event": told}

    def verify(**wrong: object) -> str:
        answer = shop.ask("POST", "/v1/notifications/verify-webhook-signature", asked | wrong)
        return str(answer.json()["verification_status"])

    assert verify() == "SUCCESS"
    assert verify(webhook_event=told | {"summary": "x"}) == verify(webhook_id="0") == verify(transmission_id="x") == "FAILURE"
    assert shop.ask("DELETE", f"/v1/notifications/webhooks/{hook}").json()["id"] == hook


def test_the_report_tells_every_movement_with_its_fee(shop: PayPalShop) -> None:
    shop.http.post("/sandbox/clock", json={"advance": 86_400})
    begin = iso(shop.sandbox.world.clock.now())
    order, taken = captured(shop, "100.00", invoice_id="INV-9")
    shop.ask("POST", f"/v2/payments/captures/{taken['id']}/refund", {"amount": {"currency_code": "USD", "value": "25.00"}})
    shop.act(order["id"], "dispute")
    end = iso(shop.sandbox.world.clock.now() + 60)
    told = shop.ask("GET", "/v1/reporting/transactions", start_date=begin, end_date=end, page_size="2").json()
    assert (told["total_items"], told["total_pages"]) == (3, 2)
    rows = [one["transaction_info"] for one in told["transaction_details"]]
    assert [(row["transaction_event_code"], row["transaction_amount"]["value"]) for row in rows] == [
        ("T0006", "100.00"), ("T1107", "-25.00"),
    ]  # fmt: skip
    assert (rows[0]["fee_amount"]["value"], rows[0]["invoice_id"]) == ("-3.98", "INV-9")
    wide = shop.ask("GET", "/v1/reporting/transactions", start_date="2026-01-01T00:00:00Z", end_date=end)
    assert issue(wide.json()) == "INVALID_DATE_RANGE"
