"""Payments at a double of Alipay that misbehaves, from the first click to the last refund, on a clock that is moved."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from django.conf import settings

from dingdan.automation import checkouts, gateways
from dingdan.automation.checkouts import Begun
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.kernel import clock
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CheckoutDraft, MoneyReturned, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.ledgers.payments.models import Attempt, Payment
from tests.integrations.alipay.shop import PLAIN, AlipayPayer, door, double, faults, opened
from tests.ledgers.payments.desk import Desk

MINUTE = timedelta(minutes=1)
WAYS = ("page", "wap", "app", "qr", "scan")


@dataclass
class Street:
    """A shop, the double, and the time that passes for both."""

    desk: Desk
    sandbox: Sandbox
    payer: AlipayPayer
    account_id: UUID
    chance: random.Random
    passed: timedelta = timedelta(0)
    wanted: dict[UUID, int] = field(default_factory=dict)

    def call(self) -> Call:
        """A call at the street's own time."""
        return Call(tenant_id=self.desk.id, actor=SYSTEM)

    def begin(self, way: str, amount: int, *, document: Document | None = None, last: str = "") -> Begun:
        """Somebody wants to pay for a new document, or for one that they wanted to pay before."""
        document = document or self.desk.claim(amount, currency="CNY")
        code = f"28{self.chance.randrange(10**14, 10**15)}{last or self.chance.choice('00245')}"
        front = CheckoutDraft(way=way, title="Order D-1001", details={"auth_code": code} if way == "scan" else {})
        begun = checkouts.begin(self.call(), document=document, gateway="alipay", currency="CNY", checkout=front)
        self.wanted[begun.attempt_id] = amount
        return begun

    def pay(self, begun: Begun) -> None:
        """The payer does what they are to do; whose code was scanned in vain has nothing to do."""
        if begun.prompt is not None:
            self.payer.approve(begun.prompt)
        elif any(row.payment == begun.attempt_id.hex for row in self.sandbox.firms["alipay"].ledger()):
            self.sandbox.firms["alipay"].act(begun.attempt_id.hex, "approve")

    def refund(self, payment: Payment, amount: int) -> None:
        """Give a part back."""
        money = MoneyReturned(payment_id=payment.id, money=Money(amount, "CNY"))
        told = request_refund(self.call(), refund=money)
        for one in told.refunds:
            self.settle(one.attempt_id)

    def settle(self, attempt_id: UUID) -> None:
        """Ask at once, as jobs and payers who come back do."""
        gateways.settle(self.desk.id, attempt_id)

    def let_pass(self, minutes: int) -> None:
        """So many minutes: the double sends what it has to tell, and we ask about what nobody answered."""
        for _minute in range(minutes):
            self.passed += MINUTE
            self.sandbox.world.clock.move(MINUTE.total_seconds())
            with clock.moved_by(self.passed):
                self.sandbox.settle()
                gateways.reconcile(self.desk.id)

    @contextmanager
    def now(self) -> Iterator[None]:
        """Let it be as late as it is by now."""
        with clock.moved_by(self.passed):
            yield

    def booked(self) -> dict[str, tuple[int, int]]:
        """What the money book has of each payment, by Alipay's name for it: taken and given back."""
        rows = Attempt.objects.filter(kind="capture").select_related("payment")
        return {row.id.hex: (row.payment.captured, row.payment.refunded) for row in rows}

    def at_alipay(self) -> dict[str, tuple[int, int]]:
        """The same, as Alipay has it; what was canceled was taken and given back at once, and is none of ours."""
        rows = self.sandbox.firms["alipay"].ledger()
        gone = {row.payment for row in rows if any(number.startswith("cancel-") for number, _state in row.refunds)}
        return {row.payment: (0, 0) if row.payment in gone else (row.captured, row.refunded) for row in rows}

    def still_out(self) -> Counter[tuple[str, str]]:
        """Attempts that have no answer yet, by kind and state."""
        return Counter(Attempt.objects.filter(state__in=OUT).values_list("kind", "state"))


@contextmanager
def street(desk: Desk, monkeypatch: pytest.MonkeyPatch, *, kind: str = PLAIN, seed: int = 0) -> Iterator[Street]:
    """A shop beside a double of its own, which reaches it by notices."""
    with double() as sandbox, door() as address, httpx.Client(follow_redirects=True, trust_env=False) as browser:
        faults(sandbox)
        monkeypatch.setattr(settings, "SANDBOX_URL", sandbox.address)
        monkeypatch.setattr(settings, "PUBLIC_URL", address)
        payer = AlipayPayer(sandbox, browser)
        yield Street(desk, sandbox, payer, opened(desk, sandbox, kind), random.Random(seed))
