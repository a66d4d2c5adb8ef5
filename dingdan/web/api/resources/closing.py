"""The bookkeeper's side: days that are closed, bills and payouts of gateways, the journal for accountants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, ConfigDict, Field

from dingdan.insight.journal.formats import FORMATS
from dingdan.insight.journal.queries import JournalAsked, journal_file
from dingdan.kernel import clock, feed
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import CURRENCIES
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import close_day, count_cash, map_accounts, receive_payout, reopen_day
from dingdan.trade.closing.lifecycle import BILL_LIFE, BILL_LINE_LIFE, PAYOUT_LIFE
from dingdan.trade.closing.models import Bill, BillLine, DayClose, Payout
from dingdan.trade.closing.queries import DayStanding
from dingdan.trade.closing.rules import Acknowledged, Target, evening
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.writes import Write, mount
from dingdan.web.documents import day_close_pdf
from dingdan.web.shared.downloads import streamed

TAG, PERMISSION = "Closing", "closing.read"
JOURNAL: Final = tuple(sorted({one.media.partition(";")[0] for one in FORMATS.values()}))
Currency = Annotated[str, OneOf(CURRENCIES)]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDayView:
    """An account on a day, in minor units; debits count up, credits down. `late` came for days that were closed before."""

    account: str
    party: str
    opening: int
    late: int
    debits: int
    credits: int
    closing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementView:
    """What moved by one posting rule and one method."""

    rule: str
    method: str
    is_late: bool
    postings: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CashCountView:
    """The last count of cash on a day."""

    at: datetime
    expected: int
    counted: int
    difference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPointView:
    """What keeps a day open. Acknowledge it by kind and reference, or all of a kind with no reference."""

    kind: str
    reference: str
    source: str
    currency: str
    amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """A day in one currency as the books have it now, and what keeps it open."""

    day: date
    currency: str
    day_close_id: UUID | None
    accounts: list[AccountDayView]
    movements: list[MovementView]
    cash: CashCountView | None
    open_points: list[OpenPointView]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCloseView:
    """A day that was closed in one currency."""

    id: UUID
    day: date
    currency: str
    state: str
    position: int
    postings: int
    late: int
    closed_at: datetime
    reopened_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgedView:
    """What was open when a day was closed, and why it may stay so."""

    kind: str
    reference: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatementView:
    """The statement of a closed day."""

    close: DayCloseView
    accounts: list[AccountDayView]
    movements: list[MovementView]
    cash: CashCountView | None
    acknowledged: list[AcknowledgedView]


@read("/days/{day}", permission=PERMISSION, tag=TAG)
def get_day(day: date, *, currency: Currency) -> DayView:
    """What moved on a day and what the accounts held, closed or not, with everything that keeps it open."""
    now = queries.standing(day, currency)
    close = queries.close_of(day, currency)
    return DayView(
        day=day,
        currency=currency,
        day_close_id=close.id if close else None,
        accounts=[shaped(AccountDayView, one) for one in now.accounts],
        movements=_movements(now),
        cash=shaped(CashCountView, now.cash) if now.cash else None,
        open_points=[
            OpenPointView(
                kind=one.kind.value, reference=one.reference, source=one.source, currency=one.currency, amount=one.amount
            )
            for one in queries.open_points(now)
        ],
    )


def _movements(now: DayStanding) -> list[MovementView]:
    return [
        MovementView(rule=one.rule, method=one.method, is_late=one.before, postings=one.postings, amount=one.amount)
        for one in (*now.on_the_day, *now.late)
    ]


def _close(row: DayClose) -> DayCloseView:
    return DayCloseView(
        id=row.id,
        day=row.moved_on,
        currency=row.currency,
        state=row.state,
        position=row.position,
        postings=row.postings,
        late=row.late,
        closed_at=row.closed_at,
        reopened_at=row.reopened_at,
        note=row.note,
    )


@read("/day-closes", permission=PERMISSION, tag=TAG)
def list_day_closes(*, currency: Currency | None = None, after: After = None, limit: Limit = 50) -> Page[DayCloseView]:
    """The days that were closed, the last first."""
    rows = queries.day_closes()
    return page(rows.filter(currency=currency) if currency else rows, lambda some: map(_close, some), after=after, limit=limit)


@read("/day-closes/{day_close_id}", permission=PERMISSION, tag=TAG)
def get_day_close(day_close_id: str) -> DayStatementView:
    """The statement of a closed day."""
    found = queries.statement_of(queries.day_close(id_of("day_close_id", day_close_id)))
    return DayStatementView(
        close=_close(found.close),
        accounts=[shaped(AccountDayView, one) for one in found.balances],
        movements=[shaped(MovementView, one) for one in found.movements],
        cash=shaped(CashCountView, found.cash) if found.cash else None,
        acknowledged=[shaped(AcknowledgedView, one) for one in found.points],
    )


@read("/day-closes/{day_close_id}/pdf", permission=PERMISSION, tag=TAG, media="application/pdf")
def get_day_close_pdf(day_close_id: str) -> HttpResponse:
    """The statement of a closed day on paper."""
    return HttpResponse(day_close_pdf(id_of("day_close_id", day_close_id)), content_type="application/pdf")


@read("/day-closes/{day_close_id}/csv", permission=PERMISSION, tag=TAG, media="text/csv")
def get_day_close_csv(day_close_id: str) -> HttpResponse:
    """The statement of a closed day as a table for spreadsheets."""
    close = queries.day_close(id_of("day_close_id", day_close_id))
    headers = {"Content-Disposition": f'attachment; filename="day-{close.moved_on}-{close.currency.lower()}.csv"'}
    text = queries.as_csv(queries.statement_of(close))
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


class CashCountSent(BaseModel):
    """What was counted, in minor units; now, or on the evening of an earlier `day`."""

    model_config = ConfigDict(extra="forbid")

    currency: str
    counted: int = Field(ge=0, le=10**15)
    day: date | None = None


def _count(call: Call, _ids: Mapping[str, Any], sent: CashCountSent) -> Event:
    at = min(clock.now(), evening(sent.day, tenant_in_scope().time_zone)) if sent.day else call.at
    call = Call(tenant_id=call.tenant_id, actor=call.actor, key=call.key, at=at, said=call.said)
    return count_cash(call, currency=sent.currency, counted=sent.counted)


class AcknowledgedSent(BaseModel):
    """An open point, or all of a kind with no reference, and why it may stay open."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    note: str
    reference: str = ""


class DayToClose(BaseModel):
    """A day that is over, in one currency, and what of it may stay open and why."""

    model_config = ConfigDict(extra="forbid")

    day: date
    currency: str
    acknowledged: list[AcknowledgedSent] = Field(default_factory=list, max_length=1000)


def _close_day(call: Call, _ids: Mapping[str, Any], sent: DayToClose) -> Event:
    feed.sequence(call.tenant_id)
    said = tuple(Acknowledged(kind=one.kind, note=one.note, reference=one.reference) for one in sent.acknowledged)
    return close_day(call, day=sent.day, currency=sent.currency, acknowledged=said)


mount(
    Write(path="/cash-counts", command=count_cash, body=CashCountSent, give=_count, tag=TAG),
    Write(
        path="/day-closes",
        command=close_day,
        makes="/day-closes/{day_close_id}",
        body=DayToClose,
        give=_close_day,
        tag=TAG,
    ),
    Write(path="/day-closes/{day_close_id}/reopen", command=reopen_day, tag=TAG),
)


# ── the journal ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@read("/journal-files/{format}", permission=PERMISSION, tag=TAG, media=JOURNAL)
def export_journal(
    format: Annotated[str, OneOf(FORMATS)],  # noqa: A002
    *,
    since: date,
    until: date,
    currency: Currency | None = None,
    by_day: bool = False,
) -> HttpResponseBase:
    """The journal from one day to another by the shop's clock, both included, as a program of accountants reads it.

    It is sent while it is read, however long it is. `by_day` adds the postings of each day up. The same days give the same bytes,
    unless an entry with an earlier time was written meanwhile.
    """
    asked = JournalAsked(format=format, since=since, until=until, currency=currency or "", by_day=by_day)
    return _sent(asked)


@read("/day-closes/{day_close_id}/journal/{format}", permission=PERMISSION, tag=TAG, media=JOURNAL)
def export_journal_of_close(
    day_close_id: str,
    *,
    format: Annotated[str, OneOf(FORMATS)],  # noqa: A002
    by_day: bool = False,
) -> HttpResponseBase:
    """What a closed day counted, late movements included, as a program of accountants reads it. It stays the same for good."""
    return _sent(JournalAsked(format=format, day_close_id=id_of("day_close_id", day_close_id), by_day=by_day))


def _sent(asked: JournalAsked) -> HttpResponseBase:
    file = journal_file(asked)
    return streamed(file.pieces, name=file.name, media=file.media, tenant_id=current_tenant_id())


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedAccountView:
    """What a program of accountants calls an account of ours."""

    account: str
    code: str
    name: str


@read("/account-mappings/{target}", permission=PERMISSION, tag=TAG)
def list_account_mappings(target: Annotated[str, OneOf(Target)]) -> list[MappedAccountView]:
    """What a program of accountants calls our accounts, as the shop says or as is usual."""
    found = queries.mapping_of(Target(target))
    return [MappedAccountView(account=account, code=theirs.code, name=theirs.name) for account, theirs in found.items()]


mount(Write(method="PUT", path="/account-mappings/{target}", command=map_accounts, tag=TAG))


# ── bills and payouts ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class BillView:
    """What a gateway says moved on one day, for one account of the shop."""

    id: UUID
    account_id: UUID
    gateway: str
    day: date
    state: str
    asked: int
    error: str
    fetched_at: datetime | None
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLineView:
    """A line of a bill, in minor units, and what the books say of it: `expected` where that is something else."""

    id: UUID
    kind: str
    reference: str
    payment_reference: str
    amount: int
    fee: int
    currency: str
    at: datetime
    state: str
    expected: int | None
    payment_id: UUID | None
    payout_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutView:
    """Money that a gateway sends to our bank, in minor units, and what its lines add up to."""

    id: UUID
    account_id: UUID
    gateway: str
    reference: str
    currency: str
    amount: int
    at: datetime
    state: str
    lines_currency: str
    lines_total: int
    arrived_at: datetime | None
    line_id: UUID | None


def _bill(row: Bill) -> BillView:
    return BillView(
        id=row.id,
        account_id=row.account_id,
        gateway=row.gateway,
        day=row.moved_on,
        state=row.state,
        asked=row.asked,
        error=row.error,
        fetched_at=row.fetched_at,
        lines=row.lines,
    )


def _line(row: BillLine) -> BillLineView:
    return shaped(BillLineView, row)


def _payout(row: Payout) -> PayoutView:
    return shaped(PayoutView, row)


@read("/bills", permission=PERMISSION, tag=TAG)
def list_bills(
    *, state: Annotated[str, OneOf(BILL_LIFE.states)] | None = None, after: After = None, limit: Limit = 50
) -> Page[BillView]:
    """The bills of gateways, the last day first."""
    rows = queries.bills()
    return page(rows.filter(state=state) if state else rows, lambda some: map(_bill, some), after=after, limit=limit)


@read("/bills/{bill_id}", permission=PERMISSION, tag=TAG)
def get_bill(bill_id: str) -> BillView:
    """One bill."""
    return _bill(queries.bill(id_of("bill_id", bill_id)))


@read("/bills/{bill_id}/lines", permission=PERMISSION, tag=TAG)
def list_bill_lines(
    bill_id: str,
    *,
    state: Annotated[str, OneOf(BILL_LINE_LIFE.states)] | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[BillLineView]:
    """The lines of a bill, in its order."""
    rows = queries.lines_of(queries.bill(id_of("bill_id", bill_id)).id)
    return page(rows.filter(state=state) if state else rows, lambda some: map(_line, some), after=after, limit=limit)


@read("/payouts", permission=PERMISSION, tag=TAG)
def list_payouts(
    *, state: Annotated[str, OneOf(PAYOUT_LIFE.states)] | None = None, after: After = None, limit: Limit = 50
) -> Page[PayoutView]:
    """The payouts of gateways, the last first."""
    rows = queries.payouts()
    return page(rows.filter(state=state) if state else rows, lambda some: map(_payout, some), after=after, limit=limit)


@read("/payouts/{payout_id}", permission=PERMISSION, tag=TAG)
def get_payout(payout_id: str) -> PayoutView:
    """One payout."""
    return _payout(queries.payout(id_of("payout_id", payout_id)))


mount(Write(path="/payouts/{payout_id}/receive", command=receive_payout, tag=TAG))
