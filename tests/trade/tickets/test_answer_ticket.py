"""Staff writes to the customer."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing, UnknownChoice
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import answer_ticket, close_tickets
from dingdan.trade.tickets.commands.ending import CloseTicket
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.steps import TooManyParts
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    answered = answer_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, text="A photo, please.")
    assert (answered.is_first, answered.is_late, answered.state, answered.due_at) == (True, False, "waiting_for_customer", None)
    ticket = row(told)
    assert (ticket.answer_seconds, ticket.paused_at, ticket.escalates_at) == (3600, MONDAY + HOUR, None)
    assert [one.message.kind for one in queries.conversation(told.ticket_id)] == ["customer", "staff"]
    assert kit.breaches() == []


def test_a_later_answer_is_no_first_one(shop: Shop) -> None:
    told = opened(shop)
    late = answer_ticket(shop.call(at=MONDAY + 5 * HOUR), ticket_id=told.ticket_id, text="We look into it.", then="work")
    again = answer_ticket(shop.call(at=MONDAY + 6 * HOUR), ticket_id=told.ticket_id, text="Settled.", then="solve")
    assert (late.is_late, late.due_at) == (True, told.solve_by_at)
    assert (again.is_first, again.is_late, again.state) == (False, False, "solved")
    assert row(told).solve_seconds == 6 * 3600


def test_what_is_over_is_not_answered(shop: Shop) -> None:
    told = opened(shop)
    close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(NotInThisState):
        answer_ticket(shop.call(), ticket_id=told.ticket_id, text="Hello?")


def test_an_answer_says_something_and_what_comes_next(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(TextMissing):
        answer_ticket(shop.call(), ticket_id=told.ticket_id, text=" ")
    with nothing_changes(shop), pytest.raises(UnknownChoice):
        answer_ticket(shop.call(), ticket_id=told.ticket_id, text="x", then="close")


def test_an_unknown_ticket_is_refused(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(NotFound):
        answer_ticket(shop.call(), ticket_id=new_id(), text="x")


def test_a_ticket_is_no_diary(shop: Shop) -> None:
    told = opened(shop)
    Ticket.objects.filter(id=told.ticket_id).update(messages_count=1000)
    with nothing_changes(shop), pytest.raises(TooManyParts):
        answer_ticket(shop.call(), ticket_id=told.ticket_id, text="x")
