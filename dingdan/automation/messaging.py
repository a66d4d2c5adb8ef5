"""Sending notices as short messages. Where a firm keeps no keys, what it did not answer is unknown, and stays so."""

from __future__ import annotations

import logging
from typing import Final

from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, call_of, record_failure, tell_wording
from dingdan.automation.short_texts import told_by
from dingdan.masterdata.messengers.ports import Outcome, Reply, firms, messengers
from dingdan.masterdata.messengers.queries import credentials

log = logging.getLogger(__name__)

TRIES: Final = 8
"""Until about three hours have passed: firms remember keys for a day, and nobody wants yesterday's message."""


def send_short(notice: Notice) -> None:
    """Hand a notice to the firm that carries its way, and remember what came of it.

    Before a firm without keys is asked, it is written down that it was: whoever dies in between, the message is not sent again.
    """
    from dingdan.automation import commands  # they defer the job that comes here

    told, account = told_by(notice), credentials(notice.way)
    if told is None:
        commands.skip_notice(call_of(notice, "skipped"), notice_id=notice.id)
        return
    if account is None or account.firm not in messengers:
        record_failure(notice, "no account", given_up=True)
        return
    is_sure = firms[account.firm].keeps_keys
    if not is_sure:
        commands.hand_over_notice(call_of(notice, f"handed:{notice.attempts}"), notice_id=notice.id)
    reply = messengers[account.firm].send(account, told.message)
    tell_wording(told, call_of(notice, "wording"))
    _take(notice, reply, is_sure=is_sure)


def _take(notice: Notice, reply: Reply, *, is_sure: bool) -> None:
    from dingdan.automation import commands

    if reply.outcome == Outcome.ACCEPTED:
        commands.record_notice_sent(call_of(notice, "sent"), notice_id=notice.id, reference=reply.reference)
    elif reply.outcome == Outcome.UNKNOWN and not is_sure:
        log.warning("nobody knows whether notice %s was sent: %s", notice.id, reply.error)
    else:
        given_up = reply.outcome == Outcome.REFUSED or notice.attempts >= TRIES
        record_failure(notice, reply.error, given_up=given_up)
        if not given_up:
            raise NotDelivered(f"notice {notice.id}: {reply.error}")
