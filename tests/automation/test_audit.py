"""The laws of the ground: every entry is closed, and the chain of the feed holds."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection, transaction

from dingdan.automation.audit import law_the_chain_holds
from dingdan.kernel import feed
from dingdan.kernel.models import FeedHead, FeedItem
from tests import kit
from tests.conftest import Shop


@pytest.fixture(autouse=True)
def _history(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.pay(shop, kit.place(shop, ("A", 1)))
    assert feed.sequence(shop.tenant_id) == feed.end() == 6


def _tampered(statement: str, *params: UUID) -> list[str]:
    """What the law says after somebody who may do everything in the database did this."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, params)
    return list(law_the_chain_holds())


def test_it_holds() -> None:
    assert list(law_the_chain_holds()) == []


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 microsecond'", "actor_id = 'x'", "quiet = NOT quiet", "event = event || '{\"amount\": 1}'"],
)
def test_an_entry_that_was_changed_is_told(shop: Shop, change: str) -> None:
    third = FeedItem.objects.get(id=3).entry_id
    told = _tampered(f"UPDATE kernel_journalentry SET {change} WHERE tenant_id = %s AND id = %s", shop.tenant_id, third)
    assert told == [f"feed: position 3 (entry {third}) was changed after it was written"]


def test_a_position_that_is_missing_is_told(shop: Shop) -> None:
    assert _tampered("DELETE FROM kernel_feeditem WHERE tenant_id = %s AND id = 2", shop.tenant_id) == [
        "feed: position 2 is missing"
    ]


def test_a_head_that_stands_elsewhere_is_told() -> None:
    FeedHead.objects.update(position=7)
    assert list(law_the_chain_holds()) == ["feed: the head says 7, the items end at 6"]
