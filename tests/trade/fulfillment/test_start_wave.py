"""One round through the shelves for several shipments."""

from __future__ import annotations

from datetime import date

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.inventory.models import Holding
from dingdan.trade.fulfillment.commands import NotOnThisRound, WaveNotUsable, start_wave
from dingdan.trade.fulfillment.models import Errand, Shipment, Wave
from dingdan.trade.fulfillment.queries import to_take
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import planned, shelf, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A")
    kit.stock(shop, "B", 5)
    near, far = shelf(shop, "A-01"), shelf(shop, "Z-09")
    receive_stock.one(
        shop.call(), ReceiveStock(lines=(StockChange("A", 3, location_id=near), StockChange("A", 9, location_id=far)))
    )
    first, second = planned(shop, ("A", 2), ("B", 1)), planned(shop, ("A", 4))
    walk(shop, first, second)
    wave = Wave.objects.get()
    assert (wave.number, wave.state, wave.picker) == ("W101", "walking", "staff:7")
    assert list(Shipment.objects.order_by("id").values_list("state", "tote")) == [("picking", 1), ("picking", 2)]
    told = [(one.location, one.sku, one.tote, one.planned) for one in to_take(Shipment.objects.all())]
    assert told == [("A-01", "A", 1, 2), ("A-01", "A", 2, 1), ("Z-09", "A", 2, 3), ("main-stock", "B", 1, 1)]
    assert sum(Holding.objects.values_list("allocated", flat=True)) == 7


def test_what_expires_first_is_taken_first(shop: Shop) -> None:
    kit.stock(shop, "MILK", tracking="lot")
    for code, day in (("L2", date(2031, 2, 1)), ("L1", date(2031, 1, 1))):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("MILK", 2, code, day),)))
    walk(shop, planned(shop, ("MILK", 3)))
    assert [(one.lot, one.planned) for one in to_take(Shipment.objects.all())] == [("L1", 2), ("L2", 1)]


def test_none_too_many_and_other_nodes_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    with pytest.raises(WaveNotUsable):
        start_wave(shop.call(), shipment_ids=())
    with pytest.raises(NotFound):
        start_wave(shop.call(), shipment_ids=(new_id(),))
    assert not Wave.objects.exists()


def test_what_stands_still_is_refused_whole(shop: Shop) -> None:
    kit.stock(shop, "A", 50)
    good, order = planned(shop, ("A", 1)), kit.place(shop, ("A", 1))
    held = kit.plan(shop, order).shipments[0].shipment_id
    hold_order(shop.call(), order_id=order.order_id, reason="wait")
    with pytest.raises(NotOnThisRound):
        start_wave(shop.call(), shipment_ids=(good, held))
    assert set(Shipment.objects.values_list("state", flat=True)) == {"planned"}
    assert not Errand.objects.exists()
