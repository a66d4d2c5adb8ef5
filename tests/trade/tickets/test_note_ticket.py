"""Staff among itself."""

from __future__ import annotations

import pytest

from dingdan.kernel.text import BrokenText
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import CloseTicket, close_tickets, merge_tickets, note_ticket
from dingdan.trade.tickets.rules import TicketMerged
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


def test_what_was_merged_is_noted_upon_where_the_rest_is(shop: Shop) -> None:
    kept, merged = opened(shop), opened(shop)
    merge_tickets(shop.call(), kept_id=kept.ticket_id, merged_id=merged.ticket_id)
    with nothing_changes(shop), pytest.raises(TicketMerged) as refused:
        note_ticket(shop.call(), ticket_id=merged.ticket_id, text="Hm.")
    assert refused.value.facts["number"] == kept.number


def test_broken_text_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(BrokenText):
        note_ticket(shop.call(), ticket_id=told.ticket_id, text="a\x00b")
