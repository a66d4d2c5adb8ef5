"""Reports by mail: due once by the shop's clock, whoever looks; to those alone who may see them when it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail as outbox
from django.db import connection

from dingdan.automation import report_sending
from dingdan.automation.consumers import drain
from dingdan.automation.models import ReportMail, ReportSchedule
from dingdan.automation.report_schedules import (
    NothingIsDue,
    ReaderMayNot,
    ScheduleDraft,
    pause_report_schedule,
    permitted,
    queue_report_mails,
    resume_report_schedule,
    retire_report_schedule,
    save_report_schedule,
    send_report_now,
)
from dingdan.automation.rhythm import Plan, last_due, next_due
from dingdan.automation.sending import NotDelivered
from dingdan.kernel import clock
from dingdan.kernel.errors import NotPermitted, Refusal
from dingdan.kernel.journal import Actor
from dingdan.kernel.models import JournalEntry
from dingdan.masterdata.staff.commands import suspend_membership
from dingdan.masterdata.staff.models import Membership
from tests import kit
from tests.automation.mailbox import mail_server
from tests.conftest import Shop
from tests.web.backoffice.desk import member

DAILY, MORNINGS = Plan(rhythm="daily", hour=2), Plan(rhythm="daily", hour=8)
MONDAYS, MONTH_ENDS = Plan(rhythm="weekly", hour=8, weekday=0), Plan(rhythm="monthly", hour=8, month_day=31)
LONDON, TAIPEI = "Europe/London", "Asia/Taipei"


@pytest.fixture(autouse=True)
def nothing_was_sent() -> None:
    """What other tests sent is put away."""
    outbox.outbox = []


def reader(shop: Shop, role: str = "accounting") -> User:
    """A member with an address."""
    user = member(shop, role)
    User.objects.filter(pk=user.pk).update(email=user.username)
    return User.objects.get(pk=user.pk)


def draft(*readers: User, **said: Any) -> ScheduleDraft:
    """Sales by day, each morning, of the day before."""
    wanted = ScheduleDraft(report="sales-by-day", rhythm="daily", hour=8, readers=tuple(one.pk for one in readers))
    return replace(wanted, **said)


def scheduled(shop: Shop, *readers: User, **said: Any) -> ReportSchedule:
    """A schedule that is written down."""
    return ReportSchedule.objects.get(id=save_report_schedule(shop.call(), schedule=draft(*readers, **said)).schedule_id)


def make_due(row: ReportSchedule, at: datetime | None = None) -> datetime:
    """Let it be due a minute ago, or at a moment."""
    due = at or clock.now() - timedelta(minutes=1)
    ReportSchedule.objects.filter(id=row.id).update(next_at=due)
    return due


def send_all() -> None:
    """Do the jobs of all mails that wait."""
    for one in ReportMail.objects.filter(state="queued"):
        report_sending.send_report_mail(tenant_id=str(one.tenant_id), mail_id=str(one.id))


# ── when it is due ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("plan", "zone", "after", "due"),
    [
        (DAILY, TAIPEI, datetime(2026, 11, 29, 17, tzinfo=UTC), datetime(2026, 11, 29, 18, tzinfo=UTC)),
        (DAILY, TAIPEI, datetime(2026, 11, 29, 18, tzinfo=UTC), datetime(2026, 11, 30, 18, tzinfo=UTC)),
        (MONDAYS, LONDON, datetime(2026, 11, 30, 9, tzinfo=UTC), datetime(2026, 12, 7, 8, tzinfo=UTC)),
        (MONTH_ENDS, LONDON, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 28, 8, tzinfo=UTC)),
        (Plan(rhythm="daily", hour=1), LONDON, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (Plan(rhythm="daily", hour=1), LONDON, datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 3, 30, 0, tzinfo=UTC)),
        (Plan(rhythm="daily", hour=1), LONDON, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, tzinfo=UTC)),
        (Plan(rhythm="daily", hour=1), LONDON, datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 26, 1, tzinfo=UTC)),
    ],
    ids=["taipei", "next-day", "weekly", "short-month", "hour-left-out", "day-after", "hour-twice-first", "hour-twice-once"],
)  # fmt: skip
def test_it_is_due_by_the_shops_clock(plan: Plan, zone: str, after: datetime, due: datetime) -> None:
    assert next_due(plan, zone=zone, after=after) == due


def test_of_missed_moments_the_last_counts() -> None:
    due = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert last_due(MORNINGS, zone=LONDON, due=due, until=due + timedelta(days=3, hours=5)) == due + timedelta(days=3)
    assert last_due(MORNINGS, zone=LONDON, due=due, until=due + timedelta(hours=23)) == due


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    kit.place(shop, ("A", 2), price=1250)
    drain(shop.tenant_id)
    user = reader(shop)
    row = scheduled(shop, user, period="today", file_format="csv")
    assert row.next_at == next_due(
        Plan(rhythm="daily", hour=8), zone=shop.tenant.time_zone, after=row.next_at - timedelta(hours=1)
    )
    due = make_due(row, clock.now())
    assert report_sending.queue_due(shop.tenant_id) == 1
    with mail_server() as mailbox:
        send_all()
        send_all()
    (letter,) = mailbox.letters
    sent = ReportMail.objects.get()
    assert (sent.state, sent.due_at, letter["Message-ID"], letter["To"]) == ("sent", due, sent.message_id, user.email)
    body, html, file = letter.get_body(("plain",)), letter.get_body(("html",)), next(letter.iter_attachments())
    assert body is not None
    assert html is not None
    assert "£25.00" in body.get_content()
    assert "£25.00" in html.get_content()
    assert (file.get_filename() or "").startswith("sales-by-day-")
    assert "25.00" in file.get_content()
    row.refresh_from_db()
    assert row.last_sent_at is not None
    assert row.next_at > clock.now()


def test_an_empty_report_says_so(shop: Shop) -> None:
    row = scheduled(shop, reader(shop), language="zh-Hant", file_format="xlsx")
    send_report_now(shop.call(), schedule_id=row.id)
    send_all()
    (letter,) = outbox.outbox
    assert "Nothing happened in this period." in letter.body or "沒有" in letter.body
    assert letter.attachments[0].filename.endswith(".xlsx")
    row.refresh_from_db()
    assert row.last_sent_at is not None


def test_two_workers_send_one_mail_for_each_reader(shop: Shop) -> None:
    row = scheduled(shop, reader(shop), reader(shop, "sales"))
    due = make_due(row)
    kit.in_threads(lambda _number: report_sending.queue_due(shop.tenant_id), 4)
    assert report_sending.queue_due(shop.tenant_id) == 0
    assert sorted(ReportMail.objects.values_list("due_at", flat=True)) == [due, due]
    with pytest.raises(NothingIsDue):
        queue_report_mails(shop.call(), schedule_id=row.id, due_at=due)


def test_what_was_missed_is_sent_once(shop: Shop) -> None:
    row = scheduled(shop, reader(shop))
    make_due(row, row.next_at - timedelta(days=4))
    assert report_sending.queue_due(shop.tenant_id) == 1
    sent = ReportMail.objects.get()
    assert clock.now() - timedelta(days=1) < sent.due_at <= clock.now()
    row.refresh_from_db()
    assert row.next_at == sent.due_at + timedelta(days=1)


def test_a_mail_whose_job_was_lost_is_sent(shop: Shop) -> None:
    row = scheduled(shop, reader(shop))
    send_report_now(shop.call(), schedule_id=row.id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'send_report_mail'")
    assert report_sending.send_forgotten_reports(shop.tenant_id) == 0
    with clock.moved_by(timedelta(minutes=6)):
        assert report_sending.send_forgotten_reports(shop.tenant_id) == 1
        assert report_sending.send_forgotten_reports(shop.tenant_id) == 0


# ── who gets it ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_may_not_see_it_any_more_gets_nothing(shop: Shop) -> None:
    stays, leaves = reader(shop), reader(shop, "sales")
    row = scheduled(shop, stays, leaves)
    send_report_now(shop.call(), schedule_id=row.id)
    suspend_membership(shop.call(), membership_id=Membership.objects.get(user_id=leaves.pk).id)
    send_all()
    assert [one.to for one in outbox.outbox] == [[stays.email]]
    assert dict(ReportMail.objects.values_list("user_id", "state")) == {stays.pk: "sent", leaves.pk: "skipped"}
    assert ReportMail.objects.get(user_id=leaves.pk).error == "may_not_see_it"


def test_whoever_has_no_address_is_told_of_on_the_list(shop: Shop) -> None:
    user = reader(shop)
    User.objects.filter(pk=user.pk).update(email="")
    row = scheduled(shop, user)
    send_report_now(shop.call(), schedule_id=row.id)
    send_all()
    row.refresh_from_db()
    assert (outbox.outbox, row.error, row.last_sent_at) == ([], "no_address", None)


def test_a_fault_is_tried_again_and_remembered(shop: Shop) -> None:
    row = scheduled(shop, reader(shop))
    send_report_now(shop.call(), schedule_id=row.id)
    with mail_server() as mailbox:
        mailbox.answer_to_recipient = "450 later"
        with pytest.raises(NotDelivered):
            send_all()
        row.refresh_from_db()
        assert (ReportMail.objects.get().state, row.error) == ("queued", "SMTPRecipientsRefused 450")
        mailbox.answer_to_recipient = "550 never"
        send_all()
    assert (ReportMail.objects.get().state, ReportMail.objects.get().attempts) == ("failed", 2)


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "said",
    [
        {"report": "gossip"}, {"period": "long-ago"}, {"period": ""}, {"currency": "XXQ"}, {"channel": "nowhere"},
        {"rhythm": "often"}, {"hour": 24}, {"hour": -1}, {"weekday": 7}, {"month_day": 0},
        {"file_format": "pdf"}, {"language": "de"}, {"readers": ()},
        {"readers": tuple(range(1, 23))},
    ],
    ids=lambda said: "-".join(f"{name}-{len(str(value))}" for name, value in said.items()),
)  # fmt: skip
def test_what_cannot_be_is_refused(shop: Shop, said: dict[str, Any]) -> None:
    user = reader(shop)
    before = JournalEntry.objects.count()
    with pytest.raises(Refusal) as refused:
        save_report_schedule(shop.call(), schedule=draft(user, **said))
    assert refused.value.status == 422
    assert (ReportSchedule.objects.count(), JournalEntry.objects.count()) == (0, before)


def test_readers_are_members_who_may_see_it(shop: Shop) -> None:
    for user_id in (member(shop, "warehouse").pk, 10**9):
        with pytest.raises(ReaderMayNot):
            save_report_schedule(shop.call(), schedule=replace(draft(), readers=(user_id,)))
    assert not ReportSchedule.objects.exists()


def test_pausing_and_ending(shop: Shop) -> None:
    row = scheduled(shop, reader(shop))
    pause_report_schedule(shop.call(), schedule_id=row.id)
    due = make_due(row)
    assert report_sending.queue_due(shop.tenant_id) == 0
    with pytest.raises(NothingIsDue):
        queue_report_mails(shop.call(), schedule_id=row.id, due_at=due)
    with pytest.raises(Refusal):
        pause_report_schedule(shop.call(), schedule_id=row.id)
    resume_report_schedule(shop.call(), schedule_id=row.id)
    row.refresh_from_db()
    assert row.next_at > clock.now()
    retire_report_schedule(shop.call(), schedule_id=row.id)
    for refused in (send_report_now, pause_report_schedule, resume_report_schedule, retire_report_schedule):
        with pytest.raises(Refusal):
            refused(shop.call(), schedule_id=row.id)
    assert not ReportMail.objects.exists()


def test_everybody_keeps_their_own(shop: Shop) -> None:
    user = reader(shop)
    may = frozenset({"reports.read", "views.*"})
    own = replace(shop.call(), actor=Actor("staff", str(user.pk), may))
    told = save_report_schedule(permitted(own), schedule=draft(user))
    row = ReportSchedule.objects.get(id=told.schedule_id)
    pause_report_schedule(permitted(replace(own, key="pause"), row), schedule_id=row.id)
    other = replace(shop.call(), actor=Actor("staff", "999", may))
    with pytest.raises(NotPermitted):
        resume_report_schedule(permitted(other, row), schedule_id=row.id)
    for lacking in ({"reports.read"}, {"views.*"}):
        with pytest.raises(NotPermitted):
            permitted(replace(own, actor=Actor("staff", str(user.pk), frozenset(lacking))))
    row.refresh_from_db()
    assert row.state == "paused"
