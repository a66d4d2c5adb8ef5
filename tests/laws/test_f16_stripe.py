"""F16, F18 at Stripe: whatever goes wrong on the way, no payer pays twice, and our books say in the end what Stripe's say."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.integrations.stripe import client
from dingdan.ledgers.payments.models import Attempt, Payment
from tests.integrations.stripe.till import StripePayer, opened
from tests.laws.faulty_firm import ANSWERS, LATE, NOTICES, FaultyFirm, heard_by_us, misbehave
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

PAYMENTS = sized(6, 200, 5_000)
DROPPED_OF = sized(10, 200, 5_000)


@pytest.fixture
def firm(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyFirm]:
    monkeypatch.setattr(client, "WAIT", (0.2, 0.2))
    client._client.cache_clear()
    with running_sandbox() as sandbox, heard_by_us(sandbox, monkeypatch):
        account_id = opened(desk, sandbox)
        _listen(sandbox, reverse("gateway_notice", args=["stripe", desk.id, account_id]))
        yield FaultyFirm(desk, sandbox, "stripe", account_id, StripePayer(sandbox).approve)
    client._client.cache_clear()


def _listen(sandbox: Sandbox, path: str) -> None:
    secret = sandbox.firms["stripe"].credentials()["webhook_secret"]
    sandbox.world.store.set("stripe.webhook", {"url": f"http://localhost{path}", "secret": secret})


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
    figure(f"F16 Stripe: {PAYMENTS} payments with every fault, {Attempt.objects.count()} attempts: none twice, none unknown")


def test_notices_that_were_dropped_are_found_in_one_round(
    firm: FaultyFirm, chance: random.Random, figure: Callable[[str], None]
) -> None:
    misbehave(firm.sandbox, chance.randrange(10**6))
    for _ in range(DROPPED_OF):
        firm.begin(chance.randint(100, 10_000), hold=False)
    firm.sandbox.world.faults.tell(
        {"rates": {"notice_dropped": 0.05}, "next": [{"fault": "notice_dropped", "path": "payment_intent.succeeded"}]}
    )
    firm.pay_and_leave()
    lost = len(firm.unresolved())
    assert 1 <= lost < DROPPED_OF
    assert firm.wait(1) == lost
    assert firm.unresolved() == []
    assert firm.differences() == []
    figure(f"F18 Stripe: {lost} of {DROPPED_OF} notices dropped: all found in one round of asking")
