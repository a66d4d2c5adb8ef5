"""What somebody told to pay is forgotten with them, once nobody waits for them to pay."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.commands import (
    CheckoutDraft,
    ForgetCheckouts,
    Told,
    forget_checkouts,
    record_decline,
    record_prompt,
    request_charge,
)
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.models import Attempt, Checkout
from dingdan.ledgers.payments.ports import Prompt
from dingdan.ledgers.payments.steps import Towards
from dingdan.masterdata.methods.commands import save_merchant_account
from tests.automation.penny import pennypay
from tests.ledgers.payments.desk import NOON, Desk
from tests.masterdata.methods.firm import ACCOUNT

WHO = new_id()


@pytest.fixture
def asked(desk: Desk) -> Iterator[UUID]:
    """A customer in front of a gateway that knows their mail and shows them a code."""
    with pennypay():
        save_merchant_account(desk.call(), account=ACCOUNT)
        towards = (Towards(document=desk.claim(10_00, customer_id=WHO)),)
        checkout = CheckoutDraft(way="qr", title="Order 1", details={"email": "planted@example.com"})
        begun = request_charge(desk.call(), gateway="pennypay", currency="GBP", towards=towards, checkout=checkout)
        code = Prompt(kind=PromptKind.QR, content="penny://planted", expires_at=NOON)
        record_prompt.one(desk.call(), Told(attempt_id=begun.attempt_id, prompt=code))
        yield begun.attempt_id


def test_it_works(desk: Desk, asked: UUID) -> None:
    record_decline.one(desk.call(), Told(attempt_id=asked))
    for forgotten in (1, 0):
        told = forget_checkouts.one(desk.call(), ForgetCheckouts(customer_id=WHO))
        assert (told.customer_id, told.checkouts, told.kept) == (WHO, forgotten, 0)
    row = Checkout.objects.get()
    assert (row.details, row.prompt, row.prompt_kind, row.title) == ({}, "", "", "Order 1")
    assert "planted" not in str(timeline(WHO))


def test_whoever_may_still_pay_is_waited_for(desk: Desk, asked: UUID) -> None:
    told = forget_checkouts.one(desk.call(), ForgetCheckouts(customer_id=WHO))
    assert (told.checkouts, told.kept) == (0, 1)
    assert Attempt.objects.get(id=asked).state == "waiting"
    assert Checkout.objects.get().details == {"email": "planted@example.com"}


def test_nobody_else_is_forgotten(desk: Desk, asked: UUID) -> None:
    record_decline.one(desk.call(), Told(attempt_id=asked))
    told = forget_checkouts.one(desk.call(), ForgetCheckouts(customer_id=new_id()))
    assert (told.checkouts, told.kept) == (0, 0)
    assert Checkout.objects.get().details == {"email": "planted@example.com"}
