"""A person is forgotten; that there was a ticket is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from dingdan.automation.consumers import drain
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.masterdata.customers.commands import erase_customer_contact, merge_customers, save_customer
from dingdan.masterdata.customers.rules import CustomerDraft
from dingdan.trade.tickets.commands import (
    EraseTicket,
    answer_ticket,
    attach_file,
    erase_tickets,
    merge_tickets,
    note_ticket,
    rate_ticket,
    reopen_ticket,
    solve_ticket,
)
from dingdan.trade.tickets.events import TicketOpened
from dingdan.trade.tickets.models import Attachment, Message
from dingdan.trade.tickets.rules import TicketForgotten
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG, TABLES, nothing_changes, opened, row

SECRETS = ("Ann Lee", "ann@example.com", "79460000", "broken cup", "Dear Ann", "She sounded angry", "so kind", "ann.png")


def told_everything(shop: Shop, **changes: Any) -> TicketOpened:
    """A ticket full of what is personal."""
    told = opened(shop, "My broken cup", **changes)
    attach_file(shop.call(), ticket_id=told.ticket_id, message_id=told.message_id, name="ann.png", content=PNG)
    note_ticket(shop.call(), ticket_id=told.ticket_id, text="She sounded angry")
    answer_ticket(shop.call(), ticket_id=told.ticket_id, text="Dear Ann")
    solve_ticket(shop.call(), ticket_id=told.ticket_id)
    rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=4, word="so kind")
    return told


def dump(shop: Shop) -> str:
    """Everything that the shop's tables of tickets, and its journal, hold."""
    found = []
    with connection.cursor() as cursor:
        for table in (*TABLES, "kernel_entrysubject"):
            cursor.execute(f"SELECT t::text FROM {table} AS t WHERE t.tenant_id = %s", [shop.tenant_id])
            found += [text for (text,) in cursor.fetchall()]
    return "\n".join(found)


def test_it_works(shop: Shop) -> None:
    told = told_everything(shop)
    assert all(secret in dump(shop) for secret in SECRETS)
    erased = erase_tickets.one(shop.call(), EraseTicket(ticket_id=told.ticket_id))
    assert (erased.messages, erased.files) == (3, 1)
    after = dump(shop)
    assert [secret for secret in SECRETS if secret in after] == []
    assert PNG.hex() not in after
    ticket = row(told)
    assert (ticket.state, ticket.rating, ticket.messages_count, ticket.files_count) == ("closed", 4, 3, 1)
    assert (Message.objects.count(), Attachment.objects.count()) == (3, 1)
    assert kit.breaches() == []


def test_again_changes_nothing_more(shop: Shop) -> None:
    told = told_everything(shop)
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=told.ticket_id))
    before = row(told).erased_at
    again = erase_tickets.one(shop.call(), EraseTicket(ticket_id=told.ticket_id))
    assert (again.messages, again.files, row(told).erased_at) == (0, 0, before)


def test_a_customer_who_is_forgotten_is_forgotten_in_tickets_too(shop: Shop) -> None:
    customer_id = save_customer(shop.call(), customer=CustomerDraft()).customer_id
    theirs, other = told_everything(shop, customer_id=customer_id), opened(shop, "Somebody else's cup")
    erase_customer_contact(shop.call(), customer_id=customer_id)
    drain(shop.tenant_id)
    assert row(theirs).erased_at is not None
    assert row(other).erased_at is None
    assert "broken cup" not in dump(shop)
    assert kit.breaches() == []


def test_whoever_was_merged_is_forgotten_with_the_one_who_goes_on(shop: Shop) -> None:
    kept, double = (save_customer(shop.call(), customer=CustomerDraft()).customer_id for _ in range(2))
    first, second = told_everything(shop, customer_id=double), told_everything(shop)
    other = told_everything(shop)
    merge_tickets(shop.call(), kept_id=second.ticket_id, merged_id=first.ticket_id)
    merge_customers(shop.call(), kept_id=kept, merged_id=double)
    erase_customer_contact(shop.call(), customer_id=kept)
    drain(shop.tenant_id)
    assert [row(one).erased_at is None for one in (first, second, other)] == [False, False, True]
    assert kit.breaches() == []


def test_nothing_is_said_again_where_everything_was_erased(shop: Shop) -> None:
    told, other = told_everything(shop), told_everything(shop)
    erase_tickets.one(shop.call(), EraseTicket(ticket_id=told.ticket_id))
    calls: list[Callable[[], object]] = [
        lambda: note_ticket(shop.call(), ticket_id=told.ticket_id, text="Ann again"),
        lambda: rate_ticket(shop.call(), ticket_id=told.ticket_id, rating=1),
        lambda: reopen_ticket(shop.call(), ticket_id=told.ticket_id),
        lambda: merge_tickets(shop.call(), kept_id=told.ticket_id, merged_id=other.ticket_id),
        lambda: merge_tickets(shop.call(), kept_id=other.ticket_id, merged_id=told.ticket_id),
    ]
    for call in calls:
        with nothing_changes(shop), pytest.raises(TicketForgotten):
            call()


def test_an_unknown_ticket_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(NotFound):
        erase_tickets.one(shop.call(), EraseTicket(ticket_id=new_id()))
    several = erase_tickets.many([(shop.call(), EraseTicket(ticket_id=one)) for one in (new_id(), told.ticket_id)])
    assert [type(one).__name__ for one in several] == ["NotFound", "TicketErased"]
