"""The job that sends a report to one of its readers. It bears repeats: the mail has the same Message-ID every time."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection

from dingdan.automation.lifecycle import REPORT_MAIL_LIFE
from dingdan.automation.models import ReportMail, ReportSchedule
from dingdan.automation.report_letters import report_letter
from dingdan.automation.sending import FOR_A_DAY, FORGOTTEN_AFTER, MAILER, RETRIES, NotDelivered, named
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenancy import current_tenant_id, tenant_scope
from dingdan.masterdata.staff.queries import actor_for_user

log = logging.getLogger(__name__)
MAY_NOT: Final = "may_not_see_it"
NO_ADDRESS: Final = "no_address"


@job("send_report_mail", queue="mails", retry=FOR_A_DAY)
def send_report_mail(*, tenant_id: str, mail_id: str) -> None:
    """Send a report that waits, if its reader may see it now, and remember what came of it."""
    with tenant_scope(UUID(tenant_id)):
        waits = ReportMail.objects.filter(id=UUID(mail_id), state=REPORT_MAIL_LIFE.initial)
        mail = waits.select_related("schedule").first()
        if mail is not None:
            _send(mail)


def send_reports_later(mail_ids: Sequence[UUID]) -> None:
    """Let the worker send reports of the tenant in scope; once the transaction commits, when there is one."""
    if mail_ids:
        wanted: list[dict[str, Any]] = [{"tenant_id": str(current_tenant_id()), "mail_id": str(one)} for one in mail_ids]
        send_report_mail.batch_defer(*wanted)


def queue_due(tenant_id: UUID) -> int:
    """Let what is due in a tenant be sent; return how many reports were. However many ask at once, each is queued once."""
    from dingdan.automation.report_schedules import queue_report_mails  # defers this job

    queued = 0
    for schedule_id, due_at in _due(clock.now()):
        call = Call(tenant_id=tenant_id, actor=SYSTEM, key=f"report:{schedule_id}:{due_at.isoformat()}")
        with suppress(Refusal):
            queue_report_mails(call, schedule_id=schedule_id, due_at=due_at)
            queued += 1
    return queued


def _due(now: datetime) -> list[tuple[UUID, datetime]]:
    rows = ReportSchedule.objects.filter(state="active", next_at__lte=now).order_by("next_at", "id")
    return list(rows.values_list("id", "next_at")[:500])


_FORGOTTEN: Final = """
SELECT mail.id FROM automation_reportmail AS mail
WHERE mail.tenant_id = %(tenant)s AND mail.state = 'queued' AND mail.queued_at < %(before)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job WHERE job.task_name = 'send_report_mail' AND job.args ->> 'mail_id' = mail.id::text
    AND (job.status = 'todo' OR (job.status = 'doing' AND job.worker_id IS NOT NULL))
) ORDER BY mail.queued_at LIMIT 500
"""


def send_forgotten_reports(tenant_id: UUID) -> int:
    """Let reports be sent that wait without a job, as after a crash; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGOTTEN, {"tenant": tenant_id, "before": clock.now() - FORGOTTEN_AFTER})
        forgotten = [mail_id for (mail_id,) in cursor.fetchall()]
    send_reports_later(forgotten)
    return len(forgotten)


def _send(mail: ReportMail) -> None:
    from dingdan.automation import report_schedules as commands  # they defer this job

    user = User.objects.filter(pk=mail.user_id, is_active=True).first()
    actor = actor_for_user(mail.user_id)
    if user is None or actor is None or not actor.may(commands.READ):
        commands.skip_report_mail(_call(mail, "skipped"), mail_id=mail.id, why=MAY_NOT)
        return
    if not user.email:
        commands.skip_report_mail(_call(mail, "skipped"), mail_id=mail.id, why=NO_ADDRESS)
        return
    try:
        report_letter(mail, email=user.email).send()
    except (OSError, smtplib.SMTPException) as fault:
        error, for_good = named(fault)
        _record_failure(mail, error, for_good=for_good)
        if not for_good:
            raise NotDelivered(f"report {mail.id}: {error}") from None  # the fault itself may name the address
        log.warning("report %s was refused for good: %s", mail.id, error)
    except Exception as fault:
        _record_failure(mail, type(fault).__name__, for_good=False)
        raise
    else:
        commands.record_report_sent(_call(mail, "sent"), mail_id=mail.id)


def _record_failure(mail: ReportMail, error: str, *, for_good: bool) -> None:
    from dingdan.automation import report_schedules as commands

    given_up = for_good or mail.attempts >= RETRIES
    commands.record_report_failed(_call(mail, f"failed:{mail.attempts}"), mail_id=mail.id, error=error, given_up=given_up)


def _call(mail: ReportMail, what: str) -> Call:
    return Call(tenant_id=mail.tenant_id, actor=MAILER, key=f"report:{mail.id}:{what}")
