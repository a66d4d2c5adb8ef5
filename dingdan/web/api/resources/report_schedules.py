"""Reports that go out by mail: which, when, to whom, and what became of the last mails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from dingdan.automation.lifecycle import SCHEDULE_LIFE
from dingdan.automation.models import ReportMail, ReportSchedule
from dingdan.automation.report_schedules import (
    pause_report_schedule,
    resume_report_schedule,
    retire_report_schedule,
    save_report_schedule,
    send_report_now,
)
from dingdan.kernel.errors import NotFound
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read, shaped
from dingdan.web.api.writes import Write, mount

TAG, READ = "Reports", "reports.read"
AT: Final = "/report-schedules/{schedule_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScheduleView:
    """A report that is sent again and again. `readers` are accounts of members; `next_at` is when it is due next."""

    id: UUID
    report: str
    period: str
    currency: str
    channel: str
    file_format: str
    language: str
    rhythm: str
    hour: int
    weekday: int
    month_day: int
    readers: list[int]
    user_id: int | None
    state: str
    next_at: datetime
    last_sent_at: datetime | None
    last_failed_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailView:
    """A report on its way to one reader, for one moment at which it was due."""

    id: UUID
    user_id: int
    due_at: datetime
    state: str
    queued_at: datetime
    sent_at: datetime | None
    attempts: int
    error: str


@read("/report-schedules", permission=READ, tag=TAG)
def list_report_schedules(
    *, state: Annotated[str, OneOf(SCHEDULE_LIFE.states)] | None = None, after: After = None, limit: Limit = 50
) -> Page[ReportScheduleView]:
    """The reports that go out by mail, the newest first."""
    rows = ReportSchedule.objects.order_by("-id")

    def told(some: Iterable[ReportSchedule]) -> Iterable[ReportScheduleView]:
        return (shaped(ReportScheduleView, one) for one in some)

    return page(rows.filter(state=state) if state else rows, told, after=after, limit=limit)


@read(AT, permission=READ, tag=TAG)
def get_report_schedule(schedule_id: str) -> ReportScheduleView:
    """One report that goes out by mail."""
    return shaped(ReportScheduleView, _schedule(schedule_id))


@read(f"{AT}/mails", permission=READ, tag=TAG)
def list_report_mails(schedule_id: str, *, after: After = None, limit: Limit = 50) -> Page[ReportMailView]:
    """What became of its mails, the last first."""
    rows = ReportMail.objects.filter(schedule_id=_schedule(schedule_id).id).order_by("-id")

    def told(some: Iterable[ReportMail]) -> Iterable[ReportMailView]:
        return (shaped(ReportMailView, one) for one in some)

    return page(rows, told, after=after, limit=limit)


def _schedule(text: str) -> ReportSchedule:
    id_ = id_of("schedule_id", text)
    row = ReportSchedule.objects.filter(id=id_).first()
    if row is None:
        raise NotFound(field="schedule_id", what="report schedule", id=id_)
    return row


mount(
    Write(path="/report-schedules", command=save_report_schedule, makes=AT, tag=TAG),
    Write(method="PUT", path=AT, command=save_report_schedule, name="change_report_schedule", tag=TAG),
    Write(path=f"{AT}/pause", command=pause_report_schedule, tag=TAG),
    Write(path=f"{AT}/resume", command=resume_report_schedule, tag=TAG),
    Write(path=f"{AT}/retire", command=retire_report_schedule, tag=TAG),
    Write(path=f"{AT}/send", command=send_report_now, tag=TAG),
)
