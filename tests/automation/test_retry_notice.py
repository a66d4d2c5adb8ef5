"""Sending a mail after all that had failed."""

import pytest

from dingdan.automation.commands import QueueNotice, queue_notices, record_notice_failed, retry_notice
from dingdan.automation.events import NoticeRetried
from dingdan.automation.models import Notice
from dingdan.kernel import clock
from dingdan.kernel.lifecycle import NotInThisState
from tests.automation.mailbox import free_port, mail_server, mail_settings, send, waiting_jobs
from tests.automation.test_queue_notices import order
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    record_notice_failed(shop.call(), notice_id=queued.notice_id, error="SMTPRecipientsRefused 550", given_up=True)
    at = clock.now()
    told = retry_notice(shop.call(at=at), notice_id=queued.notice_id)
    assert told == NoticeRetried(notice_id=queued.notice_id, order_id=queued.order_id, kind="order_confirmed")
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.error, notice.queued_at) == ("queued", 0, "", at)
    assert waiting_jobs(notice.id) == [("send_notice", "mails")] * 2  # the first one's and this one's


def test_it_goes_out_under_the_same_message_id(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_server() as mailbox:
        mailbox.answer_to_recipient = "550 no such box"
        assert send(queued.notice_id).state == "failed"
        retry_notice(shop.call(), notice_id=queued.notice_id)
        mailbox.answer_to_recipient = ""
        notice = send(queued.notice_id)
    assert (notice.state, [letter["Message-ID"] for letter in mailbox.letters]) == ("sent", [notice.message_id])


def test_its_tries_are_counted_anew(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_settings(free_port()):
        for _ in range(11):
            with pytest.raises(Exception, match="ConnectionRefusedError"):
                send(queued.notice_id)
        assert Notice.objects.values_list("state", "attempts").get() == ("failed", 11)
        retry_notice(shop.call(), notice_id=queued.notice_id)
        with pytest.raises(Exception, match="ConnectionRefusedError"):
            send(queued.notice_id)
    assert Notice.objects.values_list("state", "attempts").get() == ("queued", 1)


def test_it_has_not_failed(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    before = Notice.objects.values().get()
    with pytest.raises(NotInThisState):
        retry_notice(shop.call(), notice_id=queued.notice_id)
    assert Notice.objects.values().get() == before
