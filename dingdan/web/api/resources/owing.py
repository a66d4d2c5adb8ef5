"""Links to pay, payers in front of gateways, what is overdue, and reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.pay_links import PAY_INVOICE, PAY_ORDER, pay_url
from dingdan.automation.paying import bill_of, notice_id
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.queries import checkouts_of
from dingdan.trade.dunning.commands import remind_invoices, resume_reminders, send_statement, stop_reminders
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.orders.queries import existing
from dingdan.trade.settlement.queries import invoice
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read
from dingdan.web.api.resources.rates import Present, PresentedView, presented_view
from dingdan.web.api.writes import Write, mount

LINKS, REMINDERS = "Links to pay", "Reminders"
Days = Annotated[int, Field(ge=1, le=400, description="How long the link opens.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLinkView:
    """Where it is paid. Whoever has the link can see what is paid, and pay it.

    `due` is what is to be paid now, in minor units; `presented` the same in a currency that was asked for, where a rate says it.
    """

    url: str
    currency: str
    due: int
    presented: PresentedView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutShown:
    """A payer in front of a gateway, and how far that has come."""

    attempt_id: UUID
    payment_id: UUID
    gateway: str
    way: str
    state: str
    amount: int
    currency: str
    error: str
    means: str
    requested_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoiceView:
    """An invoice on account of which something is open, in minor units. `days_late` is zero or less while it is not due."""

    invoice_id: UUID
    number: str
    order_id: UUID
    order_number: str
    customer_id: UUID | None
    issued_on: date
    due_on: date
    days_late: int
    currency: str
    total: int
    open: int
    reminded_at_level: int | None
    reminded_on: date | None
    stopped_because: str


@read("/orders/{order_id}/payment-link", permission="payments.link", tag=LINKS)
def get_payment_link(order_id: str, *, days: Days = 90, present: Present | None = None) -> PaymentLinkView:
    """A link by which an order is paid. Made anew each time; nothing is kept."""
    id_ = id_of("order_id", order_id)
    if id_ not in existing([id_]):
        raise NotFound(field="order_id", what="order", id=order_id)
    return _link(PAY_ORDER, id_, days=days, present=present)


def _link(kind: str, id: UUID, *, days: int, present: str | None) -> PaymentLinkView:  # noqa: A002
    bill = bill_of(kind, id)
    assert bill is not None  # noqa: S101 (looked up by the caller)
    return PaymentLinkView(
        url=pay_url(kind, id, at=clock.now(), days=days), currency=bill.order.currency, due=bill.due,
        presented=presented_view(bill.due, bill.order.currency, present),
    )  # fmt: skip


@read("/invoices/{invoice_id}/payment-link", permission="payments.link", tag=LINKS)
def get_invoice_payment_link(invoice_id: str, *, days: Days = 90, present: Present | None = None) -> PaymentLinkView:
    """A link by which what is open of an invoice is paid. Made anew each time; nothing is kept."""
    found = invoice(id_of("invoice_id", invoice_id))
    return _link(PAY_INVOICE, found.id, days=days, present=present)


@read("/orders/{order_id}/checkouts", permission="payments.read", tag=LINKS)
def list_checkouts(order_id: str) -> list[CheckoutShown]:
    """The payers who met gateways for an order, the newest first."""
    names, id_ = CheckoutShown.__dataclass_fields__, id_of("order_id", order_id)
    if id_ not in existing([id_]):
        raise NotFound(field="order_id", what="order", id=order_id)
    found = checkouts_of(Document("order", id_))
    return [CheckoutShown(**{name: getattr(one, name) for name in names}) for one in found]


@read("/open-invoices", permission="dunning.read", tag=REMINDERS)
def list_open_invoices(*, customer: str = "") -> list[OpenInvoiceView]:
    """The invoices on account of which something is open, the longest overdue first. `customer` takes an id or number."""
    customer_id = id_of("customer_id", customer, field="customer") if customer else None
    today = clock.now().astimezone(ZoneInfo(tenant_in_scope().time_zone)).date()
    return [
        OpenInvoiceView(
            invoice_id=one.id, number=one.number, order_id=one.order_id, order_number=one.order_number,
            customer_id=one.customer_id, issued_on=one.issued_on, due_on=one.due_on, days_late=one.late(today),
            currency=one.currency, total=one.total, open=one.open, reminded_at_level=one.last.level if one.last else None,
            reminded_on=one.last.on if one.last else None, stopped_because=one.stopped,
        )
        for one in on_account(customer_id=customer_id)
    ]  # fmt: skip


class Nothing(BaseModel):
    """Nothing more is to be said."""

    model_config = ConfigDict(extra="forbid")


def _mail(call: Call, ids: Mapping[str, Any], _sent: Nothing) -> Event:
    wanted = QueueNotice(kind="payment_link", order_id=ids["order_id"], about_id=notice_id(call))
    return submit(queue_notices, call, wanted)


mount(
    Write(
        path="/orders/{order_id}/payment-link/mail",
        command=queue_notices,
        name="mail_payment_link",
        body=Nothing,
        give=_mail,
        tag=LINKS,
    ),
    Write(path="/invoices/{invoice_id}/remind", command=remind_invoices, name="remind_invoice", tag=REMINDERS),
    Write(path="/reminders/stop", command=stop_reminders, tag=REMINDERS),
    Write(path="/reminders/resume", command=resume_reminders, tag=REMINDERS),
    Write(path="/customers/{customer_id}/statement", command=send_statement, tag=REMINDERS),
)
