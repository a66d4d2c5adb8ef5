"""Reports that go out by mail: the list of them, a page for each, and the form of one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import display
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.automation import report_schedules as schedules
from dingdan.automation.commands import mail_language
from dingdan.automation.lifecycle import LANGUAGES, SCHEDULE_LIFE
from dingdan.automation.models import ReportMail, ReportSchedule
from dingdan.automation.report_schedules import READ, TAKE_ALONG, ScheduleDraft, permitted
from dingdan.automation.rhythm import Rhythm
from dingdan.insight.reports.files import FORMATS
from dingdan.insight.reports.registry import PRESETS, REPORTS
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.staff.queries import members_who_may
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import Act, Acting, call_of, fresh_key, refilled
from dingdan.web.backoffice.base import account_names, badge, history, listed_badge
from dingdan.web.backoffice.filters import by_state
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page, Section, Table
from dingdan.web.backoffice.words import word

MAILS_SHOWN = 20
USUAL_HOUR = 8
LANGUAGE_NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}


def _save(call: Call, row: ReportSchedule | None, sent: QueryDict) -> Event:
    return schedules.save_report_schedule(permitted(call, row), schedule=_draft(sent, row))


def _turn(name: str) -> Any:
    def give(call: Call, row: ReportSchedule, _sent: QueryDict) -> Event:
        return schedules.TURNS[name](permitted(call, row), schedule_id=row.id)

    return give


def _now(call: Call, row: ReportSchedule, _sent: QueryDict) -> Event:
    return schedules.send_report_now(permitted(call, row), schedule_id=row.id)


class Schedules(Acting):
    """Which reports are sent, when, to whom, and how that went."""

    many = _("Reports by mail")
    permission = READ
    when_empty = _("No report is sent by mail yet. Open a report and press “Send by mail”.")
    acts: ClassVar = {
        "save": Act(TAKE_ALONG, _save, lambda _event: _("Saved.")),
        "now": Act(TAKE_ALONG, _now, lambda _event: _("It is on its way.")),
        "pause": Act(TAKE_ALONG, _turn("pause"), lambda _event: _("Nothing is sent for now.")),
        "resume": Act(TAKE_ALONG, _turn("resume"), lambda _event: _("It is sent again.")),
        "retire": Act(TAKE_ALONG, _turn("retire"), lambda _event: _("It is sent no more.")),
    }
    list_display = ("report_shown", "when", "next_shown", "last_shown", "fault", "schedule_state")
    asks = (by_state("state", _("State"), SCHEDULE_LIFE.states),)
    ordering = ("state", "next_at", "id")
    sortable_by = ()

    def get_urls(self) -> list[URLPattern]:
        """The list and the pages, and the form of a new one."""
        form = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.form_view))
        return [path("new/", form, name=f"{self._name}_new"), *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
        """Do it, for whoever may look at reports."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().act_view(request, object_id, name)

    @display(description=_("Report"))
    def report_shown(self, row: ReportSchedule) -> str:
        return _title(row)

    @display(description=_("When"))
    def when(self, row: ReportSchedule) -> str:
        return when_told(row)

    @display(description=_("Next"))
    def next_shown(self, row: ReportSchedule) -> str:
        return show.moment(row.next_at) if row.state == "active" else show.NOTHING

    @display(description=_("Last sent"))
    def last_shown(self, row: ReportSchedule) -> str:
        return show.moment(row.last_sent_at)

    @display(description=_("Last fault"))
    def fault(self, row: ReportSchedule) -> str:
        return f"{show.moment(row.last_failed_at)} · {word(row.error)}" if row.last_failed_at else show.NOTHING

    @display(description=_("State"))
    def schedule_state(self, row: ReportSchedule) -> str:
        return listed_badge(row.state)

    def form_view(self, request: HttpRequest) -> HttpResponse:
        """A new one; sent with something that cannot be, the form comes back as it was typed, and says what is wrong."""
        if not (self.has_view_permission(request) and may(request, TAKE_ALONG)):
            raise PermissionDenied
        fields = _fields(request, None)
        form = Form("", request.path, fresh_key(), fields, [Button(_("Save"), "good")], lead=_LEAD)
        page = Page(str(_("Send a report by mail")), sections=[form])
        if request.method != "POST":
            return self.shown(request, page)
        try:
            told: Any = _save(call_of(request, "report-schedule"), None, request.POST)
        except Refusal as refusal:
            return self.shown(request, refilled(page, request, trouble=str(refusal)) or page)
        messages.success(request, _("The report is sent by mail from now on."))
        return HttpResponseRedirect(reverse(f"admin:{self._name}_change", args=[told.schedule_id]))

    def page_for(self, request: HttpRequest, row: ReportSchedule) -> Page:
        """What is sent, what became of the last mails, and what can be changed."""
        report = Cell(_("The report"), url=reverse("admin:report", args=[row.report]))
        return Page(
            _title(row), [badge(row.state)], when_told(row), links=[report],
            sections=[_facts(row), *self._change(request, row), _mails(row), history(row.id)], steps=self._steps(request, row),
        )  # fmt: skip

    def _steps(self, request: HttpRequest, row: ReportSchedule) -> Sequence[Form]:
        words = {
            "now": Button(_("Send it now"), "good"), "pause": Button(_("Pause")), "resume": Button(_("Resume"), "good"),
            "retire": Button(_("Send it no more"), "bad"),
        }  # fmt: skip
        may_be = {"now": "send"}
        there = [name for name in words if may_be.get(name, name) in SCHEDULE_LIFE.possible(row.state)]
        allowed = self.allowed(request, *there)
        return [Form("", self.do(row, name), fresh_key(), (), [words[name]]) for name in there if name in allowed]

    def _change(self, request: HttpRequest, row: ReportSchedule) -> Sequence[Section]:
        if not self.allowed(request, "save"):
            return []
        fields, button = _fields(request, row), Button(_("Save"), "good")
        return [Form(_("Change"), self.do(row, "save"), fresh_key(), fields, [button], is_open=False)]


_LEAD = _("It goes out at this hour of the shop's clock: as a table in the mail, with all of it as a file.")
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def _title(row: ReportSchedule) -> str:
    return str(REPORTS[row.report].title) if row.report in REPORTS else row.report


def when_told(row: ReportSchedule) -> str:
    """When a report is sent, in words."""
    at = f"{row.hour:02}:00"
    if row.rhythm == Rhythm.WEEKLY:
        return str(_("Every {weekday} at {time}")).format(weekday=WEEKDAYS[row.weekday], time=at)
    if row.rhythm == Rhythm.MONTHLY:
        return str(_("On day {day} of every month at {time}")).format(day=row.month_day, time=at)
    return str(_("Every day at {time}")).format(time=at)


def _facts(row: ReportSchedule) -> Facts:
    names = account_names()
    period = PRESETS[row.period].title if row.period in PRESETS else row.period
    return Facts(
        _("What is sent"),
        [
            (_("Report"), Cell(_title(row), url=reverse("admin:report", args=[row.report]))),
            (_("Period"), period),
            (_("Currency"), row.currency),
            (_("Channel"), row.channel),
            (_("File"), row.file_format.upper()),
            (_("Language"), LANGUAGE_NAMES.get(row.language, row.language)),
            (_("Readers"), ", ".join(names.get(one, str(one)) for one in row.readers)),
            (_("Whose it is"), names.get(row.user_id, "") if row.user_id else ""),
            (_("Next"), show.moment(row.next_at) if row.state == "active" else ""),
            (_("Last sent"), show.moment(row.last_sent_at) if row.last_sent_at else ""),
            (_("Last fault"), f"{show.moment(row.last_failed_at)} · {word(row.error)}" if row.last_failed_at else ""),
        ],
    )


def _mails(row: ReportSchedule) -> Table:
    names = account_names()
    rows = ReportMail.objects.filter(schedule_id=row.id).order_by("-due_at", "id")[:MAILS_SHOWN]
    return Table(
        _("The last mails"),
        [_("Due"), _("Reader"), _("State"), _("Sent at")],
        [
            [
                Cell(show.moment(one.due_at)),
                Cell(names.get(one.user_id, str(one.user_id))),
                Cell(word(one.state), badge=badge(one.state).badge, small=word(one.error)),
                Cell(show.moment(one.sent_at)),
            ]
            for one in rows
        ],
    )


def _fields(request: HttpRequest, row: ReportSchedule | None) -> list[Field]:
    """The form as the schedule is; of a new one as the report was looked at from which one comes."""
    asked, own = request.GET, str(request.user.pk)
    language = row.language if row else mail_language(get_language() or "en")
    people = account_names()
    may_see = [(str(id_), people.get(id_, str(id_))) for id_ in sorted(members_who_may(READ))]
    channels = [("", _("All")), *((one.code, one.name) for one in all_channels())]
    days = [(str(day), str(day)) for day in range(1, 32)]
    period = row.period if row else asked.get("period", "") if asked.get("period", "") in PRESETS else "yesterday"
    hours, files = [(str(one), f"{one:02}:00") for one in range(24)], [(one, one.upper()) for one in FORMATS]
    weekdays = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
    return [
        Field("report", _("Report"), "choice", row.report if row else asked.get("report", ""), _reports()),
        Field("period", _("Period"), "choice", period, [(code, one.title) for code, one in PRESETS.items()]),
        Field("rhythm", _("How often"), "choice", row.rhythm if row else Rhythm.DAILY, [(one, word(one)) for one in Rhythm]),
        Field("weekday", _("Weekday"), "choice", str(row.weekday if row else 0), weekdays, note=_("Where it is sent weekly")),
        Field("month_day", _("Day of the month"), "choice", str(row.month_day if row else 1), days, note=_MONTHLY),
        Field("hour", _("Hour"), "choice", str(row.hour if row else USUAL_HOUR), hours),
        Field("file_format", _("File"), "choice", row.file_format if row else FORMATS[0], files),
        Field("language", _("Language"), "choice", language, [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]),
        Field("currency", _("Currency"), value=row.currency if row else asked.get("currency", ""), note=_OWN, most=3),
        Field("channel", _("Channel"), "choice", row.channel if row else asked.get("channel", ""), channels),
        Field("readers", _("Readers"), "several", [str(one) for one in row.readers] if row else [own], may_see),
    ]


_OWN = _("Empty: the shop's own")
_MONTHLY = _("Where it is sent monthly; of shorter months the last day")


def _reports() -> list[tuple[str, Any]]:
    return [(one.name, one.title) for one in REPORTS.values()]


def _draft(sent: QueryDict, row: ReportSchedule | None) -> ScheduleDraft:
    return ScheduleDraft(
        id=row.id if row else None, report=sent.get("report", ""), period=sent.get("period", ""), rhythm=sent.get("rhythm", ""),
        hour=_whole(sent, "hour"), weekday=_whole(sent, "weekday"), month_day=_whole(sent, "month_day"),
        file_format=sent.get("file_format", ""), language=sent.get("language", ""), currency=sent.get("currency", "").upper(),
        channel=sent.get("channel", ""), readers=tuple(int(one) for one in sent.getlist("readers") if one.isdecimal()),
    )  # fmt: skip


def _whole(sent: QueryDict, name: str) -> int:
    """What was chosen; -1, which the command refuses, for what is no number."""
    with suppress(ValueError):
        return int(sent.get(name, ""))
    return -1
