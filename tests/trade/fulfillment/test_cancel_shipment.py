"""A shipment that has not left can be called off; its goods stay reserved."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import cancel_shipment
from dingdan.trade.fulfillment.models import Shipment
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (planned,) = kit.plan(shop, order).shipments
    cancel_shipment(shop.call(), shipment_id=planned.shipment_id)
    assert Shipment.objects.get().state == "canceled"
    assert kit.levels(variant_id) == (5, 2)
    assert kit.plan(shop, order).shipments[0].lines == planned.lines
    assert kit.breaches() == []


def test_what_has_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment_id = kit.ship(shop, kit.place(shop, ("A", 2)))
    with pytest.raises(NotInThisState):
        cancel_shipment(shop.call(), shipment_id=shipment_id)
    assert Shipment.objects.get().state == "shipped"
