"""Payments through a gateway that misbehaves in every way at once: no money moves twice, and every answer is known in the end."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from dingdan.automation.gateways import ask_gateway
from dingdan.integrations.sandbox.faults import Faults
from dingdan.integrations.sandbox.gateway import SandboxGateway
from dingdan.integrations.sandbox.models import Charge
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    Told,
    Towards,
    record_authorization,
    record_capture,
    record_decline,
    record_refund,
    record_void,
    request_authorization,
    request_capture,
    request_refund,
)
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import Answer, gateways
from tests.ledgers.payments.desk import Desk

RECORD: dict[AttemptKind, Any] = {
    AttemptKind.AUTHORIZE: record_authorization,
    AttemptKind.CAPTURE: record_capture,
    AttemptKind.VOID: record_void,
    AttemptKind.REFUND: record_refund,
}
FAULTS = {"decline": 0.1, "timeout_before": 0.15, "timeout_after": 0.15, "late": 0.15, "twice": 0.15, "out_of_order": 0.15}


def _hear(desk: Desk, gateway: SandboxGateway) -> None:
    """What a webhook's door does with every notice, in whatever order they come."""
    for notice in gateway.notices(desk.id):
        told = Told(
            gateway="sandbox",
            kind=AttemptKind(notice.kind),
            attempt_id=UUID(notice.key),
            payment_reference=notice.result.payment_reference,
            reference=notice.result.reference,
            money=Money(notice.result.amount, notice.result.currency),
        )
        done = notice.result.answer == Answer.DONE
        record: Any = RECORD[AttemptKind(notice.kind)] if done else record_decline
        try:
            record.one(desk.call(), told)
        except Refusal:
            continue


def _settle(desk: Desk, gateway: SandboxGateway, chance: random.Random) -> None:
    """Jobs and webhooks race until every answer is known."""
    still_out = Attempt.objects.filter(state__in=["requested", "unknown"]).order_by("id")
    for _ in range(12):
        for attempt in list(still_out.all()):
            if chance.random() < 0.7:
                ask_gateway(tenant_id=str(desk.id), attempt_id=str(attempt.id))
            if chance.random() < 0.5:
                _hear(desk, gateway)
    assert still_out.all().count() == 0


@pytest.mark.parametrize("seed", range(2))
def test_every_answer_is_known_in_the_end_and_no_money_moves_twice(
    desk: Desk, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway, chance = SandboxGateway(Faults(seed=seed, **FAULTS)), random.Random(seed)
    monkeypatch.setitem(gateways, "sandbox", gateway)
    documents = [desk.claim(chance.randint(5, 50)) for _ in range(10)]
    for document in documents:
        request_authorization(desk.call(), gateway="sandbox", currency="GBP", towards=(Towards(document=document),))
    _settle(desk, gateway, chance)
    held = list(Payment.objects.filter(state="authorized").order_by("id"))
    for payment in held:
        request_capture.one(desk.call(), RequestCapture(payment_id=payment.id, money=Money(payment.authorized - 2, "GBP")))
        request_capture.one(desk.call(), RequestCapture(payment_id=payment.id))
    _settle(desk, gateway, chance)
    for payment in Payment.objects.filter(captured__gt=3):
        request_refund(desk.call(), refund=MoneyReturned(payment_id=payment.id, money=Money(3, "GBP")))
    _settle(desk, gateway, chance)

    _hear(desk, gateway)
    states = Counter(Attempt.objects.values_list("kind", "state"))
    assert sum(number for (_, state), number in states.items() if state == "declined") >= 1
    assert {kind for kind, state in states if state == "succeeded"} == {"authorize", "capture", "refund"}
    for payment in Payment.objects.exclude(gateway_reference=""):
        charge = Charge.objects.get(id=UUID(payment.gateway_reference))
        assert (payment.authorized, payment.captured, payment.refunded) == (charge.authorized, charge.captured, charge.refunded)
    booked = sum(amount for rule, _, _, amount in desk.posted() if rule == "gateway_received")
    assert booked == sum(Charge.objects.values_list("captured", flat=True))
    assert Charge.objects.count() == len(held)
