"""Pieces are taken one by one, of the lot that is there."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import NotChoosable, ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.inventory.models import Holding, Move
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.commands import (
    NotSoMany,
    SerialWanted,
    ShipShipment,
    pick_pieces,
    ship_shipments,
)
from dingdan.trade.fulfillment.models import Errand, Pick, Shipment, Wave
from dingdan.trade.orders.models import OrderLine
from tests import kit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import call_of, planned, walk


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 2)))
    told = pick_pieces(call_of(shop, "7"), errand_id=errand.id)
    assert (told.quantity, told.left, told.is_gathered) == (1, 1, False)
    assert pick_pieces(call_of(shop, "7"), errand_id=errand.id).is_gathered
    assert (Wave.objects.get().state, Shipment.objects.get().state) == ("ended", "picking")
    assert Shipment.objects.get().gathered_at is not None
    assert [(pick.picker, pick.quantity) for pick in Pick.objects.all()] == [("staff:7", 1), ("staff:7", 1)]


def test_more_than_planned_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 2)))
    with pytest.raises(NotSoMany):
        pick_pieces(call_of(shop, "7"), errand_id=errand.id, quantity=3)
    with pytest.raises(NotFound):
        pick_pieces(call_of(shop, "7"), errand_id=new_id())
    assert not Pick.objects.exists()


def test_a_scan_that_is_sent_twice_counts_once(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 2)))
    call = call_of(shop, "7")
    assert pick_pieces(call, errand_id=errand.id) == pick_pieces(call, errand_id=errand.id)
    assert Errand.objects.get().picked == 1


def test_two_scans_at_once_never_take_more_than_planned(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    (errand,) = walk(shop, planned(shop, ("A", 1)))
    told: list[str] = []

    def scan() -> None:
        try:
            told.append(type(pick_pieces(call_of(shop, "7"), errand_id=errand.id)).__name__)
        except Refusal as refusal:
            told.append(type(refusal).__name__)
        connection.close()

    threads = [threading.Thread(target=scan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["NotSoMany", "NotSoMany", "PiecesPicked"]
    assert Errand.objects.get().picked == 1


def test_another_lot_may_be_taken_and_is_what_leaves(shop: Shop) -> None:
    kit.stock(shop, "MILK", tracking="lot")
    for code in ("L1", "L2"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("MILK", 2, code),)))
    shipment = planned(shop, ("MILK", 2))
    (errand,) = walk(shop, shipment)
    pick_pieces(call_of(shop, "7"), errand_id=errand.id)
    with pytest.raises(NotFound):
        pick_pieces(call_of(shop, "7"), errand_id=errand.id, lot_code="L9")
    other = pick_pieces(call_of(shop, "7"), errand_id=errand.id, lot_code="L2")
    assert other.errand_id != errand.id
    assert other.is_gathered
    ship_shipments.one(shop.call(), ShipShipment(shipment))
    assert sorted(Move.objects.filter(reason="issue").values_list("lot__code", "quantity")) == [("L1", 1), ("L2", 1)]


def test_a_piece_with_a_serial_number_is_named_by_it(shop: Shop) -> None:
    kit.stock(shop, "CAM", tracking="serial")
    receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange("CAM", 1, code) for code in ("S1", "S2", "S3"))))
    first, second = walk(shop, planned(shop, ("CAM", 1))), walk(shop, planned(shop, ("CAM", 1)))
    with pytest.raises(SerialWanted):
        pick_pieces(call_of(shop, "7"), errand_id=first[0].id)
    with pytest.raises(NotChoosable):  # it is another shipment's
        pick_pieces(call_of(shop, "7"), errand_id=first[0].id, lot_code="S2")
    assert pick_pieces(call_of(shop, "7"), errand_id=first[0].id, lot_code="S3").is_gathered
    assert sorted(Holding.objects.filter(allocated=1).values_list("lot__code", flat=True)) == ["S2", "S3"]
    assert second[0].lot is not None
    assert second[0].lot.code == "S2"


def test_what_is_canceled_meanwhile_is_not_taken_any_more(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    shipment = kit.plan(shop, order).shipments[0].shipment_id
    (errand,) = walk(shop, shipment)
    pick_pieces(call_of(shop, "7"), errand_id=errand.id, quantity=3)
    line = OrderLine.objects.get()
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line.id, 2),)))
    assert list(Errand.objects.values_list("planned", "picked")) == [(1, 1)]
    assert Holding.objects.get(location__kind="stock").allocated == 1
    assert list(queries.law_picked_is_the_sum_of_picks()) == []
