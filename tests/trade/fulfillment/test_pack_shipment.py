"""Packing says in how many boxes a shipment lies."""

import pytest

from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.fulfillment.commands import (
    Box,
    Content,
    NotPackedAsPlanned,
    PackageEmpty,
    PackShipment,
    pack_shipment,
    pick_pieces,
)
from dingdan.trade.fulfillment.models import Package, PackedLine, Shipment
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    boxes = (Box(weight_grams=900), Box(weight_grams=100))
    packed = pack_shipment.one(shop.call(), PackShipment(planned.shipment_id, boxes))
    assert packed.packages == 2
    assert Shipment.objects.get().state == "packed"
    assert list(Package.objects.order_by("position").values_list("weight_grams", flat=True)) == [900, 100]


def test_what_is_packed_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (planned,) = kit.plan(shop, kit.place(shop, ("A", 2))).shipments
    pack_shipment.one(shop.call(), PackShipment(planned.shipment_id))
    with pytest.raises(NotInThisState):
        pack_shipment.one(shop.call(), PackShipment(planned.shipment_id))
    assert Package.objects.count() == 1


def test_many_in_one_batch(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    ids = [kit.plan(shop, kit.place(shop, ("A", 2))).shipments[0].shipment_id for _ in range(3)]
    wanted = [
        PackShipment(ids[0], (Box(tracking_number="X" * 81),)),  # which no label has room for
        PackShipment(ids[0], (Box(tracking_number="JD1"), Box(tracking_number="JD2"))),
        PackShipment(ids[0]),
        PackShipment(ids[1]),
    ]
    outcomes = pack_shipment.many([(shop.call(), one) for one in wanted])
    told = [type(outcome).__name__ for outcome in outcomes]
    assert told == ["TextTooLong", "ShipmentPacked", "NotInThisState", "ShipmentPacked"]
    assert sorted(Package.objects.values_list("shipment_id", "position", "tracking_number")) == sorted(
        [(ids[0], 1, "JD1"), (ids[0], 2, "JD2"), (ids[1], 1, "")]
    )
    assert sorted(Shipment.objects.values_list("state", flat=True)) == ["packed", "packed", "planned"]


def test_what_is_packed_by_scan_is_complete_and_no_more(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 5)
    shipment = planned(shop, ("A", 2), ("B", 1))
    a, b = walk(shop, shipment)

    def pack(*packages: tuple[Content, ...]) -> None:
        boxes = tuple(Box(contents=contents) for contents in packages)
        pack_shipment.one(call_of(shop, "7"), PackShipment(shipment, boxes))

    one, two, other = Content(a.line_id, 1), Content(a.line_id, 2), Content(b.line_id, 1)
    with pytest.raises(NotPackedAsPlanned):  # nothing was picked yet
        pack((two, other))
    pick_pieces(call_of(shop, "7"), errand_id=a.id, quantity=2)
    pick_pieces(call_of(shop, "7"), errand_id=b.id)
    for wrong in (((one, other),), ((two, one, other),), ((two, other, Content(new_id(), 1)),)):
        with pytest.raises(NotPackedAsPlanned):
            pack(*wrong)
    for empty in (((two, other), ()), ((two, other, Content(a.line_id, 0)),)):
        with pytest.raises(PackageEmpty):
            pack(*empty)
    assert not Package.objects.exists()
    pack((one,), (one, other))
    told = PackedLine.objects.order_by("package__position", "line_id").values_list("package__position", "quantity")
    assert list(told) == [(1, 1), (2, 1), (2, 1)]
