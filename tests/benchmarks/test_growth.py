"""Books that were multiplied are books like any others: every law holds, and the board is what the program would write."""

from __future__ import annotations

from pathlib import Path

from benchmarks import growth, house
from dingdan.automation.audit import audit
from dingdan.insight.board.models import BoardRow
from dingdan.insight.board.queries import Wanted, order_counts, rows
from dingdan.insight.board.upkeep import refresh
from dingdan.kernel import feed
from dingdan.kernel.models import FeedCursor
from dingdan.trade.orders.models import Contact, Order
from tests.conftest import Shop


def test_it_works(own_database: str, shop: Shop) -> None:
    grown = house.House(url=own_database, data=Path(), tenant=shop.tenant, token="")
    house.furnish(grown)
    growth.grow(grown, 600, pattern_of=100, say=lambda _part: None)
    assert list(audit(shop.tenant)) == []
    assert Order.objects.count() == 700  # a hundred were made while getting ready
    assert order_counts({}).orders == 700
    assert order_counts({}).state == {"canceled": 56, "closed": 595, "on_hold": 7, "placed": 42}
    assert set(FeedCursor.objects.values_list("position", flat=True)) == {feed.end()}
    _the_board_is_what_the_program_would_write()


def _the_board_is_what_the_program_would_write() -> None:
    before = list(BoardRow.objects.order_by("id").values())
    refresh([row["id"] for row in before])
    assert list(BoardRow.objects.order_by("id").values()) == before
    contact = Contact.objects.exclude(email="").order_by("id")[0]
    assert [row.id for row in rows(Wanted(q=contact.email))] == [contact.ships_to.get().id]
