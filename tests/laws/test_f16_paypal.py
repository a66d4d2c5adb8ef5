"""F16, F18 at PayPal: whatever goes wrong on the way, no payer pays twice, and our books say in the end what PayPal's say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from dingdan.integrations.paypal import client
from dingdan.integrations.sandbox.firms.sandbox import running_sandbox
from dingdan.ledgers.payments.models import Attempt, Payment
from tests.integrations.paypal.till import PayPalPayer, opened
from tests.laws.faulty_firm import ANSWERS, NOTICES, FaultyFirm, heard_by_us, misbehave
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

PAYMENTS = sized(6, 200, 5_000)
DROPPED_OF = sized(10, 200, 5_000)
LATE = {"payment_delayed": 0.1, "refund_delayed": 0.1, "notice_rotated_certificate": 0.02}


@pytest.fixture
def firm(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyFirm]:
    monkeypatch.setattr(client, "CONNECT", 0.2)
    monkeypatch.setattr(client, "READ", 0.2)
    with running_sandbox() as sandbox, heard_by_us(sandbox, monkeypatch):
        account_id = opened(desk, sandbox)
        path = reverse("gateway_notice", args=["paypal", desk.id, account_id])
        sandbox.world.store.set("paypal.webhook", {"url": f"http://localhost{path}"})
        yield FaultyFirm(desk, sandbox, "paypal", account_id, PayPalPayer(sandbox).approve)


def test_nothing_is_paid_twice_and_everything_is_known(
    firm: FaultyFirm, chance: random.Random, figure: Callable[[str], None]
) -> None:
    misbehave(firm.sandbox, chance.randrange(10**6), ANSWERS, NOTICES, LATE)
    for number in range(PAYMENTS):
        firm.begin(chance.randint(100, 10_000), hold=number % 2 == 0)
    firm.payers_pay()
    firm.wait()
    assert firm.unresolved() == []
    firm.capture_and_refund(chance)
    assert firm.unresolved() == []
    assert firm.differences() == []
    assert list(Attempt.objects.filter(payment__captured=0).values_list("kind", "state", "error")) == []
    assert Payment.objects.count() == PAYMENTS
    figure(f"F16 PayPal: {PAYMENTS} payments with every fault, {Attempt.objects.count()} attempts: none twice, none unknown")


def test_what_was_approved_is_paid_in_one_round_though_nobody_tells(
    firm: FaultyFirm, chance: random.Random, figure: Callable[[str], None]
) -> None:
    """PayPal tells nothing before we ask for the money: every payer closes their browser, and every notice is dropped."""
    misbehave(firm.sandbox, chance.randrange(10**6), {"notice_dropped": 1})
    for _ in range(DROPPED_OF):
        firm.begin(chance.randint(100, 10_000), hold=False)
    firm.pay_and_leave()
    assert len(firm.unresolved()) == DROPPED_OF
    assert firm.wait(1) == DROPPED_OF
    assert firm.unresolved() == []
    assert firm.differences() == []
    figure(f"F18 PayPal: {DROPPED_OF} payers who did not come back, no notice: all paid in one round of asking")
