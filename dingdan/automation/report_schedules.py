"""Reports that go out by mail: which, when, to whom; and what becomes of each mail.

A moment at which a report is due queues one mail for each of its readers, once, whoever finds out that it is due. What was due
while nothing ran is sent once, for the last of those moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from dingdan.automation.events import (
    ReportMailFailed,
    ReportMailSent,
    ReportMailSkipped,
    ReportMailsQueued,
    ReportScheduleSaved,
    ReportScheduleTurned,
)
from dingdan.automation.lifecycle import LANGUAGES, REPORT_MAIL_LIFE, SCHEDULE_LIFE
from dingdan.automation.models import ReportMail, ReportSchedule
from dingdan.automation.report_sending import send_reports_later
from dingdan.automation.rhythm import Plan, Rhythm, last_due, next_due
from dingdan.automation.sending import mail_domain
from dingdan.insight.reports.files import FORMATS
from dingdan.insight.reports.registry import REPORTS, asked
from dingdan.kernel.command import Command, command
from dingdan.kernel.errors import Invalid, NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor, Call, Entry
from dingdan.kernel.register import locked, put
from dingdan.kernel.rows import insert
from dingdan.kernel.tenants import shop_zone
from dingdan.kernel.text import one_of
from dingdan.masterdata.staff.queries import actor_for_user

READ: Final = "reports.read"
TAKE_ALONG: Final = "views.begin_export"
MOST_READERS: Final = 20


class ReaderMayNot(Refusal):
    """A report goes to those alone who may look at reports."""

    status = 422
    sentence = _("{who} may not look at reports here.")
    remedy = _("Choose members whose role allows it, or give them one that does.")


class NothingIsDue(Refusal):
    """Somebody was faster, or the schedule was paused or changed meanwhile."""

    sentence = _("This report is not due at that time.")
    remedy = _("Nothing needs to be done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDraft:
    """A report as it shall be sent. ``id`` names a schedule that is to change.

    `report` and `period` by their names, `rhythm` daily, weekly (on `weekday`, 0 is Monday) or monthly (on `month_day`), at an
    `hour` of the shop's clock; `readers` are accounts of members. Without a currency the shop's own counts.
    """

    report: str
    rhythm: str
    hour: int
    readers: tuple[int, ...]
    period: str = "yesterday"
    currency: str = ""
    channel: str = ""
    file_format: str = "csv"
    language: str = "en"
    weekday: int = 0
    month_day: int = 1
    id: UUID | None = None


def permitted(call: Call, row: ReportSchedule | None = None) -> Call:
    """The call with leave to keep schedules of one's own, which whoever may look at reports and take lists along has.

    Refuses everybody else (403). Those of others are for those alone who have the permission itself.
    """
    for name in (READ, TAKE_ALONG):
        if not call.actor.may(name):
            raise NotPermitted(command=name)
    if row is not None and str(row.user_id) != call.actor.id:
        return call
    leave = frozenset([save_report_schedule.name, send_report_now.name, *(one.name for one in TURNS.values())])
    return replace(call, actor=replace(call.actor, permissions=call.actor.permissions | leave))


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@command
def save_report_schedule(entry: Entry, *, schedule: ScheduleDraft) -> ReportScheduleSaved:
    """Let a report be sent by mail again and again, or change how. What was retired is sent again.

    Refuses reports, periods, currencies and channels that are none, times that are none, and readers who may not look at reports
    (:class:`ReaderMayNot`).
    """
    row = locked(entry, ReportSchedule, schedule.id) if schedule.id else None
    values = _checked(schedule)
    plan = _plan(values)
    values |= {"state": SCHEDULE_LIFE.initial, "next_at": next_due(plan, zone=shop_zone(), after=entry.at)}
    if row is None:
        values["user_id"] = _user(entry.actor)
    saved = put(entry, row, values, model=ReportSchedule)
    changes = tuple(one for one in saved.changes if one.field != "readers")
    return ReportScheduleSaved(schedule_id=saved.row.id, created=saved.created, next_at=values["next_at"], changes=changes)


@command
def pause_report_schedule(entry: Entry, *, schedule_id: UUID) -> ReportScheduleTurned:
    """Send nothing for now. Refuses one that is not active."""
    return _turned(entry, schedule_id, "pause")


@command
def resume_report_schedule(entry: Entry, *, schedule_id: UUID) -> ReportScheduleTurned:
    """Send a report again, from the next time on at which it is due. Refuses one that is not paused."""
    return _turned(entry, schedule_id, "resume")


@command
def retire_report_schedule(entry: Entry, *, schedule_id: UUID) -> ReportScheduleTurned:
    """Send a report no more. Refuses one that is retired."""
    return _turned(entry, schedule_id, "retire")


@command
def send_report_now(entry: Entry, *, schedule_id: UUID) -> ReportMailsQueued:
    """Send a report to its readers now, beside its times. Refuses one that is retired."""
    row = locked(entry, ReportSchedule, schedule_id)
    SCHEDULE_LIFE.turn("send", row.state)
    return _queued(entry, row, entry.at)


@command
def queue_report_mails(entry: Entry, *, schedule_id: UUID, due_at: datetime) -> ReportMailsQueued:
    """Send a report that is due to its readers, and note when it is due next. Refuses (:class:`NothingIsDue`) another time."""
    row = locked(entry, ReportSchedule, schedule_id)
    if row.state != "active" or row.next_at != due_at or due_at > entry.at:
        raise NothingIsDue(field="due_at")
    plan, zone = _plan(row.__dict__), shop_zone()
    last = last_due(plan, zone=zone, due=due_at, until=entry.at)
    ReportSchedule.objects.filter(id=row.id).update(next_at=next_due(plan, zone=zone, after=entry.at))
    return _queued(entry, row, last)


@command
def record_report_sent(entry: Entry, *, mail_id: UUID) -> ReportMailSent:
    """Remember that a mail server took a report."""
    mail = _mail(entry, mail_id, "send")
    ReportMail.objects.filter(id=mail.id).update(state=mail.state, sent_at=entry.at, error="")
    ReportSchedule.objects.filter(id=mail.schedule_id).update(last_sent_at=entry.at)
    return ReportMailSent(schedule_id=mail.schedule_id, mail_id=mail.id)


@command
def record_report_failed(entry: Entry, *, mail_id: UUID, error: str, given_up: bool) -> ReportMailFailed:
    """Remember that a try came to nothing; `given_up` when it was the last one. `error` names the fault and no address."""
    mail = _mail(entry, mail_id, "fail")
    attempts, error = mail.attempts + 1, error[:100]
    state = mail.state if given_up else REPORT_MAIL_LIFE.initial
    ReportMail.objects.filter(id=mail.id).update(state=state, attempts=attempts, error=error)
    ReportSchedule.objects.filter(id=mail.schedule_id).update(last_failed_at=entry.at, error=error)
    return ReportMailFailed(schedule_id=mail.schedule_id, mail_id=mail.id, attempts=attempts, error=error, given_up=given_up)


@command
def skip_report_mail(entry: Entry, *, mail_id: UUID, why: str) -> ReportMailSkipped:
    """Put a report away whose reader may not see it any more, or has no address."""
    mail = _mail(entry, mail_id, "skip")
    ReportMail.objects.filter(id=mail.id).update(state=mail.state, error=why[:100])
    ReportSchedule.objects.filter(id=mail.schedule_id).update(last_failed_at=entry.at, error=why[:100])
    return ReportMailSkipped(schedule_id=mail.schedule_id, mail_id=mail.id, why=why[:100])


TURNS: Final[Mapping[str, Command[..., ReportScheduleTurned]]] = {
    "pause": pause_report_schedule,
    "resume": resume_report_schedule,
    "retire": retire_report_schedule,
}


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _checked(draft: ScheduleDraft) -> dict[str, Any]:
    """The draft as it is kept."""
    one_of(draft.report, "report", REPORTS)
    one_of(draft.rhythm, "rhythm", Rhythm)
    one_of(draft.file_format, "file_format", FORMATS)
    one_of(draft.language, "language", LANGUAGES)
    asked(preset=draft.period, currency=draft.currency, channel=draft.channel)
    if not draft.period:
        raise Invalid(field="period", reason=_("Give the name of a period."))
    for name, value, least, most in (
        ("hour", draft.hour, 0, 23), ("weekday", draft.weekday, 0, 6), ("month_day", draft.month_day, 1, 31),
    ):  # fmt: skip
        if not least <= value <= most:
            raise Invalid(field=name, reason=str(_("Give a number from {least} to {most}.")).format(least=least, most=most))
    return {
        "report": draft.report, "period": draft.period, "currency": draft.currency, "channel": draft.channel,
        "file_format": draft.file_format, "language": draft.language, "rhythm": draft.rhythm, "hour": draft.hour,
        "weekday": draft.weekday, "month_day": draft.month_day, "readers": _readers(draft.readers),
    }  # fmt: skip


def _readers(wanted: Iterable[int]) -> list[int]:
    readers = sorted(set(wanted))
    if not 1 <= len(readers) <= MOST_READERS:
        raise Invalid(field="readers", reason=str(_("Choose 1 to {most} people.")).format(most=MOST_READERS))
    for user_id in readers:
        actor = actor_for_user(user_id)
        if actor is None or not actor.may(READ):
            name = User.objects.filter(pk=user_id).values_list("username", flat=True).first() if actor else None
            raise ReaderMayNot(field="readers", who=name or user_id)
    return readers


def _plan(said: dict[str, Any]) -> Plan:
    return Plan(**{name: said[name] for name in ("rhythm", "hour", "weekday", "month_day")})


def _user(actor: Actor) -> int | None:
    """The account whose schedule it becomes; None of programs."""
    return int(actor.id) if actor.kind == "staff" and actor.id.isdecimal() else None


def _turned(entry: Entry, schedule_id: UUID, turn: str) -> ReportScheduleTurned:
    row = locked(entry, ReportSchedule, schedule_id)
    values: dict[str, Any] = {"state": SCHEDULE_LIFE.turn(turn, row.state)}
    if turn == "resume":
        values["next_at"] = next_due(_plan(row.__dict__), zone=shop_zone(), after=entry.at)
    saved = put(entry, row, values, model=ReportSchedule)
    return ReportScheduleTurned(schedule_id=row.id, state=saved.row.state)


def _queued(entry: Entry, row: ReportSchedule, due_at: datetime) -> ReportMailsQueued:
    ids = [new_id() for _reader in row.readers]
    mails = [
        {
            "id": id_, "schedule_id": row.id, "user_id": user_id, "due_at": due_at, "queued_at": entry.at,
            "message_id": f"<{id_}@{mail_domain()}>",
        }
        for id_, user_id in zip(ids, row.readers, strict=True)
    ]  # fmt: skip
    insert((ReportMail, mails))
    send_reports_later(ids)
    return ReportMailsQueued(schedule_id=row.id, due_at=due_at, mail_ids=tuple(ids))


def _mail(entry: Entry, mail_id: UUID, turn: str) -> ReportMail:
    """The mail, locked, in the state that the turn leads to. Not yet written."""
    mail = ReportMail.objects.select_for_update(no_key=True).filter(id=mail_id).first()
    if mail is None:
        raise NotFound(field="mail_id", what="report mail", id=mail_id)
    mail.state = REPORT_MAIL_LIFE.turn(turn, mail.state)
    entry.about("report_schedule", mail.schedule_id)
    return mail
