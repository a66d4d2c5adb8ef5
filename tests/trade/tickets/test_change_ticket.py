"""Another topic, another priority."""

from __future__ import annotations

import pytest

from dingdan.kernel.text import UnknownChoice
from dingdan.trade.tickets.commands import change_ticket
from dingdan.trade.tickets.rules import UnknownTopic
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import HOUR, MONDAY, nothing_changes, opened, row


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    changed = change_ticket(shop.call(at=MONDAY + HOUR), ticket_id=told.ticket_id, topic="complaint", priority="urgent")
    assert changed.answer_by_at == row(told).due_at == MONDAY + 2 * HOUR
    assert changed.solve_by_at == MONDAY.replace(day=4)
    assert [(one.field, one.before, one.after) for one in changed.changes] == [
        ("topic", "damaged", "complaint"),
        ("priority", "high", "urgent"),
    ]
    assert kit.breaches() == []


def test_what_is_not_named_stays(shop: Shop) -> None:
    told = opened(shop)
    changed = change_ticket(shop.call(), ticket_id=told.ticket_id, priority="low")
    assert (changed.topic, changed.answer_by_at) == ("damaged", told.answer_by_at)
    assert change_ticket(shop.call(), ticket_id=told.ticket_id).changes == ()


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(UnknownTopic):
        change_ticket(shop.call(), ticket_id=told.ticket_id, topic="weather")
    with nothing_changes(shop), pytest.raises(UnknownChoice):
        change_ticket(shop.call(), ticket_id=told.ticket_id, priority="now")
