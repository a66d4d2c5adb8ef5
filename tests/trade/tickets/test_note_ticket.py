"""Staff among itself."""

from __future__ import annotations

import pytest

from dingdan.kernel.text import BrokenText
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import CloseTicket, close_tickets, note_ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    before = row(told)
    noted = note_ticket(shop.call(), ticket_id=told.ticket_id, text="Third broken cup this week.\n請看倉庫。")
    after = row(told)
    assert (after.state, after.due_at, after.answered_at) == (before.state, before.due_at, None)
    assert queries.conversation(told.ticket_id)[-1].message.id == noted.message_id
    assert [one.message.kind for one in queries.conversation(told.ticket_id, with_notes=False)] == ["customer"]
    assert kit.breaches() == []


def test_what_is_closed_may_still_be_noted_upon(shop: Shop) -> None:
    told = opened(shop)
    close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    note_ticket(shop.call(), ticket_id=told.ticket_id, text="Called again; was spam.")
    assert row(told).messages_count == 2


def test_broken_text_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(BrokenText):
        note_ticket(shop.call(), ticket_id=told.ticket_id, text="a\x00b")
