"""Payments that the biller has taken and given back, as bills tell of them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    Told,
    record_capture,
    record_refund,
    record_unknown,
    request_charge,
    request_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps import Towards
from tests.ledgers.payments.desk import claim_money
from tests.trade.closing.biller import CODE
from tests.trade.closing.till import MONDAY, Till, noon


def charge(till: Till, amount: int, *, reference: str, on: date = MONDAY) -> tuple[UUID, UUID]:
    """A payment that the biller has captured; returns it and its attempt. With no reference nobody knows whether it was."""
    document = Document("order", new_id())
    claim_money(till.call(at=noon(on)), claims=((document, Money(amount, "GBP"), None),))
    asked = request_charge(till.call(at=noon(on)), gateway=CODE, currency="GBP", towards=(Towards(document=document),))
    if reference:
        told = Told(attempt_id=asked.attempt_id, reference=reference, payment_reference=reference)
        record_capture.one(till.call(at=noon(on)), told)
    else:
        record_unknown.one(till.call(at=noon(on)), Told(attempt_id=asked.attempt_id))
    return asked.payment_id, asked.attempt_id


def refund(till: Till, payment_id: UUID, amount: int, *, reference: str) -> UUID:
    """A refund that the biller has made; returns its attempt."""
    wanted = MoneyReturned(payment_id=payment_id, money=Money(amount, "GBP"))
    (attempt,) = request_refund(till.call(at=noon(MONDAY)), refund=wanted).refunds
    record_refund.one(till.call(at=noon(MONDAY)), Told(attempt_id=attempt.attempt_id, reference=reference))
    return attempt.attempt_id
