"""Each law of tickets fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import EraseTicket, attach_file, erase_tickets
from dingdan.trade.tickets.queries import laws
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG, opened

BREAKS: dict[Callable[[], Iterator[str]], str] = {
    laws.law_a_ticket_counts_what_is_in_it: "UPDATE tickets_ticket SET files_count = 0 WHERE files_count = 1 AND",
    laws.law_what_was_erased_cannot_be_read: "UPDATE tickets_ticketcontact SET name = 'Ann' WHERE name = '' AND",
    laws.law_a_file_is_what_was_attached: "UPDATE tickets_attachment SET content = content || '\\x00'::bytea WHERE",
    laws.law_what_is_due_has_a_deadline: "UPDATE tickets_ticket SET due_at = NULL WHERE state = 'open' AND",
}


@pytest.mark.parametrize("law", BREAKS, ids=lambda law: law.__name__)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]]) -> None:
    told, forgotten = opened(shop), opened(shop)
    attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="cup.png", content=PNG)
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=forgotten.ticket_id))
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute(f"{BREAKS[law]} tenant_id = %s", [shop.tenant_id])
    broken = list(law())
    assert len(broken) == 1
    assert kit.told_since_the_beginning(law) == broken


def test_every_law_is_tried() -> None:
    assert set(BREAKS) == set(queries.LAWS)
