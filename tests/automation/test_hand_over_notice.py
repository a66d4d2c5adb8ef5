"""A firm that keeps no keys is asked: whoever dies before it answers, it is not asked again by itself."""

from __future__ import annotations

import pytest

from dingdan.automation.commands import QueueNotice, hand_over_notice, queue_notices, record_notice_sent, retry_notice
from dingdan.automation.models import Notice
from dingdan.automation.sending import send_forgotten
from dingdan.kernel.lifecycle import NotInThisState
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1)).order_id
    told = queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order_id, way="sms"))
    assert told.way == "sms"
    assert hand_over_notice(shop.call(), notice_id=told.notice_id).order_id == order_id
    assert Notice.objects.get().state == "unknown"
    assert send_forgotten(shop.tenant_id) == 0
    with pytest.raises(NotInThisState):
        hand_over_notice(shop.call(), notice_id=told.notice_id)
    retry_notice(shop.call(), notice_id=told.notice_id)  # a person looked, and wants it sent
    hand_over_notice(shop.call(), notice_id=told.notice_id)
    record_notice_sent(shop.call(), notice_id=told.notice_id, reference="SM1")
    notice = Notice.objects.get()
    assert (notice.state, notice.reference) == ("sent", "SM1")
