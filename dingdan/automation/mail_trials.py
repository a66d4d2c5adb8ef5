"""Sending oneself a mail to see how it reads: in a wording that may be kept or not. It is counted, and is no notice."""

from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.automation.events import WordingTried
from dingdan.automation.letters import Letter, Recipient, handed_over
from dingdan.automation.mail_samples import shown_letter
from dingdan.automation.sending import named
from dingdan.kernel.command import command
from dingdan.kernel.contact import clean_email
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Entry
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.wording.rules import WordingDraft, clean_wording, known_kind

MOST: Final = 20
WITHIN: Final = timedelta(hours=1)


class TriedTooOften(Refusal):
    """Tests are for looking at a mail, not for writing to people."""

    status = 429
    sentence = _("{most} tests were sent within the last hour; that is the most.")
    remedy = _("Look at the preview, or wait.")


class TestNotSent(Refusal):
    """The mail server did not take the test."""

    __test__ = False  # no test of pytest's
    status = 502
    sentence = _("The mail server did not take the test: {fault}.")
    remedy = _("Check the address, and the mail server that EMAIL_URL names.")


@command
def try_wording(entry: Entry, *, kind: str) -> WordingTried:
    """Write down that somebody sends a test mail of a kind. Refuses more than twenty by the same actor within an hour."""
    since = entry.at - WITHIN
    before = JournalEntry.objects.filter(
        command=try_wording.name, actor_kind=entry.actor.kind, actor_id=entry.actor.id, at__gte=since, event__isnull=False
    )
    if before.count() >= MOST:
        raise TriedTooOften(most=MOST)
    return WordingTried(kind=known_kind(kind).code)


def send_trial(call: Call, wording: WordingDraft, *, to: str) -> Letter:
    """Send a test of a wording to an address, once per key; return the letter.

    Raises the refusals of `save_wording`, `TriedTooOften`, and `TestNotSent` where the mail server takes it not.
    """
    address, draft = clean_email(to, "to"), clean_wording(wording)
    was_done = JournalEntry.objects.filter(key=call.key, event__isnull=False).exists()
    try_wording(call, kind=draft.kind)
    letter, _notice = shown_letter(draft)
    letter = replace(letter, recipient=Recipient("", address), subject=str(_("[Test] {subject}")).format(subject=letter.subject))
    if not was_done:
        try:
            handed_over(letter).send()
        except (OSError, smtplib.SMTPException) as fault:
            raise TestNotSent(field="to", fault=named(fault)[0]) from None
    return letter
