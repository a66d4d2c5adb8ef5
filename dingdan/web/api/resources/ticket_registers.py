"""What tickets go by (topics, templates, hours of work), and how well they are looked after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from django.http import HttpResponse

from dingdan.kernel import clock
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import retire_template, retire_topic, save_template, save_topic, save_working_hours
from dingdan.trade.tickets.models import AnswerTemplate
from dingdan.trade.tickets.queries import ReportBy, ReportRow, as_csv, report
from dingdan.trade.tickets.rules import HoursDraft, TopicDraft
from dingdan.web.api.reads import OneOf, read
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.resources.tickets import TAG
from dingdan.web.api.writes import Write, mount

PERMISSION, CSV = "tickets.read", "text/csv"
REPORTED: Final = timedelta(days=84)
By = Annotated[str, OneOf(ReportBy)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """What tickets may be about. Deadlines in minutes (0: none), in working time or around the clock."""

    code: str
    name: str
    answer_minutes: int
    solution_minutes: int
    in_working_time: bool
    priority: str
    owner_id: int | None
    escalates_to_id: int | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """An answer to be used again. Names in braces are filled in."""

    id: UUID
    code: str
    name: str
    text: str
    language: str
    topic: str
    state: str


registers(
    Register(
        plural="ticket-templates",
        singular="template",
        states=("active", "retired"),
        view=TemplateView,
        rows=lambda: AnswerTemplate.objects.order_by("id"),
        permission=PERMISSION,
        tag=TAG,
    )
)


@read("/ticket-topics", permission=PERMISSION, tag=TAG)
def list_topics() -> list[TopicView]:
    """Every topic: those that every shop has, as this shop wants them, and its own."""
    gone = queries.retired_topics()
    return [_topic(one, is_retired=one.code in gone) for one in queries.all_topics().values()]


@read("/ticket-topics/{topic}", permission=PERMISSION, tag=TAG)
def get_topic(topic: str) -> TopicView:
    """One topic that a new ticket may have, by its code."""
    return _topic(queries.topic_by_code(topic), is_retired=topic in queries.retired_topics())


def _topic(draft: TopicDraft, *, is_retired: bool) -> TopicView:
    copied = {name: getattr(draft, name) for name in TopicView.__dataclass_fields__ if name not in ("name", "state")}
    return TopicView(**copied, name=str(draft.name), state="retired" if is_retired else "active")


@read("/ticket-hours", permission=PERMISSION, tag=TAG)
def get_working_hours() -> HoursDraft:
    """When the shop works on tickets, by its own clock."""
    return queries.hours_as_they_are()


@read("/ticket-report", permission=PERMISSION, tag=TAG)
def report_tickets(*, by: By = "topic", since: datetime | None = None, until: datetime | None = None) -> list[ReportRow]:
    """Times, lateness and satisfaction of the tickets opened in a time (the last twelve weeks unless said)."""
    return _rows(by, since, until)


@read("/ticket-report/csv", permission=PERMISSION, tag=TAG, media=CSV)
def export_ticket_report(*, by: By = "topic", since: datetime | None = None, until: datetime | None = None) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    headers = {"Content-Disposition": f'attachment; filename="tickets-by-{by}.csv"', "Cache-Control": "no-store"}
    return HttpResponse(as_csv(_rows(by, since, until)).encode(), content_type=CSV, headers=headers)


def _rows(by: str, since: datetime | None, until: datetime | None) -> list[ReportRow]:
    now = clock.now()
    return report(ReportBy(by), since=since or now - REPORTED, until=until or now + timedelta(seconds=1), now=now)


mount(
    Write(path="/ticket-topics", command=save_topic, makes="/ticket-topics/{topic}", tag=TAG),
    Write(path="/ticket-topics/{topic}/retire", command=retire_topic, tag=TAG),
    Write(path="/ticket-templates", command=save_template, makes="/ticket-templates/{template_id}", tag=TAG),
    Write(path="/ticket-templates/{template_id}/retire", command=retire_template, tag=TAG),
    Write(method="PUT", path="/ticket-hours", command=save_working_hours, tag=TAG),
)
