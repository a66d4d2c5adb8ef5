"""Picking is the first thing that happens to a planned shipment."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import NotMovingForward, PickShipment, pick_shipment
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    assert pick_shipment.one(shop.call(), PickShipment(planned.shipment_id)).shipment_id == planned.shipment_id
    row = Shipment.objects.get()
    assert row.state == "picking"
    assert row.picked_at is not None


def test_what_has_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shipment_id = kit.ship(shop, kit.place(shop, ("A", 2)))
    with pytest.raises(NotInThisState):
        pick_shipment.one(shop.call(), PickShipment(shipment_id))
    assert Shipment.objects.get().state == "shipped"


def test_a_held_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    (planned,) = kit.plan(shop, order).shipments
    hold_order(shop.call(), order_id=order.order_id, reason="wait")
    with pytest.raises(NotMovingForward):
        pick_shipment.one(shop.call(), PickShipment(planned.shipment_id))
    assert Shipment.objects.get().state == "planned"


def test_an_unknown_shipment_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        pick_shipment.one(shop.call(), PickShipment(new_id()))


def test_many_in_one_batch(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    ids = [kit.plan(shop, kit.place(shop, ("A", 2))).shipments[0].shipment_id for _ in range(3)]
    calls = [(shop.call("the same" if index == 0 else None), PickShipment(id_)) for index, id_ in enumerate(ids)]
    outcomes = pick_shipment.many([*calls, (shop.call(), PickShipment(new_id())), (shop.call(), PickShipment(ids[0])), calls[0]])
    told = [type(outcome).__name__ for outcome in outcomes]
    assert told == ["ShipmentPicked", "ShipmentPicked", "ShipmentPicked", "NotFound", "NotInThisState", "ShipmentPicked"]
    assert outcomes[0] == outcomes[-1]
    assert list(Shipment.objects.values_list("state", flat=True)) == ["picking"] * 3


def test_two_batches_at_once_pick_each_shipment_once(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    ids = [kit.plan(shop, kit.place(shop, ("A", 2))).shipments[0].shipment_id for _ in range(4)]

    def pick(index: int) -> list[str]:
        turned = ids if index else ids[::-1]
        return kit.kinds(pick_shipment.many([(shop.call(), PickShipment(shipment_id)) for shipment_id in turned]))

    outcomes = kit.in_threads(pick, 2)
    assert sorted(outcomes) == [["NotInThisState"] * 4, ["ShipmentPicked"] * 4]
