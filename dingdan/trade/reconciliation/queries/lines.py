"""Statements and their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Allocation
from dingdan.trade.orders.models import Order
from dingdan.trade.reconciliation.models import LineMatch, Statement, StatementLine, StatementMapping, Tolerance
from dingdan.trade.reconciliation.rules import LineDraft, MappingDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a statement as it is kept."""

    id: UUID
    statement_id: UUID
    account: str
    key: str
    booked_on: date
    amount: int
    currency: str
    name: str
    payer_account: str
    text: str
    end_to_end: str
    bank_reference: str
    is_reversal: bool
    state: str
    matched: int
    payment_id: UUID | None

    def draft(self) -> LineDraft:
        """The line as rules look at it."""
        return LineDraft(
            booked_on=self.booked_on, amount=self.amount, currency=self.currency, name=self.name, account=self.payer_account,
            text=self.text, end_to_end=self.end_to_end, bank_reference=self.bank_reference, is_reversal=self.is_reversal,
        )  # fmt: skip


_COLUMNS = tuple(one.name for one in fields(Line))


def _lines(rows: QuerySet[StatementLine]) -> list[Line]:
    return [Line(**row) for row in rows.values(*_COLUMNS)]


def lock_lines(ids: Iterable[UUID]) -> dict[UUID, Line]:
    """The lines by id, locked until the transaction ends. What is not there is not in it."""
    rows = StatementLine.objects.filter(id__in=list(ids)).order_by("id").select_for_update(no_key=True)
    return {row.id: row for row in _lines(rows)}


def lines_by_id(ids: Iterable[UUID]) -> list[Line]:
    """The lines of these ids, as they are now."""
    return _lines(StatementLine.objects.filter(id__in=list(ids)).order_by("id"))


def lines() -> QuerySet[StatementLine]:
    """All lines, the last booked first."""
    return StatementLine.objects.select_related("statement", "payment").order_by("-booked_on", "-id")


def open_lines() -> QuerySet[StatementLine]:
    """What waits for a person, the oldest first: what nobody has matched, and what still has money that is nobody's."""
    waits = Q(state="open") | Q(state="partly_matched", payment__unapplied__gt=0)
    return lines().filter(waits, state__in=("open", "partly_matched")).order_by("booked_on", "id")


def waiting_lines() -> int:
    """How many wait for a person."""
    return open_lines().count()


def line(line_id: UUID) -> StatementLine:
    """One of them. Raises `NotFound`."""
    row = lines().filter(id=line_id).first()
    if row is None:
        raise NotFound(field="line_id", what="statement line", id=line_id)
    return row


def to_look_at(
    statement_ids: Collection[UUID] | None = None, *, after: UUID | None = None, limit: int = 1000, anew: bool = True
) -> list[Line]:
    """Open lines in the order they came in, of some statements or of all: the next ones after one. Without `anew` only those
    that nobody has looked at."""
    rows = StatementLine.objects.filter(state="open")
    if not anew:
        rows = rows.filter(looked_at=None)
    if statement_ids is not None:
        rows = rows.filter(statement_id__in=statement_ids)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return _lines(rows.order_by("id")[:limit])


def statements() -> QuerySet[Statement]:
    """All statements, the last that came in first."""
    return Statement.objects.order_by("-imported_at", "-id")


def statement(statement_id: UUID) -> Statement:
    """One of them. Raises `NotFound`."""
    row = Statement.objects.filter(id=statement_id).first()
    if row is None:
        raise NotFound(field="statement_id", what="statement", id=statement_id)
    return row


def whole_statements(digest: str) -> dict[int, UUID]:
    """The statements that a file has brought, and that are whole, by their place in it."""
    return dict(Statement.objects.filter(digest=digest, is_whole=True).values_list("place", "id"))


def progress_of(statement_id: UUID) -> tuple[int, int]:
    """How many lines of a statement were looked at, and how many there are."""
    rows = StatementLine.objects.filter(statement_id=statement_id)
    return rows.exclude(state="open", looked_at=None).count(), rows.count()


def matches_of(line_ids: Iterable[UUID]) -> dict[UUID, list[LineMatch]]:
    """What lines were matched with, by line, oldest first; undone ones too."""
    found: dict[UUID, list[LineMatch]] = defaultdict(list)
    for row in LineMatch.objects.filter(line_id__in=list(line_ids)).order_by("matched_at", "id"):
        found[row.line_id].append(row)
    return found


_OF_LINES: Final = """
SELECT paid.gateway_reference FROM payments_payment AS paid
WHERE paid.tenant_id = %(tenant)s AND paid.gateway = %(method)s::text AND paid.gateway_reference = ANY(%(references)s::text[])
  AND paid.gateway_reference <> '' AND EXISTS (
      SELECT FROM reconciliation_statementline AS line WHERE line.tenant_id = %(tenant)s AND line.payment_id = paid.id
  )
"""


def references_of_lines(method: str, references: Collection[str]) -> set[str]:
    """Those of the references that payments of statement lines have; others were recorded by hand. One statement."""
    with ready_cursor() as cursor:
        cursor.execute(_OF_LINES, {"tenant": current_tenant_id(), "method": method, "references": sorted(references)})
        return {reference for (reference,) in cursor.fetchall()}


def shares_of(payment_id: UUID) -> list[tuple[Document, int]]:
    """The documents that hold money of a payment, and how much of it can be taken back."""
    rows = Allocation.objects.filter(payment_id=payment_id, amount__gt=F("refunding") + F("refunded")).order_by("id")
    columns = ("receivable__document_kind", "receivable__document_id", "amount", "refunding", "refunded")
    return [(Document(kind, id_), amount - out - back) for kind, id_, amount, out, back in rows.values_list(*columns)]


def lines_of_customer(customer_id: UUID) -> list[UUID]:
    """The lines that paid for a customer's orders and name somebody."""
    orders = list(Order.objects.filter(customer_id=customer_id).values_list("id", flat=True))
    rows = LineMatch.objects.filter(document_kind="order", document_id__in=orders, line__erased_at=None)
    return list(rows.values_list("line_id", flat=True).distinct())


def mappings() -> QuerySet[StatementMapping]:
    """How tables of banks are read, by name; those that are offered."""
    return StatementMapping.objects.filter(state="active").order_by("name", "id")


def mapping(code: str) -> MappingDraft:
    """One of them by its code. Raises `NotFound`."""
    row = StatementMapping.objects.filter(code=code, state="active").first()
    if row is None:
        raise NotFound(field="mapping", what="statement mapping", id=code)
    return MappingDraft(
        code=row.code, name=row.name, columns={role: tuple(names) for role, names in row.columns.items()},
        date_format=row.date_format, decimal=row.decimal, delimiter=row.delimiter, encoding=row.encoding,
        skip_lines=row.skip_lines, account=row.account, currency=row.currency, debit_words=tuple(row.debit_words),
    )  # fmt: skip


def tolerance_of(currency: str) -> int:
    """How much may be missing of a payment in a currency, in minor units; 0 where nobody has said."""
    row = Tolerance.objects.first()
    return int(row.amounts.get(currency, 0)) if row else 0
