"""Remembering that a mail went out."""

import pytest

from dingdan.automation.commands import QueueNotice, queue_notices, record_notice_failed, record_notice_sent
from dingdan.automation.events import NoticeSent
from dingdan.automation.models import Notice
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from tests.automation.test_queue_notices import order
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    record_notice_failed(shop.call(), notice_id=queued.notice_id, error="TimeoutError", given_up=False)
    at = clock.now()
    told = record_notice_sent(shop.call(at=at), notice_id=queued.notice_id)
    assert told == NoticeSent(notice_id=queued.notice_id, order_id=queued.order_id, kind="order_confirmed")
    notice = Notice.objects.get()
    assert (notice.state, notice.sent_at, notice.attempts, notice.error) == ("sent", at, 1, "")


def test_it_was_sent_before(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    record_notice_sent(shop.call(), notice_id=queued.notice_id)
    before = Notice.objects.values().get()
    with pytest.raises(NotInThisState):
        record_notice_sent(shop.call(), notice_id=queued.notice_id)
    assert Notice.objects.values().get() == before


def test_no_such_notice(shop: Shop) -> None:
    with pytest.raises(NotFound):
        record_notice_sent(shop.call(), notice_id=new_id())
    assert Notice.objects.count() == 0
