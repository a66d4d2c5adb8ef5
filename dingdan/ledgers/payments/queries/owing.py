"""What documents are owed, who paid, and what money belongs to nobody yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.models import Allocation, Attempt, CreditGrant, Payable, Payment, Receivable
from dingdan.masterdata.customers.queries import people_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableView:
    """What a document is owed and how far that has come, in minor units. `due` below zero: too much was paid."""

    id: UUID
    document_kind: str
    document_id: UUID
    customer_id: UUID | None
    currency: str
    terms: str
    due_at: datetime | None
    amount: int
    invoiced: int
    credited: int
    written_off: int
    authorized: int
    allocated: int
    refunded: int
    due: int
    payment_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One thing asked of a gateway or a person."""

    id: UUID
    kind: str
    state: str
    gateway: str
    amount: int
    error: str
    reason: str
    gateway_reference: str
    requested_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView:
    """The part of a payment that is for one document. `free` may be refunded or released."""

    receivable_id: UUID
    planned: int
    held: int
    amount: int
    refunding: int
    refunded: int

    @property
    def free(self) -> int:
        """What may be refunded or released."""
        return self.amount - self.refunding - self.refunded


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """A payment, with the shares of the documents asked about and all its attempts."""

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
    requested_at: datetime
    captured_at: datetime | None
    shares: tuple[ShareView, ...] = ()
    attempts: tuple[AttemptView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditView:
    """What a party may still spend here, or is still owed."""

    payable_id: UUID
    kind: str
    currency: str
    amount: int
    paid: int
    due: int = field(default=0)


def receivable_of(document_kind: str, document_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, ReceivableView]:
    """Document → what it is owed. A document without a receivable is not in it. One statement.

    With `lock`, nobody else changes it until the transaction ends; documents are locked before, stock after.
    """
    rows = Receivable.objects.filter(document_kind=document_kind, document_id__in=list(document_ids))
    if lock:
        rows = rows.order_by("id").select_for_update(no_key=True)
    return {view.document_id: view for view in _views(rows, ReceivableView)}


def payments_of(document_kind: str, document_ids: Iterable[UUID]) -> dict[UUID, list[PaymentView]]:
    """Document → its payments, oldest first; also those that were meant for it and took nothing. Three statements."""
    found = Allocation.objects.filter(
        receivable__document_kind=document_kind, receivable__document_id__in=list(document_ids)
    ).order_by("payment_id")
    shares: dict[UUID, dict[UUID, ShareView]] = defaultdict(dict)
    names = [one.name for one in fields(ShareView)]
    for row in found.values("payment_id", "receivable__document_id", *names):
        shares[row["receivable__document_id"]][row["payment_id"]] = ShareView(**{name: row[name] for name in names})
    ids = {payment_id for its in shares.values() for payment_id in its}
    attempts: dict[UUID, list[AttemptView]] = defaultdict(list)
    columns = [one.name for one in fields(AttemptView)]
    for row in Attempt.objects.filter(payment_id__in=ids).order_by("id").values("payment_id", *columns):
        attempts[row["payment_id"]].append(AttemptView(**{name: row[name] for name in columns}))
    payments = {row["id"]: row for row in Payment.objects.filter(id__in=ids).values(*_names(PaymentView, "shares", "attempts"))}
    return {
        document_id: [PaymentView(**payments[id_], shares=(share,), attempts=tuple(attempts[id_])) for id_, share in its.items()]
        for document_id, its in shares.items()
    }


def documents_of(payment_id: UUID) -> list[Document]:
    """The documents that a payment was made for, whether they took its money or not. One statement."""
    rows = Allocation.objects.filter(payment_id=payment_id).select_related("receivable").order_by("id")
    return [Document(row.receivable.document_kind, row.receivable.document_id) for row in rows]


def payers_of(documents: set[Document]) -> dict[Document, set[UUID]]:
    """The payments of documents, as they are before the lock: a payment that joins later has nothing to do with this refund."""
    if not documents:
        return {}
    rows = Allocation.objects.filter(receivable__document_id__in={document.id for document in documents})
    found: dict[Document, set[UUID]] = defaultdict(set)
    for kind, id_, payment_id in rows.values_list("receivable__document_kind", "receivable__document_id", "payment_id"):
        found[Document(kind, id_)].add(payment_id)
    return {document: found[document] for document in documents}


def holds(payment_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, int]]:
    """What gateways hold of payments (minor units), by payment and document. One statement."""
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    rows = Allocation.objects.filter(payment_id__in=list(payment_ids), held__gt=0)
    for payment_id, document_id, held in rows.values_list("payment_id", "receivable__document_id", "held"):
        found[payment_id][document_id] = held
    return found


def due(before: datetime | None = None, *, customer_id: UUID | None = None, limit: int = 500) -> list[ReceivableView]:
    """What is still to be paid, the longest overdue first; only what is due before a time, or by one customer."""
    rows = Receivable.objects.filter(due__gt=0)
    if before is not None:
        rows = rows.filter(due_at__lt=before)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    return _views(rows.order_by("due_at", "id")[:limit], ReceivableView)


def unapplied(*, currency: str = "", limit: int = 500) -> list[PaymentView]:
    """Payments with money that no document took, oldest first."""
    rows = Payment.objects.filter(unapplied__gt=0)
    if currency:
        rows = rows.filter(currency=currency)
    return [PaymentView(**row) for row in rows.order_by("id").values(*_names(PaymentView, "shares", "attempts"))[:limit]]


def credit_of(party_id: UUID, *, kind: PayableKind = PayableKind.STORE_CREDIT) -> list[CreditView]:
    """What a party may still spend (or is still owed), by currency; store credit with that of customers merged with it."""
    people = people_of([party_id])[party_id] if kind == PayableKind.STORE_CREDIT else [party_id]
    rows = Payable.objects.filter(party_id__in=people, kind=kind.value).order_by("currency", "id")
    return [
        CreditView(payable_id=row.id, kind=row.kind, currency=row.currency, amount=row.amount, paid=row.paid, due=row.due)
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A part of a store credit that lasts until a day, and what is left of it."""

    payable_id: UUID
    amount: int
    left: int
    expires_at: datetime


def grants_of(payable_ids: Iterable[UUID]) -> list[GrantView]:
    """The parts of store credits that expire and are not used up, the next to expire first."""
    rows = CreditGrant.objects.filter(payable_id__in=list(payable_ids), used__lt=F("amount")).order_by("expires_at", "id")
    return [
        GrantView(payable_id=row.payable_id, amount=row.amount, left=row.amount - row.used, expires_at=row.expires_at)
        for row in rows
    ]


def credit_to_expire(at: datetime, *, limit: int = 200) -> list[UUID]:
    """The payables that hold credit whose time was over by then, the longest over first."""
    rows = CreditGrant.objects.filter(expires_at__lte=at, used__lt=F("amount")).order_by("expires_at", "id")
    return list(dict.fromkeys(rows.values_list("payable_id", flat=True)[:limit]))


def owed_for(document: Document, kind: PayableKind) -> int:
    """What was ever owed to parties for a document by one kind of payable, paid or not, in its currency's minor units."""
    rows = Payable.objects.filter(document_kind=document.kind, document_id=document.id, kind=kind.value)
    return sum(rows.values_list("amount", flat=True))


def held_by_disputes(document: Document, amount: int) -> int:
    """Of an amount that is to go back of a document's money, what cannot because gateways took it back already."""
    rows = Allocation.objects.filter(receivable__document_kind=document.kind, receivable__document_id=document.id).select_related(
        "payment"
    )
    parts = [(row.amount - row.refunded - row.refunding, row.payment) for row in rows]
    if amount <= 0 or not any(payment.disputed for _left, payment in parts):
        return 0
    free = sum(min(left, payment.captured - payment.refunded - payment.refunding - payment.disputed) for left, payment in parts)
    return max(0, amount - max(0, free))


def _names(view: type[Any], *without: str) -> list[str]:
    return [one.name for one in fields(view) if one.name not in without]


def _views(rows: Any, view: type[ReceivableView]) -> list[ReceivableView]:
    return [view(**row) for row in rows.values(*_names(view))]
