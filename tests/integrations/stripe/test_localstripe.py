"""Another stand-in for Stripe, by others (localstripe, in a process of its own): the basics that it knows are the same there.

It knows customers, payment intents without a description, and refunds; no hosted pages, no search, no metadata on captures and
no idempotency.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from typing import Any
from uuid import UUID

import httpx
import pytest
import stripe

from dingdan.integrations.stripe import client, gateway
from dingdan.integrations.stripe.gateway import StripeGateway
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.ports import Answer
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.rules import MerchantAccountDraft
from tests.integrations.stripe.till import asked, with_saved
from tests.ledgers.payments.desk import Desk

if find_spec("localstripe") is None:
    pytest.skip("localstripe is not installed: `make test` installs it from requirements/test.txt", allow_module_level=True)


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    """Its address; it remembers nothing of earlier runs."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/v1/customers", auth=("sk_test_12345678", ""))
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("localstripe does not come up")


@pytest.fixture
def till(desk: Desk, localstripe: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[UUID, UUID, Any]]:
    """An account of the shop, a customer, and Stripe as it is asked."""
    monkeypatch.setattr(client, "address", lambda _mode: localstripe)
    client._client.cache_clear()
    secrets = {"secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}
    draft = MerchantAccountDraft(gateway="stripe", merchant="acct_1Local", mode="sandbox", secrets=secrets)
    account_id = save_merchant_account(desk.call(), account=draft).merchant_account_id
    theirs = stripe.StripeClient("sk_test_12345678", base_addresses={"api": localstripe}, max_network_retries=0)
    customer = theirs.v1.customers.create({"metadata": {"name": "somebody"}})
    monkeypatch.setattr(stripe, "RequestsClient", Translated)
    monkeypatch.setattr(gateway, "customer_of", lambda _client, _customer_id: customer.id)
    yield account_id, new_id(), (theirs, customer.id)
    client._client.cache_clear()


class Translated(stripe.RequestsClient):
    """Leaves out what localstripe does not take, and says what it does not tell: how much of an intent was taken."""

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        sent = [one for one in str(post_data or "").split("&") if not one.startswith("description=")]
        body, status, told = super().request(method, url, headers, "&".join(sent) if post_data else post_data)
        found = json.loads(body)
        if found.get("object") == "payment_intent":
            found["amount_received"] = found["amount"] if found["status"] == "succeeded" else 0
        return json.dumps(found).encode(), status, told


def card(theirs: Any, customer: str, number: str) -> str:
    wanted = {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}}
    method = theirs.v1.payment_methods.create(wanted)
    theirs.v1.payment_methods.attach(method.id, {"customer": customer})
    return str(method.id)


def test_a_charge_and_its_refunds(desk: Desk, till: tuple[UUID, UUID, Any]) -> None:
    account_id, customer_id, (theirs, customer) = till
    saved = with_saved(card(theirs, customer, "4242424242424242"))
    request = asked(desk, account_id, "capture", 12_50, checkout=saved, customer_id=customer_id)
    paid = StripeGateway().capture(request)
    assert (paid.answer, paid.amount, paid.currency) == (Answer.DONE, 12_50, "GBP")
    assert theirs.v1.payment_intents.retrieve(paid.payment_reference).status == "succeeded"
    refund = asked(desk, account_id, "refund", 5_00, charge=paid.payment_reference)
    assert StripeGateway().query(refund).answer == Answer.NEVER_SEEN
    done = StripeGateway().refund(refund)
    assert (done.answer, done.amount, done.payment_reference) == (Answer.DONE, 5_00, paid.payment_reference)
    assert StripeGateway().query(refund) == done
    assert [one.amount for one in theirs.v1.refunds.list({"payment_intent": paid.payment_reference}).data] == [5_00]


def test_a_hold_that_is_let_go(desk: Desk, till: tuple[UUID, UUID, Any]) -> None:
    account_id, customer_id, (theirs, customer) = till
    saved = with_saved(card(theirs, customer, "4242424242424242"))
    held = StripeGateway().authorize(asked(desk, account_id, "authorize", 10_00, checkout=saved, customer_id=customer_id))
    assert (held.answer, held.amount) == (Answer.DONE, 10_00)
    void = asked(desk, account_id, "void", 10_00, charge=held.payment_reference)
    assert StripeGateway().query(void).answer == Answer.NEVER_SEEN
    assert StripeGateway().void(void).answer == Answer.DONE
    assert theirs.v1.payment_intents.retrieve(held.payment_reference).status == "canceled"


def test_a_card_that_is_declined(desk: Desk, till: tuple[UUID, UUID, Any]) -> None:
    account_id, customer_id, (theirs, customer) = till
    saved = with_saved(card(theirs, customer, "4000000000000341"))
    told = StripeGateway().capture(asked(desk, account_id, "capture", 10_00, checkout=saved, customer_id=customer_id))
    assert (told.answer, told.error) == (Answer.DECLINED, "card_declined")


def test_what_was_never_paid_cannot_go_back(desk: Desk, till: tuple[UUID, UUID, Any]) -> None:
    account_id = till[0]
    told = StripeGateway().refund(asked(desk, account_id, "refund", 1_00, charge="pi_0nothing"))
    assert told.answer == Answer.DECLINED
