"""Putting away a mail that has nobody left to go to."""

import pytest

from dingdan.automation.commands import QueueNotice, queue_notices, record_notice_sent, skip_notice
from dingdan.automation.events import NoticeSkipped
from dingdan.automation.models import Notice
from dingdan.kernel.lifecycle import NotInThisState
from tests.automation.test_queue_notices import order
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    told = skip_notice(shop.call(), notice_id=queued.notice_id)
    assert told == NoticeSkipped(notice_id=queued.notice_id, order_id=queued.order_id, kind="order_confirmed")
    assert Notice.objects.get().state == "skipped"


def test_it_was_sent_before(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    record_notice_sent(shop.call(), notice_id=queued.notice_id)
    before = Notice.objects.values().get()
    with pytest.raises(NotInThisState):
        skip_notice(shop.call(), notice_id=queued.notice_id)
    assert Notice.objects.values().get() == before
