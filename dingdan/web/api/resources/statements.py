"""Bank statements: files come in, lines are matched with what they pay, and what differs from the books is settled."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dingdan.integrations.statements.importing import Imported, keep_file
from dingdan.integrations.statements.reading import FORMATS
from dingdan.integrations.statements.reading import Asked as HowToRead
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.trade.reconciliation import queries
from dingdan.trade.reconciliation.commands import (
    ignore_lines,
    import_statements,
    match_lines,
    match_refunds,
    reopen_line,
    report_discrepancies,
    resolve_discrepancy,
    retire_statement_mapping,
    return_refund,
    reverse_line,
    save_statement_mapping,
    save_tolerances,
    unmatch_line,
    write_off_difference,
)
from dingdan.trade.reconciliation.events import StatementImported
from dingdan.trade.reconciliation.lifecycle import DISCREPANCY_LIFE, LINE_LIFE, DiscrepancyKind
from dingdan.trade.reconciliation.models import Discrepancy, LineMatch, Statement, StatementLine
from dingdan.web.api.names import found
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.resources.files import content_of
from dingdan.web.api.writes import Write, mount

TAG = "Bank statements"
PERMISSION = "reconciliation.read"
MOST_BYTES = 8 * 1024 * 1024
LineState = Annotated[str, OneOf(LINE_LIFE.states)]
DiscrepancyState = Annotated[str, OneOf(DISCREPANCY_LIFE.states)]
Kind = Annotated[str, OneOf(DiscrepancyKind)]


class NothingInIt(Refusal):
    """The file holds no statement."""

    status = 422
    sentence = _("There is no statement in this file.")
    remedy = _("Send a file with at least one statement.")


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class StatementSent(BaseModel):
    """A bank statement: camt.052, camt.053, camt.054, MT940 or CSV, also zipped. What it is is read from its bytes.

    Of a table that does not say it, `account` and `currency` must be given; `mapping` is the code of a saved mapping.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=400, examples=["camt053.xml"])
    content: str = Field(max_length=MOST_BYTES * 4 // 3 + 8, description="The bytes in base64.")
    format: Annotated[str, OneOf(FORMATS)] = "auto"
    account: str = Field("", max_length=40)
    currency: str = Field("", max_length=3)
    mapping: str = Field("", max_length=40)


def _import(call: Call, _path: Mapping[str, Any], sent: StatementSent) -> StatementImported:
    mapping = queries.mapping(sent.mapping) if sent.mapping else None
    told, file = Imported(), io.BytesIO(content_of(sent))  # type: ignore[arg-type] # what it needs is there
    keep_file(
        file, HowToRead(format=sent.format, account=sent.account, currency=sent.currency, mapping=mapping), call=call, told=told
    )
    if not told.statement_ids:
        raise NothingInIt(field="content")
    first = queries.statement(told.statement_ids[0])
    return StatementImported(statement_id=first.id, source=first.source, lines=told.lines, known=told.known)


mount(
    Write(
        path="/statements",
        command=import_statements,
        tag=TAG,
        makes="/statements/{statement_id}",
        body=StatementSent,
        give=_import,
    ),
    Write(path="/statement-lines/{line_id}/match", command=match_lines, tag=TAG),
    Write(path="/statement-lines/{line_id}/match-refund", command=match_refunds, tag=TAG),
    Write(path="/statement-lines/{line_id}/reverse", command=reverse_line, tag=TAG),
    Write(path="/statement-lines/{line_id}/unmatch", command=unmatch_line, tag=TAG),
    Write(path="/statement-lines/{line_id}/ignore", command=ignore_lines, tag=TAG),
    Write(path="/statement-lines/{line_id}/reopen", command=reopen_line, tag=TAG),
    Write(path="/statement-lines/{line_id}/write-off", command=write_off_difference, tag=TAG),
    Write(path="/statement-mappings", command=save_statement_mapping, tag=TAG, method="PUT"),
    Write(path="/statement-mappings/{mapping_id}", command=retire_statement_mapping, tag=TAG, method="DELETE"),
    Write(path="/statement-tolerances", command=save_tolerances, tag=TAG, method="PUT"),
    Write(path="/discrepancies", command=report_discrepancies, tag=TAG),
    Write(path="/discrepancies/{discrepancy_id}/resolve", command=resolve_discrepancy, tag=TAG),
    Write(path="/discrepancies/{discrepancy_id}/return-refund", command=return_refund, tag=TAG),
)


# ── what is there ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """A statement of one account. Amounts in minor units; `moved` is the sum of its lines."""

    id: UUID
    account: str
    currency: str
    source: str
    number: str
    from_on: date | None
    to_on: date | None
    opening: int | None
    closing: int | None
    moved: int
    lines_count: int
    known_count: int
    is_whole: bool
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementProgress:
    """A statement, and how many of its lines were looked at, matched, and wait for a person."""

    statement: StatementView
    looked_at: int
    matched: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a statement: above zero came in. `proposals` are what it may be for, the likeliest first."""

    id: UUID
    statement_id: UUID
    booked_on: date
    value_on: date | None
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
    score: int
    proposals: list[dict[str, Any]]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMatchView:
    """What a line was matched with, and whether that was undone."""

    id: UUID
    kind: str
    document_kind: str
    document_id: UUID | None
    attempt_id: UUID | None
    reverses_id: UUID | None
    amount: int
    by_itself: bool
    signs: list[str]
    matched_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWithMatches:
    """A line with everything that it was matched with."""

    line: LineView
    matches: list[LineMatchView]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingView:
    """How a bank's table is read."""

    id: UUID
    code: str
    name: str
    columns: dict[str, list[str]]
    date_format: str
    decimal: str
    delimiter: str
    encoding: str
    skip_lines: int
    account: str
    currency: str
    debit_words: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyView:
    """How money outside differs from the books, and how that was settled."""

    id: UUID
    kind: str
    source: str
    reference: str
    payment_reference: str
    currency: str
    amount: int | None
    expected: int | None
    payment_id: UUID | None
    attempt_id: UUID | None
    line_id: UUID | None
    state: str
    seen: int
    first_seen_at: datetime
    last_seen_at: datetime
    resolution: str
    note: str
    resolved_at: datetime | None


@read("/statements", permission=PERMISSION, tag=TAG)
def list_statements(*, after: After = None, limit: Limit = 50) -> Page[StatementView]:
    """Bank statements, the last that came in first."""
    return page(queries.statements(), lambda rows: [shaped(StatementView, row) for row in rows], after=after, limit=limit)


@read("/statements/{statement_id}", permission=PERMISSION, tag=TAG)
def get_statement(statement_id: str) -> StatementProgress:
    """A statement, and how far its lines are."""
    row = found(Statement.objects.all(), "statement_id", statement_id)
    looked_at, _all = queries.progress_of(row.id)
    lines = StatementLine.objects.filter(statement_id=row.id)
    return StatementProgress(
        statement=shaped(StatementView, row), looked_at=looked_at, matched=lines.filter(state="matched").count(),
        open=lines.filter(state__in=("open", "partly_matched")).count(),
    )  # fmt: skip


@read("/statement-lines", permission=PERMISSION, tag=TAG)
def list_statement_lines(
    *, state: LineState | None = None, statement: str | None = None, after: After = None, limit: Limit = 50
) -> Page[LineView]:
    """Lines of statements, the last booked first; of one statement, or in one state."""
    rows = StatementLine.objects.order_by("-booked_on", "-id")
    if state:
        rows = rows.filter(state=state)
    if statement:
        rows = rows.filter(statement_id=found(Statement.objects.all(), "statement_id", statement, field="statement").id)
    return page(rows, _lines, after=after, limit=limit)


def _lines(rows: Sequence[StatementLine]) -> list[LineView]:
    return [shaped(LineView, row) for row in rows]


@read("/statement-lines/{line_id}", permission=PERMISSION, tag=TAG)
def get_statement_line(line_id: str) -> LineWithMatches:
    """A line with everything that it was matched with, undone matches too."""
    row = found(StatementLine.objects.all(), "line_id", line_id)
    matches: list[LineMatch] = queries.matches_of([row.id])[row.id]
    return LineWithMatches(line=shaped(LineView, row), matches=[shaped(LineMatchView, one) for one in matches])


@read("/statement-mappings", permission=PERMISSION, tag=TAG)
def list_statement_mappings() -> list[MappingView]:
    """How tables of banks are read."""
    return [shaped(MappingView, row) for row in queries.mappings()]


@read("/discrepancies", permission=PERMISSION, tag=TAG)
def list_discrepancies(
    *,
    state: DiscrepancyState | None = None,
    kind: Kind | None = None,
    source: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[DiscrepancyView]:
    """How money outside differs from the books, the last found first."""
    rows = Discrepancy.objects.order_by("-first_seen_at", "-id")
    for name, value in (("state", state), ("kind", kind), ("source", source)):
        rows = rows.filter(**{name: value}) if value else rows
    return page(rows, lambda some: [shaped(DiscrepancyView, row) for row in some], after=after, limit=limit)


@read("/discrepancies/{discrepancy_id}", permission=PERMISSION, tag=TAG)
def get_discrepancy(discrepancy_id: str) -> DiscrepancyView:
    """How money outside differs from the books in one thing, and how that was settled."""
    return shaped(DiscrepancyView, found(Discrepancy.objects.all(), "discrepancy_id", discrepancy_id))
