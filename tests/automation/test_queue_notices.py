"""Queueing a mail."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dingdan.automation.commands import NoAddress, NoticeExists, NotToBeTold, QueueNotice, mail_language, queue_notices
from dingdan.automation.events import NoticeQueued
from dingdan.automation.models import Notice
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.feed import timeline
from dingdan.kernel.ids import new_id
from dingdan.kernel.text import UnknownChoice
from dingdan.trade.orders.rules import Person
from tests.automation.mailbox import waiting_jobs
from tests.conftest import Shop
from tests.kit import BUYER, place, stock


def order(shop: Shop, **changes: Any) -> UUID:
    stock(shop, "TEA", 10)
    return place(shop, ("TEA", 2), **changes).order_id


def refused(shop: Shop, order_id: UUID, kind: str = "order_confirmed", *, quiet: bool = False) -> Refusal:
    """What queueing is refused with; also that nothing was written and no job waits."""
    before = Notice.objects.count(), _jobs()
    with pytest.raises(Refusal) as told:
        queue_notices.one(shop.call(quiet=quiet), QueueNotice(kind=kind, order_id=order_id))
    assert (Notice.objects.count(), _jobs()) == before
    return told.value


def _jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_notice'")
        return int(cursor.fetchone()[0])


def test_it_works(shop: Shop) -> None:
    order_id = order(shop)
    at = clock.now()
    told = queue_notices.one(shop.call(at=at), QueueNotice(kind="order_confirmed", order_id=order_id))
    assert told == NoticeQueued(
        notice_id=told.notice_id, order_id=order_id, kind="order_confirmed", about_id=order_id, language="en"
    )
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.error, notice.queued_at, notice.sent_at) == ("queued", 0, "", at, None)
    assert notice.message_id == f"<{notice.id}@localhost>"
    assert waiting_jobs(notice.id) == [("send_notice", "mails")]
    assert [row["event"] for row in timeline(order_id)] == ["OrderPlaced", "NoticeQueued"]
    assert [row["event"] for row in timeline(notice.id)] == ["NoticeQueued"]


def test_the_same_call_again_queues_no_second_mail(shop: Shop) -> None:
    order_id, call = order(shop), shop.call()
    first = queue_notices.one(call, QueueNotice(kind="order_confirmed", order_id=order_id))
    assert queue_notices.one(call, QueueNotice(kind="order_confirmed", order_id=order_id)) == first
    assert Notice.objects.count() == 1
    assert len(waiting_jobs(first.notice_id)) == 1


def test_each_thing_is_told_once(shop: Shop) -> None:
    order_id, payment_id = order(shop), new_id()
    queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order_id, about_id=payment_id))
    queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order_id, about_id=new_id()))
    with pytest.raises(NoticeExists):
        queue_notices.one(shop.call(), QueueNotice(kind="payment_received", order_id=order_id, about_id=payment_id))
    assert Notice.objects.count() == 2


def test_the_language_is_the_orders(shop: Shop) -> None:
    assert (
        queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop, language="zh-TW"))).language
        == "zh-Hant"
    )


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh-Hant", "zh-Hant"),
        ("zh-hant-HK", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hans", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_is_taken(tag: str, language: str) -> None:
    assert mail_language(tag) == language


def test_nobody_to_write_to(shop: Shop) -> None:
    refusal = refused(shop, order(shop, ship_to=Person(name="Ann Lee", country="GB")))
    assert type(refusal) is NoAddress
    assert str(refusal) == (
        "The order has no e-mail address to write to. Call the customer, or put an e-mail address on the next order."
    )


def test_who_pays_is_written_to(shop: Shop) -> None:
    order_id = order(shop, ship_to=Person(name="Bo", country="GB"), bill_to=BUYER)
    assert queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order_id)).order_id == order_id


def test_no_such_order(shop: Shop) -> None:
    assert type(refused(shop, new_id())) is NotFound


def test_no_such_kind(shop: Shop) -> None:
    assert type(refused(shop, order(shop), "love_letter")) is UnknownChoice


def test_what_is_quiet_is_not_told(shop: Shop) -> None:
    assert type(refused(shop, order(shop), quiet=True)) is NotToBeTold


def test_a_stranger_order_is_not_there(shop: Shop) -> None:
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.tenancy import tenant_scope

    order_id = order(shop)
    other = create_tenant(f"other-{new_id().hex[-12:]}", "Another shop")
    with tenant_scope(other.id):
        assert type(refused(Shop(other, shop.actor), order_id)) is NotFound
