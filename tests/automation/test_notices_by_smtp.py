"""Mails over a real SMTP server: what arrives, and what happens when nothing can be handed over."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from procrastinate.contrib.django import app

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, send_forgotten
from dingdan.kernel import clock
from dingdan.kernel.feed import timeline
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.models import Contact
from dingdan.trade.orders.rules import Person
from tests.automation.mailbox import free_port, mail_server, mail_settings, send, waiting_jobs
from tests.automation.test_queue_notices import order
from tests.conftest import Shop
from tests.kit import BUYER


def test_a_mail_arrives_in_text_and_html(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_server() as mailbox, override_settings(DEFAULT_FROM_EMAIL="Somebody <orders@shop.example>"):
        notice = send(queued.notice_id)
    (letter,) = mailbox.letters
    assert notice.state == "sent"
    assert letter["From"] == "A shop <orders@shop.example>"
    assert letter["To"] == "Ann Lee <ann@example.com>"
    assert letter["Subject"] == "Your order 1001 at A shop"
    assert letter["Message-ID"] == notice.message_id
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for said in ("Hello Ann Lee,", "We have received your order 1001.", "Article TEA", "£5.00", "N1 9GU"):
        assert said in text
        assert said in html
    assert queued.order_id
    assert [row["event"] for row in timeline(queued.order_id)] == ["OrderPlaced", "NoticeQueued", "NoticeSent"]


def test_a_chinese_mail_arrives_whole(shop: Shop) -> None:
    buyer = Person(
        name="王小明", email="ming@example.com", country="TW", address={"country_code": "TW", "street_address": "中山路1號"}
    )
    queued = queue_notices.one(
        shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop, language="zh-Hant", ship_to=buyer))
    )
    with mail_server() as mailbox:
        send(queued.notice_id)
    (letter,) = mailbox.letters
    assert letter["To"] == "王小明 <ming@example.com>"
    assert letter["Content-Language"] == "zh-Hant"
    assert "王小明" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "中山路1號" in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_doing_the_job_again_sends_nothing_again(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_server() as mailbox:
        send(queued.notice_id)
        send(queued.notice_id)
    assert len(mailbox.letters) == 1


def test_a_server_that_is_not_there(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_settings(free_port()), pytest.raises(NotDelivered, match=r"ConnectionRefusedError$"):
        send(queued.notice_id)
    assert Notice.objects.values_list("state", "attempts", "error").get() == ("queued", 1, "ConnectionRefusedError")
    with mail_server() as mailbox:
        assert send(queued.notice_id).state == "sent"
    assert len(mailbox.letters) == 1


def test_a_server_that_is_busy_is_asked_again(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_server() as mailbox:
        mailbox.answer_to_data = "451 come back later"
        with pytest.raises(NotDelivered, match=r"SMTPDataError 451$"):
            send(queued.notice_id)
        assert Notice.objects.get().state == "queued"
        mailbox.answer_to_data = ""
        notice = send(queued.notice_id)
    assert (notice.state, notice.attempts, notice.error) == ("sent", 1, "")
    assert [letter["Message-ID"] for letter in mailbox.letters] == [notice.message_id]


def test_an_address_that_is_refused_is_not_tried_again(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_server() as mailbox:
        mailbox.answer_to_recipient = "550 ann@example.com is unknown here"
        notice = send(queued.notice_id)
    assert (notice.state, notice.attempts, notice.error) == ("failed", 1, "SMTPRecipientsRefused 550")
    assert mailbox.letters == []
    written = JournalEntry.objects.filter(command="automation.record_notice_failed").values_list("event", flat=True)
    assert "ann@example.com" not in str(list(written))


def test_after_a_day_of_tries_it_is_given_up(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with mail_settings(free_port()):
        for _ in range(11):
            with pytest.raises(NotDelivered):
                send(queued.notice_id)
        assert Notice.objects.values_list("state", "attempts").get() == ("failed", 11)
        send(queued.notice_id)
    assert Notice.objects.values_list("state", "attempts").get() == ("failed", 11)


def test_who_was_forgotten_gets_no_mail(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    Contact.objects.update(name="", company="", email="", phone="", address={}, erased_at=clock.now())
    with mail_server() as mailbox:
        assert send(queued.notice_id).state == "skipped"
    assert mailbox.letters == []


def test_a_mail_that_cannot_be_written_is_counted_as_a_failure(shop: Shop) -> None:
    order_id = order(shop)
    queued = queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order_id))  # about no shipment
    with mail_server() as mailbox, pytest.raises(Exception, match="Shipment matching query does not exist"):
        send(queued.notice_id)
    assert mailbox.letters == []
    assert Notice.objects.values_list("state", "attempts", "error").get() == ("queued", 1, "DoesNotExist")


def test_a_name_is_never_a_header(shop: Shop) -> None:
    person = Person(name='Ann "\\" <evil@example.com>,', email="ann@example.com", country="GB")
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop, ship_to=person)))
    with mail_server() as mailbox:
        send(queued.notice_id)
    (letter,) = mailbox.letters
    assert [one.addr_spec for one in letter["To"].addresses] == ["ann@example.com"]
    assert letter["To"].addresses[0].display_name == person.name


def test_what_people_write_is_text_in_the_html(shop: Shop) -> None:
    person = Person(name="<script>alert(1)</script>", email="ann@example.com", country="GB", address=BUYER.address)
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop, ship_to=person)))
    with mail_server() as mailbox:
        send(queued.notice_id)
    html = mailbox.letters[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script" not in html
    assert "Hello &lt;script&gt;alert(1)&lt;/script&gt;," in html
    assert "Hello <script>alert(1)</script>," in mailbox.letters[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_mail_without_a_job_is_found_and_sent(shop: Shop) -> None:
    queued = queue_notices.one(
        shop.call(at=clock.now() - timedelta(minutes=6)), QueueNotice(kind="order_confirmed", order_id=order(shop))
    )
    assert send_forgotten(shop.tenant_id) == 0  # its job waits
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args ->> 'notice_id' = %s", [str(queued.notice_id)])
    assert send_forgotten(shop.tenant_id) == 1
    assert waiting_jobs(queued.notice_id) == [("send_notice", "mails")]
    assert send_forgotten(shop.tenant_id) == 0


def test_the_demo_writes_mails_into_a_folder(shop: Shop, tmp_path: Path) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", EMAIL_FILE_PATH=str(tmp_path)):
        assert send(queued.notice_id).state == "sent"
    (written,) = tmp_path.iterdir()
    assert "Subject: Your order 1001 at A shop" in written.read_text()


def test_the_worker_sends_what_waits(shop: Shop) -> None:
    queued = queue_notices.one(shop.call(), QueueNotice(kind="order_confirmed", order_id=order(shop)))
    with connection.cursor() as cursor:  # what other tests left there is not ours to send
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE queue_name = 'mails' AND args ->> 'notice_id' IS DISTINCT FROM %s",
            [str(queued.notice_id)],
        )
    with mail_server() as mailbox:
        asyncio.run(_work())
    notice = Notice.objects.get(id=queued.notice_id)
    assert (notice.state, [letter["Message-ID"] for letter in mailbox.letters]) == ("sent", [notice.message_id])
    assert waiting_jobs(queued.notice_id) == []


async def _work() -> None:
    """Do the jobs that wait in the mails' queue, as the worker would."""
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with worker.open_async():
        await worker.run_worker_async(queues=["mails"], wait=False, listen_notify=False, install_signal_handlers=False)
