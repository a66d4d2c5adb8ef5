"""Words by which staff finds a ticket again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.trade.tickets.commands import tag_ticket
from dingdan.trade.tickets.models import TicketTag
from dingdan.trade.tickets.rules import TooManyTags
from tests import kit
from tests.conftest import Shop
from tests.trade.tickets.desk import nothing_changes, opened


def test_it_works(shop: Shop) -> None:
    told = opened(shop)
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=("易碎", "vip"))
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=("vip",), remove=("易碎", "never there"))
    assert list(TicketTag.objects.values_list("tag", flat=True)) == ["vip"]
    assert kit.breaches() == []


def test_no_tag_at_all_is_refused(shop: Shop) -> None:
    told = opened(shop)
    with nothing_changes(shop), pytest.raises(Invalid):
        tag_ticket(shop.call(), ticket_id=told.ticket_id)


def test_more_than_twenty_are_refused(shop: Shop) -> None:
    told = opened(shop)
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=tuple(map(str, range(20))))
    with nothing_changes(shop), pytest.raises(TooManyTags):
        tag_ticket(shop.call(), ticket_id=told.ticket_id, add=("one more",))
    tag_ticket(shop.call(), ticket_id=told.ticket_id, add=("one more",), remove=("0",))
