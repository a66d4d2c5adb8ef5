"""Money today: what moved on a day, what accounts hold, what is open; counting cash, closing the day, and opening it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.automation.words import method_name
from dingdan.kernel import clock, feed
from dingdan.kernel.days import day_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.kernel.money import parse
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import close_day, count_cash, reopen_day
from dingdan.trade.closing.lifecycle import PointKind
from dingdan.trade.closing.models import DayClose
from dingdan.trade.closing.queries import DayStanding
from dingdan.trade.closing.rules import MONEY, Acknowledged, OpenPoint, counted_by_kind, evening
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key
from dingdan.web.backoffice.base import badge, history, link, number
from dingdan.web.backoffice.pages import Bars, Button, Cell, Facts, Field, Figures, Form, Hint, Page, Section, Table
from dingdan.web.backoffice.words import word
from dingdan.web.documents import day_close_pdf

POINTS_SHOWN: Final = 50
CLOSES_SHOWN: Final = 14
_LED: Final = {
    PointKind.BILL_LINE: "admin:closing_bill_changelist",
    PointKind.BILL_MISSING: "admin:closing_bill_changelist",
    PointKind.PAYOUT_MISSING: "admin:closing_payout_changelist",
    PointKind.UNKNOWN_ATTEMPT: "admin:payments_payment_changelist",
    PointKind.DISCREPANCY: "admin:reconciliation_discrepancy_changelist",
    PointKind.STATEMENT_LINE: "admin:reconciliation_statementline_changelist",
}


class Days(Acting):
    """One page a day and currency, where others have a list; statements of closed days behind it."""

    many = _("Money today")
    permission = "closing.read"
    acts: ClassVar = {
        "reopen": Act(
            "closing.reopen_day",
            lambda call, row, sent: reopen_day(call, day_close_id=row.id, note=sent.get("note", "")),
            lambda _event: _("The day is open again."),
        )
    }

    def get_urls(self) -> list[URLPattern]:
        """The page, what is done from it, and statements as files."""
        wrap = self.admin_site.admin_view
        return [
            path("day/<slug:act>/", wrap(require_POST(self.day_act)), name="closing_day_do"),
            path("<uuid:object_id>/pdf/", wrap(require_safe(self.pdf_view)), name="closing_dayclose_pdf"),
            path("<uuid:object_id>/csv/", wrap(require_safe(self.csv_view)), name="closing_dayclose_csv"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The day that is asked for, or today."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = _asked(request.GET.get("day", ""))
        currency = request.GET.get("currency", "") or tenant_in_scope().currency
        there = queries.currencies_in_use()
        if currency not in there:
            currency = tenant_in_scope().currency
        return self.shown(request, _day_page(request, asked, currency, [one for one in there if one != currency]))

    def day_act(self, request: HttpRequest, act: str) -> HttpResponse:
        """Count cash, or close the day, and show it again."""
        day, currency = _asked(request.POST.get("day", "")), request.POST.get("currency", "")
        given = {"count": (count_cash.name, _count), "close": (close_day.name, _close)}.get(act)
        if given is None:
            raise Http404
        if not may(request, given[0]):
            raise PermissionDenied
        try:
            messages.success(request, given[1](request, day, currency))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(_address(day, currency))

    def pdf_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The statement on paper."""
        row = self._seen(request, object_id)
        answer = HttpResponse(day_close_pdf(row.id), content_type="application/pdf")
        answer["Content-Disposition"] = f'inline; filename="day-{row.moved_on}-{row.currency.lower()}.pdf"'
        return answer

    def csv_view(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The statement as a table."""
        row = self._seen(request, object_id)
        answer = HttpResponse(queries.as_csv(queries.statement_of(row)).encode(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="day-{row.moved_on}-{row.currency.lower()}.csv"'
        return answer

    def _seen(self, request: HttpRequest, object_id: UUID) -> DayClose:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: DayClose | None = self.row(request, object_id)
        if row is None:
            raise Http404
        return row

    def page_for(self, request: HttpRequest, row: DayClose) -> Page:
        """The statement of a closed day."""
        said = queries.statement_of(row)
        reopened = [Facts(_("Reopened"), [(_("When"), show.moment(row.reopened_at)), (_("Why"), row.note)])]
        forms = [self._reopen(row)] if row.state == "closed" and self.allowed(request, "reopen") else []
        return Page(
            title=f"{show.day(row.moved_on)} · {row.currency}",
            badges=[badge(row.state)],
            lead=str(_("Closed {when}. It counts the journal up to position {position}.")).format(
                when=show.moment(row.closed_at), position=show.count(row.position)
            ),
            links=[
                Cell(_("PDF"), url=reverse("admin:closing_dayclose_pdf", args=[row.id])),
                Cell(_("CSV"), url=reverse("admin:closing_dayclose_csv", args=[row.id])),
                Cell(_("Journal of this day"), url=f"{reverse('admin:closing_accountmapping_changelist')}?close={row.id}"),
            ],
            sections=[
                *(reopened if row.state == "reopened" else ()),
                _accounts(said.balances, row.currency),
                _movements(
                    [(one.rule, one.method, one.is_late, one.postings, one.amount) for one in said.movements], row.currency
                ),
                _acknowledged(said),
                *forms,
                history(row.id),
            ],
        )

    def _reopen(self, row: DayClose) -> Form:
        note = Field("note", _("Why"), is_required=True, most=500)
        return Form(
            _("Open this day again"), self.do(row, "reopen"), fresh_key(), [note], [Button(_("Open it"), "bad")], is_open=False,
            lead=_("Whoever closed it cannot open it. The statement stays; the day gets another one."),
        )  # fmt: skip


def _asked(text: str) -> date:
    """The day that was asked for; today for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return day_of(clock.now(), tenant_in_scope().time_zone)


def _address(day: date, currency: str) -> str:
    return f"{reverse('admin:closing_dayclose_changelist')}?day={day.isoformat()}&currency={currency}"


# ── what is done ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def _count(request: HttpRequest, day: date, currency: str) -> str:
    counted = parse(request.POST.get("counted", ""), currency, field="counted")
    call = call_of(request, "count")
    at = min(clock.now(), evening(day, tenant_in_scope().time_zone))
    told = count_cash(
        Call(tenant_id=call.tenant_id, actor=call.actor, key=call.key, at=at), currency=currency, counted=counted.amount
    )
    return gettext("Counted. Difference to the books: {difference}.").format(difference=show.money(told.difference, currency))


def _close(request: HttpRequest, day: date, currency: str) -> str:
    call = call_of(request, "close")
    feed.sequence(call.tenant_id)
    notes = {kind: request.POST.get(f"note_{kind.value}", "").strip() for kind in PointKind}
    said = tuple(Acknowledged(kind=kind.value, note=note) for kind, note in notes.items() if note)
    told = close_day(call, day=day, currency=currency, acknowledged=said)
    return gettext("{day} is closed.").format(day=show.day(told.day))


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _day_page(request: HttpRequest, day: date, currency: str, others: Sequence[str]) -> Page:
    close, today = queries.close_of(day, currency), day_of(clock.now(), tenant_in_scope().time_zone)
    title, badges, links = (
        f"{show.day(day)} · {currency}",
        [badge("closed" if close else "open")],
        list(_links(day, today, currency, others)),
    )
    left = queries.left_to_count(day, currency)
    if left > queries.MANY and "count" not in request.GET:
        return Page(
            title, badges, links=links, sections=[_much(left, day, currency)], beside=[*_closed(close), _closes(currency)]
        )
    now = queries.standing(day, currency)
    points = [] if close else queries.open_points(now)
    return Page(
        title=title,
        badges=badges,
        lead=str(_("What moved on this day by the shop's clock, and what the accounts held at its end.")),
        links=links,
        sections=[
            _figures(now, points),
            *(_nothing(now)),
            _bars(now),
            _accounts(now.accounts, currency),
            _movements(
                [(one.rule, one.method, one.before, one.postings, one.amount) for one in (*now.on_the_day, *now.late)], currency
            ),
            *_points(points),
        ],
        beside=[
            *_forms(request, now, points, is_over=day < today, is_closed=close is not None),
            *_closed(close),
            _closes(currency),
        ],
    )


def _much(left: int, day: date, currency: str) -> Hint:
    """Instead of what takes long: it is asked for, or, of books of years, done where nobody waits for a page."""
    told = str(_("{count} entries were written since the last day before this one was closed.")).format(count=show.count(left))
    if left > FOR_THE_COMMAND_LINE:
        how = _("Counting them takes minutes: close a day on the command line once. After that, this page opens at once.")
        return Hint(_("Much is to be counted"), f"{told} {how}", example=f"dingdan close-day --day {day} --currency {currency}")
    how = _("Counting them takes some seconds. When days are closed one after another, this page opens at once.")
    return Hint(_("Much is to be counted"), f"{told} {how}", Cell(_("Count now"), url=f"{_address(day, currency)}&count=1"))


def _links(day: date, today: date, currency: str, others: Sequence[str]) -> Iterator[Cell]:
    yield Cell(f"‹ {show.day(day - timedelta(days=1))}", url=_address(day - timedelta(days=1), currency))
    if day < today:
        yield Cell(f"{show.day(day + timedelta(days=1))} ›", url=_address(day + timedelta(days=1), currency))
    for other in others:
        yield Cell(other, url=_address(day, other))


def _figures(now: DayStanding, points: Sequence[OpenPoint]) -> Figures:
    came = sum(one.debits for one in now.accounts if one.account in _VAULTS)
    went = sum(one.credits for one in now.accounts if one.account in _VAULTS)
    held = sum(now.closing(account) for account in _VAULTS)
    return Figures(
        [
            Cell(show.money(came, now.currency), small=str(_("Came in"))),
            Cell(show.money(went, now.currency), small=str(_("Went out"))),
            Cell(show.money(held, now.currency), small=str(_("There at the end"))),
            Cell(show.money(now.closing("cash"), now.currency), small=str(_("Of it in cash"))),
            Cell(show.count(len(points)), small=str(_("Open points")), badge="warning" if points else None),
        ]
    )


FOR_THE_COMMAND_LINE: Final = 20 * queries.MANY
_VAULTS: Final = ("cash", "bank", "gateway_clearing", "carrier_receivable")


def _nothing(now: DayStanding) -> Iterator[Hint]:
    if not now.accounts:
        yield Hint(
            _("Nothing has moved yet"),
            _("Once an order is paid, money moves here. Whoever closes days finds on this page what came, went and is there."),
        )


def _bars(now: DayStanding) -> Bars:
    """What came in on the day, by the way in which it came."""
    found = {
        method: sum(one.amount for one in some if one.rule.endswith(("_received", "_unapplied")))
        for method, some in queries.by_method(now.on_the_day).items()
    }
    rows = sorted(((method, amount) for method, amount in found.items() if amount), key=lambda one: -one[1])
    return Bars(_("Came in by"), [(method_name(method), amount, show.money(amount, now.currency)) for method, amount in rows])


def _accounts(balances: Sequence[Any], currency: str) -> Table:
    """The accounts of money first, in the order in which finance reads them; all others behind."""
    places = {account: place for place, account in enumerate(MONEY)}
    rows = sorted(balances, key=lambda one: (places.get(one.account, len(places)), one.account, one.party))

    def amount(value: int) -> Cell:
        return number(show.money(value or None, currency))

    return Table(
        _("Accounts"),
        [_("Account"), _("Opening"), pgettext_lazy("postings", "Late"), _("Debit"), _("Credit"), _("Closing")],
        [
            [
                Cell(word(one.account), small=method_name(one.party) if one.party else ""),
                *(amount(value) for value in (one.opening, one.late, one.debits, one.credits)),
                number(show.money(one.closing, currency)),
            ]
            for one in rows
        ],
        note=_("Debits count up, credits down: what is owed stands below zero.") if rows else "",
    )


def _movements(rows: Sequence[tuple[str, str, bool, int, int]], currency: str) -> Table:
    return Table(
        _("Movements"),
        [_("Rule"), _("Method"), _("Times"), _("Amount")],
        [
            [
                Cell(word(rule), small=str(_("Late: of a day that was closed before")) if is_late else ""),
                Cell(method_name(method) if method else show.NOTHING),
                number(show.count(times)),
                number(show.money(amount, currency)),
            ]
            for rule, method, is_late, times, amount in rows
        ],
    )


def _points(points: Sequence[OpenPoint]) -> Iterator[Table]:
    if points:
        yield Table(
            _("Open points"),
            [_("What"), _("Source"), _("Amount")],
            [
                [
                    Cell(word(one.kind.value), url=reverse(_LED[one.kind]) if one.kind in _LED else "", small=one.reference),
                    Cell(method_name(one.source) if one.source else show.NOTHING),
                    number(show.money(one.amount, one.currency) if one.currency else show.NOTHING),
                ]
                for one in points[:POINTS_SHOWN]
            ],
            note=_("Only the first ones are shown.") if len(points) > POINTS_SHOWN else "",
        )


def _forms(
    request: HttpRequest, now: DayStanding, points: Sequence[OpenPoint], *, is_over: bool, is_closed: bool
) -> Iterator[Section]:
    hidden = [Field("day", "", "hidden", now.day.isoformat()), Field("currency", "", "hidden", now.currency)]
    if is_closed:
        return
    if may(request, count_cash.name):
        counted = Field("counted", _("Counted"), is_required=True, note=_("Such as 125.50"))
        yield Form(
            _("Count the cash"), reverse("admin:closing_day_do", args=["count"]), fresh_key(), [*hidden, counted],
            [Button(_("Write it down"))], lead=_cash_told(now),
        )  # fmt: skip
    if may(request, close_day.name) and is_over:
        notes = [
            Field(
                f"note_{kind.value}", f"{word(kind.value)} ({count})", is_required=True, most=500, note=_("Why it may stay open")
            )
            for kind, count in counted_by_kind(points).items()
        ]
        yield Form(
            _("Close the day"), reverse("admin:closing_day_do", args=["close"]), fresh_key(), [*hidden, *notes],
            [Button(_("Close it"), "good")],
            lead=_("Settle what is open, or say of each kind why it may stay so.") if notes else _("Nothing is open."),
        )  # fmt: skip


def _cash_told(now: DayStanding) -> str:
    books = gettext("The books say {amount}.").format(amount=show.money(now.closing("cash"), now.currency))
    if now.cash is None:
        return books
    last = gettext("Last counted {when}: {amount}, difference {difference}.").format(
        when=show.moment(now.cash.at),
        amount=show.money(now.cash.counted, now.currency),
        difference=show.money(now.cash.difference, now.currency),
    )
    return f"{books} {last}"


def _closed(close: DayClose | None) -> Iterator[Facts]:
    if close:
        there = Cell(_("Statement of the day"), url=link("day_close", close.id))
        yield Facts(_("This day is closed"), [(_("When"), show.moment(close.closed_at)), (_("Statement"), there)])


def _closes(currency: str) -> Table:
    rows = queries.day_closes().filter(currency=currency)[:CLOSES_SHOWN]
    return Table(
        _("Closed days"),
        [_("Day"), _("State"), pgettext_lazy("postings", "Late")],
        [
            [Cell(show.day(row.moved_on), url=link("day_close", row.id)), badge(row.state), number(show.count(row.late))]
            for row in rows
        ],
    )


def _acknowledged(said: queries.Statement) -> Table:
    return Table(
        _("Left open"),
        [_("What"), _("Why")],
        [[Cell(word(point.kind), small=point.reference), Cell(point.note)] for point in said.points],
    )
