"""Payments at the double of a firm that misbehaves: begun, paid, captured and given back, while notices get lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client, override_settings

from dingdan.automation.checkouts import begin
from dingdan.automation.gateways import reconcile, settle
from dingdan.integrations.sandbox.firms import notices
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CheckoutDraft, MoneyReturned, RequestCapture, request_capture, request_refund
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import Prompt
from dingdan.ledgers.payments.queries import prompt_of
from tests.ledgers.payments.desk import Desk

ANSWERS = {
    "timeout_before": 0.04, "timeout_after": 0.04, "reset_before": 0.04, "reset_after": 0.04, "error_500": 0.05,
    "error_500_after": 0.05, "error_429": 0.04,
}  # fmt: skip
NOTICES = {
    "notice_dropped": 0.05, "notice_twice": 0.1, "notice_out_of_order": 0.1, "notice_before_answer": 0.1,
    "notice_bad_signature": 0.05, "notice_old_timestamp": 0.05, "notice_wrong_merchant": 0.05, "notice_wrong_amount": 0.05,
}  # fmt: skip
LATE = {"payment_declined": 0.05, "payment_delayed": 0.1, "refund_delayed": 0.1}
MINUTES, AT_THE_BANK = 15, 10
"""Until when all must be known, and how long a refund may be at a bank on top of that."""


@dataclass
class FaultyFirm:
    """A shop with an account at a firm, and payers who pay as soon as they know what to do."""

    desk: Desk
    sandbox: Sandbox
    code: str
    account_id: UUID
    pay: Callable[[Prompt], None]
    currency: str = "GBP"
    minute: int = 0
    begun: list[UUID] = field(default_factory=list)
    paid: set[UUID] = field(default_factory=set)

    def begin(self, amount: int, *, hold: bool) -> None:
        """A document that is to be paid at the firm."""
        document = self.desk.claim(amount, currency=self.currency)
        checkout = CheckoutDraft(way="page", title="Order", minutes=600)
        told = begin(
            self.desk.call(at=clock.now()),
            document=document,
            gateway=self.code,
            currency=self.currency,
            checkout=checkout,
            hold=hold,
        )
        self.begun.append(told.attempt_id)

    def payers_pay(self) -> bool:
        """Whoever knows where to pay does so; half of them come back to us at once, the others close their browser.

        Whether anybody paid who had not tried before.
        """
        knew = len(self.paid)
        for number, attempt_id in enumerate(self.begun):
            prompt = prompt_of(attempt_id)
            if prompt is not None:
                self.paid.add(attempt_id)
                self.pay(prompt)
                if number % 2:
                    settle(self.desk.id, attempt_id)
        self.sandbox.settle()
        return len(self.paid) > knew

    def pay_and_leave(self) -> None:
        """Everybody pays, and nobody comes back to us: only notices tell."""
        for attempt_id in self.begun:
            prompt = prompt_of(attempt_id)
            assert prompt is not None
            self.pay(prompt)
        self.sandbox.settle()

    def wait(self, minutes: int = MINUTES) -> int:
        """Let minutes pass until all is known, with a round of asking in each; how many answers the rounds found.

        At most so many since the last payer has paid: what is not known then stays unresolved.
        """
        found, until = 0, self.minute + minutes
        while self.unresolved() and self.minute < until:
            self.minute += 1
            self.sandbox.world.clock.move(60)
            self.sandbox.settle()
            with clock.moved_by(timedelta(minutes=self.minute)):
                found += reconcile(self.desk.id)
                if self.payers_pay():
                    until = self.minute + minutes
        return found

    def unresolved(self) -> list[tuple[str, str, str]]:
        """What is asked for and not answered."""
        return list(Attempt.objects.filter(state__in=OUT).values_list("kind", "state", "error"))

    def capture_and_refund(self, chance: random.Random) -> None:
        """What is held is taken when the goods leave; of every third payment something goes back."""
        for payment in Payment.objects.filter(authorizes=True, authorized__gt=0):
            told = request_capture.one(self.desk.call(at=clock.now()), RequestCapture(payment_id=payment.id))
            settle(self.desk.id, told.attempt_id)
        self.sandbox.settle()
        self.wait()
        for payment in Payment.objects.filter(captured__gt=0).order_by("id"):
            if chance.random() < 0.4:
                back = Money(chance.randint(1, payment.captured), self.currency)
                asked = MoneyReturned(money=back, payment_id=payment.id)
                for refund in request_refund(self.desk.call(at=clock.now()), refund=asked).refunds:
                    settle(self.desk.id, refund.attempt_id)
        self.sandbox.settle()
        self.wait(MINUTES + AT_THE_BANK)

    def differences(self) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
        """Payments of which the firm says something else than our books."""
        firm: dict[str, tuple[int, int]] = {}
        for row in self.sandbox.firms[self.code].ledger():
            taken, back = firm.get(row.reference, (0, 0))
            firm[row.reference] = (taken + row.captured, back + row.refunded)
        found = []
        for attempt_id in self.begun:
            payment = Attempt.objects.get(id=attempt_id).payment
            ours, theirs = (payment.captured, payment.refunded), firm.pop(str(attempt_id), (0, 0))
            if ours != theirs:
                found.append((str(attempt_id), ours, theirs))
        return found + [(name, (0, 0), moved) for name, moved in firm.items() if moved != (0, 0)]


@contextmanager
def heard_by_us(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The double's notices arrive at our door, at the machine's own time, by which they are signed."""
    browser = Client(headers={"host": "localhost"})

    def posted(url: str, message: notices.Message) -> tuple[int, bytes]:
        headers = {name: text for name, text in message.headers.items() if name.lower() != "content-type"}
        moved = clock._offset[0]
        try:
            with clock.moved_by(-moved):
                answer = browser.post(
                    urlsplit(url).path, data=message.body, content_type=message.headers["Content-Type"], headers=headers
                )
        except Refusal:
            return 503, b""
        finally:
            if not connections["default"].in_atomic_block and not _is_main():
                connections.close_all()
        return answer.status_code, answer.content

    monkeypatch.setattr(notices, "_posted", posted)
    with override_settings(SANDBOX_URL=sandbox.address, PUBLIC_URL="http://localhost"):
        yield


def _is_main() -> bool:
    import threading

    return threading.current_thread() is threading.main_thread()


def misbehave(sandbox: Sandbox, seed: int, *rates: dict[str, float]) -> None:
    """Let the doubles misbehave by chance, the same for the same seed."""
    told = {name: rate for part in rates for name, rate in part.items()}
    sandbox.world.faults.tell({"seed": seed, "rates": told, "next": [], "silence": 0.3})
