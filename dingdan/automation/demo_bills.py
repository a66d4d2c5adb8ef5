"""What the demo's payment firms did yesterday, so that a bookkeeper finds bills with something in them, and a day to close.

Each firm took a payment and gave a part of it back; two have sent their money to the bank; and somebody paid by WeChat for
something that is not in the books. All of it goes through the adapters that live shops use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.automation import bills, gateways
from dingdan.automation.setup import default_tenant
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import ports
from dingdan.ledgers.payments.commands import (
    CheckoutDraft,
    MoneyReturned,
    Towards,
    record_capture,
    record_refund,
    request_charge,
    request_refund,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.ports import Answer, GatewayRequest
from dingdan.ledgers.payments.queries import gateway_request
from dingdan.masterdata.methods.queries import account_in_use
from dingdan.trade.orders.events import OrderPlaced

Approve = Callable[[str, str], None]
"""Somebody pays at a firm what it shows under a name."""

AGO: Final = timedelta(hours=23, minutes=30)
"""Yesterday, and late enough that whoever pays has half an hour left when the firm is asked."""
A_DAY_IN_MINUTES: Final = 24 * 60
BEIJING: Final = ZoneInfo("Asia/Shanghai")
UNKNOWN: Final = 18_80
"""What somebody paid that the books know nothing of."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A payment of yesterday: at which firm, how the payer meets it, and what of it went back."""

    gateway: str
    way: str
    details: dict[str, str]
    back: int


SALES: Final = (
    Sale("stripe", "page", {}, 5_00),
    Sale("paypal", "page", {}, 3_00),
    Sale("wechatpay", "scan", {"auth_code": "131234567890123450"}, 2_00),
    Sale("alipay", "scan", {"auth_code": "281234567890123450"}, 2_00),
)
PAID_OUT: Final = ("stripe", "alipay")


def sell(place: Callable[[Sale], OrderPlaced], approve: Approve, wait: Callable[[], None]) -> None:
    """Let every firm take a payment and give a part of it back, yesterday. The firms' clock is a day behind; `wait` lets them do
    what takes them a moment."""
    tenant = default_tenant()
    with tenant_scope(tenant.id):
        for sale in SALES:
            _Day(tenant.id, sale).live(place(sale), approve, wait)
        somebody = _Day(tenant.id, SALES[2])
        somebody.pays_unnoticed()


def fetch() -> None:
    """Fetch the bills of yesterday, by each firm's own calendar."""
    tenant = default_tenant()
    with tenant_scope(tenant.id):
        for sale in SALES:
            account = account_in_use(sale.gateway)
            if account is not None:
                bills.fetch(tenant.id, sale.gateway, account.id, _yesterday(sale.gateway))


def _yesterday(gateway: str) -> date:
    zone = BEIJING if gateway in ("wechatpay", "alipay") else UTC
    return (datetime.now(zone) - timedelta(days=1)).date()


@dataclass(frozen=True, slots=True)
class _Day:
    tenant_id: UUID
    sale: Sale

    def live(self, order: OrderPlaced, approve: Approve, wait: Callable[[], None]) -> None:
        """Order, payment, refund."""
        towards = (Towards(document=Document("order", order.order_id)),)
        asked = request_charge(
            self._call("charge"), gateway=self.sale.gateway, currency=order.currency, towards=towards, checkout=self._checkout()
        )
        request = self._request(asked.attempt_id)
        gateway = ports.gateways[self.sale.gateway]
        told = gateway.capture(request)
        if told.prompt is not None:
            approve(self.sale.gateway, told.prompt.content)
            told = gateway.query(replace(request, reference=told.reference, payment_reference=told.payment_reference))
        if told.answer != Answer.DONE:
            raise RuntimeError(f"{self.sale.gateway} took no money: {told.answer} {told.error}")
        record_capture.one(self._call("paid"), gateways.told_by(self.sale.gateway, AttemptKind.CAPTURE, asked.attempt_id, told))
        self._give_back(order, wait)

    def _give_back(self, order: OrderPlaced, wait: Callable[[], None]) -> None:
        wanted = MoneyReturned(document=Document("order", order.order_id), money=Money(self.sale.back, order.currency))
        (refund,) = request_refund(self._call("refund"), refund=wanted).refunds
        gateway, request = ports.gateways[self.sale.gateway], self._request(refund.attempt_id)
        gateway.refund(request)
        wait()
        told = gateway.query(request)
        if told.answer == Answer.DONE:
            said = gateways.told_by(self.sale.gateway, AttemptKind.REFUND, refund.attempt_id, told)
            record_refund.one(self._call("refunded"), said)

    def pays_unnoticed(self) -> None:
        """Somebody pays at the till, and nobody writes it down."""
        account = account_in_use(self.sale.gateway)
        key = str(new_id())
        front = ports.Checkout(
            way=self.sale.way, title="?", expires_at=clock.now() + timedelta(hours=1), details=self.sale.details
        )
        request = GatewayRequest(
            tenant_id=self.tenant_id, key=key, first_key=key, kind=AttemptKind.CAPTURE, payment_id=new_id(), payment_reference="",
            amount=UNKNOWN, currency="CNY", account_id=account.id if account else None, checkout=front,
        )  # fmt: skip
        ports.gateways[self.sale.gateway].capture(gateways.addressed(request, self.sale.gateway))

    def _checkout(self) -> CheckoutDraft:
        return CheckoutDraft(way=self.sale.way, title="Order", minutes=A_DAY_IN_MINUTES, details=self.sale.details)

    def _request(self, attempt_id: UUID) -> GatewayRequest:
        found = gateway_request(attempt_id)
        if found is None:
            raise LookupError(f"nothing is open at {self.sale.gateway}")
        return gateways.addressed(found[1], self.sale.gateway)

    def _call(self, step: str) -> Call:
        key = f"demo:yesterday:{self.sale.gateway}:{step}"
        return Call(tenant_id=self.tenant_id, actor=SYSTEM, key=key, at=clock.now() - AGO)
