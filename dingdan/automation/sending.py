"""The job that sends a notice. It bears repeats: the mail has the same Message-ID every time, so a mailbox shows it once."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from email.utils import parseaddr
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from dingdan.automation.letters import message_of
from dingdan.automation.lifecycle import NOTICE_LIFE, Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.tenancy import current_tenant_id, tenant_scope
from dingdan.masterdata.wording.commands import record_wording_fault

log = logging.getLogger(__name__)

MAILER = Actor("system", "mailer", frozenset({"automation.*", "wording.record_wording_fault"}))
RETRIES = 10
LONGEST_WISH = timedelta(hours=1)
REFUSED_FOR_GOOD = 500
"""An SMTP reply from here on means that trying again will not help."""
FORGOTTEN_AFTER = timedelta(minutes=5)


class HasFailed(Protocol):
    """What was said; perhaps not in the shop's words: the wording that could not be used, and why."""

    @property
    def failed(self) -> tuple[UUID, str] | None:
        """The wording and why; None where all is well."""


class NotDelivered(Exception):
    """A mail could not be handed over and is to be tried again; not before `wait`, which somebody busy asked for. Names the fault
    and no address."""

    def __init__(self, told: str, wait: timedelta = timedelta()) -> None:
        super().__init__(told)
        self.wait = min(wait, LONGEST_WISH)


class Patience(RetryStrategy):
    """Waits longer from try to try, and as long as somebody busy asked for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        usual = super().get_retry_decision(exception=exception, job=job)
        asked = clock.now() + exception.wait if isinstance(exception, NotDelivered) and exception.wait else None
        if usual is None or usual.retry_at is None or asked is None:
            return usual
        return RetryDecision(retry_at=max(usual.retry_at, asked))


FOR_A_DAY = Patience(max_attempts=RETRIES, exponential_wait=3)
"""Tried again after 3 s, 9 s, 27 s, … 5.5 h and 16.4 h: about a day in all."""


@job("send_notice", queue="mails", retry=FOR_A_DAY)
def send_notice(*, tenant_id: str, notice_id: str) -> None:
    """Send a notice that waits, and remember what came of it."""
    with tenant_scope(UUID(tenant_id)):
        notice = Notice.objects.filter(id=UUID(notice_id), state=NOTICE_LIFE.initial).first()
        if notice is None:
            return
        if notice.way == Way.MAIL:
            _send(notice)
        elif notice.way == Way.PUSH:
            from dingdan.automation.pushing import send_pushed  # stands on this

            send_pushed(notice)
        else:
            from dingdan.automation.messaging import send_short  # stands on this

            send_short(notice)


def mail_domain() -> str:
    """What stands behind the @ of our own address, and of the Message-IDs that we make."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def send_later(notice_ids: Sequence[UUID]) -> None:
    """Let the worker send notices of the tenant in scope; once the transaction commits, when there is one."""
    if notice_ids:
        tenant_id = str(current_tenant_id())
        wanted: list[dict[str, Any]] = [{"tenant_id": tenant_id, "notice_id": str(notice_id)} for notice_id in notice_ids]
        send_notice.batch_defer(*wanted)


_FORGOTTEN = """
SELECT notice.id FROM automation_notice AS notice
WHERE notice.tenant_id = %(tenant)s AND notice.state = 'queued' AND notice.queued_at < %(before)s AND NOT EXISTS (
    SELECT FROM procrastinate_jobs AS job WHERE job.task_name = 'send_notice' AND job.args ->> 'notice_id' = notice.id::text
    AND (job.status = 'todo' OR (job.status = 'doing' AND job.worker_id IS NOT NULL))
) ORDER BY notice.queued_at LIMIT 500
"""


def send_forgotten(tenant_id: UUID) -> int:
    """Let mails be sent that wait without a job, as after a crash; return how many."""
    with tenant_scope(tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(_FORGOTTEN, {"tenant": tenant_id, "before": clock.now() - FORGOTTEN_AFTER})
            forgotten = [notice_id for (notice_id,) in cursor.fetchall()]
        send_later(forgotten)
        return len(forgotten)


def _send(notice: Notice) -> None:
    from dingdan.automation import commands  # they defer this job

    try:
        letter = letter_of(notice)
        if letter is not None:
            message_of(notice, letter).send()
            tell_wording(letter, call_of(notice, "wording"))
    except (OSError, smtplib.SMTPException) as fault:
        error, for_good = named(fault)
        record_failure(notice, error, given_up=for_good or notice.attempts >= RETRIES)
        if not for_good:
            raise NotDelivered(f"notice {notice.id}: {error}") from None  # the fault itself may name the customer's address
        log.warning("notice %s was refused for good: %s", notice.id, error)
    except Exception as fault:
        record_failure(notice, type(fault).__name__, given_up=notice.attempts >= RETRIES)
        raise
    else:
        if letter is None:
            commands.skip_notice(call_of(notice, "skipped"), notice_id=notice.id)
        else:
            commands.record_notice_sent(call_of(notice, "sent"), notice_id=notice.id)


def tell_wording(told: HasFailed, call: Call) -> None:
    """Mark a wording that could not be used. The mail went out in the program's words, so this stops nothing."""
    if told.failed is not None:
        wording_id, fault = told.failed
        with suppress(Refusal):
            record_wording_fault(call, wording_id=wording_id, fault=fault)


def record_failure(notice: Notice, error: str, *, given_up: bool) -> None:
    """Remember that a try came to nothing, or the last one did. `error` names no address."""
    from dingdan.automation import commands

    call = call_of(notice, f"failed:{notice.attempts}")
    commands.record_notice_failed(call, notice_id=notice.id, error=error, given_up=given_up)


def call_of(notice: Notice, what: str) -> Call:
    """The call by which it is remembered what came of a try: the same for the same try."""
    # Whoever retries a failed notice begins its count anew, so its last time of queueing is part of the key.
    return Call(tenant_id=notice.tenant_id, actor=MAILER, key=f"notice:{notice.id}:{notice.queued_at.timestamp():.6f}:{what}")


def named(fault: Exception) -> tuple[str, bool]:
    """The fault in a few words without any address, and whether it is no use to try again."""
    codes = [fault.smtp_code] if isinstance(fault, smtplib.SMTPResponseException) else []
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in fault.recipients.values()]
    told = f"{type(fault).__name__} {' '.join(map(str, codes))}".strip()
    refused = isinstance(fault, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return told, refused and bool(codes) and all(code >= REFUSED_FOR_GOOD for code in codes)
