"""The double of Stripe, as a merchant's program meets it."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator

import httpx
import pytest

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from tests.integrations.sandbox.firms.conftest import Mailbox
from tests.integrations.sandbox.firms.merchant import StripeShop, Told


@pytest.fixture(scope="module")
def shop(sandbox: Sandbox) -> Iterator[StripeShop]:
    shop = StripeShop(sandbox)
    yield shop
    shop.http.close()


def topics(shop: StripeShop, **filters: str) -> list[str]:
    return [event["type"] for event in shop.get("events", **filters)["data"]]


def point(shop: StripeShop, mailbox: Mailbox) -> str:
    """Have events sent to the mailbox; the endpoint's secret."""
    shop.http.post("/sandbox/webhooks", json={"firm": "stripe", "url": mailbox.url, "secret": "whsec_mine"})
    return "whsec_mine"


def test_it_works(shop: StripeShop) -> None:
    intent = shop.pay(1000, capture_method="manual", **{"metadata[reference]": "O-1"})
    assert (intent["status"], intent["amount_capturable"], shop.sums(intent["id"])) == ("requires_capture", 1000, (1000, 0, 0))

    taken = shop.post(f"payment_intents/{intent['id']}/capture", amount_to_capture="600")
    assert (taken["status"], taken["amount_received"], taken["amount_capturable"]) == ("succeeded", 600, 0)

    refund = shop.post("refunds", payment_intent=intent["id"], amount="100")
    assert (refund["status"], shop.sums(intent["id"])) == ("succeeded", (0, 600, 100))
    assert shop.row(intent["id"])["reference"] == "O-1"


def test_without_the_key_nobody_is_let_in(shop: StripeShop) -> None:
    answer = shop.http.get("/stripe/v1/balance", headers={"Authorization": "Bearer sk_test_wrong"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (401, "invalid_request_error")


def test_basic_authorization_is_taken_too(shop: StripeShop) -> None:
    assert shop.http.get("/v1/balance", auth=(shop.secret, "")).json()["object"] == "balance"


def test_the_same_key_gives_the_same_answer(shop: StripeShop) -> None:
    asked = {"amount": "700", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa"}
    first, again = (shop.ask("POST", "payment_intents", "key-1", **asked) for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"

    other = shop.ask("POST", "payment_intents", "key-1", **asked | {"amount": "701"})
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    assert len([one for one in shop.get("payment_intents", limit="100")["data"] if one["amount"] in (700, 701)]) == 1


def test_a_declined_card_is_answered_the_same_under_its_key(shop: StripeShop) -> None:
    asked = {"amount": "900", "currency": "usd", "confirm": "true", "payment_method": "pm_card_visa_chargeDeclined"}
    first, again = (shop.ask("POST", "payment_intents", "key-2", **asked) for _ in range(2))
    error = first.json()["error"]
    assert (first.status_code, error["code"], error["decline_code"]) == (402, "card_declined", "generic_decline")
    assert again.json() == first.json()
    assert shop.sums(error["payment_intent"]["id"]) == (0, 0, 0)


def test_a_missing_parameter_leaves_the_key_free(shop: StripeShop) -> None:
    refused = shop.ask("POST", "payment_intents", "key-3", currency="usd")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "parameter_missing")
    assert shop.ask("POST", "payment_intents", "key-3", currency="usd", amount="5").status_code == 200


@pytest.mark.parametrize(
    ("verb", "params", "code"),
    [
        ("capture", {"amount_to_capture": "1001"}, "amount_too_large"),
        ("capture", {"amount_to_capture": "x"}, "parameter_invalid_integer"),
        ("confirm", {}, "payment_intent_unexpected_state"),
    ],
)
def test_what_a_hold_does_not_allow_changes_nothing(shop: StripeShop, verb: str, params: dict[str, str], code: str) -> None:
    intent = shop.pay(1000, capture_method="manual")
    assert shop.post(f"payment_intents/{intent['id']}/{verb}", **params)["error"]["code"] == code
    assert shop.sums(intent["id"]) == (1000, 0, 0)


def test_several_captures_where_they_were_asked_for(shop: StripeShop) -> None:
    several = {"payment_method_options[card][request_multicapture]": "if_available"}
    path = f"payment_intents/{shop.pay(1000, capture_method='manual', **several)['id']}/capture"
    first = shop.post(path, amount_to_capture="300", final_capture="false")
    assert (first["status"], first["amount_capturable"]) == ("requires_capture", 700)
    last = shop.post(path, amount_to_capture="200")
    assert (last["status"], last["amount_received"], last["amount_capturable"]) == ("succeeded", 500, 0)


def test_a_hold_is_let_go(shop: StripeShop) -> None:
    intent = shop.pay(1000, capture_method="manual")
    canceled = shop.post(f"payment_intents/{intent['id']}/cancel", cancellation_reason="requested_by_customer")
    assert (canceled["status"], shop.sums(intent["id"])) == ("canceled", (0, 0, 0))
    assert shop.post(f"payment_intents/{intent['id']}/capture")["error"]["code"] == "payment_intent_unexpected_state"


def test_a_hold_lasts_seven_days(shop: StripeShop) -> None:
    intent = shop.pay(1000, capture_method="manual")
    shop.http.post("/sandbox/clock", json={"advance": 7 * 86_400})
    found = shop.get(f"payment_intents/{intent['id']}")
    assert (found["status"], found["cancellation_reason"]) == ("canceled", "automatic")


def test_never_more_is_refunded_than_was_taken(shop: StripeShop) -> None:
    intent = shop.pay(1000)
    for part in ("400", "600"):
        assert shop.post("refunds", payment_intent=intent["id"], amount=part)["status"] == "succeeded"
    assert shop.post("refunds", payment_intent=intent["id"])["error"]["code"] == "charge_already_refunded"
    assert shop.sums(intent["id"]) == (0, 1000, 1000)


def test_a_refund_that_the_bank_sends_back(shop: StripeShop) -> None:
    intent = shop.pay(1000)
    refund = shop.post("refunds", payment_intent=intent["id"])
    shop.act(intent["id"], "refund_fails")
    assert shop.get(f"refunds/{refund['id']}")["status"] == "failed"
    assert shop.sums(intent["id"]) == (0, 1000, 0)
    assert {"refund.failed", "charge.refund.updated"} <= set(topics(shop))


def test_a_dispute_takes_the_money_with_a_fee_and_gives_it_back_when_won(shop: StripeShop) -> None:
    intent = shop.pay(1000)
    shop.act(intent["id"], "dispute")
    dispute = shop.get("disputes", payment_intent=intent["id"])["data"][0]
    assert (dispute["status"], dispute["amount"]) == ("needs_response", 1000)
    assert [one["net"] for one in dispute["balance_transactions"]] == [-2500]
    assert shop.post("refunds", payment_intent=intent["id"])["error"]["code"] == "charge_disputed"

    shop.act(intent["id"], "dispute_won")
    won = shop.get(f"disputes/{dispute['id']}")
    assert (won["status"], [one["net"] for one in won["balance_transactions"]]) == ("won", [-2500, 2500])


def test_three_d_secure(shop: StripeShop) -> None:
    intent = shop.pay(1000, "pm_card_threeDSecure2Required", return_url="http://127.0.0.1:9/back")
    assert intent["status"] == "requires_action"
    page = intent["next_action"]["redirect_to_url"]["url"]
    back = shop.http.post(page, data={"do": "pass"}).headers["location"]
    assert back == f"http://127.0.0.1:9/back?payment_intent={intent['id']}&redirect_status=succeeded"
    assert shop.sums(intent["id"]) == (0, 1000, 0)


def test_a_saved_card_pays_later_and_one_that_wants_its_owner_does_not(shop: StripeShop) -> None:
    customer = shop.post("customers", email="amy@example.org")["id"]
    setup = shop.post("setup_intents", customer=customer, payment_method="pm_card_visa", confirm="true")
    assert setup["status"] == "succeeded"
    cards = shop.get(f"customers/{customer}/payment_methods")["data"]
    assert [one["id"] for one in cards] == [setup["payment_method"]]
    paid = shop.pay(500, setup["payment_method"], customer=customer, off_session="true")
    assert paid["status"] == "succeeded"

    stranger = shop.pay(500, setup["payment_method"], off_session="true")
    assert stranger["error"]["param"] == "payment_method"
    unproved = shop.pay(500, "pm_card_authenticationRequired", customer=customer, off_session="true")
    assert unproved["error"]["code"] == "authentication_required"

    shop.post(f"payment_methods/{setup['payment_method']}/detach")
    assert shop.get(f"customers/{customer}/payment_methods")["data"] == []


def test_card_numbers_are_refused(shop: StripeShop) -> None:
    answer = shop.ask("POST", "payment_methods", type="card", **{"card[number]": "4242424242424242"})
    assert answer.status_code == 402
    assert "generally unsafe" in answer.json()["error"]["message"]


def test_checkout(shop: StripeShop) -> None:
    session = shop.open(client_reference_id="O-7", **{"payment_intent_data[metadata][order]": "7"})
    assert (session["amount_total"], session["payment_status"], session["payment_intent"]) == (1000, "unpaid", None)
    refused = shop.http.post(session["url"], data={"do": "insufficient_funds"})
    assert "Your card has insufficient funds." in refused.text
    back = shop.http.post(session["url"], data={"do": "approve"}).headers["location"]
    assert back == f"http://127.0.0.1:9/ok?s={session['id']}"

    found = shop.get(f"checkout/sessions/{session['id']}", **{"expand[]": "payment_intent"})
    assert (found["status"], found["payment_status"], found["payment_intent"]["status"]) == ("complete", "paid", "succeeded")
    assert shop.row(found["payment_intent"]["id"])["reference"] == "O-7"


def test_checkout_that_holds_and_checkout_that_takes_its_time(shop: StripeShop) -> None:
    held = shop.open(**{"payment_intent_data[capture_method]": "manual"})
    assert "WeChat Pay" not in shop.http.get(held["url"]).text
    shop.http.post(held["url"], data={"do": "apple_pay"})
    found = shop.get(f"checkout/sessions/{held['id']}")
    assert (found["status"], found["payment_status"]) == ("complete", "unpaid")

    slow = shop.open()
    shop.http.post(slow["url"], data={"do": "us_bank_account"})
    assert shop.get(f"checkout/sessions/{slow['id']}")["payment_status"] == "unpaid"
    shop.http.post("/sandbox/clock", json={"advance": 600})
    assert shop.get(f"checkout/sessions/{slow['id']}")["payment_status"] == "paid"
    assert topics(shop, type="checkout.session.async_payment_succeeded", limit="1") == [
        "checkout.session.async_payment_succeeded"
    ]


def test_a_session_expires_and_is_not_paid_afterward(shop: StripeShop) -> None:
    session = shop.open()
    assert shop.post(f"checkout/sessions/{session['id']}/expire")["status"] == "expired"
    assert "Not paid" in shop.http.post(session["url"], data={"do": "approve"}).text
    assert shop.post(f"checkout/sessions/{session['id']}/expire")["error"]["type"] == "invalid_request_error"


def test_the_balance_is_paid_out_with_what_it_is_made_of(shop: StripeShop) -> None:
    shop.http.post("/", data={"do": "pay_out:stripe:"})
    intent = shop.pay(10_000)
    shop.post("refunds", payment_intent=intent["id"], amount="1000")
    payout = shop.post("payouts", currency="usd", amount="8680")
    assert payout["amount"] == 10_000 - 320 - 1000
    found = shop.get("balance_transactions", payout=payout["id"])["data"]
    assert [(one["type"], one["amount"], one["fee"], one["net"]) for one in found] == [
        ("payout", -8680, 0, -8680), ("refund", -1000, 0, -1000), ("charge", 10_000, 320, 9680),
    ]  # fmt: skip
    shop.http.post("/sandbox/clock", json={"advance": 86_400})
    assert shop.get(f"payouts/{payout['id']}")["status"] == "paid"


def test_lists_go_on_after_a_cursor_and_keep_to_a_time(shop: StripeShop) -> None:
    made = [shop.pay(100)["id"] for _ in range(3)]
    first = shop.get("payment_intents", limit="2")
    assert ([one["id"] for one in first["data"]], first["has_more"]) == ([made[2], made[1]], True)
    assert shop.get("payment_intents", limit="1", starting_after=made[1])["data"][0]["id"] == made[0]
    assert shop.get("payment_intents", **{"created[lt]": "1"})["data"] == []


def checked(secret: str, came: tuple[dict[str, str], bytes]) -> Told:
    """An event whose signature fits and is fresh."""
    headers, body = came
    told = dict(part.split("=") for part in headers["stripe-signature"].split(","))
    assert abs(time.time() - int(told["t"])) < 5
    assert hmac.new(secret.encode(), f"{told['t']}.".encode() + body, hashlib.sha256).hexdigest() == told["v1"]
    event: Told = json.loads(body)
    return event


def test_events_are_sent_signed_and_in_order(shop: StripeShop, mailbox: Mailbox) -> None:
    secret = point(shop, mailbox)
    intent = shop.pay(1000, capture_method="manual")
    shop.sandbox.settle()
    told = [checked(secret, came) for came in mailbox.came]
    assert [one["type"] for one in told] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated",
    ]  # fmt: skip
    assert told[-1]["data"]["object"]["id"] == intent["id"]
    assert shop.get(f"events/{told[0]['id']}")["pending_webhooks"] == 0
    shop.sandbox.world.store.set("stripe.webhook", {})


def test_an_endpoint_of_the_api_has_a_secret_of_its_own(shop: StripeShop, mailbox: Mailbox) -> None:
    made = shop.post("webhook_endpoints", url=mailbox.url, **{"enabled_events[]": "payment_intent.succeeded"})
    shop.pay(1000)
    shop.sandbox.settle()
    assert [checked(made["secret"], came)["type"] for came in mailbox.came] == ["payment_intent.succeeded"]
    assert "secret" not in shop.get(f"webhook_endpoints/{made['id']}")
    shop.ask("DELETE", f"webhook_endpoints/{made['id']}")


def test_nothing_of_the_firms_own_is_told(shop: StripeShop) -> None:
    intent = shop.pay(1000)
    assert [name for name in intent if name.startswith("_")] == []
    answer: httpx.Response = shop.ask("GET", f"charges/{intent['latest_charge']}")
    assert '"_' not in answer.text
