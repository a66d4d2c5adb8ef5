"""Somebody packs a shipment; whoever comes second is told, and may take over."""

from __future__ import annotations

import pytest

from dingdan.trade.fulfillment.commands import (
    PackShipment,
    SomebodyElse,
    pack_shipment,
    take_shipment,
)
from dingdan.trade.fulfillment.models import Package
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment = planned(shop, ("A", 2))
    take_shipment(call_of(shop, "7"), shipment_id=shipment)
    with pytest.raises(SomebodyElse):
        take_shipment(call_of(shop, "8"), shipment_id=shipment)
    with pytest.raises(SomebodyElse):
        pack_shipment.one(call_of(shop, "8"), PackShipment(shipment))
    assert not Package.objects.exists()
    assert take_shipment(call_of(shop, "8"), shipment_id=shipment, takes_over=True).before == "staff:7"
    assert pack_shipment.one(call_of(shop, "8"), PackShipment(shipment)).packages == 1
