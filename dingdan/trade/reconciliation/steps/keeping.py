"""Statements and their lines are written down, each line once, whichever statements it stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F

from dingdan.kernel.canonical import json_text
from dingdan.kernel.errors import Busy, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.reconciliation.lifecycle import BANK, DiscrepancyKind
from dingdan.trade.reconciliation.models import Statement, StatementLine
from dingdan.trade.reconciliation.rules import DiscrepancyFound, LineDraft, StatementDraft, plain_account
from dingdan.trade.reconciliation.steps.differing import Report, report

refuses(
    "a_line_of_an_account_is_kept_once", Busy
)  # two imports of the same lines at once: the second finds them when asked again


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPart:
    """A statement, or some of the lines of a long one, each with its key. `is_last`: nothing more of it comes."""

    head: StatementDraft
    lines: tuple[tuple[str, LineDraft], ...]
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """The statement that lines were put to, how many were new, and how many were here before."""

    statement_id: UUID
    new: int
    known: int


def keep(entry: Entry, part: StatementPart) -> Kept:
    """Write the lines down that are not here yet, and the statement where it is not. At most seven statements.

    When it is whole and does not come out at its own closing balance, that is put into the exception queue.
    """
    head = part.head
    account = plain_account(head.account)
    insert((Statement, [_head(entry, head, account)]), skip_existing=True)
    row = Statement.objects.select_for_update(no_key=True).get(digest=head.digest, place=head.place)
    keys = [key for key, _line in part.lines]
    known = set(StatementLine.objects.filter(account=account, key__in=keys).values_list("key", flat=True))
    fresh = [_line(row.id, account, key, line) for key, line in part.lines if key not in known]
    insert((StatementLine, fresh))
    moved = sum(line.amount for _key, line in part.lines)
    Statement.objects.filter(id=row.id).update(
        moved=F("moved") + moved,
        lines_count=F("lines_count") + len(fresh),
        known_count=F("known_count") + len(part.lines) - len(fresh),
        is_whole=part.is_last,
    )
    entry.about("statement", row.id)
    if part.is_last:
        _check(entry, row, moved=row.moved + moved)
    return Kept(row.id, len(fresh), len(part.lines) - len(fresh))


def _head(entry: Entry, head: StatementDraft, account: str) -> dict[str, Any]:
    said = ("currency", "source", "digest", "place", "number", "from_on", "to_on", "opening", "closing")
    return {"id": new_id(), "account": account, "imported_at": entry.at, **{name: getattr(head, name) for name in said}}


def _line(statement_id: UUID, account: str, key: str, line: LineDraft) -> dict[str, Any]:
    return {
        "id": new_id(), "statement_id": statement_id, "account": account, "key": key, "booked_on": line.booked_on,
        "value_on": line.value_on, "amount": line.amount, "currency": line.currency, "name": line.name,
        "payer_account": plain_account(line.account), "text": line.text, "end_to_end": line.end_to_end,
        "bank_reference": line.bank_reference, "is_reversal": line.is_reversal,
    }  # fmt: skip


def _check(entry: Entry, row: Statement, *, moved: int) -> None:
    if row.opening is None or row.closing is None or row.opening + moved == row.closing:
        return
    found = DiscrepancyFound(
        kind=DiscrepancyKind.MISSING_IN_BOOKS, source=BANK, reference=f"statement:{row.id}", payment_reference=row.number,
        currency=row.currency, amount=row.closing, expected=row.opening + moved,
    )  # fmt: skip
    report([Report(entry, found)])


_NOTE: Final = """
UPDATE reconciliation_statementline AS row SET score = new.score, proposals = new.proposals, looked_at = %s
FROM unnest(%s::uuid[], %s::int[], %s::jsonb[]) AS new (id, score, proposals)
WHERE row.tenant_id = %s AND row.id = new.id AND row.state = 'open'
"""


def note_proposals(entry: Entry, found: Mapping[UUID, Sequence[Mapping[str, Any]]]) -> None:
    """Keep what open lines may be for, the likeliest first, until somebody looks again. One statement."""
    ids = sorted(found)
    scores = [max((int(one["score"]) for one in found[id_]), default=0) for id_ in ids]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [entry.at, ids, scores, [json_text(list(found[id_])) for id_ in ids], entry.tenant_id])


def forget(entry: Entry, line_ids: Sequence[UUID]) -> int:
    """Erase who paid, from where and with which words. Returns how many lines named somebody."""
    rows = StatementLine.objects.filter(id__in=line_ids, erased_at=None)
    return rows.update(name="", payer_account="", text="", end_to_end="", erased_at=entry.at)
