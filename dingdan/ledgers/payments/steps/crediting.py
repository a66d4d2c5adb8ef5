"""What we owe to parties: favors, credit notes without an invoice here, credit to spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.models import Payable
from dingdan.ledgers.payments.rules import LIABILITY_OF, Owing, Paid, Parts, pay_out_rule
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.receiving import Received
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotEnoughCredit, NothingDue, NotThisWay

_OPEN_PAYABLES = """
INSERT INTO payments_payable (tenant_id, id, kind, document_kind, document_id, party_kind, party_id, currency, amount, paid)
SELECT %s::uuid, new.*, 0, 0
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS new
ON CONFLICT (tenant_id, document_kind, document_id, party_id, currency, kind) DO NOTHING
"""


class Party(NamedTuple):
    """Whom we owe: a customer, a seller, or somebody unknown (then the document's own id stands for them)."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """We owe a party for a document: an amount as a favor, or the parts of a credit note without an invoice here.

    Store credit is one pot per party and currency, whatever document it was granted for.
    """

    entry: Entry
    kind: PayableKind
    party: Party
    currency: str
    amount: int = 0
    parts: Parts | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOut:
    """So much of what we owe is paid by a method."""

    entry: Entry
    payable_id: UUID
    method: str
    money: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """So much of a party's credit (without an amount: as much as there is and is due) is spent on a document."""

    entry: Entry
    party: Party
    document: Document
    money: Money | None = None


_GRANTED = {PayableKind.GOODWILL: "goodwill_granted", PayableKind.STORE_CREDIT: "store_credit_granted"}


def owe(debts: Sequence[Debt]) -> list[Owing]:
    """Owe more. Returns the payables as they stand. Four statements."""
    book = open_book([one.entry for one in debts])
    keys = [_key(one) for one in debts]
    found = _lock_payables(book, debts[0].entry, keys)
    told = []
    for one, key in zip(debts, keys, strict=True):
        owing = found[key]
        if one.parts is not None:
            book.owe_parts(one.entry, owing, one.parts)
        else:
            AmountNotPositive.check(Money(one.amount, one.currency))
            book.owe(one.entry, owing, _GRANTED[one.kind], amount=one.amount)
        about(one.entry, owing)
        told.append(owing)
    book.write(debts[0].entry.tenant_id)
    return told


def pay_out(payments: Sequence[PayOut]) -> list[Owing]:
    """Pay what we owe, by hand. At most `NotEnoughCredit`. Returns the payables as they stand."""
    book = open_book([one.entry for one in payments], payables=[one.payable_id for one in payments])
    told = []
    for one in payments:
        owing = book.payable(one.payable_id)
        ForeignCurrency.check(one.money.currency, owing.currency)
        AmountNotPositive.check(one.money)
        if one.money.amount > owing.due:
            raise NotEnoughCredit(asked=one.money, left=Money(owing.due, owing.currency))
        rule = pay_out_rule(LIABILITY_OF[PayableKind(owing.kind)], one.method)
        if rule is None:
            raise NotThisWay(method=one.method, known="cash, bank_transfer")
        book.pay(one.entry, owing, rule, amount=one.money.amount)
        about(one.entry, owing)
        told.append(owing)
    book.write(payments[0].entry.tenant_id)
    return told


def spend(spends: Sequence[Spend]) -> list[Received]:
    """Pay documents with store credit: at most what is due and what there is (`NotEnoughCredit`). Never overspent."""
    book = open_book([one.entry for one in spends], documents=[one.document for one in spends])
    wanted = [(one.entry, one.party, book.owed_by(one.document).currency) for one in spends]
    pots = lock_credits(wanted, book=book)
    told = [_spend(book, one, pots[one.party, book.owed_by(one.document).currency]) for one in spends]
    book.write(spends[0].entry.tenant_id)
    return told


def _spend(book: OpenBook, one: Spend, owing: Owing) -> Received:
    owed = book.owed_by(one.document)
    if owed.due <= 0:
        raise NothingDue
    left = Money(min(owed.due, owing.due), owed.currency)
    money = left if one.money is None else one.money
    ForeignCurrency.check(money.currency, owed.currency)
    if not 0 < money.amount <= left.amount:
        raise NotEnoughCredit(asked=money, left=left)
    amount = money.amount
    paid = Paid(
        id=new_id(),
        gateway=PayableKind.STORE_CREDIT.value,
        customer_id=one.party.id,
        payable_id=owing.id,
        currency=owed.currency,
        requested=amount,
        requested_at=one.entry.at,
    )
    book.payments[paid.id] = paid
    owing.paid += amount
    book.plan(paid, owed, amount, share_id=new_id())
    book.receive(one.entry, paid, amount, towards=[(owed, amount)])
    book.about(one.entry, paid, owed)
    return Received(payment_id=paid.id, currency=paid.currency, unapplied=0, applied=(owed.told(amount),))


_Key = tuple[str, str, UUID, str, UUID, str]


def _key(one: Debt) -> _Key:
    document = one.document or Document(one.kind.value, new_id())
    if one.kind == PayableKind.STORE_CREDIT:
        document = Document(one.kind.value, one.party.id)
    return (one.kind.value, document.kind, document.id, one.party.kind, one.party.id, one.currency)


def lock_credits(wanted: Sequence[tuple[Entry, Party, str]], *, book: OpenBook) -> dict[tuple[Party, str], Owing]:
    """The store credit of parties by currency, locked; an empty one where there was none."""
    if not wanted:
        return {}
    kind = PayableKind.STORE_CREDIT.value
    keys = {(party, currency): (kind, kind, party.id, party.kind, party.id, currency) for _, party, currency in wanted}
    found = _lock_payables(book, wanted[0][0], list(keys.values()))
    return {pot: found[key] for pot, key in keys.items()}


def _lock_payables(book: OpenBook, entry: Entry, keys: Sequence[_Key]) -> dict[_Key, Owing]:
    keys = sorted(set(keys), key=str)
    columns: list[list[Any]] = [[new_id() for _ in keys], *(list(column) for column in zip(*keys, strict=True))]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_PAYABLES, [entry.tenant_id, *columns])
    ids = Payable.objects.filter(document_id__in=[key[2] for key in keys], party_id__in=[key[4] for key in keys])
    book.lock_payables(list(ids.values_list("id", flat=True)))
    by_key = {
        (str(o.kind), o.document_kind, o.document_id, o.party_kind, o.party_id, o.currency): o for o in book.payables.values()
    }  # fmt: skip
    return {key: by_key[key] for key in keys}


def about(entry: Entry, owing: Owing) -> None:
    """Put the entry on the timelines of the payable, of the document and of the party."""
    entry.about("payable", owing.id)
    entry.about(owing.document_kind, owing.document_id)
    entry.about(owing.party_kind, owing.party_id)
