"""Whose a ticket is."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.tickets.commands import AssignTicket, CloseTicket, assign_tickets, close_tickets
from dingdan.trade.tickets.commands.handling import AlreadyTaken, TicketOver
from dingdan.trade.tickets.rules import NotStaff
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import member, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told, amy, bo = opened(shop), member(shop), member(shop)
    taken = assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=amy, only_if_free=True))
    assert (taken.owner_id, taken.before_id) == (amy, None)
    handed = assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=bo))
    assert (handed.owner_id, handed.before_id, row(told).owner_id) == (bo, amy, bo)
    assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id))
    assert row(told).owner_id is None
    assert kit.breaches() == []


def test_many_at_once_each_with_its_own_answer(shop: Shop) -> None:
    amy, bo = member(shop), member(shop)
    free, theirs, over = (opened(shop) for _ in range(3))
    assign_tickets.one(shop.call(), AssignTicket(ticket_id=theirs.ticket_id, owner_id=bo))
    close_tickets.one(shop.call(), CloseTicket(ticket_id=over.ticket_id))
    wanted = [
        AssignTicket(ticket_id=one, owner_id=amy, only_if_free=True)
        for one in (free.ticket_id, theirs.ticket_id, over.ticket_id, new_id(), free.ticket_id)
    ]
    told = assign_tickets.many([(shop.call(), one) for one in wanted])
    assert [type(one).__name__ for one in told] == ["TicketAssigned", "AlreadyTaken", "TicketOver", "NotFound", "TicketAssigned"]
    assert [row(one).owner_id for one in (free, theirs, over)] == [amy, bo, None]


@pytest.mark.parametrize(("refusal", "is_over", "is_staff"), [(NotStaff, False, False), (TicketOver, True, True)])
def test_to_whom_and_what_cannot_be_assigned(shop: Shop, refusal: type[Exception], is_over: bool, is_staff: bool) -> None:
    told, amy = opened(shop), member(shop)
    if is_over:
        close_tickets.one(shop.call(), CloseTicket(ticket_id=told.ticket_id))
    with nothing_changes(shop), pytest.raises(refusal):
        assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=amy if is_staff else 1))


def test_what_somebody_has_is_not_taken(shop: Shop) -> None:
    told, amy, bo = opened(shop), member(shop), member(shop)
    assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=amy))
    with nothing_changes(shop), pytest.raises(AlreadyTaken):
        assign_tickets.one(shop.call(), AssignTicket(ticket_id=told.ticket_id, owner_id=bo, only_if_free=True))
    with nothing_changes(shop), pytest.raises(NotFound):
        assign_tickets.one(shop.call(), AssignTicket(ticket_id=new_id(), owner_id=bo))
