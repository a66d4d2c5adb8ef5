"""F16, F18: WeChat Pay that misbehaves in every way that its double knows, first in each and then in all at once: no money moves
twice, nothing stays unknown for fifteen minutes, and its books are ours. The clock is moved."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings

from dingdan.automation import gateways
from dingdan.automation.checkouts import Begun, begin
from dingdan.integrations.sandbox.firms import faults
from dingdan.integrations.sandbox.firms.sandbox import running_sandbox
from dingdan.integrations.wechatpay import client
from dingdan.kernel import clock
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import CheckoutDraft, MoneyReturned, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.ledgers.payments.ports import Answer
from dingdan.ledgers.payments.steps.refusals import NothingDue
from tests.integrations.wechatpay.door import open_door
from tests.integrations.wechatpay.street import AT_ONCE, PASSWORD, Street, hang_up, open_account
from tests.laws.size import sized
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk

__all__ = ["desk"]

PAYMENTS = sized(2, 200, 5000)
WHILE_GIVING_BACK = sized(faults.ANSWERS[1::2], faults.ANSWERS, faults.ANSWERS)  # what goes wrong behind the effect, at least
DROPPED_OF = sized(10, 200, 5000)
RATES = {
    **dict.fromkeys(faults.ANSWERS, 0.01),
    **dict.fromkeys((*faults.PAYMENTS, *faults.REFUNDS, *faults.NOTICES), 0.05),
    "notice_rotated_certificate": 0.01,
}
MINUTES = 15
ROUNDS = sized((1, 1, 1, 5, 2, 1, 1, 1), (1,) * 13, (1,) * 13)
"""How many minutes pass between one round of asking and the next, once money goes back: in earnest it is one."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def street(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Street]:
    """A shop with an account at a double that is its own, which sends its notices to the program."""
    monkeypatch.setattr(client, "_TIMES", {"connect": 1.0, "read": 0.4, "write": 1.0, "pool": 1.0})
    with running_sandbox() as sandbox, open_door() as door:
        monkeypatch.setattr(settings, "PUBLIC_URL", door)
        yield open_account(desk, sandbox, monkeypatch)
        hang_up()


class Day:
    """What customers and staff do on a day at a shop whose firm misbehaves."""

    def __init__(self, street: Street) -> None:
        self.street, self.desk = street, street.desk
        self.documents: list[Document] = []
        self.passed = timedelta(0)

    def happens(self, *names: str, path: str = "") -> None:
        """What the firm's next answers, payments, refunds or notices meet."""
        told = [{"fault": name, "firm": "wechatpay", "path": path} for name in names]
        self.street.sandbox.world.faults.tell({"next": told, "silence": 0.6})

    def pays(self, *, way: str = "qr", amount: int = 1000, code: str = AT_ONCE) -> None:
        """A customer pays, and begins again where it is not known what became of the first time."""
        document = self.desk.claim(amount, currency="CNY")
        self.documents.append(document)
        for _time in range(3):
            try:
                begun = self._begun(document, CheckoutDraft(way=way, title="Order 1", minutes=12, details={"auth_code": code}))
            except NothingDue:
                return  # it was paid the first time
            if begun.answer == Answer.UNKNOWN:
                continue
            if begun.answer == Answer.WAITING:
                self.street.double.act(begun.attempt_id.hex, "approve")
            return

    def _begun(self, document: Document, checkout: CheckoutDraft) -> Begun:
        call = self.desk.call(at=clock.now())
        return begin(call, document=document, gateway="wechatpay", currency="CNY", checkout=checkout)

    def gives_back(self, payment_id: UUID, amount: int) -> None:
        """Staff gives a part back."""
        refund = MoneyReturned(payment_id=payment_id, money=Money(amount, "CNY"), reason="damaged")
        told = request_refund(self.desk.call(at=clock.now()), refund=refund)
        for one in told.refunds:
            gateways.settle(self.desk.id, one.attempt_id)

    def goes_on(self, *minutes: int) -> None:
        """Time passes: the firm does what is due and tells it, the program asks what it has not been told."""
        for some in minutes:
            self.street.sandbox.world.clock.move(60 * some)
            self.street.settle()
            self.passed += some * MINUTE
            with clock.moved_by(self.passed + MINUTE):
                gateways.reconcile(self.desk.id)


def _books_are_the_firm_s(street: Street) -> tuple[int, int]:
    """Compare what we believe with what the firm did, payment by payment; return what was taken and what was given back."""
    rows = {row.payment: row for row in street.double.ledger()}
    taken = back = 0
    for attempt in Attempt.objects.filter(kind="capture").select_related("payment"):
        row = rows.get(UUID(attempt.key).hex)
        ours = (attempt.payment.captured, attempt.payment.refunded)
        arrived = sum(
            refund["amount"]["refund"]
            for refund in street.double.refunds.all(UUID(attempt.key).hex)
            if refund["status"] == "SUCCESS"
        )
        theirs = (row.captured, arrived) if row and row.state != "REVOKED" else (0, 0)
        assert ours == theirs, (attempt.key, attempt.state, ours, theirs)
        taken, back = taken + ours[0], back + ours[1]
    assert sum(row.captured for row in rows.values() if row.state != "REVOKED") == taken
    return taken, back


def _misbehaves(street: Street, rates: dict[str, float], **seed: int) -> None:
    street.sandbox.world.faults.tell({"next": [], "rates": rates, "silence": 0.6, **seed})


def _nothing_is_unknown_or_paid_twice(day: Day, *kinds: str) -> None:
    assert list(Attempt.objects.filter(state__in=OUT, kind__in=kinds).values_list("kind", "state", "error")) == []
    for document in day.documents:
        assert day.desk.owed(document).due >= 0, "paid twice"
        assert sum(payment.captured > 0 for payment in day.desk.payments(document)) <= 1, "charged twice"


def test_f16_whatever_goes_wrong_at_the_firm_the_books_are_right(
    street: Street, chance: random.Random, figure: Callable[[str], None]
) -> None:
    day = Day(street)
    day.pays()
    for number, name in enumerate(faults.ANSWERS):
        for way in ("qr", "scan") if PAYMENTS > 2 else ("qr", "scan")[number % 2 :][:1]:
            day.happens(name, path="/v3/pay/")
            day.pays(way=way)
    for name in (*faults.PAYMENTS, *faults.NOTICES):
        day.happens(name)
        day.pays()
    _misbehaves(street, RATES, seed=chance.randrange(1000))
    for number in range(PAYMENTS):
        day.pays(way=chance.choice(("qr", "scan")), amount=1000 + number, code=chance.choice((AT_ONCE, PASSWORD)))
    day.goes_on(1, 1)
    paid = list(Payment.objects.filter(captured__gt=0).order_by("id").values_list("id", flat=True))
    _misbehaves(street, {})
    for name, payment_id in zip((*WHILE_GIVING_BACK, *faults.REFUNDS, "notice_dropped", "notice_twice"), paid, strict=False):
        day.happens(name, path="/v3/refund/" if name in faults.ANSWERS else "")
        day.gives_back(payment_id, 300)
    _misbehaves(street, RATES)
    for payment_id in paid[-PAYMENTS:]:
        day.gives_back(payment_id, 200)
    day.goes_on(*ROUNDS)
    assert day.passed == MINUTES * MINUTE
    _nothing_is_unknown_or_paid_twice(day, "capture")
    day.goes_on(1, 1)
    _misbehaves(street, {})
    _nothing_is_unknown_or_paid_twice(day, "capture", "refund")
    taken, back = _books_are_the_firm_s(street)
    assert (taken > 0, back > 0) == (True, True)
    asked = len(street.sandbox.world.store.all("request"))
    figure(
        f"F16 WeChat Pay: {len(day.documents)} payers, {asked} requests, every fault: 0 charged twice, 0 unknown after {MINUTES} "
        f"minutes, {taken} fen taken and {back} given back on both sides"
    )


def test_f18_notices_that_are_dropped_are_found_in_one_cycle(street: Street, figure: Callable[[str], None]) -> None:
    day = Day(street)
    street.sandbox.world.faults.tell({"rates": {"notice_dropped": 0.05}, "seed": 7})
    day.happens("notice_dropped")
    for _ in range(DROPPED_OF):
        day.pays()
    street.settle()
    lost = sum(note["state"] == "dropped" for note in street.sandbox.world.outbox.latest(2 * DROPPED_OF))
    assert Attempt.objects.filter(state="succeeded").count() == DROPPED_OF - lost
    with clock.moved_by(2 * MINUTE):
        assert gateways.reconcile(day.desk.id) == lost
    assert lost >= 1
    assert Attempt.objects.filter(state="succeeded").count() == DROPPED_OF
    _books_are_the_firm_s(street)
    figure(f"F18 WeChat Pay: {lost} of {DROPPED_OF} notices dropped: all found in one cycle")
