"""Staff takes it up again."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.tickets.commands import CloseTicket, close_tickets, merge_tickets, reopen_ticket
from dingdan.trade.tickets.rules import TicketMerged
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    close_tickets.one(shop.call(at=MONDAY + HOUR), CloseTicket(ticket_id=told.ticket_id))
    again = reopen_ticket(shop.call(at=MONDAY + 24 * HOUR), ticket_id=told.ticket_id)
    ticket = row(told)
    assert (ticket.state, ticket.closed_at) == ("reopened", None)
    assert again.solve_by_at == ticket.solve_by_at == MONDAY.replace(day=6)
    assert kit.breaches() == []


def test_what_is_not_over_is_not_reopened(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(NotInThisState):
        reopen_ticket(shop.call(), ticket_id=told.ticket_id)


def test_what_was_merged_goes_on_elsewhere(shop: Shop) -> None:
    kept, merged = opened(shop), opened(shop)
    merge_tickets(shop.call(), kept_id=kept.ticket_id, merged_id=merged.ticket_id)
    with nothing_changes(shop), pytest.raises(TicketMerged) as refused:
        reopen_ticket(shop.call(), ticket_id=merged.ticket_id)
    assert refused.value.facts["number"] == kept.number
