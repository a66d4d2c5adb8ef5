"""Shipping takes the goods out of the books, once."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.ledgers.inventory import queries as inventory
from dingdan.trade.fulfillment.commands import NotMovingForward, ShipShipment, cancel_shipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (planned,) = kit.plan(shop, order).shipments
    shipped = ship_shipments.one(shop.call(), ShipShipment(planned.shipment_id, "DHL", "JD014"))
    assert (shipped.carrier, shipped.tracking_number, shipped.lines) == ("DHL", "JD014", planned.lines)
    assert kit.levels(variant_id) == (3, 0)
    row = Shipment.objects.get()
    assert (row.state, row.tracking_number) == ("shipped", "JD014")
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "shipped"
    assert kit.breaches() == []


def test_a_second_time_is_refused(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    shipment_id = kit.ship(shop, kit.place(shop, ("A", 2)))
    with pytest.raises(NotInThisState):
        ship_shipments.one(shop.call(), ShipShipment(shipment_id))
    assert kit.levels(variant_id) == (3, 0)


def test_four_at_once_ship_once(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    outcomes = kit.in_threads(lambda _index: ship_shipments.one(shop.call(), ShipShipment(planned.shipment_id)), 4)
    assert kit.kinds(outcomes) == ["NotInThisState", "NotInThisState", "NotInThisState", "ShipmentShipped"]
    assert kit.levels(variant_id) == (3, 0)
    assert kit.breaches() == []


def test_many_in_one_batch(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 50)
    ids = [kit.plan(shop, kit.place(shop, ("A", 2))).shipments[0].shipment_id for _ in range(5)]
    outcomes = ship_shipments.many([(shop.call(), ShipShipment(shipment_id)) for shipment_id in [*ids, new_id(), ids[0]]])
    assert kit.kinds(outcomes) == ["NotFound", "NotInThisState", *["ShipmentShipped"] * 5]
    assert kit.levels(variant_id) == (40, 0)
    assert kit.breaches() == []


def test_a_canceled_shipment_is_refused(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    cancel_shipment(shop.call(), shipment_id=planned.shipment_id)
    with pytest.raises(NotInThisState):
        ship_shipments.one(shop.call(), ShipShipment(planned.shipment_id))
    assert kit.levels(variant_id) == (5, 2)


def test_a_held_order_is_refused(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (planned,) = kit.plan(shop, order).shipments
    hold_order(shop.call(), order_id=order.order_id, reason="wait")
    with pytest.raises(NotMovingForward):
        ship_shipments.one(shop.call(), ShipShipment(planned.shipment_id))
    assert kit.levels(variant_id) == (5, 2)


def test_an_unknown_shipment_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        ship_shipments.one(shop.call(), ShipShipment(new_id()))
