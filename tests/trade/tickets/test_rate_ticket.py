"""How it went, says the customer."""

from __future__ import annotations

import pytest

from dingdan.trade.tickets.commands import CloseTicket, close_tickets, rate_ticket, solve_ticket
from dingdan.trade.tickets.commands.talking import NotSolvedYet
from dingdan.trade.tickets.rules import RatingNotUsable
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import customer, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    solve_ticket(shop.call(), ticket_id=told.ticket_id)
    first = rate_ticket(customer(shop, told), ticket_id=told.ticket_id, rating=2, word="慢")
    again = rate_ticket(customer(shop, told), ticket_id=told.ticket_id, rating=5)
    assert (first.before, again.before) == (None, 2)
    ticket = row(told)
    assert (ticket.rating, ticket.rating_word, ticket.state) == (5, "", "solved")
    assert kit.breaches() == []


def test_what_is_not_settled_is_not_rated(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(NotSolvedYet):
        rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=1)
    close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))  # without a solution
    with nothing_changes(shop), pytest.raises(NotSolvedYet):
        rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=1)


def test_six_stars_are_refused(shop: Shop) -> None:
    told = opened(shop)
    solve_ticket(shop.call(), ticket_id=told.ticket_id)
    with nothing_changes(shop), pytest.raises(RatingNotUsable):
        rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=6)
