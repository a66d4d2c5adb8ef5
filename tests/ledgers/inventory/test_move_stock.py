"""Goods go between the places of a node, or to scrap; what is promised stays."""

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import (
    ClosedPlace,
    LotMissing,
    MovedGoods,
    NotThere,
    NoWayBetween,
    ReservedStock,
    allocate_stock,
    move_stock,
    save_location,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Move
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    damaged = book.place_of(LocationKind.DAMAGED)
    event = move_stock(shop.call(), lines=(MovedGoods("A", 3, book.place_of(), damaged),), reason="broken")
    assert [(line.source_id, line.target_id, line.quantity) for line in event.lines] == [(book.place_of(), damaged, 3)]
    assert book.lying("A") == [("main-damaged", "", 3, 0), ("main-stock", "", 7, 0)]
    assert kit.levels(variant) == (7, 0)
    assert Move.objects.last().reason == "broken"  # type: ignore[union-attr]
    assert book.sound()


def test_from_shelf_to_shelf_changes_nothing_for_sale(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 5))
    shelf = save_location(shop.call(), code="A-01").location_id
    move_stock(shop.call(), lines=(MovedGoods("A", 4, book.place_of(), shelf),))
    assert book.lying("A") == [("A-01", "", 4, 0), ("main-stock", "", 1, 0)]
    assert kit.levels(variant) == (5, 5)
    assert book.sound()


def test_from_inspection_to_stock_makes_it_sellable(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    inspection = book.place_of(LocationKind.INSPECTION)
    book.receive(shop, "A", 5, location_id=inspection)
    move_stock(shop.call(), lines=(MovedGoods("A", 2, inspection, book.place_of()),))
    assert kit.levels(variant) == (2, 0)


def test_to_scrap(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    move_stock(shop.call(), lines=(MovedGoods("A", 2, book.place_of(), book.place_of(LocationKind.SCRAP)),))
    assert (kit.levels(variant), book.lying("A")) == ((3, 0), [("main-stock", "", 3, 0)])
    assert book.sound()


def test_what_is_reserved_stays_in_stock(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 4))
    with book.refused(ReservedStock):
        move_stock(shop.call(), lines=(MovedGoods("A", 2, book.place_of(), book.place_of(LocationKind.DAMAGED)),))


def test_what_was_chosen_for_a_shipment_stays_where_it_is(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shelf = save_location(shop.call(), code="A-01").location_id
    order = kit.place(shop, ("A", 4))
    allocate_stock(shop.call(), document_id=order.order_id)
    with book.refused(NotThere):
        move_stock(shop.call(), lines=(MovedGoods("A", 2, book.place_of(), shelf),))
    move_stock(shop.call(), lines=(MovedGoods("A", 1, book.place_of(), shelf),))
    assert book.sound()


def test_more_than_is_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    inspection, damaged = book.place_of(LocationKind.INSPECTION), book.place_of(LocationKind.DAMAGED)
    with book.refused(NotThere):
        move_stock(shop.call(), lines=(MovedGoods("A", 6, book.place_of(), damaged),))
    with book.refused(NotThere):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, inspection, damaged),))


@pytest.mark.parametrize("kind", [LocationKind.TRANSIT, LocationKind.CUSTOMER, LocationKind.SUPPLIER, LocationKind.PRODUCTION])
def test_ways_that_do_not_exist_are_refused(shop: Shop, kind: LocationKind) -> None:
    kit.stock(shop, "A", 5)
    here, there = book.place_of(), book.place_of(kind)
    with book.refused(NoWayBetween, field="lines.0.target_id"):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, here, there),))
    with book.refused(NoWayBetween, field="lines.0.target_id"):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, there, here),))


def test_to_the_same_place_to_another_node_and_out_of_scrap_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    here, scrap, other = book.place_of(), book.place_of(LocationKind.SCRAP), book.place_of(node_id=book.east(shop))
    for source, target in ((here, here), (here, other), (scrap, here)):
        with book.refused(NoWayBetween, field="lines.0.target_id"):
            move_stock(shop.call(), lines=(MovedGoods("A", 1, source, target),))


def test_strangers_lots_and_closed_places_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "M", tracking="lot")
    here, damaged = book.place_of(), book.place_of(LocationKind.DAMAGED)
    with book.refused(NotFound, field="lines.0.source_id"):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, new_id(), here),))
    with book.refused(NotFound, field="lines.0.target_id"):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, here, new_id()),))
    with book.refused(LotMissing, field="lines.0.lot_code"):
        move_stock(shop.call(), lines=(MovedGoods("M", 1, here, damaged),))
    with book.refused(NotFound, field="lines.0.lot_code"):
        move_stock(shop.call(), lines=(MovedGoods("M", 1, here, damaged, "L9"),))
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        move_stock(shop.call(), lines=(MovedGoods("A", 0, here, damaged),))
    shelf = save_location(shop.call(), code="A-01").location_id
    save_location(shop.call(), code="A-01", active=False)
    with book.refused(ClosedPlace, field="lines.0.target_id"):
        move_stock(shop.call(), lines=(MovedGoods("A", 1, here, shelf),))


def test_to_and_fro_at_once(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 20)
    shelf, here = save_location(shop.call(), code="A-01").location_id, book.place_of()
    move_stock(shop.call(), lines=(MovedGoods("A", 10, here, shelf),))
    ways = [(here, shelf), (shelf, here)]
    outcomes = kit.in_threads(lambda index: move_stock(shop.call(), lines=(MovedGoods("A", 1, *ways[index % 2]),)), 12)
    assert kit.kinds(outcomes) == ["StockMoved"] * 12
    assert book.lying("A") == [("A-01", "", 10, 0), ("main-stock", "", 10, 0)]
    assert kit.levels(variant) == (20, 0)
    assert book.sound()
