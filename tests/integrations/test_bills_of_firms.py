"""Bills with payments in them, of every firm: paid, given back in part, paid out, and what the books say otherwise.

Each firm is its double, asked over HTTP by the adapter that live shops use; the books, the bill, the exception queue and the bank
are real.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.test import override_settings

from dingdan.automation import bills, gateways
from dingdan.automation.demo_firms import accounts
from dingdan.automation.statements import match_statements
from dingdan.integrations.alipay.client import pool
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.integrations.wechatpay import certificates
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments import ports
from dingdan.ledgers.payments.commands import (
    CheckoutDraft,
    MoneyReturned,
    Told,
    Towards,
    record_capture,
    request_charge,
    request_refund,
)
from dingdan.ledgers.payments.models import Attempt, Payment, Posting
from dingdan.ledgers.payments.ports import GatewayRequest, Prompt
from dingdan.ledgers.payments.queries import gateway_request, prompt_of, trial_balance
from dingdan.masterdata.methods.commands import save_merchant_account
from dingdan.masterdata.methods.queries import firm_of
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.queries import LAWS
from dingdan.trade.reconciliation.commands import import_statements
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.queries import open_discrepancies
from dingdan.trade.reconciliation.rules import LineDraft
from tests.integrations.alipay.shop import AlipayPayer
from tests.integrations.paypal.till import PayPalPayer
from tests.integrations.stripe.till import StripePayer
from tests.integrations.wechatpay.street import hang_up
from tests.ledgers.payments.conftest import desk
from tests.ledgers.payments.desk import Desk
from tests.trade.reconciliation.desk import part

__all__ = ["desk"]

DAY = timedelta(days=1)
PAID, BACK = 12_50, 2_50


@dataclass(frozen=True)
class Firm:
    """A firm whose bills are tried: its money, how its payers come, and what it keeps of a payment and gives back of a refund."""

    code: str
    currency: str
    way: str
    zone_hours: int
    kept: int
    returned: int = 0


FIRMS = (
    Firm(code="stripe", currency="GBP", way="page", zone_hours=0, kept=66),
    Firm(code="paypal", currency="GBP", way="page", zone_hours=0, kept=93),
    Firm(code="wechatpay", currency="CNY", way="qr", zone_hours=8, kept=8, returned=2),
    Firm(code="alipay", currency="CNY", way="qr", zone_hours=8, kept=8, returned=2),
)


@dataclass
class Street:
    """A shop, its account at a firm, and the firm."""

    desk: Desk
    sandbox: Sandbox
    firm: Firm
    account_id: UUID

    @property
    def day(self) -> date:
        """The firm's day, before anything was moved on."""
        return (datetime.now(UTC) + timedelta(hours=self.firm.zone_hours)).date()

    def begin(self, amount: int = PAID) -> UUID:
        """A payment that the books have asked for; its attempt."""
        document = self.desk.claim(amount, currency=self.firm.currency)
        wanted = CheckoutDraft(way=self.firm.way, title="Order D-1001")
        asked = request_charge(
            self.desk.call(at=clock.now()), gateway=self.firm.code, currency=self.firm.currency,
            towards=(Towards(document=document),), checkout=wanted,
        )  # fmt: skip
        return asked.attempt_id

    def asked(self, attempt_id: UUID) -> GatewayRequest:
        """What the gateway is asked for an attempt."""
        found = gateway_request(attempt_id)
        assert found is not None
        return gateways.addressed(found[1], self.firm.code)

    def pays(self, request: GatewayRequest) -> ports.GatewayResult:
        """The payer pays what a request asks for; nobody tells the books."""
        gateway = ports.gateways[self.firm.code]
        told = gateway.capture(request)
        assert told.prompt is not None
        self.approve(told.prompt)
        return gateway.query(replace(request, reference=told.reference, payment_reference=told.payment_reference))

    def approve(self, prompt: Prompt) -> None:
        """Whoever is in front of the firm's page or code pays."""
        PAYERS[self.firm.code](self.sandbox, prompt)

    def sells(self, amount: int = PAID) -> Payment:
        """A payment that is at the firm and in the books."""
        attempt_id = self.begin(amount)
        gateways.settle(self.desk.id, attempt_id)
        self.approve(self.prompt(attempt_id))
        gateways.settle(self.desk.id, attempt_id)
        attempt = Attempt.objects.select_related("payment").get(id=attempt_id)
        assert attempt.state == "succeeded"
        return attempt.payment

    def prompt(self, attempt_id: UUID) -> Prompt:
        """What the payer of an attempt sees."""
        found = prompt_of(attempt_id)
        assert found is not None
        return found

    def gives_back(self, payment: Payment, amount: int = BACK) -> None:
        """A part of a payment goes back, at the firm and in the books."""
        wanted = MoneyReturned(payment_id=payment.id, money=Money(amount, self.firm.currency))
        (refund,) = request_refund(self.desk.call(at=clock.now()), refund=wanted).refunds
        gateways.settle(self.desk.id, refund.attempt_id)
        self.sandbox.settle()
        gateways.settle(self.desk.id, refund.attempt_id)
        assert Attempt.objects.get(id=refund.attempt_id).state == "succeeded"

    def fetch(self, days: int = 0) -> bills.Fetched:
        """The bill of the firm's first day, or of a later one."""
        return bills.fetch(self.desk.id, self.firm.code, self.account_id, self.day + days * DAY)

    def held(self) -> dict[str, int]:
        """What lies at the bank and at the firm."""
        rows = trial_balance()
        return {one.account: one.debit - one.credit for one in rows if one.account in ("bank", "gateway_clearing")}


def _alipay(sandbox: Sandbox, prompt: Prompt) -> None:
    with httpx.Client(follow_redirects=True, trust_env=False) as browser:
        AlipayPayer(sandbox, browser).approve(prompt)


def _wechat(sandbox: Sandbox, prompt: Prompt) -> None:
    double = sandbox.firms["wechatpay"]
    number = next(str(one["id"]) for one in double.orders.all() if one["_code"] == prompt.content)  # type: ignore[attr-defined]
    double.act(number, "approve")


PAYERS: dict[str, Callable[[Sandbox, Prompt], None]] = {
    "stripe": lambda sandbox, prompt: StripePayer(sandbox).approve(prompt),
    "paypal": lambda sandbox, prompt: PayPalPayer(sandbox).approve(prompt),
    "alipay": _alipay,
    "wechatpay": _wechat,
}


_KEYS: dict[str, Any] = {}


def _same_keys(sandbox: Sandbox) -> None:
    """All doubles have the same keys, because making some takes a while."""
    if not _KEYS:
        for firm in sandbox.firms.values():
            firm.credentials()
        _KEYS.update({f"{name}.keys": sandbox.world.store.setting(f"{name}.keys") for name in sandbox.firms})
    for name, kept in _KEYS.items():
        sandbox.world.store.set(name, kept)


@pytest.fixture(params=FIRMS, ids=lambda firm: firm.code)
def street(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Street]:
    """A firm's own double, whose books hold nothing else, and a shop with an account there."""
    firm: Firm = request.param
    with running_sandbox() as sandbox, override_settings(SANDBOX_URL=sandbox.address):
        certificates.forget()
        _same_keys(sandbox)
        told = {name: one.credentials() for name, one in sandbox.firms.items()}
        draft = next(one for one in accounts(told) if one.gateway == firm.code)
        account_id = save_merchant_account(desk.call(), account=draft).merchant_account_id
        yield Street(desk, sandbox, firm, account_id)
        hang_up()
        pool.close()
        assert [breach for law in LAWS for breach in law()] == []


def _lines() -> list[tuple[str, int, int, str]]:
    rows = BillLine.objects.order_by("kind", "id").exclude(kind="payout")
    return sorted(rows.values_list("kind", "amount", "fee", "state"))


def test_it_works(street: Street) -> None:
    firm, payment = street.firm, street.sells()
    street.gives_back(payment)
    street.sandbox.firms[firm.code].act("", "pay_out")
    assert street.fetch().error == "bill_not_ready"  # the day lasts
    assert (Bill.objects.get().state, Bill.objects.get().lines) == ("awaited", 0)
    street.sandbox.world.clock.move(DAY.total_seconds())
    with clock.moved_by(2 * DAY):
        told = street.fetch()
        assert told.compared is not None, told.error
        assert (told.compared.matched, told.compared.missing, told.compared.differing, told.reported) == (2, 0, 0, 0)
        assert (told.compared.fees_kept, told.compared.fees_returned) == (firm.kept, firm.returned)
        assert _lines() == [("payment", PAID, firm.kept, "matched"), ("refund", -BACK, -firm.returned, "matched")]
        net = PAID - BACK - firm.kept + firm.returned
        assert street.held() == {"gateway_clearing": net}
        payout = Payout.objects.get()
        assert (payout.state, abs(payout.amount)) == ("announced", net)

        posted, fetched = Posting.objects.count(), Bill.objects.get().lines
        again = street.fetch()
        assert again.compared is not None
        assert (again.compared.matched, again.compared.fees_kept, again.compared.fees_returned) == (2, 0, 0)
        assert (Posting.objects.count(), Bill.objects.get().lines, Payout.objects.count()) == (posted, fetched, 1)

        arrives(street, net)
        match_statements(tenant_id=str(street.desk.id))
    assert Payout.objects.get().state == "arrived"
    assert street.held() == {"bank": net, "gateway_clearing": 0}
    assert StatementLine.objects.get().state == "ignored"


def arrives(street: Street, amount: int) -> None:
    """The bank tells of money from the firm."""
    name = ports_name(street.firm.code)
    line = LineDraft(booked_on=street.day + DAY, amount=amount, currency=street.firm.currency, name=f"{name} LTD", text="payout")
    import_statements.one(street.desk.call(), part(line, currency=street.firm.currency))


def ports_name(code: str) -> str:
    """What people call a firm."""
    found = firm_of(code)
    assert found is not None
    return found.name


def test_what_differs(street: Street) -> None:
    firm = street.firm
    street.pays(replace(street.asked(street.begin()), key=str(new_id()), first_key=str(new_id())))  # nobody wrote it down
    less = street.begin()
    street.pays(replace(street.asked(less), amount=PAID - 1_00))
    only_here = street.begin()
    for attempt_id in (less, only_here):
        record_capture.one(street.desk.call(at=clock.now()), Told(attempt_id=attempt_id))
    street.sandbox.world.clock.move(DAY.total_seconds())
    with clock.moved_by(2 * DAY):
        told = street.fetch()
        assert told.compared is not None, told.error
        assert (told.compared.matched, told.compared.missing, told.compared.differing, told.reported) == (0, 1, 1, 2)
        street.sandbox.world.clock.move(DAY.total_seconds())
        with clock.moved_by(DAY):
            for days in (-1, 0, 1):  # the shop's day may be the one before the firm's
                street.fetch(days)
    rows = open_discrepancies().order_by("kind").values_list("kind", "source", "amount", "expected", "attempt_id")
    assert list(rows) == [
        ("amount_differs", firm.code, PAID - 1_00, PAID, less),
        ("missing_at_gateway", firm.code, None, PAID, only_here),
        ("missing_in_books", firm.code, PAID, None, None),
    ]
