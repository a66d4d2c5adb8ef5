"""Tickets at the back office: the queue, the page of one, and what is done there."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import (
    AssignTicket,
    answer_ticket,
    assign_tickets,
    attach_file,
    note_ticket,
    rate_ticket,
    save_template,
    save_topic,
    solve_ticket,
    tag_ticket,
)
from dingdan.trade.tickets.models import Attachment, Ticket
from dingdan.trade.tickets.rules import About, ContactDraft, TemplateDraft, TopicDraft
from dingdan.web.backoffice.tickets import Tickets
from tests.conftest import Shop
from tests.kit import deliver, pay, place, stock
from tests.trade.tickets.desk import HOUR, JPEG, PNG, opened, row
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

LIST = "/backoffice/tickets/ticket/"
SCRIPT = "<script>alert('我')</script>"


def send(desk: Desk, path: str, **said: Any) -> str:
    """Send a form of the back office; what the page after it says."""
    answer = desk.browser.post(LIST + path, {"key": new_id().hex, **said}, follow=True)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.content.decode())


def test_an_empty_queue_says_what_to_do_next(desk: Desk) -> None:
    said = desk.read("tickets/ticket/")
    assert "Nobody waits for an answer." in said
    assert "Open a ticket" in said


def test_the_queue_shows_what_is_due_first(desk: Desk) -> None:
    late, soon, over = opened(desk.shop, "杯子破了"), opened(desk.shop, "Where is it?", at=clock.now()), opened(desk.shop)
    solve_ticket(desk.shop.call(), ticket_id=over.ticket_id)
    assign_tickets.one(desk.shop.call(), AssignTicket(ticket_id=soon.ticket_id, owner_id=desk.user.pk))
    said = desk.read("tickets/ticket/")
    assert said.index(f"{late.number} 杯子破了") < said.index(f"{soon.number} Where is it?")
    assert "Overdue by" in said
    assert " left" in said
    assert over.number not in said
    assert desk.user.username in said
    for query, found in (
        ("queue=mine", {soon.number}),
        ("queue=unassigned", {late.number}),
        ("queue=overdue", {late.number}),
        ("queue=over", {over.number}),
        ("queue=all", {late.number, soon.number, over.number}),
        ("q=ann@example.com", {late.number, soon.number}),
        ("q=破了", {late.number}),
        ("q=nothing", set()),
    ):
        shown = desk.read(f"tickets/ticket/?{query}")
        assert {one.number for one in (late, soon, over) if one.number in shown} == found, query
    assert "1 Tickets that are overdue" in desk.read("")


def test_the_queue_is_paged_from_a_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tickets, "page_size", lambda _self, _request: 2)
    dated = [opened(desk.shop) for _ in range(3)]
    undated = [opened(desk.shop) for _ in range(3)]
    Ticket.objects.filter(id__in=[one.ticket_id for one in undated]).update(due_at=None)
    Ticket.objects.filter(id=dated[0].ticket_id).update(due_at=clock.now() + timedelta(days=9))
    wanted = [one.number for one in (dated[2], dated[1], dated[0], *reversed(undated))]
    Ticket.objects.filter(id__in=[one.ticket_id for one in dated[1:]]).update(due_at=clock.now())
    pages, url, html = [], "tickets/ticket/", ""
    while url:
        html = desk.get(url)
        pages.append(list(dict.fromkeys(re.findall(r"\bT1\d{3}\b", text_of(html)))))
        following = re.search(r'href="([^"]*)" rel="next"', html)
        url = f"tickets/ticket/{unescape(following[1])}" if following else ""
    assert pages == [wanted[:2], wanted[2:4], wanted[4:]]
    back = re.search(r'href="([^"]*)" rel="prev"', html)
    assert back is not None
    html = desk.get(f"tickets/ticket/{unescape(back[1])}")
    assert list(dict.fromkeys(re.findall(r"\bT1\d{3}\b", text_of(html)))) == wanted[2:4]
    back = re.search(r'href="([^"]*)" rel="prev"', html)
    assert back is not None
    assert wanted[0] in desk.read(f"tickets/ticket/{unescape(back[1])}")
    assert 'rel="prev"' not in desk.get("tickets/ticket/?sort=newest")


def test_the_queue_is_asked_by_owner_topic_and_priority(desk: Desk) -> None:
    mine, other = opened(desk.shop), opened(desk.shop, "Where is it?")
    assign_tickets.one(desk.shop.call(), AssignTicket(ticket_id=mine.ticket_id, owner_id=desk.user.pk))
    Ticket.objects.filter(id=other.ticket_id).update(topic="question", priority="urgent")
    for query, found in (
        (f"owner_id={desk.user.pk}", mine), ("topic=question", other), ("priority=urgent", other), ("view=mine&queue=mine", mine),
    ):  # fmt: skip
        said = desk.read(f"tickets/ticket/?{query}")
        assert [one.number for one in (mine, other) if one.number in said] == [found.number], query


def test_a_page_with_everything_about_it(desk: Desk) -> None:
    shop = desk.shop
    stock(shop, "CUP", 5)
    order = place(shop, ("CUP", 2))
    pay(shop, order)
    deliver(shop, order)
    about = About(kind="order", id=order.order_id, number="1001", order_id=order.order_id)
    told, other = opened(shop, "The cup is broken.", about=about), opened(shop, "And late.", about=about)
    attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="cup.png", content=PNG)
    note_ticket(shop.call(), ticket_id=told.ticket_id, text="Third one.")
    answer_ticket(shop.call(), ticket_id=told.ticket_id, text="A photo, please.")
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=("易碎",))
    said = desk.read(f"tickets/ticket/{told.ticket_id}/")
    for part in (
        "T1001 The cup is broken.", "Waiting for customer", "Damaged · Mail", "A photo, please.", "cup.png", "Third one.",
        "for staff alone", "ann@example.com", "易碎", "Article CUP", "RM123", "£5.00", other.number, "Ticket answered",
    ):  # fmt: skip
        assert part in said, part
    desk.show()
    assert f"{told.number} The cup is broken." in desk.read(f"board/boardrow/{order.order_id}/")


def test_an_answer_with_photos(desk: Desk) -> None:
    told = opened(desk.shop)
    files = [
        SimpleUploadedFile("我們的杯子.jpg", JPEG),
        SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("e.png", b""),
    ]
    said = send(desk, f"{told.ticket_id}/say/", say="ask", text="Like this one?", files=files)
    assert "It is written." in said
    assert "x.svg: This is no whole picture" in said
    assert "e.png: The file is empty." in said
    assert row(told).state == "waiting_for_customer"
    (file,) = Attachment.objects.defer("content")
    answer = desk.browser.get(f"{LIST}{told.ticket_id}/files/{file.id}/")
    assert answer.content == JPEG
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_button_pressed_twice_does_one_thing(desk: Desk) -> None:
    told = opened(desk.shop)
    for _ in range(2):
        desk.browser.post(f"{LIST}{told.ticket_id}/say/", {"key": "k1", "say": "ask", "text": "Hello."})
    assert row(told).messages_count == 2


def test_everything_that_can_be_said(desk: Desk) -> None:
    for say, kind in (("work", "staff"), ("solve", "staff"), ("note", "note"), ("reply", "customer")):
        told = opened(desk.shop)
        send(desk, f"{told.ticket_id}/say/", say=say, text="Well.")
        last = queries.conversation(told.ticket_id)[-1].message
        assert (last.kind, last.author) == (kind, f"staff:{desk.user.pk}"), say


def test_a_template_begins_the_answer(desk: Desk) -> None:
    told = opened(desk.shop)
    save_template(
        desk.shop.call(), template=TemplateDraft(code="sorry", name="Sorry", text="Dear {customer}, about {number}: </textarea>")
    )
    page = desk.get(f"tickets/ticket/{told.ticket_id}/?template=sorry")
    assert "Dear Ann Lee, about T1001: &lt;/textarea&gt;" in page


def test_everything_that_can_be_done(desk: Desk) -> None:
    shop, other = desk.shop, member(desk.shop, "sales")
    told, double = opened(shop), opened(shop, "Again!")
    path = f"{told.ticket_id}/turn/"
    send(desk, path, act="take")
    assert row(told).owner_id == desk.user.pk
    send(desk, path, act="assign", owner=str(other.pk))
    assert "Somebody else looks after this ticket already." in send(desk, path, act="take")
    send(desk, path, act="change", topic="late", priority="low")
    send(desk, path, act="tag", tag="vip")
    assert (row(told).topic, row(told).priority) == ("late", "low")
    assert "Again!" in send(desk, path, act="merge", double=double.number)
    assert "There is no ticket T9 in this shop." in send(desk, path, act="merge", double="T9")
    send(desk, path, act="solve")
    send(desk, path, act="reopen")
    send(desk, path, act="close")
    ticket = row(told)
    assert (ticket.state, ticket.owner_id, ticket.messages_count) == ("closed", other.pk, 2)
    assert "This ticket is over" in desk.read(f"tickets/ticket/{told.ticket_id}/")
    send(desk, path, act="untag", tag="vip")
    assert desk.browser.post(LIST + path, {"act": "explode"}).status_code == 404


def test_many_at_once_each_refusal_by_name(desk: Desk) -> None:
    first, second, over = (opened(desk.shop) for _ in range(3))
    solve_ticket(desk.shop.call(), ticket_id=over.ticket_id)
    ids = [str(one.ticket_id) for one in (first, second, over)]
    said = send(desk, "bulk/", act="assign", owner=str(desk.user.pk), ticket=[*ids, "nonsense"])
    assert "T1003: The ticket is solved" in said
    assert "Tickets done: 2." in said
    assert [row(one).owner_id for one in (first, second, over)] == [desk.user.pk, desk.user.pk, None]
    assert "Tickets done: 3." in send(desk, "bulk/", act="close", ticket=ids)
    assert "Tick at least one ticket first." in send(desk, "bulk/", act="close")
    assert "does not work in this shop" in send(desk, "bulk/", act="assign", owner="1", ticket=[str(opened(desk.shop).ticket_id)])


def test_a_ticket_is_opened_while_somebody_is_on_the_phone(desk: Desk) -> None:
    stock(desk.shop, "CUP", 5)
    place(desk.shop, ("CUP", 1))
    assert "What the customer says" in desk.read("tickets/ticket/new/")
    said = send(desk, "new/", topic="late", came_by="phone", about_kind="order", about="1001", text="Where is it?")
    assert "T1001 Where is it?" in said
    ticket = Ticket.objects.get()
    assert (ticket.about_number, ticket.came_by) == ("1001", "phone")
    contact = queries.contact_of(ticket.id)
    assert contact
    assert contact.email == "ann@example.com"
    refused = send(desk, "new/", topic="late", came_by="phone", about_kind="order", about="77", text="Typed already")
    assert "There is no order 77 in this shop." in refused
    assert "Typed already" in refused
    assert Ticket.objects.count() == 1


def test_the_report_and_its_file(desk: Desk) -> None:
    assert "There is nothing to report yet" in desk.read("tickets/ticket/report/")
    save_topic(desk.shop.call(), topic=TopicDraft(code="damaged", name="破損", answer_minutes=240, in_working_time=False))
    told = opened(desk.shop, at=clock.now() - 3 * HOUR)
    assign_tickets.one(desk.shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=desk.user.pk))
    solve_ticket(desk.shop.call(), ticket_id=told.ticket_id)
    rate_ticket(desk.shop.call(), ticket_id=told.ticket_id, rating=4)
    said = desk.read("tickets/ticket/report/")
    assert "破損 1 3:00 0% 3:00 0% 0% 4.0 / 5 Ratings: 1" in said
    assert desk.user.username in said
    table = desk.get("tickets/ticket/report/csv/?by=owner")
    assert f"\n{desk.user.pk},1,1," in table


def test_what_people_write_is_text_wherever_it_is_shown(desk: Desk) -> None:
    shop = desk.shop
    save_topic(shop.call(), topic=TopicDraft(code="damaged", name=SCRIPT))
    save_template(shop.call(), template=TemplateDraft(code="x", name=SCRIPT, text=SCRIPT))
    about = About(kind="order", id=new_id(), number=SCRIPT)
    told = opened(
        shop, SCRIPT, title=SCRIPT, contact=ContactDraft(name=SCRIPT, email="ann@example.com"), about=about, at=clock.now()
    )
    opened(shop, SCRIPT, about=about)
    note_ticket(shop.call(), ticket_id=told.ticket_id, text=SCRIPT)
    attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name=f"{SCRIPT}.png", content=PNG)
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=(SCRIPT,))
    answer_ticket(shop.call(), ticket_id=told.ticket_id, text=SCRIPT, then="solve")
    rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=1, word=SCRIPT)
    pages = [
        "tickets/ticket/?queue=all",
        f"tickets/ticket/{told.ticket_id}/?template=x",
        "tickets/ticket/report/",
        "tickets/ticket/new/",
    ]
    for place_ in pages:
        page = desk.get(place_)
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
    refused = desk.browser.post(f"{LIST}{told.ticket_id}/turn/", {"act": "merge", "double": SCRIPT[:30]}, follow=True)
    assert b"<script>alert" not in refused.content


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def attempts(told: Any) -> list[tuple[str, dict[str, Any]]]:
    one = str(told.ticket_id)
    acts = ("take", "assign", "change", "tag", "untag", "merge", "solve", "reopen", "close")
    return [
        *((f"{one}/say/", {"say": say, "text": "x"}) for say in ("ask", "work", "solve", "note", "reply")),
        *((f"{one}/turn/", {"act": act, "tag": "x", "double": "T1002", "topic": "late"}) for act in acts),
        *(("bulk/", {"act": act, "ticket": [one]}) for act in ("assign", "close")),
        ("new/", {"topic": "late", "came_by": "phone", "text": "x"}),
    ]


def test_who_may_only_look_changes_nothing(shop: Shop) -> None:
    from dingdan.masterdata.staff.commands import save_membership, save_role
    from dingdan.masterdata.staff.rules import RoleDraft

    told = opened(shop)
    user = member(shop, "warehouse")
    role = save_role(shop.call(), role=RoleDraft(name="looks", permissions=("tickets.read",)))
    save_membership(shop.call(), user_id=user.pk, role_ids=(role.role_id,))
    looks = sit_down(shop, as_user=lambda _shop: user)
    page = looks.get(f"tickets/ticket/{told.ticket_id}/")
    assert "<textarea" not in page
    assert 'name="act"' not in page
    entries = JournalEntry.objects.count()
    for path, said in attempts(told):
        assert looks.browser.post(LIST + path, {"key": new_id().hex, **said}).status_code in (302, 403), path
    assert JournalEntry.objects.count() == entries


def test_who_may_not_look_finds_nothing(shop: Shop) -> None:
    told = opened(shop)
    blind = sit_down(shop, as_user=lambda shop: member(shop, "warehouse"))
    entries = JournalEntry.objects.count()
    for path in ("", f"{told.ticket_id}/", "report/", "report/csv/", "new/", f"{told.ticket_id}/files/{new_id()}/"):
        assert blind.browser.get(LIST + path).status_code == 403, path
    for path, said in attempts(told):
        assert blind.browser.post(LIST + path, said).status_code == 403, path
    assert JournalEntry.objects.count() == entries


def test_another_shop_finds_no_ticket_and_no_file(shop: Shop, desk: Desk) -> None:
    from dingdan.automation.setup import create_tenant
    from dingdan.kernel.journal import SYSTEM
    from dingdan.kernel.tenancy import tenant_scope

    told = opened(shop)
    file = attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="a.png", content=PNG)
    stranger = Shop(create_tenant(f"stranger-{new_id().hex}", "Another shop"), SYSTEM)
    with tenant_scope(stranger.tenant_id):
        theirs = sit_down(stranger)
    entries = JournalEntry.objects.count()
    for path in (f"{told.ticket_id}/", f"{told.ticket_id}/files/{file.attachment_id}/"):
        assert theirs.browser.get(LIST + path).status_code == 404
    for path, said in attempts(told)[:14]:
        assert theirs.browser.post(LIST + path, said).status_code == 404, path
    theirs.browser.post(LIST + "bulk/", {"act": "close", "ticket": [str(told.ticket_id)]})
    assert JournalEntry.objects.count() == entries


def test_a_form_from_elsewhere_is_refused(desk: Desk) -> None:
    told = opened(desk.shop)
    browser = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    browser.force_login(desk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer: HttpResponse = browser.post(f"{LIST}{told.ticket_id}/turn/", {"act": "close"})  # type: ignore[assignment]
    assert answer.status_code == 403
    assert row(told).state == "open"


def test_a_page_costs_few_questions(desk: Desk) -> None:
    from tests.masterdata.shop import counted

    for _ in range(12):
        opened(desk.shop)
    with counted() as few:
        desk.get("tickets/ticket/")
    assert len(few) <= 16
    ticket: UUID = Ticket.objects.values_list("id", flat=True)[0]
    with counted() as one:
        desk.get(f"tickets/ticket/{ticket}/")
    assert len(one) <= 30


def test_in_chinese(shop: Shop) -> None:
    told = opened(shop, "杯子破了")
    page = sit_down(shop, "zh-hant").get(f"tickets/ticket/{told.ticket_id}/")
    assert "杯子破了" in page
    assert re.search(r'<html[^>]* lang="zh-hant"', page)
