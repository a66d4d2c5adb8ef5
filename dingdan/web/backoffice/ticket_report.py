"""How well tickets are looked after, as tables for people and for spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.kernel import clock
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.queries import ReportBy, ReportRow
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import account_names, drawn, number
from dingdan.web.backoffice.pages import Cell, Hint, Page, Table

WEEKS: Final = 12
TITLES: Final[Mapping[ReportBy, Any]] = {
    ReportBy.TOPIC: _("By topic"),
    ReportBy.OWNER: _("By owner"),
    ReportBy.WEEK: _("By week"),
}
HEADS: Final[Mapping[ReportBy, Any]] = {ReportBy.TOPIC: _("Topic"), ReportBy.OWNER: _("Owner"), ReportBy.WEEK: _("Week")}


def report_view(request: HttpRequest) -> HttpResponse:
    """The report of the last weeks, by topic, owner and week."""
    found = {by: _rows(request, by) for by in ReportBy}
    tables = [_table(by, rows) for by, rows in found.items()]
    nothing = Hint(_("There is nothing to report yet"), _("The times of tickets are shown here once the first one was opened."))
    links = [Cell(TITLES[by], url=f"{reverse('admin:tickets_report_csv')}?by={by}", small="CSV") for by in ReportBy]
    page = Page(
        title=str(_("How tickets are looked after")),
        lead=str(
            _("Tickets opened in the last {weeks} weeks. Times are medians, in working time where the topic says so.")
        ).format(weeks=WEEKS),
        links=[Cell(f"{one.text} (CSV)", url=one.url) for one in links] if any(found.values()) else [],
        sections=tables if any(found.values()) else [nothing],
    )
    return drawn(request, page, Cell(_("Tickets"), reverse("admin:tickets_ticket_changelist")))


def csv_view(request: HttpRequest) -> HttpResponse:
    """One of the tables as a file."""
    asked = request.GET.get("by", "")
    by = ReportBy(asked) if asked in list(ReportBy) else ReportBy.TOPIC
    headers = {"Content-Disposition": f'attachment; filename="tickets-by-{by}.csv"'}
    return HttpResponse(queries.as_csv(_rows(request, by)).encode(), content_type="text/csv", headers=headers)


def _rows(request: HttpRequest, by: ReportBy) -> list[ReportRow]:
    if not may(request, "tickets.read"):
        raise PermissionDenied
    now = clock.now()
    return queries.report(by, since=now - timedelta(weeks=WEEKS), until=now + timedelta(seconds=1), now=now)


def _table(by: ReportBy, rows: list[ReportRow]) -> Table:
    names = _names(by)
    heads = [
        HEADS[by],
        pgettext_lazy("tickets", "Opened"),
        _("First answer"),
        _("Answered late"),
        _("Solution"),
        _("Solved late"),
        pgettext_lazy("answers", "Late"),
        _("Satisfaction"),
    ]
    return Table(TITLES[by], heads, [_line(row, names) for row in rows])


def _names(by: ReportBy) -> Mapping[str, str]:
    """What people call the keys of a report."""
    if by == ReportBy.TOPIC:
        return {code: str(draft.name) for code, draft in queries.all_topics().items()}
    if by == ReportBy.OWNER:
        return {"": str(_("Nobody")), **{str(pk): name for pk, name in account_names().items()}}
    return {}


def _line(row: ReportRow, names: Mapping[str, str]) -> list[Cell]:
    satisfaction = f"{row.rating_sum / row.rated:.1f} / 5" if row.rated else show.NOTHING
    return [
        Cell(names.get(row.key, row.key)),
        number(show.count(row.opened)),
        number(_length(row.answer_seconds)),
        number(_share(row.answered_late, row.opened)),
        number(_length(row.solve_seconds)),
        number(_share(row.solved_late, row.opened)),
        number(_share(row.late, row.opened)),
        Cell(satisfaction, small=str(_("Ratings: {count}")).format(count=row.rated) if row.rated else "", is_number=True),
    ]


def _length(seconds: int | None) -> str:
    """So many hours and minutes, such as 26:05."""
    return show.NOTHING if seconds is None else f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}%" if whole else show.NOTHING
