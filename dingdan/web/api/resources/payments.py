"""Money: what came, what is asked of gateways, what goes back, what is owed, and the accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.intake import submit
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReceived,
    Towards,
    allocate_payment,
    apply_store_credit,
    ask_gateway,
    collect_cod,
    grant_goodwill,
    grant_store_credit,
    pay_payable,
    record_authorization,
    record_capture,
    record_decline,
    record_payments,
    record_refund,
    record_refunds,
    record_unknown,
    record_void,
    reinstate_receivable,
    release_allocation,
    request_authorization,
    request_capture,
    request_charge,
    request_refund,
    request_void,
    settle_cod,
    settle_payout,
    write_off_receivable,
)
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PaymentState, PaymentStatus
from dingdan.ledgers.payments.models import Payable, Payment, Receivable
from dingdan.ledgers.payments.queries import AttemptView, ReceivableView, credit_of, grants_of, statement, trial_balance
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, Position, page, read, shaped
from dingdan.web.api.resources.disputes import DisputeView, dispute_views
from dingdan.web.api.writes import Write, mount

PAYMENTS, DEBTS, ACCOUNTS = "Payments", "Debts", "Accounts"

MoneyState = Annotated[str, OneOf(PaymentState)]
DebtStatus = Annotated[str, OneOf(PaymentStatus)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidForView:
    """The part of a payment that is for one document."""

    document_kind: str
    document_id: UUID
    planned: int
    held: int
    amount: int
    refunding: int
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyView:
    """A payment by one method in one currency, with the documents that it pays. Amounts in minor units."""

    id: UUID
    gateway: str
    gateway_reference: str
    means: str
    customer_id: UUID | None
    currency: str
    state: str
    authorizes: bool
    requested: int
    authorized: int
    captured: int
    voided: int
    refunding: int
    refunded: int
    unapplied: int
    settled: int
    disputed: int
    requested_at: datetime
    captured_at: datetime | None
    pays: list[PaidForView]
    attempts: list[AttemptView]
    disputes: list[DisputeView]


_PAYMENT = [name for name in MoneyView.__dataclass_fields__ if name not in ("pays", "attempts", "disputes")]
_SHARE = ("planned", "held", "amount", "refunding", "refunded")


def _payments(rows: Sequence[Payment]) -> list[MoneyView]:
    return [
        MoneyView(
            **{name: getattr(row, name) for name in _PAYMENT},
            pays=[
                PaidForView(
                    document_kind=one.receivable.document_kind,
                    document_id=one.receivable.document_id,
                    **{name: getattr(one, name) for name in _SHARE},
                )
                for one in row.allocations.all()
            ],
            attempts=[shaped(AttemptView, one) for one in row.attempts.all()],
            disputes=dispute_views(list(row.disputes.all()), currency=row.currency),
        )
        for row in rows
    ]


@read("/payments", permission="payments.read", tag=PAYMENTS)
def list_payments(
    *,
    state: MoneyState | None = None,
    method: str | None = None,
    reference: str | None = None,
    unapplied: bool | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[MoneyView]:
    """Payments, newest first. `method` is the code of a method or gateway, `unapplied` asks for money that no document took."""
    rows = Payment.objects.prefetch_related("allocations__receivable", "attempts", "disputes").order_by("-id")
    if state is not None:
        rows = rows.filter(state=state)
    if method is not None:
        rows = rows.filter(gateway=method)
    if reference is not None:
        rows = rows.filter(gateway_reference=reference)
    if unapplied is not None:
        rows = rows.filter(unapplied__gt=0) if unapplied else rows.filter(unapplied=0)
    return page(rows, _payments, after=after, limit=limit)


@read("/payments/{payment_id}", permission="payments.read", tag=PAYMENTS)
def get_payment(payment_id: str) -> MoneyView:
    """One payment with what it pays, and everything that was asked of its gateway."""
    rows = Payment.objects.prefetch_related("allocations__receivable", "attempts", "disputes")
    return _payments([found(rows, "payment_id", payment_id)])[0]


@read("/receivables", permission="payments.read", tag=DEBTS)
def list_receivables(
    *, payment_status: DebtStatus | None = None, customer_id: UUID | None = None, after: After = None, limit: Limit = 50
) -> Page[ReceivableView]:
    """What documents are owed, newest first."""
    rows = Receivable.objects.order_by("-id")
    if payment_status is not None:
        rows = rows.filter(payment_status=payment_status)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    return page(rows, lambda some: [shaped(ReceivableView, row) for row in some], after=after, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableView:
    """What we owe to a party: a favor, a credit note, credit to spend, a seller's share. Minor units."""

    id: UUID
    kind: str
    document_kind: str
    document_id: UUID
    party_kind: str
    party_id: UUID
    currency: str
    amount: int
    paid: int
    due: int


@read("/payables", permission="payments.read", tag=DEBTS)
def list_payables(*, party_id: UUID | None = None, after: After = None, limit: Limit = 50) -> Page[PayableView]:
    """What we owe, newest first."""
    rows = Payable.objects.order_by("-id")
    if party_id is not None:
        rows = rows.filter(party_id=party_id)
    return page(rows, lambda some: [shaped(PayableView, row) for row in some], after=after, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """What went through an account in one currency. `balance` is what it holds on its own side."""

    account: str
    kind: str
    currency: str
    debit: int
    credit: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTold:
    """A part of a credit that lasts until a time, and what is left of it."""

    left: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCreditView:
    """What a customer may spend here in one currency, in minor units; what is not among `expiring` lasts for good."""

    payable_id: UUID
    currency: str
    granted: int
    used: int
    left: int
    expiring: list[GrantTold]


@read("/customers/{customer_id}/store-credit", permission="payments.read", tag=DEBTS)
def get_store_credit(customer_id: str) -> list[StoreCreditView]:
    """What a customer may spend here, by currency, and what of it expires when."""
    pots = credit_of(id_of("customer_id", customer_id))
    grants = grants_of([one.payable_id for one in pots])
    return [
        StoreCreditView(
            payable_id=one.payable_id,
            currency=one.currency,
            granted=one.amount,
            used=one.paid,
            left=one.due,
            expiring=[
                GrantTold(left=grant.left, expires_at=grant.expires_at) for grant in grants if grant.payable_id == one.payable_id
            ],
        )
        for one in pots
    ]


@read("/accounts", permission="payments.read", tag=ACCOUNTS)
def list_accounts() -> list[AccountView]:
    """The trial balance: every account that was ever used. In each currency debits equal credits."""
    return [shaped(AccountView, one) for one in trial_balance()]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingView:
    """A posting as an account sees it: above zero a debit, below a credit."""

    id: int
    at: datetime
    rule: str
    amount: int
    currency: str
    against: str
    receivable_id: UUID | None
    payment_id: UUID | None
    payable_id: UUID | None


@read("/accounts/{account}/postings", permission="payments.read", tag=ACCOUNTS)
def list_postings(account: str, *, currency: str, after: Position = 0, limit: Limit = 50) -> list[PostingView]:
    """The postings of an account in one currency, in the order they were written. `after` is the id of the last one seen."""
    return [shaped(PostingView, line) for line in statement(account, currency=currency, after=after, limit=limit)]


class PaymentSent(BaseModel):
    """Money that came for an order by cash or bank transfer."""

    model_config = ConfigDict(extra="forbid")

    method: str = Field(examples=["cash", "bank_transfer"])
    money: Money
    reference: str = Field("", description="The bank's own reference; each is recorded once.")


def _pay_order(call: Call, ids: Mapping[str, Any], sent: PaymentSent) -> Event:
    towards = (Towards(document=Document("order", ids["order_id"])),)
    received = MoneyReceived(method=sent.method, money=sent.money, reference=sent.reference, towards=towards)
    return submit(record_payments, call, received)


_PAYMENT_AT = "/payments/{payment_id}"

mount(
    Write(
        path="/orders/{order_id}/payments",
        command=record_payments,
        name="pay_order",
        makes=_PAYMENT_AT,
        body=PaymentSent,
        give=_pay_order,
        tag=PAYMENTS,
    ),
    Write(path="/payments", command=record_payments, name="record_payment", makes=_PAYMENT_AT, tag=PAYMENTS),
    Write(path="/payments/collected", command=collect_cod, makes=_PAYMENT_AT, tag=PAYMENTS),
    Write(path="/payments/authorizations", command=request_authorization, makes=_PAYMENT_AT, tag=PAYMENTS),
    Write(path="/payments/charges", command=request_charge, makes=_PAYMENT_AT, tag=PAYMENTS),
    Write(path="/payments/{payment_id}/capture", command=request_capture, tag=PAYMENTS),
    Write(path="/payments/{payment_id}/ask", command=ask_gateway, tag=PAYMENTS),
    Write(path="/payments/{payment_id}/void", command=request_void, tag=PAYMENTS),
    Write(path="/payments/{payment_id}/refunds", command=request_refund, name="refund_payment", tag=PAYMENTS),
    Write(path="/payments/{payment_id}/allocations", command=allocate_payment, tag=PAYMENTS),
    Write(path="/payments/{payment_id}/releases", command=release_allocation, tag=PAYMENTS),
    Write(path="/refunds", command=request_refund, tag=PAYMENTS),
    Write(path="/refunds/by-hand", command=record_refunds, name="record_refund_by_hand", tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/authorized", command=record_authorization, tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/captured", command=record_capture, tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/voided", command=record_void, tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/refunded", command=record_refund, tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/declined", command=record_decline, tag=PAYMENTS),
    Write(path="/attempts/{attempt_id}/unknown", command=record_unknown, tag=PAYMENTS),
    Write(path="/clearing/carriers", command=settle_cod, tag=ACCOUNTS),
    Write(path="/clearing/gateways", command=settle_payout, tag=ACCOUNTS),
    Write(path="/customers/{customer_id}/store-credit", command=grant_store_credit, tag=DEBTS),
    Write(path="/customers/{customer_id}/store-credit/spend", command=apply_store_credit, tag=DEBTS),
    Write(path="/customers/{customer_id}/goodwill", command=grant_goodwill, tag=DEBTS),
    Write(path="/payables/{payable_id}/payments", command=pay_payable, tag=DEBTS),
    Write(path="/receivables/write-offs", command=write_off_receivable, tag=DEBTS),
    Write(path="/receivables/reinstatements", command=reinstate_receivable, tag=DEBTS),
)

mount_many(
    Many(path="/payments/many", single="/payments", command=record_payments, name="record_payments", tag=PAYMENTS),
    Many(path="/attempts/captured", single="/attempts/captured", command=record_capture, name="record_captures", tag=PAYMENTS),
    Many(path="/attempts/refunded", single="/attempts/refunded", command=record_refund, name="record_refunds", tag=PAYMENTS),
)
