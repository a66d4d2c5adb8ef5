"""Picking is the first thing that happens to a planned shipment."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import pick_shipment
from dingdan.trade.fulfillment.models import Shipment
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    assert pick_shipment(shop.call(), shipment_id=planned.shipment_id).shipment_id == planned.shipment_id
    row = Shipment.objects.get()
    assert row.state == "picking"
    assert row.picked_at is not None


def test_what_has_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment_id = kit.ship(shop, kit.place(shop, ("A", 2)))
    with pytest.raises(NotInThisState):
        pick_shipment(shop.call(), shipment_id=shipment_id)
    assert Shipment.objects.get().state == "shipped"
