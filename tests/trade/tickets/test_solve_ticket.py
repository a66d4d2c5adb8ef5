"""Settled without another word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.tickets.commands import rate_ticket, reply_ticket, solve_ticket
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, customer, nothing_changes, opened, row


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


def test_the_customer_settles_and_takes_it_up_again_by_writing(shop: Shop) -> None:
    told = opened(shop)
    ann = replace(customer(shop, told), at=MONDAY + HOUR)
    assert solve_ticket(ann, ticket_id=told.ticket_id).by_customer
    ticket = row(told)
    assert (ticket.state, ticket.solve_seconds, ticket.answer_seconds, ticket.due_at) == ("solved", 3600, None, None)
    assert rate_ticket(customer(shop, told), ticket_id=told.ticket_id, rating=5).rating == 5
    assert reply_ticket(customer(shop, told), ticket_id=told.ticket_id, text="It broke again.").state == "reopened"
    assert solve_ticket(replace(ann, key="again"), ticket_id=told.ticket_id).by_customer
    drain(shop.tenant_id)
    kinds = list(Notice.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["ticket_opened"], "who settles it knows"
    assert kit.breaches() == []
