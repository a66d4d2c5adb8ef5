"""Each law of the shipments fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.fulfillment import queries
from tests import kit
from tests.conftest import Shop

MORE = "UPDATE fulfillment_shipmentline SET quantity = quantity + 1 WHERE tenant_id = %s"


@pytest.mark.parametrize(
    ("law", "lead_to"), [(queries.law_what_left_was_issued, kit.ship), (queries.law_what_is_planned_is_reserved, kit.plan)]
)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]], lead_to: Callable[..., object]) -> None:
    kit.stock(shop, "A", 5)
    lead_to(shop, kit.place(shop, ("A", 2)))
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute(MORE, [shop.tenant_id])
    assert len(told := list(law())) == 1
    assert kit.told_since_the_beginning(law) == told


def test_every_law_is_tried() -> None:
    assert set(queries.LAWS) == {queries.law_what_left_was_issued, queries.law_what_is_planned_is_reserved}
