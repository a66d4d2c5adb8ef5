"""What customers and staff are written about tickets, and what happens to tickets by the clock."""

from __future__ import annotations

import re
import secrets

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from dingdan.automation.consumers import drain
from dingdan.automation.escalations import escalate, put_away, tell_staff
from dingdan.automation.letters import Letter
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.sending import NotDelivered
from dingdan.automation.ticket_letters import LINK
from dingdan.config.people import create_user
from dingdan.kernel import clock
from dingdan.kernel.links import opened as opened_by
from dingdan.trade.tickets.commands import EraseTicket, answer_ticket, erase_tickets, note_ticket, solve_ticket
from dingdan.trade.tickets.models import Message
from tests.automation.mailbox import free_port, mail_server, mail_settings, send
from tests.automation.waiting import jobs_of
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, always_at_work, opened, row, topic


def told(shop: Shop) -> list[str]:
    drain(shop.tenant_id)
    return list(Notice.objects.order_by("id").values_list("kind", flat=True))


def letter(kind: str) -> Letter:
    found = letter_of(Notice.objects.get(kind=kind))
    assert found is not None
    return found


def test_it_works(shop: Shop) -> None:
    """The customer learns that a ticket came in, what staff answers, and that it is settled; never what staff notes."""
    ticket = opened(shop, "The cup is broken.\n<b>Both</b> of them.")
    note_ticket(shop.call(), ticket_id=ticket.ticket_id, text="Not again")
    answer_ticket(shop.call(), ticket_id=ticket.ticket_id, text="A photo, please.")
    solve_ticket(shop.call(), ticket_id=ticket.ticket_id)
    assert told(shop) == ["ticket_opened", "ticket_answered", "ticket_solved"]
    with mail_server() as mailbox:
        for notice in Notice.objects.order_by("id"):
            assert send(notice.id).state == "sent"
    first, second, third = mailbox.letters
    assert [str(one["Subject"]) for one in mailbox.letters] == [
        "We have your message T1001 at A shop",
        "An answer to your message T1001 at A shop",
        "Your message T1001 at A shop is settled",
    ]
    assert str(first["To"]) == "Ann Lee <ann@example.com>"
    html = first.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "&lt;b&gt;Both&lt;/b&gt; of them." in html
    assert "You get this mail because you wrote to A shop." in html
    assert "A photo, please." in second.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Not again" not in "".join(str(one) for one in mailbox.letters)
    assert "settled" in third.get_body(("plain",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_in_the_language_of_the_customer(shop: Shop, language: str) -> None:
    ticket = opened(shop, "杯子破了", language=language)
    answer_ticket(shop.call(), ticket_id=ticket.ticket_id, text="很抱歉，請拍照給我們。")
    assert told(shop) == ["ticket_opened", "ticket_answered"]
    answer = letter("ticket_answered")
    assert answer.language == language
    assert "很抱歉，請拍照給我們。" in answer.text


def test_an_answer_that_settles_it_says_so_once(shop: Shop) -> None:
    ticket = opened(shop)
    answer_ticket(shop.call(), ticket_id=ticket.ticket_id, text="A new cup is on its way.", then="solve")
    assert told(shop) == ["ticket_opened", "ticket_solved"]
    assert "A new cup is on its way." in letter("ticket_solved").text


def test_the_link_leads_to_the_shops_own_page(shop: Shop) -> None:
    ticket = opened(shop)
    assert told(shop) == ["ticket_opened"]
    assert letter("ticket_opened").button is None
    with override_settings(TICKET_PAGE="https://shop.example/ticket#{link}"):
        button = letter("ticket_opened").button
        assert button
        assert button.url in letter("ticket_opened").text
        assert button.url in letter("ticket_opened").html
    link = re.fullmatch(r"https://shop\.example/ticket#([\w-]{70})", button.url)
    assert link
    found = opened_by(link[1], LINK, at=clock.now())
    assert found
    assert (found.tenant_id, found.id) == (shop.tenant_id, ticket.ticket_id)


def test_who_has_no_address_or_is_on_the_phone_gets_no_mail(shop: Shop) -> None:
    from dingdan.trade.tickets.rules import ContactDraft

    opened(shop, contact=ContactDraft(name="Bo", phone="+442079460000"))
    opened(shop, came_by="phone")
    opened(shop, came_by="chat")
    assert told(shop) == []


def test_what_is_brought_over_is_not_told(shop: Shop) -> None:
    from dingdan.trade.tickets.commands import open_ticket
    from dingdan.trade.tickets.rules import TicketDraft
    from tests.trade.tickets.desk import ANN

    open_ticket(shop.call(quiet=True), ticket=TicketDraft(topic="late", text="Of old", contact=ANN))
    assert told(shop) == []


def test_who_was_forgotten_meanwhile_is_not_written_to(shop: Shop) -> None:
    ticket = opened(shop)
    drain(shop.tenant_id)
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=ticket.ticket_id))
    with mail_server() as mailbox:
        assert send(Notice.objects.get().id).state == "skipped"
    assert mailbox.letters == []
    assert Message.objects.get().text == ""


# ── by the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def account(shop: Shop, role: str) -> User:
    email = f"p{secrets.token_hex(6)}@example.org"
    create_user(email, password="correct horse 9", roles=(role,), tenant=shop.tenant)
    return User.objects.get(username=email)


def test_what_is_overdue_is_escalated_once_and_told_to_staff(shop: Shop) -> None:
    always_at_work(shop)
    owner, clerk, boss, other = (account(shop, role) for role in ("owner", "sales", "sales", "sales"))
    topic(shop, owner_id=clerk.pk, escalates_to_id=boss.pk)
    ticket = opened(shop, "Secret words", at=clock.now())
    assert escalate(shop.tenant_id) == 0
    with clock.moved_by(5 * HOUR):
        assert escalate(shop.tenant_id) == 1
        assert escalate(shop.tenant_id) == 0
    assert row(ticket).owner_id == boss.pk
    drain(shop.tenant_id)
    ((_name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_staff"]
    with mail_server() as mailbox:
        tell_staff(**arguments)
        tell_staff(**arguments)
    to = sorted(str(one["To"]) for one in mailbox.letters)
    assert to == sorted([owner.email, boss.email] * 2)
    assert clerk.email not in to
    assert other.email not in to
    assert len({one["Message-ID"] for one in mailbox.letters}) == 2
    text = mailbox.letters[0].get_content()
    assert "Ticket T1001 has waited for a first answer longer than it should." in text
    assert f"/backoffice/tickets/ticket/{ticket.ticket_id}/" in text
    assert "Secret words" not in text
    assert "Ann" not in text


def test_staff_is_not_told_of_what_was_settled_meanwhile(shop: Shop) -> None:
    ticket = opened(shop)
    account(shop, "owner")
    escalate(shop.tenant_id)
    solve_ticket(shop.call(), ticket_id=ticket.ticket_id)
    drain(shop.tenant_id)
    ((_name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_staff"]
    with mail_server() as mailbox:
        tell_staff(**arguments)
    assert mailbox.letters == []


def test_a_mail_server_that_is_not_there(shop: Shop) -> None:
    email = account(shop, "owner").email
    opened(shop)
    escalate(shop.tenant_id)
    drain(shop.tenant_id)
    ((_name, arguments),) = [job for job in jobs_of(shop) if job[0] == "tell_staff"]
    with mail_settings(free_port()), pytest.raises(NotDelivered, match=r"ConnectionRefusedError$") as raised:
        tell_staff(**arguments)
    assert email not in str(raised.value)


def test_what_was_settled_a_week_ago_is_put_away(shop: Shop) -> None:
    old, new = opened(shop), opened(shop)
    solve_ticket(shop.call(at=MONDAY), ticket_id=old.ticket_id)
    solve_ticket(shop.call(), ticket_id=new.ticket_id)
    assert put_away(shop.tenant_id) == 1
    assert (row(old).state, row(new).state) == ("closed", "solved")
