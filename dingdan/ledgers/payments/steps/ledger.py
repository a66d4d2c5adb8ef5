"""Rows of money are locked, changed in memory, and written down together with their postings.

`open_book` takes the locks in the order of the house: receivables by id, payments by id, payables by id. `OpenBook.write`
runs at most seven statements, no matter how many rows changed. All of them are kept ready: money is written down often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from enum import Enum
from operator import attrgetter
from typing import Any, Final, TypeVar
from uuid import UUID

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Allocation, Attempt, Payable, Payment
from dingdan.ledgers.payments.rules import CHART, RULES, Asked, Book, Owed, Owing, Paid, Post, Share

Row = TypeVar("Row", Owed, Paid, Share, Owing, Asked)

_UPDATE_RECEIVABLES = """
UPDATE payments_receivable AS row SET amount = new.amount, invoiced = new.invoiced, credited = new.credited,
    written_off = new.written_off, authorized = new.authorized, allocated = new.allocated, refunded = new.refunded
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS new (id, amount, invoiced, credited, written_off, authorized, allocated, refunded)
WHERE row.tenant_id = %s AND row.id = new.id
"""
_UPDATE_PAYMENTS = """
UPDATE payments_payment AS row SET gateway_reference = new.gateway_reference, means = new.means, state = new.state,
    authorized = new.authorized, capturing = new.capturing, captured = new.captured, voiding = new.voiding, voided = new.voided,
    applied = new.applied, refunding = new.refunding, refunded = new.refunded, settled = new.settled, disputed = new.disputed,
    captured_at = new.captured_at
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
    %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
    AS new (id, gateway_reference, means, state, authorized, capturing, captured, voiding, voided, applied, refunding, refunded,
        settled, disputed, captured_at)
WHERE row.tenant_id = %s AND row.id = new.id
"""
_UPDATE_SHARES = """
UPDATE payments_allocation AS row SET planned = new.planned, held = new.held, amount = new.amount, refunding = new.refunding,
    refunded = new.refunded
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS new (id, planned, held, amount, refunding, refunded)
WHERE row.tenant_id = %s AND row.id = new.id
"""
_UPDATE_PAYABLES = """
UPDATE payments_payable AS row SET amount = new.amount, paid = new.paid
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS new (id, amount, paid)
WHERE row.tenant_id = %s AND row.id = new.id
"""
_UPDATE_ATTEMPTS = """
UPDATE payments_attempt AS row SET state = new.state, gateway_reference = new.gateway_reference, error = new.error,
    answered_at = new.answered_at
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
    AS new (id, state, gateway_reference, error, answered_at)
WHERE row.tenant_id = %s AND row.id = new.id
"""
# All of them or none: a row that finds no account must not be lost in silence.
_POST = """
INSERT INTO payments_posting
    (tenant_id, entry_id, rule, debit_id, credit_id, amount, currency, receivable_id, payment_id, payable_id)
SELECT %(tenant)s::uuid, new.entry_id, new.rule, debit.id, credit.id, new.amount, new.currency, new.receivable_id,
    new.payment_id, new.payable_id
FROM unnest(%(entries)s::uuid[], %(rules)s::text[], %(debits)s::text[], %(credits)s::text[], %(amounts)s::bigint[],
    %(currencies)s::text[], %(receivables)s::uuid[], %(payments)s::uuid[], %(payables)s::uuid[]) WITH ORDINALITY
    AS new (entry_id, rule, debit, credit, amount, currency, receivable_id, payment_id, payable_id, position)
JOIN payments_account AS debit ON debit.tenant_id = %(tenant)s AND debit.code = new.debit
JOIN payments_account AS credit ON credit.tenant_id = %(tenant)s AND credit.code = new.credit
WHERE %(size)s = (
    SELECT count(*) FROM payments_account AS known WHERE known.tenant_id = %(tenant)s AND known.code = ANY(%(chart)s::text[])
)
ORDER BY new.position
"""
_OPEN_ACCOUNTS = """
INSERT INTO payments_account (tenant_id, id, code, kind)
SELECT %s::uuid, * FROM unnest(%s::uuid[], %s::text[], %s::text[]) ON CONFLICT (tenant_id, code) DO NOTHING
"""
_CHART: Final = sorted({account.code for account in CHART})


def post(posts: Sequence[Post]) -> None:
    """Write postings, each by its rule; the way for desks whose documents have no counters here (fees, payouts, disputes).

    One statement; three in the first entry of a tenant, whose accounts are opened by it. An unknown rule is a `KeyError`.
    """
    if not posts:
        return
    rules = [RULES[one.rule] for one in posts]
    params: dict[str, Any] = {
        "tenant": posts[0].entry.tenant_id,
        "entries": [one.entry.id for one in posts],
        "rules": [one.rule for one in posts],
        "debits": [rule.debit for rule in rules],
        "credits": [rule.credit for rule in rules],
        "amounts": [one.amount for one in posts],
        "currencies": [one.currency for one in posts],
        "receivables": [one.receivable_id for one in posts],
        "payments": [one.payment_id for one in posts],
        "payables": [one.payable_id for one in posts],
        "chart": _CHART,
        "size": len(_CHART),
    }
    with ready_cursor() as cursor:
        cursor.execute(_POST, params)
        if cursor.rowcount == 0:
            open_accounts(posts[0].entry)
            cursor.execute(_POST, params)
        if cursor.rowcount != len(posts):
            raise RuntimeError(f"{len(posts)} postings were to be written, {cursor.rowcount} were")


def open_accounts(entry: Entry) -> None:
    """Make sure that the tenant has every account of the chart."""
    accounts = sorted(CHART)
    columns: list[list[Any]] = [[new_id() for _ in accounts], [a.code for a in accounts], [str(a.kind) for a in accounts]]
    with ready_cursor() as cursor:
        cursor.execute(_OPEN_ACCOUNTS, [entry.tenant_id, *columns])


class OpenBook(Book):
    """A book whose rows are locked until the transaction ends."""

    def __init__(self, *rows: Iterable[Any]) -> None:
        receivables, payments, shares, payables, attempts = rows
        super().__init__(receivables, payments=payments, shares=shares, payables=payables)
        self.attempts = {asked.id: asked for asked in attempts}
        self._by_document = {Document(owed.document_kind, owed.document_id): owed for owed in self.receivables.values()}
        self._before = {row.id: _MUTABLE[type(row)](row) for rows in self._rows() for row in rows}

    def _rows(self) -> list[list[Any]]:
        held = (self.receivables, self.payments, self.shares, self.payables, self.attempts)
        return [list(rows.values()) for rows in held]

    def owed_by(self, document: Document) -> Owed:
        """The receivable of a document. Refuses with `NotFound`."""
        owed = self._by_document.get(document)
        if owed is None:
            raise NotFound(what=document.kind, id=document.id)
        return owed

    def payment(self, payment_id: UUID) -> Paid:
        """The payment. Refuses with `NotFound`."""
        if payment_id not in self.payments:
            raise NotFound(what="payment", id=payment_id)
        return self.payments[payment_id]

    def payable(self, payable_id: UUID) -> Owing:
        """The payable. Refuses with `NotFound`."""
        if payable_id not in self.payables:
            raise NotFound(what="payable", id=payable_id)
        return self.payables[payable_id]

    def lock_payables(self, ids: Iterable[UUID]) -> None:
        """Take more payables into the book."""
        for owing in _owing(set(ids) - set(self.payables)):
            self.payables[owing.id] = owing
            self._before[owing.id] = _MUTABLE[Owing](owing)

    def about(self, entry: Entry, paid: Paid, *receivables: Owed) -> None:
        """Put the entry on the timelines of the payment and of the documents."""
        entry.about("payment", paid.id)
        for owed in receivables:
            entry.about(owed.document_kind, owed.document_id)

    def documents_of(self, paid: Paid) -> list[Owed]:
        """The receivables that a payment pays or is meant to pay."""
        return [self.receivables[share.receivable_id] for share in self.shares_of(paid.id)]

    def write(self, tenant_id: UUID) -> None:
        """Write every row that is new or changed, and every posting."""
        receivables, payments, shares, payables, attempts = (self._changed(rows) for rows in self._rows())
        insert(
            (Payable, self._new(payables)),
            (Payment, self._new(payments)),
            (Allocation, self._new(shares)),
            (Attempt, self._new(attempts)),
        )
        self._update(tenant_id, receivables, _UPDATE_RECEIVABLES, *_COUNTERS[Owed])
        self._update(tenant_id, payments, _UPDATE_PAYMENTS, *_COUNTERS[Paid])
        self._update(tenant_id, shares, _UPDATE_SHARES, *_COUNTERS[Share])
        self._update(tenant_id, payables, _UPDATE_PAYABLES, *_COUNTERS[Owing])
        self._update(tenant_id, attempts, _UPDATE_ATTEMPTS, *_COUNTERS[Asked])
        post(self.posts)
        self.posts = []

    def _changed(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self._before.get(row.id) != _MUTABLE[type(row)](row)]

    def _new(self, rows: list[Row]) -> list[dict[str, Any]]:
        return [
            dict(zip(_NAMES[type(row)], map(_stored, _VALUES[type(row)](row)), strict=True))
            for row in rows
            if row.id not in self._before
        ]

    def _update(self, tenant_id: UUID, rows: list[Row], statement: str, *columns: str) -> None:
        changed = sorted((row for row in rows if row.id in self._before), key=lambda row: row.id)
        if changed:
            with ready_cursor() as cursor:
                arrays: list[Any] = [[_stored(getattr(row, column)) for row in changed] for column in ("id", *columns)]
                cursor.execute(statement, [*arrays, tenant_id])


def _stored(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


_COUNTERS: Final[dict[type, tuple[str, ...]]] = {
    Owed: ("amount", "invoiced", "credited", "written_off", "authorized", "allocated", "refunded"),
    Paid: (
        *("gateway_reference", "means", "state", "authorized", "capturing", "captured", "voiding", "voided", "applied"),
        *("refunding", "refunded", "settled", "disputed", "captured_at"),
    ),
    Share: ("planned", "held", "amount", "refunding", "refunded"),
    Owing: ("amount", "paid"),
    Asked: ("state", "gateway_reference", "error", "answered_at"),
}

_NAMES: Final = {row: tuple(field.name for field in fields(row)) for row in _COUNTERS}
_VALUES: Final[dict[type, Callable[[Any], Any]]] = {row: attrgetter(*names) for row, names in _NAMES.items()}
_MUTABLE: Final[dict[type, Callable[[Any], Any]]] = {row: attrgetter(*columns) for row, columns in _COUNTERS.items()}


def open_book(
    entries: Sequence[Entry],
    *,
    documents: Iterable[Document] = (),
    payments: Iterable[UUID] = (),
    payables: Iterable[UUID] = (),
    attempts: Iterable[UUID] = (),
) -> OpenBook:
    """Lock the receivables of documents, payments with all their allocations and receivables, and payables.

    A payment is locked together with every receivable that it pays or is meant to pay. What is not there is simply not
    in the book. At most six statements.
    """
    assert entries, "no step without an open entry"  # noqa: S101
    named = list(dict.fromkeys(documents))
    asked: dict[str, list[Any]] = {
        "kinds": [one.kind for one in named], "documents": [one.id for one in named],
        "payments": sorted(set(payments)), "attempts": sorted(set(attempts)),
    }  # fmt: skip
    locked_receivables = _read(Owed, _RECEIVABLES, **asked) if any(asked.values()) else []
    locked_payments = _read(Paid, _PAYMENTS, **asked) if asked["payments"] or asked["attempts"] else []
    # Read after the lock on their payments, which whoever changes them holds too.
    shares = _read(Share, _SHARES, payments=[paid.id for paid in locked_payments]) if locked_payments else []
    # A receivable that joined a payment in between is locked late and out of order; a deadlock would be tried again.
    late = {share.receivable_id for share in shares} - {owed.id for owed in locked_receivables}
    if late:
        locked_receivables += _read(Owed, _LATE, receivables=sorted(late))
    answered = _read(Asked, _ATTEMPTS, attempts=asked["attempts"]) if asked["attempts"] else []
    spent = set(payables) | {paid.payable_id for paid in locked_payments if paid.payable_id}
    return OpenBook(locked_receivables, locked_payments, shares, _owing(spent), answered)


def _owing(ids: Iterable[UUID]) -> list[Owing]:
    """The payables, locked."""
    wanted = sorted(ids)
    return _read(Owing, _PAYABLES, payables=wanted) if wanted else []


def _read(row: type[Row], question: str, **ids: list[Any]) -> list[Row]:
    """The rows that a question asks for, in the order of their ids."""
    names = _NAMES[row]
    with ready_cursor() as cursor:
        cursor.execute(question, {"tenant": current_tenant_id(), **ids})
        return [row(**dict(zip(names, values, strict=True))) for values in cursor.fetchall()]


def _asking(table: str, row: type, which: str, *, locked: bool = True) -> str:
    columns = ", ".join(f"row.{name}" for name in _NAMES[row])
    lock = "FOR NO KEY UPDATE OF row" if locked else ""
    return f"SELECT {columns} FROM {table} AS row WHERE row.tenant_id = %(tenant)s AND {which} ORDER BY row.id {lock}"  # noqa: S608


_LATE: Final = _asking("payments_receivable", Owed, "row.id = ANY(%(receivables)s::uuid[])")
_RECEIVABLES: Final = _asking("payments_receivable", Owed, """row.id IN (
    SELECT named.id FROM unnest(%(kinds)s::text[], %(documents)s::uuid[]) AS document (kind, id)
    JOIN payments_receivable AS named
        ON named.tenant_id = %(tenant)s AND named.document_kind = document.kind AND named.document_id = document.id
    UNION ALL
    SELECT share.receivable_id FROM payments_allocation AS share
    WHERE share.tenant_id = %(tenant)s AND share.payment_id = ANY(%(payments)s::uuid[])
    UNION ALL
    SELECT share.receivable_id FROM payments_attempt AS asked
    JOIN payments_allocation AS share ON share.tenant_id = %(tenant)s AND share.payment_id = asked.payment_id
    WHERE asked.tenant_id = %(tenant)s AND asked.id = ANY(%(attempts)s::uuid[])
)""")  # fmt: skip
_PAYMENTS: Final = _asking("payments_payment", Paid, """row.id IN (
    SELECT unnest(%(payments)s::uuid[])
    UNION ALL
    SELECT asked.payment_id FROM payments_attempt AS asked
    WHERE asked.tenant_id = %(tenant)s AND asked.id = ANY(%(attempts)s::uuid[])
)""")  # fmt: skip
_SHARES: Final = _asking("payments_allocation", Share, "row.payment_id = ANY(%(payments)s::uuid[])", locked=False)
_ATTEMPTS: Final = _asking("payments_attempt", Asked, "row.id = ANY(%(attempts)s::uuid[])", locked=False)
_PAYABLES: Final = _asking("payments_payable", Owing, "row.id = ANY(%(payables)s::uuid[])")
