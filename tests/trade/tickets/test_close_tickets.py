"""Tickets are put away."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import CloseTicket, close_tickets, solve_ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    solved, spam = opened(shop), opened(shop)
    solve_ticket(shop.call(at=MONDAY), ticket_id=solved.ticket_id)
    told = close_tickets.many([(shop.call(), CloseTicket(ticket_id=one.ticket_id)) for one in (solved, spam)])
    assert [getattr(one, "was_solved", None) for one in told] == [True, False]
    assert [row(one).state for one in (solved, spam)] == ["closed", "closed"]
    assert row(spam).due_at is None
    assert kit.breaches() == []


def test_a_solved_ticket_is_due_to_be_closed_after_a_week(shop: Shop) -> None:
    told = opened(shop)
    solve_ticket(shop.call(at=MONDAY), ticket_id=told.ticket_id)
    assert queries.due_to_close(MONDAY.replace(day=8)) == []
    assert queries.due_to_close(MONDAY.replace(day=9)) == [(told.ticket_id, MONDAY)]


def test_each_is_refused_by_itself(shop: Shop) -> None:
    told = opened(shop)
    close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(NotInThisState):
        close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(NotFound):
        close_tickets.one(shop.call(), CloseTicket(ticket_id=new_id()))
