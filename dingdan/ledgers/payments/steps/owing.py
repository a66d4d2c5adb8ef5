"""What documents are owed: claimed, changed, invoiced, credited, given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import Rows, insert
from dingdan.ledgers.payments.events import Applied, Document
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.ledgers.payments.models import Receivable
from dingdan.ledgers.payments.queries import void_and_owed
from dingdan.ledgers.payments.rules import Owing, Parts, card_owing
from dingdan.ledgers.payments.steps.cards import SoldCard, write_sold
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.refusals import (
    CreditAboveInvoiced,
    ForeignCurrency,
    ReinstateAboveWrittenOff,
    WriteOffAboveOpen,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A document is owed an amount (minor units, zero or more), due at a time or at once. `waits`: nothing is captured yet."""

    entry: Entry
    id: UUID
    document: Document
    currency: str
    amount: int
    customer_id: UUID | None = None
    due_at: datetime | None = None
    terms: Terms = Terms.PREPAID
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclaim:
    """A document is owed another amount from now on. What was paid above it is to be given back or used elsewhere."""

    entry: Entry
    document: Document
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice or a credit note of a document: its parts, and the gift cards among them.

    `cards` are those that an invoice sells, `back` says how many units of which line a credit note takes back: so many of the
    line's cards are void by then.
    """

    entry: Entry
    document: Document
    parts: Parts
    cards: tuple[SoldCard, ...] = ()
    back: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    """So much of what is invoiced and open is given up; all of it without an amount."""

    entry: Entry
    document: Document
    money: Money | None = None


def claim_rows(claims: Sequence[Claim]) -> Rows:
    """The rows of `claim`, for a command that writes them together with its own in one `insert`."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id, "document_kind": one.document.kind, "document_id": one.document.id, "customer_id": one.customer_id,
            "currency": one.currency, "amount": Money(one.amount, one.currency).amount, "due_at": one.due_at,
            "terms": str(one.terms), "waits": one.waits,
        }
        for one in claims
    ]  # fmt: skip
    return Receivable, rows


def claim(claims: Sequence[Claim]) -> None:
    """Promise money: one receivable per document. One statement."""
    insert(claim_rows(claims))


def reclaim(reclaims: Sequence[Reclaim]) -> list[Applied]:
    """Change what documents are owed in all. Returns what each owes now (`amount`) and its status."""
    book = open_book([one.entry for one in reclaims], documents=[one.document for one in reclaims])
    told = []
    for one in reclaims:
        owed = book.owed_by(one.document)
        owed.amount = Money(one.amount, owed.currency).amount
        told.append(owed.told(owed.amount))
    _write(book, reclaims)
    return told


def invoice(bills: Sequence[Bill]) -> list[Applied]:
    """Book invoices: revenue and tax against the open account, which deposits then cover as far as they reach."""
    book = open_book([one.entry for one in bills], documents=[one.document for one in bills])
    told = []
    for one in bills:
        owed = book.owed_by(one.document)
        book.invoice(one.entry, owed, one.parts, cards=[_owing(card, owed.currency) for card in one.cards])
        told.append(owed.told(one.parts.total))
    _write(book, bills)
    write_sold([(one.entry, one.document, card) for one in bills for card in one.cards])
    return told


def credit(bills: Sequence[Bill]) -> list[Applied]:
    """Book credit notes, at most what was invoiced and neither credited nor written off (`CreditAboveInvoiced`).

    What the document is owed in all is not changed by it: that is `reclaim`, when the goods are canceled or come back.
    """
    book = open_book([one.entry for one in bills], documents=[one.document for one in bills])
    cards = void_and_owed({line_id: units for one in bills for line_id, units in one.back.items()})
    book.lock_payables(id_ for ids in cards.values() for id_ in ids)
    told = []
    for one in bills:
        owed = book.owed_by(one.document)
        left = owed.invoiced - owed.credited - owed.written_off
        if one.parts.total > left:
            raise CreditAboveInvoiced(asked=Money(one.parts.total, owed.currency), left=Money(left, owed.currency))
        back = [book.payables[id_] for line_id in one.back for id_ in cards.get(line_id, ())]
        book.credit(one.entry, owed, one.parts, cards=back)
        told.append(owed.told(one.parts.total))
    _write(book, bills)
    return told


def write_off(write_offs: Sequence[WriteOff]) -> list[Applied]:
    """Give up what is invoiced and open (`WriteOffAboveOpen`)."""
    book = open_book([one.entry for one in write_offs], documents=[one.document for one in write_offs])
    told = []
    for one in write_offs:
        owed = book.owed_by(one.document)
        left = Money(max(min(owed.open_account, owed.due), 0), owed.currency)
        money = left if one.money is None else one.money
        ForeignCurrency.check(money.currency, owed.currency)
        if not 0 < money.amount <= left.amount:
            raise WriteOffAboveOpen(asked=money, left=left)
        book.write_off(one.entry, owed, money.amount)
        told.append(owed.told(money.amount))
    _write(book, write_offs)
    return told


def reinstate(write_offs: Sequence[WriteOff]) -> list[Applied]:
    """Take back what was given up (`ReinstateAboveWrittenOff`)."""
    book = open_book([one.entry for one in write_offs], documents=[one.document for one in write_offs])
    told = []
    for one in write_offs:
        owed = book.owed_by(one.document)
        left = Money(owed.written_off, owed.currency)
        money = left if one.money is None else one.money
        ForeignCurrency.check(money.currency, owed.currency)
        if not 0 < money.amount <= left.amount:
            raise ReinstateAboveWrittenOff(asked=money, left=left)
        book.write_off(one.entry, owed, -money.amount)
        told.append(owed.told(money.amount))
    _write(book, write_offs)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """For a document nothing is captured until further notice, or may be captured again."""

    entry: Entry
    document: Document
    waits: bool


def keep_waiting(patience: Sequence[Patience]) -> None:
    """Let the captures of documents wait, or let them go on. Writes only what changes."""
    asked: dict[tuple[str, bool], list[UUID]] = defaultdict(list)
    for one in patience:
        asked[one.document.kind, one.waits].append(one.document.id)
        one.entry.about(one.document.kind, one.document.id)
    for (kind, waits), ids in asked.items():
        rows = Receivable.objects.filter(document_kind=kind, document_id__in=ids, waits=not waits).order_by("id")
        locked = list(rows.select_for_update(no_key=True).values_list("id", flat=True))
        if locked:
            Receivable.objects.filter(id__in=locked).update(waits=waits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A document is to be paid at other terms, from now on."""

    entry: Entry
    document: Document
    terms: Terms
    due_at: datetime | None = None


def agree(agreed: Sequence[Agreed]) -> None:
    """Let documents, whose receivables are locked, be due at other terms. A statement for each."""
    for one in agreed:
        rows = Receivable.objects.filter(document_kind=one.document.kind, document_id=one.document.id)
        rows.update(terms=str(one.terms), due_at=one.due_at)
        one.entry.about(one.document.kind, one.document.id)


def _owing(card: SoldCard, currency: str) -> Owing:
    return card_owing(card.payable_id, card_id=card.id, currency=currency, amount=card.face)


def _write(book: OpenBook, asked: Sequence[Any]) -> None:
    for one in asked:
        one.entry.about(one.document.kind, one.document.id)
    book.write(asked[0].entry.tenant_id)
