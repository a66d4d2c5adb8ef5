"""What may happen on a network, and that nothing of it tells a secret or a card."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
import stripe
from django.test import override_settings

from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.stripe import client
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.integrations.stripe.notices import StripeHearing
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer, Checkout, GatewayRequest
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.queries import credentials
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.integrations.stripe.till import StripePayer, asked, page, with_saved
from tests.ledgers.payments.desk import Desk

PANS = ("4242424242424242", "5555555555554444", "378282246310005")


def fault(stripes: Sandbox, name: str, path: str = "") -> None:
    """The next request meets this fault; in a time-out nothing is said for longer than we wait."""
    stripes.world.faults.tell({"next": [{"fault": name, "firm": "stripe", "path": path}], "silence": 0.4})


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a fraction of a second, so that a time-out takes no longer."""
    monkeypatch.setattr(client, "WAIT", (0.2, 0.2))
    client._client.cache_clear()


@pytest.mark.parametrize(
    "name", ["timeout_before", "timeout_after", "reset_before", "reset_after", "error_500", "error_500_after", "error_429"]
)
def test_no_answer_is_not_no(desk: Desk, stripes: Sandbox, account_id: UUID, name: str) -> None:
    """The page that was made, or not, is found under our key, and is one page."""
    gateway, request = StripeGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    fault(stripes, name)
    lost = gateway.capture(request)
    assert lost.answer == Answer.UNKNOWN
    assert lost.error in ("no_answer", "api_error", "rate_limit")
    told = gateway.query(request)
    assert told.answer == (Answer.WAITING if name.endswith("_after") else Answer.NEVER_SEEN)
    again = gateway.capture(request)
    assert again.prompt is not None
    StripePayer(stripes).approve(again.prompt)
    assert gateway.query(request).answer == Answer.DONE
    fault(stripes, "error_500")
    assert gateway.query(request).answer == Answer.UNKNOWN
    assert StripePayer(stripes).moved(request.key) == (10_00, 0)


def test_what_is_asked_once_more_is_known_by_its_name(desk: Desk, stripes: Sandbox, account_id: UUID) -> None:
    """The books keep the page's name while the payer is waited for: then nothing is searched."""
    gateway, request = StripeGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    told = gateway.capture(request)
    assert told.reference.startswith("cs_")
    before = stripes.world.store.count("requests")
    named = replace(request, reference=told.reference, key=str(new_id()))
    assert gateway.query(named).answer == Answer.WAITING
    assert stripes.world.store.count("requests") == before + 2


def test_nobody_at_all_answers(desk: Desk, account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"):
        told = StripeGateway().capture(asked(desk, account_id, "capture", 10_00, checkout=page()))
    assert (told.answer, told.error) == (Answer.UNKNOWN, "no_answer")


@pytest.mark.parametrize("kind", ["authorize", "capture", "void", "refund"])
def test_an_account_that_is_not_there_declines(desk: Desk, account_id: UUID, kind: str) -> None:
    request = asked(desk, new_id(), kind, 10_00, charge="pi_1", checkout=page() if kind == "authorize" else None)
    assert (getattr(StripeGateway(), kind)(request).answer, StripeGateway().query(request).answer) == (
        Answer.DECLINED,
        Answer.UNKNOWN,
    )


def keys(desk: Desk, mode: str, secret_key: str) -> UUID:
    secrets = {"secret_key": secret_key, "webhook_secret": "whsec_anything1"}
    draft = MerchantAccountDraft(gateway="stripe", merchant="acct_1Wrong", mode=mode, secrets=secrets)
    return save_merchant_account(desk.call(), account=draft).merchant_account_id


@pytest.mark.parametrize(
    ("mode", "key"), [("live", "sk_test_12345678"), ("test", "rk_live_12345678"), ("sandbox", "sk_live_12345678")]
)
def test_a_key_of_another_mode_is_never_used(desk: Desk, stripes: Sandbox, mode: str, key: str) -> None:
    """Or goods would leave for money that does not exist."""
    told = StripeGateway().capture(asked(desk, keys(desk, mode, key), "capture", 10_00, checkout=page()))
    assert (told.answer, told.error) == (Answer.DECLINED, "wrong_mode")


def test_a_wrong_key_is_a_no_to_what_is_asked_and_no_answer_to_a_question(desk: Desk, stripes: Sandbox) -> None:
    request = asked(desk, keys(desk, "sandbox", "sk_test_wrongwrongwrong"), "capture", 10_00, checkout=page())
    assert (StripeGateway().capture(request).answer, StripeGateway().capture(request).error) == (
        Answer.DECLINED,
        "authentication",
    )
    assert StripeGateway().query(request).answer == Answer.UNKNOWN


def test_an_amount_that_stripe_does_not_take_is_not_asked(desk: Desk, account_id: UUID) -> None:
    told = StripeGateway().capture(asked(desk, account_id, "capture", 5_124, checkout=page(), currency="KWD"))
    assert (told.answer, told.error) == (Answer.DECLINED, "amount_not_taken")


class Wire(stripe.RequestsClient):
    """Notes every request that leaves."""

    sent: list[tuple[str, str, dict[str, str], dict[str, str]]]

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        self.sent.append((method, url, dict(headers or {}), dict(parse_qsl(str(post_data or ""), keep_blank_values=True))))
        return super().request(method, url, headers, post_data)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire(timeout=5.0)
    made.sent = []
    monkeypatch.setattr(stripe, "RequestsClient", lambda timeout: made)
    return made


def test_no_card_number_can_pass_through_us(desk: Desk, stripes: Sandbox, account_id: UUID, wire: Wire) -> None:
    """F33: whatever is written into a checkout, only what Stripe's page needs is sent, and no field of it takes a card."""
    written = dict(zip(("number", "card", "card[number]"), PANS, strict=True)) | {"cvc": "737", "email": "a@example.com"}
    gateway = StripeGateway()
    gateway.capture(asked(desk, account_id, "capture", 10_00, checkout=page(details=written)))
    saved = StripePayer(stripes).leave(account_id, UUID(int=33))
    request = asked(desk, account_id, "capture", 10_00, checkout=with_saved(saved.id, **written), customer_id=UUID(int=33))
    assert gateway.capture(request).answer == Answer.DONE
    posted = [body for method, _url, _headers, body in wire.sent if method == "post"]
    names = {name for body in posted for name in body}
    assert not [name for name in names if "payment_method_data" in name or "number" in name or "cvc" in name]
    assert not [pan for pan in PANS if any(pan in text for body in posted for text in body.values())]
    assert "customer_email" in names


def test_no_secret_is_told(desk: Desk, stripes: Sandbox, account_id: UUID, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs, at whatever level, nor in what is answered; and nothing is told to Stripe of the machine."""
    caplog.set_level(logging.DEBUG)
    account = credentials(account_id)
    assert account is not None
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    told = [StripeGateway().capture(request), StripeGateway().query(request)]
    fault(stripes, "error_500")
    told.append(StripeGateway().query(request))
    shown = repr((told, account, request, StripeGateway(), StripeHearing(), client.client_of(account))) + caplog.text
    assert not [secret for secret in account.secrets.values() if secret in shown]
    assert not [headers for _m, _u, headers, _b in wire.sent if "X-Stripe-Client-Telemetry" in headers]


def test_the_same_attempt_is_asked_in_the_same_words(desk: Desk, account_id: UUID, wire: Wire) -> None:
    """Or Stripe refuses its key the second time."""
    request: GatewayRequest = asked(desk, account_id, "authorize", 10_00, checkout=page(language="zh-hant"))
    for _ in range(2):
        StripeGateway().authorize(request)
    (first, second) = [(headers["Idempotency-Key"], body) for method, _url, headers, body in wire.sent if method == "post"]
    assert first == second
    assert first[0] == request.key
    assert (first[1]["locale"], first[1]["payment_intent_data[capture_method]"]) == ("zh-TW", "manual")
    assert "payment_method_types[0]" not in first[1]  # what the shop has switched on at Stripe: wallets too


def test_a_way_without_a_payer_is_no_way(desk: Desk, account_id: UUID) -> None:
    wanted = Checkout(way="saved", title="x")
    told = StripeGateway().capture(asked(desk, account_id, "capture", 10_00, checkout=wanted))
    assert (told.answer, told.error) == (Answer.DECLINED, "no_saved_method")
    assert StripeGateway().authorize(asked(desk, account_id, "authorize", 10_00)).error == "no_checkout"
    assert StripeGateway().refund(asked(desk, account_id, "refund", 10_00)).error == "no_payment"
