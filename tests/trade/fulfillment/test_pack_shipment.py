"""Packing says in how many boxes a shipment lies."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import Box, pack_shipment
from dingdan.trade.fulfillment.models import Package, Shipment
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    packed = pack_shipment(shop.call(), shipment_id=planned.shipment_id, packages=(Box(weight_grams=900), Box(weight_grams=100)))
    assert packed.packages == 2
    assert Shipment.objects.get().state == "packed"
    assert list(Package.objects.order_by("position").values_list("weight_grams", flat=True)) == [900, 100]


def test_what_is_packed_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    pack_shipment(shop.call(), shipment_id=planned.shipment_id)
    with pytest.raises(NotInThisState):
        pack_shipment(shop.call(), shipment_id=planned.shipment_id)
    assert Package.objects.count() == 1
