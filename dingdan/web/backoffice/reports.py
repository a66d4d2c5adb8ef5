"""Reports: what is reported, and a page for each with its filter, its picture, its table and its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dingdan.automation.report_schedules import TAKE_ALONG
from dingdan.automation.words import method_name
from dingdan.insight.reports.files import FORMATS, report_file
from dingdan.insight.reports.layout import Answer, Asked, Column, Head, Kind, Line, Picture, Where, answer
from dingdan.insight.reports.registry import PRESETS, REPORTS, USUAL, asked
from dingdan.insight.rollups.queries import currencies
from dingdan.insight.rollups.rules import Period
from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Node
from dingdan.masterdata.channels.queries import all_channels
from dingdan.web.backoffice import charts, show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import Shown, link
from dingdan.web.backoffice.pages import Bars, Button, Cell, Compared, Comparison, Field, Form, Group, Page, Section, Table
from dingdan.web.backoffice.words import word
from dingdan.web.shared.downloads import streamed

BARS_SHOWN: Final = 12
LINES_SHOWN: Final = 100
DAYS: Final = "days"
"""Instead of a period's name: from the first day to the last."""


class Reports(Shown):
    """The list of reports, where others have a list of rows."""

    many = _("Reports")
    permission = "reports.read"

    def list_urls(self) -> list[URLPattern]:
        """A list of reports is not arranged by anybody."""
        return []

    def get_urls(self) -> list[URLPattern]:
        """The list, each report, and its file."""
        wrap = self.admin_site.admin_view
        return [
            path("<slug:name>/", wrap(require_safe(self.report_view)), name="report"),
            path("<slug:name>/file/", wrap(require_safe(self.file_view)), name="report_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What is reported, by what it is about."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sections: list[Section] = []
        for group, reports in groupby(REPORTS.values(), key=lambda one: str(one.group)):
            rows = [[Cell(one.title, url=reverse("admin:report", args=[one.name])), Cell(one.lead)] for one in reports]
            sections.append(Table(group, [_("Report"), _("What it says")], rows))
        return self.shown(request, Page(str(self.many), sections=sections))

    def row(self, request: HttpRequest, object_id: UUID) -> None:
        """A sum is no row that has a page: nothing is found."""

    def report_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """One report, of what is asked for; of the usual where that makes no sense."""
        said = self._answer(request, name)
        heading = str(said.report.title)
        file = reverse("admin:report_file", args=[name])
        links = [Cell(form.upper(), url=f"{file}?{urlencode({**request.GET.dict(), 'format': form})}") for form in FORMATS]
        if may(request, TAKE_ALONG):
            new = reverse("admin:automation_reportschedule_new")
            wanted = {one: request.GET[one] for one in ("period", "currency", "channel") if request.GET.get(one)}
            links.append(Cell(_("Send by mail"), url=f"{new}?{urlencode({'report': name, **wanted})}"))
        sections = [_filter(said, request), _totals(said), *_picture(said), _table(said)]
        return self.shown(request, Page(heading, lead=str(said.report.lead), links=links, sections=sections))

    def file_view(self, request: HttpRequest, name: str) -> HttpResponseBase:
        """The report as a file, sent while it is written."""
        said = self._answer(request, name)
        form = request.GET.get("format", "")
        file = report_file(said, form if form in FORMATS else FORMATS[0])
        return streamed(file.pieces, name=file.name, media=file.media, tenant_id=current_tenant_id())

    def _answer(self, request: HttpRequest, name: str) -> Answer:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in REPORTS:
            raise Http404
        try:
            return answer(REPORTS[name], _asked(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return answer(REPORTS[name], asked())


def _asked(request: HttpRequest) -> Asked:
    """What the page's filter says: a period by its name, or days."""
    said = {name: request.GET.get(name, "") for name in ("period", "from", "to", "currency", "channel", "node")}
    preset = "" if said["period"] == DAYS else said["period"]
    first, last = (None, None) if preset else (_day(said["from"]), _day(said["to"]))
    return asked(
        first=first, last=last, preset=preset, currency=said["currency"].upper(), channel=said["channel"], node=said["node"],
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────────────────
def _filter(said: Answer, request: HttpRequest) -> Form:
    report, period = said.report, said.asked.period
    chosen = request.GET.get("period", "") or (DAYS if request.GET.get("from") else USUAL)
    periods = [*((code, one.title) for code, one in PRESETS.items()), (DAYS, _("Days"))]
    fields = [
        Field("period", _("Period"), "choice", chosen, periods),
        Field("from", _("First day"), "day", period.first.isoformat(), note=_("Where days are asked for")),
        Field("to", _("Last day"), "day", period.last.isoformat()),
    ]
    if report.of_currency:
        found = sorted({*currencies(_wide(period)), said.asked.currency})
        fields.append(Field("currency", _("Currency"), "choice", said.asked.currency, [(code, code) for code in found]))
    channels = all_channels()
    if report.by_channel and len(channels) > 1:
        codes = [("", _("All")), *((one.code, one.name) for one in channels)]
        fields.append(Field("channel", _("Channel"), "choice", request.GET.get("channel", ""), codes))
    if report.by_node:
        nodes = list(Node.objects.order_by("priority", "code").values_list("code", "name"))
        if len(nodes) > 1:
            fields.append(Field("node", _("Node"), "choice", request.GET.get("node", ""), [("", _("All")), *nodes]))
    place, group = reverse("admin:report", args=[report.name]), Group(_("Period and filter"), fields)
    return Form("", place, "", [group], [Button(_("Show"))], method="get")


def _wide(period: Period) -> Period:
    """With the period before, so that a currency that is used no more can still be chosen."""
    return Period(period.before().first, period.last)


# ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────────────
_TEXTS: Final[Mapping[Kind, Callable[[Any], str]]] = {
    Kind.DAY: show.day,
    Kind.COUNT: show.count,
    Kind.SHARE: lambda value: show.percent(Decimal(value)),
    Kind.SECONDS: lambda value: gettext("{hours} h").format(hours=show.count(round(value / 3600))),
    Kind.METHOD: lambda value: method_name(value) or show.NOTHING,
    Kind.WORD: lambda value: word(value) or show.NOTHING,
    Kind.TEXT: lambda value: str(value) or show.NOTHING,
}


def _text(said: Answer, column: Head | Column, value: Any) -> str:
    """A value as its reader writes it."""
    if value is None:
        return show.NOTHING
    return show.money(value, said.asked.currency) if column.kind == Kind.MONEY else _TEXTS[column.kind](value)


def _totals(said: Answer) -> Comparison:
    """What the whole period comes to, beside the period before."""
    before = said.asked.period.before()
    figures = [_compared(said, column) for column in said.report.columns]
    days = ngettext("{count} day", "{count} days", before.days).format(count=before.days)
    title = f"{show.day(said.asked.period.first)} – {show.day(said.asked.period.last)}"
    told = {"first": show.day(before.first), "last": show.day(before.last), "days": days}
    note = gettext("Compared with {first} – {last} ({days}).").format(**told)
    return Comparison(title, figures, note, are_many=True)


def _compared(said: Answer, column: Column) -> Compared:
    now, before = (column.value(sums) if sums else None for sums in (said.sums, said.before))
    notes = []
    if before is not None:
        change = f" ({round(100 * (now - before) / before):+d} %)" if now is not None and before > 0 else ""
        notes.append(gettext("before: {value}").format(value=_text(said, column, before)) + change)
    return Compared(column.title, _text(said, column, now), notes)


def _picture(said: Answer) -> Sequence[Section]:
    report, column = said.report, said.report.drawn_column
    if report.picture == Picture.BARS:
        drawn = sorted(said.lines, key=lambda line: -(column.value(line.figures) or 0))[:BARS_SHOWN]
        values = [(line, column.value(line.figures)) for line in drawn]
        bars = [(_about(said, line), max(0, int(value or 0)), _text(said, column, value)) for line, value in values]
        return [Bars(column.title, bars)]
    columns = []
    for line in said.lines:
        value, earlier = column.value(line.figures), said.lines_before.get(line.key)
        before = column.value(earlier) if earlier is not None else 0
        texts = _text(said, column, value), _text(said, column, before)
        columns.append(
            charts.Column(show.short_day(line.about[0]), int(value or 0), texts[0], int(before or 0), texts[1], _url(line.where))
        )
    return [charts.Columns(column.title, columns, (_("Day"), column.title, _("Period before")), "report-picture")]


def _about(said: Answer, line: Line) -> str:
    return " · ".join(_text(said, head, value) for head, value in zip(said.report.heads, line.about, strict=True))


def _table(said: Answer) -> Table:
    """The lines that say something, and what they come to."""
    lines = [line for line in said.lines if any(line.figures.values())]
    rows = []
    for line in lines[:LINES_SHOWN]:
        first, *others = said.values(line)
        rows.append([Cell(_text(said, *first), url=_url(line.where)), *(_cell(said, column, value) for column, value in others)])
    if len(rows) > 1:
        heads = [Cell(_("Together")), *(Cell("") for _head in said.report.heads[1:])]
        rows.append([*heads, *(_cell(said, column, column.value(said.sums)) for column in said.report.columns)])
    return Table(said.report.title, [one.title for one in said.report.all_columns], rows, note=_left_out(said, len(lines)))


def _left_out(said: Answer, lines: int) -> str:
    """What the table does not show."""
    if lines > LINES_SHOWN:
        return gettext("Only the first {count} are shown; the file has all of them.").format(count=show.count(LINES_SHOWN))
    return gettext("Days on which nothing happened are left out.") if lines < len(said.lines) else ""


def _cell(said: Answer, column: Head | Column, value: Any) -> Cell:
    return Cell(_text(said, column, value), is_number=isinstance(column, Column))


_LISTS: Final = {
    "orders": (
        "admin:board_boardrow_changelist",
        {"placed_from": "placed_at__gte", "placed_before": "placed_at__lt"},
    ),
    "invoices": ("admin:settlement_invoice_changelist", {"issued_from": "issued_on__gte", "issued_until": "issued_on__lt"}),
}


def _url(where: Where | None) -> str:
    """The list behind a line."""
    if where is None:
        return ""
    if where.place == "customer":
        return link("customer", UUID(where.asked["id"]))
    place, names = _LISTS[where.place]
    asked_for = dict(where.asked)
    if "issued_until" in asked_for:  # the list wants the day after
        asked_for["issued_until"] = (date.fromisoformat(asked_for["issued_until"]) + timedelta(days=1)).isoformat()
    return f"{reverse(place)}?{urlencode({names.get(name, name): value for name, value in asked_for.items()})}"
