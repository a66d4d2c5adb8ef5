"""Packages are opened, and packed again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import (
    Box,
    PackShipment,
    pack_shipment,
    unpack_shipment,
)
from dingdan.trade.fulfillment.models import Package, Shipment
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import planned


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment = planned(shop, ("A", 2))
    with pytest.raises(NotInThisState):
        unpack_shipment(shop.call(), shipment_id=shipment)
    with pytest.raises(NotFound):
        unpack_shipment(shop.call(), shipment_id=new_id())
    pack_shipment.one(shop.call(), PackShipment(shipment, (Box(), Box())))
    assert unpack_shipment(shop.call(), shipment_id=shipment).packages == 2
    assert (Shipment.objects.get().state, Package.objects.count()) == ("picking", 0)
    pack_shipment.one(shop.call(), PackShipment(shipment))
    assert Package.objects.count() == 1
