"""Delivery is counted once, after shipping."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory import queries as inventory
from dingdan.trade.fulfillment.commands import DeliverShipment, deliver_shipments
from dingdan.trade.fulfillment.models import Shipment
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    shipment_id = kit.ship(shop, order)
    delivered = deliver_shipments.one(shop.call(), DeliverShipment(shipment_id))
    assert (delivered.shipment_id, delivered.order_id) == (shipment_id, order.order_id)
    assert Shipment.objects.get().state == "delivered"
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "delivered"
    assert kit.breaches() == []


def test_what_has_not_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    with pytest.raises(NotInThisState):
        deliver_shipments.one(shop.call(), DeliverShipment(planned.shipment_id))
    assert Shipment.objects.get().state == "planned"


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment_id = kit.deliver(shop, kit.place(shop, ("A", 2)))
    with pytest.raises(NotInThisState):
        deliver_shipments.one(shop.call(), DeliverShipment(shipment_id))
    assert kit.breaches() == []
