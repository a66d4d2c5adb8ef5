"""From the checkout to the books, by notices alone; and what the books cannot take is kept for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from dingdan.automation.gateways import TIRED, reconcile, settle
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, request_refund
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.queries import prompt_of
from dingdan.trade.reconciliation.models import Discrepancy
from tests.integrations.stripe.till import StripePayer, opened
from tests.laws.faulty_firm import FaultyFirm, heard_by_us
from tests.ledgers.payments.desk import Desk


@pytest.fixture
def firm(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyFirm]:
    with running_sandbox() as sandbox, heard_by_us(sandbox, monkeypatch):
        account_id = opened(desk, sandbox)
        _listen(sandbox, desk.id, account_id)
        yield FaultyFirm(desk, sandbox, "stripe", account_id, StripePayer(sandbox).approve)


def _listen(sandbox: Sandbox, tenant_id: UUID, account_id: UUID) -> None:
    path = reverse("gateway_notice", args=["stripe", tenant_id, account_id])
    secret = sandbox.firms["stripe"].credentials()["webhook_secret"]
    sandbox.world.store.set("stripe.webhook", {"url": f"http://localhost{path}", "secret": secret})


def test_notices_alone_bring_the_money_into_the_books(firm: FaultyFirm) -> None:
    firm.begin(10_00, hold=False)
    firm.begin(20_00, hold=True)
    firm.pay_and_leave()
    assert firm.unresolved() == []
    found = Payment.objects.order_by("id").values_list("state", "authorized", "captured")
    assert list(found) == [("captured", 0, 10_00), ("authorized", 20_00, 0)]
    assert all(reference.startswith("pi_") for reference in Payment.objects.values_list("gateway_reference", flat=True))
    assert all(reference.startswith("ch_") for reference in Attempt.objects.values_list("gateway_reference", flat=True))


def test_a_refund_that_a_bank_sends_back_is_kept_for_people(firm: FaultyFirm) -> None:
    firm.begin(10_00, hold=False)
    firm.pay_and_leave()
    payment = Payment.objects.get()
    asked = MoneyReturned(money=Money(4_00, "GBP"), payment_id=payment.id)
    (refund,) = request_refund(firm.desk.call(at=clock.now()), refund=asked).refunds
    settle(firm.desk.id, refund.attempt_id)
    assert Attempt.objects.get(id=refund.attempt_id).state == "succeeded"
    firm.sandbox.firms["stripe"].act(payment.gateway_reference, "refund_fails")
    firm.sandbox.settle()
    kept = Discrepancy.objects.get()
    assert (kept.kind, kept.source, kept.attempt_id, kept.amount) == ("refund_returned", "stripe", refund.attempt_id, None)
    assert Payment.objects.get().refunded == 4_00


def test_what_is_not_signed_changes_nothing(firm: FaultyFirm) -> None:
    firm.begin(10_00, hold=False)
    path = reverse("gateway_notice", args=["stripe", firm.desk.id, firm.account_id])
    with firm.desk.nothing_changes():
        answer = Client(headers={"host": "localhost"}).post(path, data=b"{}", content_type="application/json")
    assert (answer.status_code, b"not genuine" in answer.content) == (401, True)


def test_what_takes_its_time_holds_up_nobody(firm: FaultyFirm) -> None:
    """A gateway that says «pending» is not silent: those behind are asked about in the same round."""
    payer = StripePayer(firm.sandbox)
    firm.sandbox.world.faults.tell({"rates": {"notice_dropped": 1}})
    firm.pay = lambda prompt: payer.choose(prompt, "delay")
    for _ in range(TIRED + 1):
        firm.begin(10_00, hold=False)
    firm.pay_and_leave()
    firm.begin(20_00, hold=False)
    prompt = prompt_of(firm.begun[-1])
    assert prompt is not None
    payer.approve(prompt)
    with clock.moved_by(timedelta(minutes=2)):
        assert reconcile(firm.desk.id) == 1
    assert Payment.objects.get(state="captured").captured == 20_00
