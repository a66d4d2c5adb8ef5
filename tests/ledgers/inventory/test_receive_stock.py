"""Goods come from a supplier, and go at once to whoever waits for them."""

from datetime import date
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import BrokenText
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    ClosedPlace,
    LotMissing,
    LotNotTracked,
    NoSuchStock,
    OneSerialOnePiece,
    ReceiveStock,
    SerialThere,
    StockChange,
    move_stock,
    receive_stock,
    save_location,
    save_owner,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Lot, Move
from dingdan.ledgers.inventory.rules import MovedGoods
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    event = receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 7),)))
    assert [(line.variant_id, line.node_id, line.quantity) for line in event.lines] == [(variant, book.main(), 7)]
    assert event.document_ids == ()
    assert kit.levels(variant) == (7, 0)
    assert book.lying("A") == [("main-stock", "", 7, 0)]
    move = Move.objects.get()
    assert (move.source.code, move.target.code, move.quantity, move.reason) == ("supplier", "main-stock", 7, "receive")
    assert book.sound()


def test_the_same_sku_on_two_lines_adds_up(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 3), StockChange("A", 4))))
    assert kit.levels(variant) == (7, 0)
    assert Move.objects.count() == 2


def test_the_same_key_receives_once(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    for _ in range(2):
        receive_stock.one(shop.call("delivery 1"), ReceiveStock(lines=(StockChange("A", 3),)))
    assert kit.levels(variant) == (3, 0)


def test_into_another_node_and_for_a_consignor(shop: Shop) -> None:
    kit.stock(shop, "A")
    node, party = book.east(shop), new_id()
    save_owner(shop.call(), kind="consignor", party_id=party)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 3),), node_id=node, owner_id=party))
    assert [(line.node, line.owner_id, line.on_hand) for line in queries.stock()] == [("east", party, 3)]
    assert book.sound()


def test_into_a_place_for_inspection_it_is_not_for_sale(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    book.receive(shop, "A", 5, location_id=book.place_of(LocationKind.INSPECTION))
    assert kit.levels(variant) == (0, 0)
    assert book.lying("A") == [("main-inspection", "", 5, 0)]
    assert book.sound()


def test_lots_are_kept_apart_with_their_dates(shop: Shop) -> None:
    variant = kit.stock(shop, "MILK", tracking="lot")
    book.receive(shop, "MILK", 5, lot="L2", until=date(2026, 12, 2))
    book.receive(shop, "MILK", 3, lot="L1", until=date(2026, 12, 1))
    book.receive(shop, "MILK", 4, lot="L1", until=date(2027, 1, 1))
    assert book.lying("MILK") == [("main-stock", "L1", 7, 0), ("main-stock", "L2", 5, 0)]
    assert list(Lot.objects.order_by("code").values_list("code", "expires_on", "is_serial")) == [
        ("L1", date(2026, 12, 1), False),
        ("L2", date(2026, 12, 2), False),
    ]
    assert kit.levels(variant) == (12, 0)
    assert book.sound()


def test_a_serial_number_is_one_piece_in_one_place(shop: Shop) -> None:
    kit.stock(shop, "PHONE", tracking="serial")
    east = book.east(shop)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("PHONE", 1, "S1"), StockChange("PHONE", 1, "S2"))))
    assert book.lying("PHONE") == [("main-stock", "S1", 1, 0), ("main-stock", "S2", 1, 0)]
    with book.refused(SerialThere):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("PHONE", 1, "S1"),)))
    with book.refused(SerialThere):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("PHONE", 1, "S1"),), node_id=east))
    with book.refused(SerialThere):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("PHONE", 1, "S3"), StockChange("PHONE", 1, "S3"))))
    assert book.sound()


def test_what_arrives_goes_to_who_waits_oldest_first(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    first, second, third = (kit.place(shop, ("A", 2)) for _ in range(3))
    assert book.owed("A") == 6
    event = receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 3),)))
    assert event.document_ids == (first.order_id, second.order_id)
    assert (book.answers(first), book.answers(second), book.answers(third)) == ([("stock", 2)], [("stock", 1)], [])
    assert (kit.levels(variant), book.owed("A")) == ((3, 3), 3)
    assert book.sound()


def test_what_arrives_unannounced_also_answers_who_was_promised_later_goods(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 2)
    promised, waiting = kit.place(shop, ("A", 2)), kit.place(shop, ("A", 1))
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 2),)))
    assert (book.answers(promised), book.answers(waiting)) == ([("stock", 2)], [("supply", 1)])
    assert queries.supplies_by_id([supply])[supply].pegged == 1
    assert book.owed("A") == 1
    assert book.sound()


def test_goods_of_another_owner_answer_nobody(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    order, party = kit.place(shop, ("A", 2)), new_id()
    save_owner(shop.call(), kind="consignor", party_id=party)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 5),), owner_id=party))
    assert book.answers(order) == []
    assert book.sound()


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True, 1.5, "5"])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A")
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", quantity),)))


def test_no_lines_are_refused(shop: Shop) -> None:
    with book.refused(Invalid, field="lines"):
        receive_stock.one(shop.call(), ReceiveStock(lines=()))


def test_an_unknown_sku_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    with book.refused(NoSuchStock, field="lines.1.sku"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 1), StockChange("NONE", 1))))


def test_what_needs_no_stock_is_refused(shop: Shop) -> None:
    kit.stock(shop, "GIFT", needs_stock=False)
    with book.refused(NoSuchStock, field="lines.0.sku"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("GIFT", 1),)))


def test_broken_text_is_refused(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    with book.refused(BrokenText, field="lines.0.sku"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A\x00", 1),)))
    with book.refused(BrokenText, field="lines.0.lot_code"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("M", 1, "\ud800"),)))


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    line = (StockChange("A", 1),)
    with book.refused(NotFound, field="node_id"):
        receive_stock.one(shop.call(), ReceiveStock(lines=line, node_id=new_id()))
    with book.refused(NotFound, field="owner_id"):
        receive_stock.one(shop.call(), ReceiveStock(lines=line, owner_id=new_id()))
    with book.refused(NotFound, field="lines.0.location_id"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 1, location_id=new_id()),)))
    with book.refused(NotFound, field="lines.0.location_id"):  # nor straight to the customer
        receive_stock.one(
            shop.call(), ReceiveStock(lines=(StockChange("A", 1, location_id=book.place_of(LocationKind.CUSTOMER)),))
        )
    with book.refused(NotFound, field="lines.0.location_id"):  # nor onto the way between nodes
        receive_stock.one(
            shop.call(), ReceiveStock(lines=(StockChange("A", 1, location_id=book.place_of(LocationKind.TRANSIT)),))
        )


def test_a_closed_place_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    shelf = save_location(shop.call(), code="A-01").location_id
    save_location(shop.call(), code="A-01", active=False)
    with book.refused(ClosedPlace, field="lines.0.location_id"):
        book.receive(shop, "A", 1, location_id=shelf)


def test_lots_that_do_not_fit_are_refused(shop: Shop) -> None:
    for sku, tracking in (("A", "none"), ("M", "lot"), ("P", "serial")):
        kit.stock(shop, sku, tracking=tracking)
    with book.refused(LotNotTracked, field="lines.0.lot_code"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 1, "L1"),)))
    with book.refused(LotMissing, field="lines.0.lot_code"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("M", 1),)))
    with book.refused(OneSerialOnePiece, field="lines.0.quantity"):
        receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("P", 2, "S1"),)))


def test_a_serial_number_that_left_the_stock_may_come_again(shop: Shop) -> None:
    kit.stock(shop, "P", tracking="serial")
    book.receive(shop, "P", 1, lot="S1")
    scrap = MovedGoods("P", 1, book.place_of(), book.place_of(LocationKind.SCRAP), "S1")
    move_stock(shop.call(), lines=(scrap,))
    book.receive(shop, "P", 1, lot="S1")
    assert book.lying("P") == [("main-stock", "S1", 1, 0)]
    assert book.sound()


def test_many_at_once_receive_all(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    outcomes = kit.in_threads(lambda index: book.receive(shop, "A", index + 1), 8)
    assert outcomes == [None] * 8
    assert kit.levels(variant) == (36, 0)
    assert book.sound()


def test_the_same_serial_number_at_once_arrives_once(shop: Shop) -> None:
    kit.stock(shop, "P", tracking="serial")
    nodes = [book.main(), book.east(shop)]
    outcomes = kit.in_threads(lambda index: book.receive(shop, "P", 1, lot="S1", node_id=nodes[index % 2]), 4)
    assert kit.kinds(outcomes) == ["NoneType", "SerialThere", "SerialThere", "SerialThere"]
    assert book.sound()


def _kinds(outcomes: list[Any]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


def test_many_in_one_batch(shop: Shop) -> None:
    first, second = kit.stock(shop, "A"), kit.stock(shop, "B")
    calls = [
        (shop.call("delivery 1"), ReceiveStock(lines=(StockChange("A", 3), StockChange("B", 1)))),
        (shop.call(), ReceiveStock(lines=(StockChange("A", 2), StockChange("NONE", 1)))),
        (shop.call(), ReceiveStock(lines=(StockChange("A", 0),))),
        (shop.call(), ReceiveStock(lines=(StockChange("A", 1),), node_id=new_id())),
        (shop.call(), ReceiveStock(lines=(StockChange("A", 1),), owner_id=new_id())),
        (shop.call(), ReceiveStock(lines=(StockChange("A", 4),))),
        (shop.call("delivery 1"), ReceiveStock(lines=(StockChange("A", 3), StockChange("B", 1)))),
        (shop.call("delivery 1"), ReceiveStock(lines=(StockChange("A", 9),))),
    ]
    refused = ["NoSuchStock", "QuantityOutOfRange", "NotFound", "NotFound"]
    told = _kinds(receive_stock.many(calls))
    assert told == ["StockReceived", *refused, "StockReceived", "StockReceived", "KeyReused"]
    assert (kit.levels(first), kit.levels(second)) == ((7, 0), (1, 0))
    assert _kinds(receive_stock.many(calls)) == ["StockReceived", *refused, "StockReceived", "StockReceived", "KeyReused"]
    assert kit.levels(first) == (7, 0)
    assert book.sound()


def test_a_serial_number_comes_once_and_takes_no_neighbor_down(shop: Shop) -> None:
    kit.stock(shop, "PHONE", tracking="serial")
    kit.stock(shop, "A")
    lines = [StockChange("PHONE", 1, "S1"), StockChange("PHONE", 1, "S1"), StockChange("A", 2), StockChange("PHONE", 1, "S2")]
    outcomes = receive_stock.many([(shop.call(), ReceiveStock(lines=(line,))) for line in lines])
    assert _kinds(outcomes) == ["StockReceived", "SerialThere", "StockReceived", "StockReceived"]
    assert book.lying("PHONE") == [("main-stock", "S1", 1, 0), ("main-stock", "S2", 1, 0)]
    assert book.sound()


def test_each_call_of_a_batch_tells_whom_its_own_goods_went_to(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    kit.stock(shop, "B", shortage="backorder")
    first, second, third = (kit.place(shop, ("A", 2)) for _ in range(3))
    other = kit.place(shop, ("B", 1))
    lines = [StockChange("B", 5), StockChange("A", 3), StockChange("A", 1), StockChange("A", 9)]
    told: list[Any] = receive_stock.many([(shop.call(), ReceiveStock(lines=(line,))) for line in lines])
    orders = [(other,), (first, second), (second,), (third,)]
    assert [event.document_ids for event in told] == [tuple(one.order_id for one in some) for some in orders]
    assert (book.owed("A"), book.owed("B")) == (0, 0)
    assert kit.levels(book.variant("A")) == (13, 6)
    assert book.sound()


def test_batches_at_once_serve_who_waits_once(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    kit.stock(shop, "B", shortage="backorder")
    for _ in range(4):
        kit.place(shop, ("A", 1), ("B", 1))

    def receive(index: int) -> list[str]:
        skus = ("A", "B") if index % 2 else ("B", "A")
        return _kinds(receive_stock.many([(shop.call(), ReceiveStock(lines=(StockChange(sku, 1),))) for sku in skus * 2]))

    assert kit.in_threads(receive, 3) == [["StockReceived"] * 4] * 3
    assert kit.levels(book.variant("A")) == kit.levels(book.variant("B")) == (6, 4)
    assert (book.owed("A"), book.owed("B")) == (0, 0)
    assert book.sound()
