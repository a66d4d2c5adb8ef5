"""What may happen on a network, and that nothing of it tells a secret."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from dingdan.integrations.paypal import client
from dingdan.integrations.paypal.errors import Refused, Silence, check
from dingdan.integrations.paypal.gateway import PayPalGateway
from dingdan.integrations.paypal.notices import PayPalHearing
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.queries import credentials
from tests.integrations.paypal.till import PayPalPayer, asked, draft, page, row
from tests.ledgers.payments.desk import Desk

PANS = ("4242424242424242", "5555555555554444", "378282246310005")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a fraction of a second, so that a time-out takes no longer."""
    monkeypatch.setattr(client, "READ", 0.2)


def fault(paypals: Sandbox, name: str, path: str) -> None:
    """The next request below that path meets this fault."""
    paypals.world.faults.tell({"next": [{"fault": name, "firm": "paypal", "path": path}], "silence": 0.4})


FAULTS = ["timeout_before", "timeout_after", "reset_before", "reset_after", "error_500", "error_500_after", "error_429"]


@pytest.mark.parametrize("name", FAULTS)
def test_an_order_whose_answer_was_lost_is_made_once(desk: Desk, paypals: Sandbox, account_id: UUID, name: str) -> None:
    gateway, request = PayPalGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    fault(paypals, name, "/v2/checkout/orders")
    assert gateway.capture(request).answer == Answer.UNKNOWN
    assert gateway.query(request).answer == Answer.NEVER_SEEN
    told = gateway.capture(request)
    assert told.prompt is not None
    PayPalPayer(paypals).approve(told.prompt)
    assert gateway.query(replace(request, reference=told.reference)).answer == Answer.DONE
    assert PayPalPayer(paypals).moved(request.key) == (10_00, 0)


@pytest.mark.parametrize("name", FAULTS)
def test_a_payment_whose_answer_was_lost_is_taken_once(desk: Desk, paypals: Sandbox, account_id: UUID, name: str) -> None:
    gateway, request = PayPalGateway(), asked(desk, account_id, "capture", 10_00, checkout=page())
    told = gateway.capture(request)
    assert told.prompt is not None
    PayPalPayer(paypals).approve(told.prompt)
    named = replace(request, reference=told.reference)
    fault(paypals, name, f"/v2/checkout/orders/{told.reference}/capture")
    assert gateway.query(named).answer == Answer.UNKNOWN
    assert gateway.query(named).answer == Answer.DONE
    refund = asked(desk, account_id, "refund", 4_00, order=told.reference)
    fault(paypals, name, "/v2/payments/captures")
    assert gateway.refund(refund).answer == Answer.UNKNOWN
    assert gateway.query(refund).answer == (Answer.DONE if name.endswith("_after") else Answer.NEVER_SEEN)
    assert gateway.refund(refund).answer == Answer.DONE
    assert PayPalPayer(paypals).moved(request.key) == (10_00, 4_00)


def test_a_token_that_is_over_is_fetched_anew(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    gateway = PayPalGateway()
    assert gateway.capture(asked(desk, account_id, "capture", 10_00, checkout=page())).answer == Answer.WAITING
    for app, (_token, until) in list(client._tokens.items()):
        client._tokens[app] = ("A21AAnoLonger", until)
    assert gateway.capture(asked(desk, account_id, "capture", 10_00, checkout=page())).answer == Answer.WAITING


def test_nobody_at_all_answers(desk: Desk, account_id: UUID) -> None:
    with override_settings(SANDBOX_URL="http://127.0.0.1:9"):
        told = PayPalGateway().capture(asked(desk, account_id, "capture", 10_00, checkout=page()))
    assert (told.answer, told.error) == (Answer.UNKNOWN, "connection")


@pytest.mark.parametrize("kind", ["authorize", "capture", "void", "refund"])
def test_an_account_that_is_not_there_declines(desk: Desk, account_id: UUID, kind: str) -> None:
    wanted = page() if kind == "authorize" else None
    request = asked(desk, new_id(), kind, 10_00, order="5O190127TN364715T", checkout=wanted)
    assert (getattr(PayPalGateway(), kind)(request).answer, PayPalGateway().query(request).answer) == (
        Answer.DECLINED,
        Answer.UNKNOWN,
    )


def test_a_wrong_secret_is_a_no_to_what_is_asked_and_no_answer_to_a_question(desk: Desk, paypals: Sandbox) -> None:
    good = draft(paypals)
    wrong = replace(good, settings={**good.settings, "client_id": "AnotherAppOfOurs"}, merchant="ANOTHER123456")
    account_id = save_merchant_account(desk.call(), account=wrong).merchant_account_id
    request = asked(desk, account_id, "capture", 10_00, checkout=page())
    told = PayPalGateway().capture(request)
    assert (told.answer, told.error) == (Answer.DECLINED, "invalid_client")
    assert PayPalGateway().query(replace(request, reference="5O190127TN364715T")).answer == Answer.UNKNOWN


def test_an_amount_that_paypal_does_not_take_is_not_asked(desk: Desk, account_id: UUID) -> None:
    told = PayPalGateway().capture(asked(desk, account_id, "capture", 80_050, checkout=page(), currency="TWD"))
    assert (told.answer, told.error) == (Answer.DECLINED, "amount_not_taken")


def test_whole_currencies_are_written_whole(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    paid = PayPalPayer(paypals).pay(asked(desk, account_id, "capture", 80_000, checkout=page(), currency="TWD"))
    assert (paid.answer, paid.amount, paid.currency) == (Answer.DONE, 80_000, "TWD")


@pytest.mark.parametrize("reference", ["../../v1/oauth2/token", "5O19?x=1", "a/b", ""])
def test_a_name_that_is_none_of_paypals_reaches_no_other_path(desk: Desk, account_id: UUID, reference: str) -> None:
    told = PayPalGateway().refund(asked(desk, account_id, "refund", 1_00, order=reference))
    assert (told.answer, told.error) == (Answer.DECLINED, "no_order")


def test_no_secret_and_no_card_is_told(
    desk: Desk, paypals: Sandbox, account_id: UUID, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F33: whatever is written into a checkout, only what PayPal's page needs is sent."""
    caplog.set_level(logging.DEBUG)
    sent: list[bytes] = []
    original = client.fetch

    def fetch(method: str, url: str, headers: Any, body: bytes = b"") -> Any:
        sent.append(body)
        return original(method, url, headers, body)

    monkeypatch.setattr(client, "fetch", fetch)
    account = credentials(account_id)
    assert account is not None
    written = dict(zip(("number", "card", "card[number]"), PANS, strict=True)) | {"cvc": "737"}
    told = PayPalGateway().capture(asked(desk, account_id, "capture", 10_00, checkout=page(details=written)))
    shown = repr((told, account, PayPalGateway(), PayPalHearing(), client.Client(account))) + caplog.text
    tokens = [token for token, _until in client._tokens.values()]
    assert not [secret for secret in (*account.secrets.values(), *tokens) if secret in shown]
    assert not [pan for pan in PANS if any(pan.encode() in body for body in sent)]
    assert not [body for body in sent if b'"card"' in body]


@pytest.mark.parametrize(
    ("status", "told", "error"),
    [
        (200, {}, None),
        (204, {}, None),
        (301, {}, Silence),
        (400, {"name": "INVALID_REQUEST"}, Refused),
        (401, {"error": "invalid_client"}, Refused),
        (403, {"name": "NOT_AUTHORIZED"}, Refused),
        (404, {"name": "RESOURCE_NOT_FOUND"}, Refused),
        (408, {}, Silence),
        (409, {}, Silence),
        (422, {"details": [{"issue": "INSTRUMENT_DECLINED"}]}, Refused),
        (422, {"details": [{"issue": "PREVIOUS_REQUEST_IN_PROGRESS"}]}, Silence),
        (422, [], Refused),
        (429, {}, Silence),
        (500, {}, Silence),
        (503, None, Silence),
    ],
)
def test_what_each_answer_means(status: int, told: Any, error: type[Exception] | None) -> None:
    if error is None:
        check(status, told)
    else:
        with pytest.raises(error):
            check(status, told)


def test_the_order_is_ours_by_its_name(desk: Desk, paypals: Sandbox, account_id: UUID) -> None:
    """Whoever pays at the same account for something else does not pay for this."""
    theirs = asked(desk, account_id, "capture", 10_00, checkout=page())
    told = PayPalGateway().capture(theirs)
    assert told.prompt is not None
    PayPalPayer(paypals).approve(told.prompt)
    ours = asked(desk, account_id, "capture", 10_00, checkout=page(), reference=told.reference)
    assert PayPalGateway().query(ours).answer == Answer.DECLINED
    found = row(paypals, theirs.key)
    assert found is not None
    assert found.captured == 0
