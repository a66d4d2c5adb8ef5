"""A deadline has passed."""

from __future__ import annotations

import pytest

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import EscalateTicket, answer_ticket, escalate_tickets
from dingdan.trade.tickets.commands.handling import NotOverdue
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, member, nothing_changes, opened, row, topic


def test_it_works(shop: Shop) -> None:
    amy, boss = member(shop), member(shop)
    topic(shop, priority="normal", owner_id=amy, escalates_to_id=boss)
    told = opened(shop)
    assert queries.due_to_escalate(MONDAY + 3 * HOUR) == []
    assert queries.due_to_escalate(MONDAY + 4 * HOUR) == [(told.ticket_id, told.answer_by_at)]
    up = escalate_tickets.one(shop.call(at=MONDAY + 4 * HOUR), EscalateTicket(ticket_id=told.ticket_id))
    assert (up.late, up.level, up.priority, up.before_id, up.owner_id) == ("answer", 1, "high", amy, boss)
    ticket = row(told)
    assert (ticket.priority, ticket.owner_id, ticket.escalates_at) == ("high", boss, MONDAY + 28 * HOUR)
    assert (ticket.due_at, ticket.escalated_at) == (told.answer_by_at, MONDAY + 4 * HOUR)
    assert kit.breaches() == []


def test_a_solution_that_is_late_is_escalated_by_itself(shop: Shop) -> None:
    told = opened(shop)
    answer_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="We look.", then="work")
    due = told.solve_by_at
    assert due
    assert queries.due_to_escalate(due) == [(told.ticket_id, due)]
    up = escalate_tickets.one(shop.call(at=due), EscalateTicket(ticket_id=told.ticket_id))
    assert (up.late, up.owner_id, up.priority) == ("solution", None, "urgent")


def test_once_for_each_time(shop: Shop) -> None:
    told = opened(shop)
    told_twice = escalate_tickets.many(
        [(shop.call(at=MONDAY + 5 * HOUR), EscalateTicket(ticket_id=told.ticket_id)) for _ in range(2)]
    )
    assert [type(one).__name__ for one in told_twice] == ["TicketEscalated", "NotOverdue"]


def test_what_was_met_meanwhile_is_not_escalated(shop: Shop) -> None:
    told = opened(shop)
    answer_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="A photo, please.")
    with nothing_changes(shop), pytest.raises(NotOverdue):
        escalate_tickets.one(shop.call(at=MONDAY + 400 * HOUR), EscalateTicket(ticket_id=told.ticket_id))
