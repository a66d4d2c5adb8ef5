"""`dingdan ticket-report`: how well tickets are looked after, for a spreadsheet."""

from __future__ import annotations

import pytest

from dingdan.config.tickets import ticket_report
from dingdan.kernel import clock
from dingdan.kernel.text import UnknownChoice
from dingdan.trade.tickets.commands import solve_ticket
from tests.conftest import Shop
from tests.trade.tickets.desk import opened


def test_it_works(shop: Shop) -> None:
    solve_ticket(shop.call(), ticket_id=opened(shop, at=clock.now()).ticket_id)
    table, rows = ticket_report("topic", weeks=1, tenant=shop.tenant)
    assert [(row["key"], row["opened"], row["solved"]) for row in rows] == [("damaged", 1, 1)]
    heading, line = table.split("\r\n")[:2]
    assert (heading.split(",")[:3], line.split(",")[:3]) == (["key", "opened", "answered"], ["damaged", "1", "1"])


def test_what_is_older_is_left_out(shop: Shop) -> None:
    opened(shop)
    assert ticket_report("week", weeks=4, tenant=shop.tenant)[1] == []


def test_by_nothing_else(shop: Shop) -> None:
    with pytest.raises(UnknownChoice):
        ticket_report("color", weeks=1, tenant=shop.tenant)
