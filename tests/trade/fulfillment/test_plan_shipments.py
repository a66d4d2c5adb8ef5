"""Planning makes one shipment per node of what is reserved and in no shipment yet."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_node
from dingdan.trade.fulfillment.commands import NothingToShip, NotMovingForward, PlanShipments, plan_shipments
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 5)
    order = kit.place(shop, ("A", 2), ("B", 1))
    planned = kit.plan(shop, order)
    (shipment,) = planned.shipments
    assert shipment.number == "S1001"
    assert sorted(line.quantity for line in shipment.lines) == [1, 2]
    assert Shipment.objects.get().state == "planned"
    assert ShipmentLine.objects.count() == 2
    assert kit.breaches() == []


def test_two_nodes_make_two_shipments(shop: Shop) -> None:
    second = save_node(shop.call(), code="east", name="East", country="GB", priority=200)
    kit.stock(shop, "A", 2)
    kit.stock(shop, "B")
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("B", 4),), node_id=second.node_id))
    planned = kit.plan(shop, kit.place(shop, ("A", 1), ("B", 3)))
    assert sorted([line.quantity for line in one.lines] for one in planned.shipments) == [[1], [3]]
    assert [one.number for one in planned.shipments] == ["S1001", "S1002"]


def test_nothing_is_planned_twice(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.plan(shop, order)
    with pytest.raises(NothingToShip):
        kit.plan(shop, order)
    assert Shipment.objects.count() == 1


def test_two_at_once_plan_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    outcomes = kit.in_threads(lambda _index: kit.plan(shop, order), 4)
    assert kit.kinds(outcomes) == ["NothingToShip", "NothingToShip", "NothingToShip", "ShipmentsPlanned"]
    assert Shipment.objects.count() == 1


def test_one_batch_with_the_same_order_twice_plans_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    intent = PlanShipments(order.order_id)
    outcomes = plan_shipments.many([(shop.call(), intent), (shop.call(), intent)])
    assert kit.kinds(outcomes) == ["NothingToShip", "ShipmentsPlanned"]


def test_a_held_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    hold_order(shop.call(), order_id=order.order_id, reason="look at the address")
    with pytest.raises(NotMovingForward):
        kit.plan(shop, order)
    assert not Shipment.objects.exists()


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        plan_shipments.one(shop.call(), PlanShipments(new_id()))
