"""Money that is here: recorded by hand, put to documents, taken from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.ledgers.payments.events import Applied, Document
from dingdan.ledgers.payments.rules import Paid
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.refusals import (
    AllocationAboveDue,
    AllocationAboveUnapplied,
    AmountNotPositive,
    ForeignCurrency,
    ReferenceUsed,
    ReleaseAboveAllocated,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Towards:
    """What money is for: a document, and how much of it (without an amount: as much as is due)."""

    document: Document
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that is here, by a method that asks no gateway."""

    entry: Entry
    id: UUID
    method: str
    money: Money
    reference: str = ""
    customer_id: UUID | None = None
    towards: tuple[Towards, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of money: what went to which document, and what no document took."""

    payment_id: UUID
    currency: str
    unapplied: int
    applied: tuple[Applied, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """So much of a payment for a document, or back from it."""

    entry: Entry
    payment_id: UUID
    document: Document
    money: Money


def receive(receipts: Sequence[Receipt]) -> list[Received | Refusal]:
    """Record money that is here. One answer per receipt, in order; what is refused is left out.

    Each document gets at most what is due; what is above stays unapplied, and the document stays linked to the payment
    even when it took nothing. At most six statements.
    """
    book = open_book([one.entry for one in receipts], documents=[to.document for one in receipts for to in one.towards])
    used = _used_references(receipts)
    told: list[Received | Refusal] = []
    for one in receipts:
        try:
            told.append(_receive(book, one, used=used))
        except Refusal as refusal:
            told.append(refusal)
    book.write(receipts[0].entry.tenant_id)
    return told


def _receive(book: OpenBook, one: Receipt, *, used: set[tuple[str, str]]) -> Received:
    if one.reference and (one.method, one.reference) in used:
        raise ReferenceUsed(gateway=one.method, reference=one.reference)
    AmountNotPositive.check(one.money)
    aims = [(book.owed_by(to.document), to.amount) for to in one.towards]
    for owed, asked in aims:
        ForeignCurrency.check(one.money.currency, owed.currency)
        AmountNotPositive.check(one.money if asked is None else Money(asked, owed.currency))
    paid = book.payments[one.id] = Paid(
        id=one.id,
        gateway=one.method,
        gateway_reference=one.reference,
        customer_id=one.customer_id or next((owed.customer_id for owed, _ in aims if owed.customer_id), None),
        currency=one.money.currency,
        requested=one.money.amount,
        requested_at=one.entry.at,
    )
    took, left = [], one.money.amount
    for owed, asked in aims:
        part = max(min(left, owed.due if asked is None else min(asked, owed.due)), 0)
        book.plan(paid, owed, part if asked is None else asked, share_id=new_id())
        took.append((owed, part))
        left -= part
    took = book.receive(one.entry, paid, one.money.amount, towards=took)
    used.add((one.method, one.reference))
    book.about(one.entry, paid, *(owed for owed, _ in aims))
    return Received(
        payment_id=paid.id,
        currency=paid.currency,
        unapplied=paid.unapplied,
        applied=tuple(owed.told(part) for owed, part in took),
    )


def allocate(puts: Sequence[Put]) -> list[Received]:
    """Put unapplied money to documents: at most what is free (`AllocationAboveUnapplied`) and due (`AllocationAboveDue`)."""
    book = open_book([one.entry for one in puts], documents=[p.document for p in puts], payments=[p.payment_id for p in puts])
    told = []
    for one in puts:
        paid, owed = book.payment(one.payment_id), book.owed_by(one.document)
        ForeignCurrency.check(paid.currency, owed.currency)
        ForeignCurrency.check(one.money.currency, paid.currency)
        asked = AmountNotPositive.check(one.money)
        if one.money.amount > paid.unapplied:
            raise AllocationAboveUnapplied(asked=asked, left=Money(paid.unapplied, paid.currency))
        if one.money.amount > owed.due:
            raise AllocationAboveDue(asked=asked, left=Money(max(owed.due, 0), owed.currency))
        book.plan(paid, owed, 0, share_id=new_id())
        book.apply(one.entry, paid, owed, one.money.amount)
        book.about(one.entry, paid, owed)
        told.append(
            Received(payment_id=paid.id, currency=paid.currency, unapplied=paid.unapplied, applied=(owed.told(one.money.amount),))
        )
    book.write(puts[0].entry.tenant_id)
    return told


def release(puts: Sequence[Put]) -> list[Received]:
    """Take money back from documents, neither refunded nor promised to be (`ReleaseAboveAllocated`): it is unapplied then."""
    book = open_book([one.entry for one in puts], documents=[p.document for p in puts], payments=[p.payment_id for p in puts])
    told = []
    for one in puts:
        paid, owed = book.payment(one.payment_id), book.owed_by(one.document)
        ForeignCurrency.check(one.money.currency, paid.currency)
        asked = AmountNotPositive.check(one.money)
        share = book.shares.get((paid.id, owed.id))
        free = share.free if share else 0
        if one.money.amount > free:
            raise ReleaseAboveAllocated(asked=asked, left=Money(free, paid.currency))
        book.release(one.entry, paid, owed, one.money.amount)
        book.about(one.entry, paid, owed)
        told.append(
            Received(payment_id=paid.id, currency=paid.currency, unapplied=paid.unapplied, applied=(owed.told(one.money.amount),))
        )
    book.write(puts[0].entry.tenant_id)
    return told


_USED: Final = """
SELECT gateway, gateway_reference FROM payments_payment
WHERE tenant_id = %s AND gateway = ANY(%s::text[]) AND gateway_reference = ANY(%s::text[]) AND gateway_reference <> ''
"""


def _used_references(receipts: Sequence[Receipt]) -> set[tuple[str, str]]:
    asked = sorted({one.reference for one in receipts if one.reference})
    if not asked:
        return set()
    with ready_cursor() as cursor:
        cursor.execute(_USED, [receipts[0].entry.tenant_id, sorted({one.method for one in receipts}), asked])
        return set(cursor.fetchall())
