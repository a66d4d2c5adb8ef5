"""The job that sends a notice. It bears repeats: the mail has the same Message-ID every time, so a mailbox shows it once."""

from __future__ import annotations

import logging
import smtplib
from uuid import UUID

from procrastinate import RetryStrategy

from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of, message_of
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.tenancy import tenant_scope

log = logging.getLogger(__name__)

MAILER = Actor("system", "mailer", frozenset({"automation.*"}))
A_DAY = RetryStrategy(max_attempts=10, exponential_wait=3)
"""Ten tries over about a day: after 3 s, 9 s, 27 s, … 5.5 h, 16.4 h."""
FOR_GOOD = 500
"""An SMTP reply from here on means that trying again will not help."""


class NotDelivered(Exception):
    """A mail could not be handed over and is to be tried again. Names the fault and no address."""


@job("send_notice", queue="mails", retry=A_DAY)
def send_notice(*, tenant_id: str, notice_id: str) -> None:
    """Send a mail that waits, and remember what came of it."""
    with tenant_scope(UUID(tenant_id)):
        notice = Notice.objects.filter(id=UUID(notice_id), state="queued").first()
        if notice is not None:
            _send(notice)


def _send(notice: Notice) -> None:
    from dingdan.automation import commands  # they defer this job

    letter = letter_of(notice)
    if letter is None:
        commands.skip_notice(_call(notice, "skipped"), notice_id=notice.id)
        return
    try:
        message_of(notice, letter).send()
    except (OSError, smtplib.SMTPException) as fault:
        error, for_good = _named(fault)
        given_up = for_good or notice.attempts + 1 >= A_DAY.max_attempts
        commands.record_notice_failed(
            _call(notice, f"failed:{notice.attempts}"), notice_id=notice.id, error=error, given_up=given_up
        )
        if not for_good:
            raise NotDelivered(f"notice {notice.id}: {error}") from None  # the fault itself may name the customer's address
        log.warning("notice %s was refused for good: %s", notice.id, error)
    else:
        commands.record_notice_sent(_call(notice, "sent"), notice_id=notice.id)


def _call(notice: Notice, what: str) -> Call:
    # A notice may be retried after it failed, which begins its count anew: when it was queued the last time is part of the key.
    return Call(tenant_id=notice.tenant_id, actor=MAILER, key=f"notice:{notice.id}:{what}:{notice.queued_at.timestamp():.6f}")


def _named(fault: Exception) -> tuple[str, bool]:
    """The fault in a few words without any address, and whether it is no use to try again."""
    codes = [fault.smtp_code] if isinstance(fault, smtplib.SMTPResponseException) else []
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in fault.recipients.values()]
    told = f"{type(fault).__name__} {' '.join(map(str, codes))}".strip()
    refused = isinstance(fault, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))
    return told, refused and bool(codes) and all(code >= FOR_GOOD for code in codes)
