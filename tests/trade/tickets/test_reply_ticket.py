"""The customer writes again."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextTooLong
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import CloseTicket, answer_ticket, close_tickets, reply_ticket, solve_ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, customer, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    answer_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="A photo, please.")
    replied = reply_ticket(shop.call(at=MONDAY + 3 * HOUR), ticket_id=told.ticket_id, text="Here it is.")
    assert replied.state == "waiting_for_us"
    assert replied.due_at == row(told).solve_by_at == MONDAY.replace(day=5, hour=12)
    assert kit.breaches() == []


def test_before_anybody_answered_the_deadline_stays(shop: Shop) -> None:
    told = opened(shop)
    replied = reply_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="The saucer too.")
    assert (replied.state, replied.due_at) == ("open", told.answer_by_at)


def test_whoever_is_not_satisfied_gets_a_new_deadline(shop: Shop) -> None:
    told = opened(shop)
    solve_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id)
    replied = reply_ticket(customer(shop, told), ticket_id=told.ticket_id, text="還是破的")
    ticket = row(told)
    assert (replied.state, ticket.solved_at, ticket.solve_seconds) == ("reopened", None, None)
    assert replied.due_at == ticket.solve_by_at
    author = queries.conversation(told.ticket_id)[-1].message.author
    assert author == f"customer:{told.ticket_id}"


def test_a_closed_ticket_takes_nothing(shop: Shop) -> None:
    told = opened(shop)
    close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(NotInThisState):
        reply_ticket(shop.call(), ticket_id=told.ticket_id, text="Hello?")


def test_a_novel_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(TextTooLong):
        reply_ticket(shop.call(), ticket_id=told.ticket_id, text="字" * 20_001)
