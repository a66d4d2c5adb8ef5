from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import (
    AlreadyRecorded,
    CheckoutDraft,
    Told,
    record_capture,
    record_decline,
    record_prompt,
    request_charge,
)
from dingdan.ledgers.payments.events import CaptureRequested, PromptKind
from dingdan.ledgers.payments.models import Attempt, Checkout
from dingdan.ledgers.payments.ports import Prompt
from dingdan.ledgers.payments.queries import gateway_request, prompt_of
from dingdan.ledgers.payments.steps import Towards
from dingdan.ledgers.payments.steps.refusals import ReferenceUsed
from dingdan.masterdata.methods.commands import save_merchant_account
from tests.automation.penny import pennypay
from tests.ledgers.payments.desk import NOON, Desk
from tests.masterdata.methods.firm import ACCOUNT

LATER = NOON + timedelta(minutes=20)
CODE = Prompt(kind=PromptKind.QR, content="penny://1", expires_at=LATER)


@pytest.fixture
def asked(desk: Desk) -> Iterator[CaptureRequested]:
    with pennypay():
        save_merchant_account(desk.call(), account=ACCOUNT)
        towards = (Towards(document=desk.claim(10_00)),)
        checkout = CheckoutDraft(way="qr", title="Order 1", details={"openid": "o1"})
        yield request_charge(desk.call(), gateway="pennypay", currency="GBP", towards=towards, checkout=checkout)


def test_it_works(desk: Desk, asked: CaptureRequested) -> None:
    told = record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, prompt=CODE))
    assert (told.attempt_id, told.amount, told.prompt, told.expires_at) == (asked.attempt_id, 10_00, "qr", LATER)
    assert Attempt.objects.get().state == "waiting"
    assert prompt_of(asked.attempt_id) == CODE
    assert Checkout.objects.get().details == {"openid": "o1"}


def test_a_prompt_without_an_end_keeps_the_one_that_was_asked(desk: Desk, asked: CaptureRequested) -> None:
    record_prompt.one(
        desk.call(), Told(attempt_id=asked.attempt_id, prompt=Prompt(kind=PromptKind.REDIRECT, content="https://x"))
    )
    found = prompt_of(asked.attempt_id)
    assert found is not None
    assert found.expires_at == NOON + timedelta(minutes=30)


def test_it_refuses_what_waits_already(desk: Desk, asked: CaptureRequested) -> None:
    record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, prompt=CODE))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, prompt=CODE))


def test_it_refuses_what_is_over(desk: Desk, asked: CaptureRequested) -> None:
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, prompt=CODE))


def test_it_refuses_what_is_not_there(desk: Desk, asked: CaptureRequested) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        record_prompt.one(desk.call(), Told(attempt_id=new_id(), prompt=CODE))


def test_the_gateways_name_is_kept_and_told_to_it_again(desk: Desk, asked: CaptureRequested) -> None:
    record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, reference="page-1", payment_reference="P-1", prompt=CODE))
    found = gateway_request(asked.attempt_id)
    assert found is not None
    assert (found[1].reference, found[1].payment_reference) == ("page-1", "P-1")
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id, reference="move-1", payment_reference="P-1"))
    assert Attempt.objects.get().gateway_reference == "move-1"


def test_it_refuses_a_name_that_another_attempt_has(desk: Desk, asked: CaptureRequested) -> None:
    record_prompt.one(desk.call(), Told(attempt_id=asked.attempt_id, reference="page-1", prompt=CODE))
    towards = (Towards(document=desk.claim(5_00)),)
    checkout = CheckoutDraft(way="qr", title="Order 2")
    other = request_charge(desk.call(), gateway="pennypay", currency="GBP", towards=towards, checkout=checkout)
    with desk.nothing_changes(), pytest.raises(ReferenceUsed):
        record_prompt.one(desk.call(), Told(attempt_id=other.attempt_id, reference="page-1", prompt=CODE))


def test_a_gateway_is_told_whose_payment_it_is(desk: Desk, asked: CaptureRequested) -> None:
    customer_id = new_id()
    towards = (Towards(document=desk.claim(5_00, customer_id=customer_id)),)
    told = request_charge(
        desk.call(), gateway="pennypay", currency="GBP", towards=towards, checkout=CheckoutDraft(way="qr", title="Order 2")
    )
    found = gateway_request(told.attempt_id)
    assert found is not None
    assert (found[1].customer_id, found[1].reference) == (customer_id, "")
