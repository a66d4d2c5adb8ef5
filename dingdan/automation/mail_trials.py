"""Sending oneself a mail to see how it reads: in a wording that may be kept or not. It is counted, and is no notice."""

from __future__ import annotations

import smtplib
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from dingdan.automation.commands import try_wording
from dingdan.automation.letters import Letter, Recipient, handed_over
from dingdan.automation.mail_samples import shown_letter
from dingdan.automation.sending import named
from dingdan.kernel.contact import clean_email
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.wording.rules import WordingDraft, clean_wording


class TestNotSent(Refusal):
    """The mail server did not take the test."""

    __test__ = False  # no test of pytest's
    status = 502
    sentence = _("The mail server did not take the test: {fault}.")
    remedy = _("Check the address, and the mail server that EMAIL_URL names.")


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
