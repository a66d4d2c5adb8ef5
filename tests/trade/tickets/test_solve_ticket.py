"""Settled without another word."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.tickets.commands import solve_ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    assert not solve_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id).is_late
    ticket = row(told)
    assert (ticket.state, ticket.solve_seconds, ticket.answer_seconds, ticket.due_at) == ("solved", 3600, 3600, None)
    assert kit.breaches() == []


def test_late_is_late(shop: Shop) -> None:
    told = opened(shop)
    assert solve_ticket(shop.call(at=MONDAY.replace(day=9)), ticket_id=told.ticket_id).is_late


def test_it_is_settled_once(shop: Shop) -> None:
    told = opened(shop)
    solve_ticket(shop.call(), ticket_id=told.ticket_id)
    with nothing_changes(shop), pytest.raises(NotInThisState):
        solve_ticket(shop.call(), ticket_id=told.ticket_id)
