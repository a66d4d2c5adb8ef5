"""The postings as vouchers: what happened once, in one currency, with the documents that it is about.

They come in the order of the journal, which never changes: the same range of days gives the same vouchers, until somebody writes
an entry with an earlier business time. A voucher balances because every posting does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from dingdan.kernel import feed
from dingdan.kernel.days import day_of
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.rules import RULES
from dingdan.trade.closing.queries import Counted

AT_ONCE: Final = 5_000
"""Positions of the journal that are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One posting: so much from one of our accounts to another, by a rule."""

    rule: str
    debit: str
    credit: str
    amount: int
    document: str = ""
    method: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What happened once, in one currency. `number` is its position in the journal (a day, where days are added up)."""

    number: str
    entry: str
    day: date
    at: datetime | None
    what: str
    currency: str
    documents: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)


_PAGE: Final = """
SELECT item.id, entry.id, entry.at, posting.rule, posting.amount, posting.currency, receivable.document_kind,
    receivable.document_id, coalesce(payment.gateway, ''), coalesce(payment.gateway_reference, '')
FROM kernel_feeditem AS item
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s::uuid AND entry.id = item.entry_id
JOIN payments_posting AS posting ON posting.tenant_id = %(tenant)s::uuid AND posting.entry_id = item.entry_id
LEFT JOIN payments_receivable AS receivable
    ON receivable.tenant_id = %(tenant)s::uuid AND receivable.id = posting.receivable_id
LEFT JOIN payments_payment AS payment ON payment.tenant_id = %(tenant)s::uuid AND payment.id = posting.payment_id
WHERE item.tenant_id = %(tenant)s::uuid AND item.id > %(after)s::bigint AND item.id <= %(upto)s::bigint
  AND entry.at >= %(since)s::timestamptz AND entry.at < %(until)s::timestamptz
  AND (%(currency)s::text = '' OR posting.currency = %(currency)s::text)
  AND (item.id > %(covered)s::bigint OR entry.at >= %(covered_until)s::timestamptz)
ORDER BY item.id, posting.id
"""
# The numbers that people know things by. What is no order, invoice or credit note goes by its id.
_NUMBERS: Final = """
SELECT about.entry_id, about.kind, about.subject_id, coalesce(orders.number, invoice.number, note.number)
FROM kernel_entrysubject AS about
LEFT JOIN orders_order AS orders
    ON orders.tenant_id = %(tenant)s::uuid AND orders.id = about.subject_id AND about.kind = 'order'
LEFT JOIN settlement_invoice AS invoice
    ON invoice.tenant_id = %(tenant)s::uuid AND invoice.id = about.subject_id AND about.kind = 'invoice'
LEFT JOIN settlement_creditnote AS note
    ON note.tenant_id = %(tenant)s::uuid AND note.id = about.subject_id AND about.kind = 'credit_note'
WHERE about.tenant_id = %(tenant)s::uuid AND about.entry_id = ANY(%(entries)s::uuid[])
  AND about.kind IN ('order', 'invoice', 'credit_note')
ORDER BY about.entry_id, about.id
"""


@dataclass(frozen=True, slots=True)
class _Row:
    position: int
    entry_id: UUID
    at: datetime
    rule: str
    amount: int
    currency: str
    document_kind: str | None
    document_id: UUID | None
    method: str
    reference: str


def vouchers(counted: Counted, *, currency: str = "", zone: str) -> Iterator[Voucher]:
    """The vouchers of a part of the journal, in its order; of one currency, where one is given."""
    end = min(counted.position, feed.end()) if counted.position else feed.end()
    for after in range(counted.behind - 1, end, AT_ONCE):
        params: dict[str, Any] = {
            "tenant": current_tenant_id(), "after": after, "upto": min(after + AT_ONCE, end), "since": counted.since,
            "until": counted.until, "currency": currency, "covered": counted.covered, "covered_until": counted.covered_until,
        }  # fmt: skip
        with ready_cursor() as cursor:
            cursor.execute(_PAGE, params)
            rows = [_Row(*row) for row in cursor.fetchall()]
        yield from _vouchers(rows, _numbers({row.entry_id for row in rows}), zone)


def _numbers(entry_ids: Iterable[UUID]) -> Mapping[UUID, dict[UUID, str]]:
    """Entry → the documents that it is about, with their numbers, in the order in which it names them."""
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    if wanted := list(entry_ids):
        with ready_cursor() as cursor:
            cursor.execute(_NUMBERS, {"tenant": current_tenant_id(), "entries": wanted})
            for entry_id, _kind, id_, number in cursor.fetchall():
                if number:
                    found[entry_id][id_] = number
    return found


def _vouchers(rows: Sequence[_Row], numbers: Mapping[UUID, Mapping[UUID, str]], zone: str) -> Iterator[Voucher]:
    for position, one_entry in groupby(rows, key=attrgetter("position")):
        by_currency: dict[str, list[_Row]] = defaultdict(list)
        for row in one_entry:
            by_currency[row.currency].append(row)
        for currency, its in sorted(by_currency.items()):
            known = numbers.get(its[0].entry_id, {})
            yield Voucher(
                number=str(position),
                entry=str(its[0].entry_id),
                day=day_of(its[0].at, zone),
                at=its[0].at,
                what=RULES[its[0].rule].event,
                currency=currency,
                documents=tuple(dict.fromkeys(known.values())),
                lines=[_line(row, known) for row in its],
            )


def _line(row: _Row, known: Mapping[UUID, str]) -> Line:
    rule = RULES[row.rule]
    document = known.get(row.document_id) or f"{row.document_kind} {row.document_id}" if row.document_id else ""
    return Line(
        rule=row.rule,
        debit=rule.debit,
        credit=rule.credit,
        amount=row.amount,
        document=document,
        method=row.method,
        reference=row.reference,
    )


def added_up(found: Iterable[Voucher]) -> Iterator[Voucher]:
    """One voucher for each day and currency: what moved by each rule and method, added up. For programs that take few lines."""
    sums: dict[tuple[date, str], dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for one in found:
        for line in one.lines:
            sums[one.day, one.currency][line.rule, line.method] += line.amount
    for (day, currency), lines in sorted(sums.items()):
        yield Voucher(
            number=f"{day:%Y%m%d}",
            entry="",
            day=day,
            at=None,
            what="day's total",
            currency=currency,
            lines=[
                Line(rule=rule, debit=RULES[rule].debit, credit=RULES[rule].credit, amount=amount, method=method)
                for (rule, method), amount in sorted(lines.items())
            ],
        )
