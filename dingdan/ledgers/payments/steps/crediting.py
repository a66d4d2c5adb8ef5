"""What we owe to parties: favors, credit notes without an invoice here, credit to spend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.rows import insert
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.models import CreditGrant, Payable
from dingdan.ledgers.payments.rules import LIABILITY_OF, Owing, Paid, Parts, pay_out_rule
from dingdan.ledgers.payments.steps.ledger import OpenBook, open_book
from dingdan.ledgers.payments.steps.receiving import Received
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotEnoughCredit, NothingDue, NotThisWay
from dingdan.masterdata.customers.queries import people_of

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

    Store credit is one pot per party and currency, whatever document it was granted for; with `expires_at` this part of it lasts
    until then.
    """

    entry: Entry
    kind: PayableKind
    party: Party
    currency: str
    amount: int = 0
    parts: Parts | None = None
    document: Document | None = None
    expires_at: datetime | None = None


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
    """Owe more; to somebody who was merged, what is owed to whom was kept. Returns the payables as they stand. Six statements."""
    book = open_book([one.entry for one in debts])
    people = _people([one.party for one in debts if one.kind == PayableKind.STORE_CREDIT])
    keys = [_key(one, people) for one in debts]
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
    granted: list[dict[str, Any]] = [
        {"id": new_id(), "payable_id": owing.id, "amount": one.amount, "expires_at": one.expires_at}
        for one, owing in zip(debts, told, strict=True)
        if one.expires_at is not None
    ]
    if granted:
        insert((CreditGrant, granted))
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
    _use_up(payments[0].entry, [(one.payable_id, one.money.amount) for one in payments])
    return told


def spend(spends: Sequence[Spend]) -> list[Received]:
    """Pay documents with store credit: at most what is due and what there is (`NotEnoughCredit`). Never overspent.

    What has expired by now is no longer there, whether the schedule has seen it or not; what expires next is spent first.
    """
    book = open_book([one.entry for one in spends], documents=[one.document for one in spends])
    wanted = [(one.entry, one.party, book.owed_by(one.document).currency) for one in spends]
    pots = lock_credits(wanted, book=book)
    spent = [(one, pots[one.party, book.owed_by(one.document).currency]) for one in spends]
    _expire(book, [(one.entry, owing) for one, owing in spent])
    told = [draw(one, owing=owing, book=book) for one, owing in spent]
    book.write(spends[0].entry.tenant_id)
    used = [(owing.id, part.amount) for (_one, owing), received in zip(spent, told, strict=True) for part in received.applied]
    _use_up(spends[0].entry, used)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """The credits whose time may be over: the payables that hold them."""

    entry: Entry
    payable_ids: tuple[UUID, ...]


def expire_credit(expiry: Expiry) -> list[tuple[Owing, int]]:
    """Let go what was granted until now at the latest and nobody spent. Returns the credits with what they lost."""
    book = open_book([expiry.entry], payables=expiry.payable_ids)
    pots = sorted((owing for owing in book.payables.values()), key=lambda owing: owing.id)
    lost = _expire(book, [(expiry.entry, owing) for owing in pots])
    book.write(expiry.entry.tenant_id)
    return [(owing, lost[owing.id]) for owing in pots if lost.get(owing.id)]


_EXPIRE = """
WITH gone AS (
    UPDATE payments_creditgrant AS granted SET used = granted.amount, expired = granted.expired + granted.amount - granted.used
    FROM payments_creditgrant AS before
    WHERE granted.tenant_id = %(tenant)s AND granted.payable_id = ANY(%(payables)s) AND granted.used < granted.amount
      AND granted.expires_at <= %(at)s AND before.tenant_id = %(tenant)s AND before.id = granted.id
    RETURNING granted.payable_id, before.amount - before.used AS lost
)
SELECT gone.payable_id, sum(gone.lost)::bigint FROM gone GROUP BY gone.payable_id
"""


def _expire(book: OpenBook, pots: Sequence[tuple[Entry, Owing]]) -> dict[UUID, int]:
    """Take what has expired out of locked credits. Returns what each lost."""
    if not pots:
        return {}
    entry, by_id = pots[0][0], {owing.id: (entry, owing) for entry, owing in pots}
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"tenant": entry.tenant_id, "payables": list(by_id), "at": entry.at})
        lost = dict(cursor.fetchall())
    for id_, amount in lost.items():
        own, owing = by_id[id_]
        book.pay(own, owing, "store_credit_expired", amount=amount)
        about(own, owing)
    return lost


_USE_UP = """
UPDATE payments_creditgrant AS granted SET used = granted.used + taken.part
FROM (
    SELECT open.id, least(open.room, greatest(0, asked.amount - open.before)) AS part
    FROM (
        SELECT one.id, one.payable_id, one.amount - one.used AS room, coalesce(sum(one.amount - one.used) OVER (
            PARTITION BY one.payable_id ORDER BY one.expires_at, one.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS before
        FROM payments_creditgrant AS one
        WHERE one.tenant_id = %(tenant)s AND one.payable_id = ANY(%(payables)s) AND one.used < one.amount
    ) AS open
    JOIN (
        SELECT spent.payable_id, sum(spent.amount)::bigint AS amount
        FROM unnest(%(payables)s::uuid[], %(amounts)s::bigint[]) AS spent (payable_id, amount) GROUP BY spent.payable_id
    ) AS asked ON asked.payable_id = open.payable_id
) AS taken
WHERE granted.tenant_id = %(tenant)s AND granted.id = taken.id AND taken.part > 0
"""


def _use_up(entry: Entry, spent: Sequence[tuple[UUID, int]]) -> None:
    """Take what was spent of locked credits from the parts that expire first."""
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "payables": [id_ for id_, _amount in spent], "amounts": [amount for _id, amount in spent],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_USE_UP, params)


def draw(one: Spend, *, owing: Owing, book: OpenBook) -> Received:
    """Pay a document with what we owe on a credit or gift card that is locked: at most what is due and no gateway holds.

    Refuses `NothingDue`, `NotEnoughCredit`, `ForeignCurrency`.
    """
    owed = book.owed_by(one.document)
    ForeignCurrency.check(owing.currency, owed.currency)
    due = owed.due - owed.authorized
    if due <= 0:
        raise NothingDue
    left = Money(min(due, owing.due), owed.currency)
    money = left if one.money is None else one.money
    ForeignCurrency.check(money.currency, owed.currency)
    if not 0 < money.amount <= left.amount:
        raise NotEnoughCredit(asked=money, left=left)
    amount = money.amount
    paid = Paid(
        id=new_id(),
        gateway=PayableKind(owing.kind).value,
        customer_id=one.party.id if one.party.kind == "customer" else owed.customer_id,
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


def _key(one: Debt, people: dict[Party, list[UUID]]) -> _Key:
    if one.kind == PayableKind.STORE_CREDIT:
        return _pot(one.party, one.currency, people)
    document = one.document or Document(one.kind.value, new_id())
    return (one.kind.value, document.kind, document.id, one.party.kind, one.party.id, one.currency)


def _pot(party: Party, currency: str, people: dict[Party, list[UUID]]) -> _Key:
    kind, id_ = PayableKind.STORE_CREDIT.value, people[party][0]
    return (kind, kind, id_, party.kind, id_, currency)


def _people(parties: Iterable[Party]) -> dict[Party, list[UUID]]:
    """For each party all who are one person with it, the one whose pot it is first."""
    wanted = set(parties)
    merged = people_of(party.id for party in wanted if party.kind == "customer") if wanted else {}
    return {party: merged[party.id] if party.kind == "customer" else [party.id] for party in wanted}


def lock_credits(wanted: Sequence[tuple[Entry, Party, str]], *, book: OpenBook) -> dict[tuple[Party, str], Owing]:
    """The store credit of parties by currency, locked; an empty one where there was none.

    Customers who were merged share one pot: what stands under the others' numbers is poured into that of whom was kept.
    """
    if not wanted:
        return {}
    people = _people(party for _entry, party, _currency in wanted)
    keys = {(party, currency): _pot(party, currency, people) for _entry, party, currency in wanted}
    others = {id_: party for party, ids in people.items() for id_ in ids[1:]}
    full = Payable.objects.filter(kind=PayableKind.STORE_CREDIT.value, party_id__in=list(others), paid__lt=F("amount"))
    also = list(full.values_list("id", flat=True)) if others else []
    found = _lock_payables(book, wanted[0][0], list(keys.values()), also=also)
    pots = {pot: found[key] for pot, key in keys.items()}
    poured = [
        (entry, owing, pots[party, currency])
        for entry, party, currency in wanted
        for owing in (book.payables[id_] for id_ in also)
        if owing.party_id in people[party][1:] and owing.currency == currency
    ]
    for entry, owing, pot in poured:
        _pour(book, entry, owing, into=pot)
    return pots


_POUR = """
WITH left_over AS (
    UPDATE payments_creditgrant AS granted SET used = granted.amount
    FROM payments_creditgrant AS before
    WHERE granted.tenant_id = %(tenant)s AND granted.payable_id = %(source)s AND granted.used < granted.amount
      AND before.tenant_id = %(tenant)s AND before.id = granted.id
    RETURNING granted.expires_at, before.amount - before.used AS amount
)
SELECT expires_at, amount FROM left_over
"""


def _pour(book: OpenBook, entry: Entry, owing: Owing, *, into: Owing) -> None:
    """All that is left in one locked pot is in another from now on, and expires when it would have expired."""
    amount = owing.due
    if amount <= 0:
        return
    book.pay(entry, owing, "store_credit_handed_on", amount=amount)
    book.owe(entry, into, "store_credit_taken_over", amount=amount)
    about(entry, owing)
    about(entry, into)
    with connection.cursor() as cursor:
        cursor.execute(_POUR, {"tenant": entry.tenant_id, "source": owing.id})
        left = cursor.fetchall()
    granted: list[dict[str, Any]] = [
        {"id": new_id(), "payable_id": into.id, "amount": part, "expires_at": expires_at} for expires_at, part in left
    ]
    if granted:
        insert((CreditGrant, granted))


def _lock_payables(book: OpenBook, entry: Entry, keys: Sequence[_Key], *, also: Sequence[UUID] = ()) -> dict[_Key, Owing]:
    keys = sorted(set(keys), key=str)
    columns: list[list[Any]] = [[new_id() for _ in keys], *(list(column) for column in zip(*keys, strict=True))]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_PAYABLES, [entry.tenant_id, *columns])
    ids = Payable.objects.filter(document_id__in=[key[2] for key in keys], party_id__in=[key[4] for key in keys])
    book.lock_payables([*ids.values_list("id", flat=True), *also])
    by_key = {
        (str(o.kind), o.document_kind, o.document_id, o.party_kind, o.party_id, o.currency): o for o in book.payables.values()
    }  # fmt: skip
    return {key: by_key[key] for key in keys}


def about(entry: Entry, owing: Owing) -> None:
    """Put the entry on the timelines of the payable, of the document and of the party."""
    entry.about("payable", owing.id)
    entry.about(owing.document_kind, owing.document_id)
    entry.about(owing.party_kind, owing.party_id)
