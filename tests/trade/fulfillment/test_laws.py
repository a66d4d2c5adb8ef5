"""Each law of the shipments fires when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.commands import Box, Content, PackShipment, pack_shipment, pick_pieces
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, walk

MORE = "UPDATE fulfillment_shipmentline SET quantity = quantity + 1 WHERE tenant_id = %s"


def _packed(shop: Shop, order: OrderPlaced) -> None:
    shipment_id = kit.plan(shop, order).shipments[0].shipment_id
    (errand,) = walk(shop, shipment_id)
    pick_pieces(call_of(shop, "7"), errand_id=errand.id, quantity=2)
    contents = (Content(errand.line_id, 2),)
    pack_shipment.one(shop.call(), PackShipment(shipment_id, (Box(contents=contents),)))


@pytest.mark.parametrize(
    ("law", "lead_to"),
    [
        (queries.law_what_left_was_issued, kit.ship),
        (queries.law_what_is_planned_is_reserved, kit.plan),
        (queries.law_packages_hold_what_the_shipment_does, _packed),
    ],
    ids=["left", "planned", "packed"],
)
def test_a_broken_law_is_found(shop: Shop, law: Callable[[], Iterator[str]], lead_to: Callable[..., object]) -> None:
    kit.stock(shop, "A", 5)
    lead_to(shop, kit.place(shop, ("A", 2)))
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute(MORE, [shop.tenant_id])
    assert len(told := list(law())) == 1
    assert kit.told_since_the_beginning(law) == told


def test_a_pick_that_nobody_made_is_found(shop: Shop) -> None:
    law = queries.law_picked_is_the_sum_of_picks
    kit.stock(shop, "A", 5)
    _packed(shop, kit.place(shop, ("A", 2)))
    assert list(law()) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fulfillment_pick SET undone_at = at WHERE tenant_id = %s", [shop.tenant_id])
    assert len(told := list(law())) == 1
    assert kit.told_since_the_beginning(law) == told


def test_every_law_is_tried() -> None:
    assert set(queries.LAWS) == {
        queries.law_what_left_was_issued,
        queries.law_what_is_planned_is_reserved,
        queries.law_picked_is_the_sum_of_picks,
        queries.law_packages_hold_what_the_shipment_does,
    }
