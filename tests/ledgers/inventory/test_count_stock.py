"""What was counted is what the books say from now on."""

from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import (
    CountedGoods,
    CountStock,
    LotMissing,
    OneSerialOnePiece,
    ReservedStock,
    allocate_stock,
    count_stock,
    save_location,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Move
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    kit.stock(shop, "B", 4)
    kit.stock(shop, "C", 2)
    here = book.place_of()
    event = count_stock.one(
        shop.call(), CountStock(lines=(CountedGoods("A", here, 7), CountedGoods("B", here, 6), CountedGoods("C", here, 2)))
    )
    assert [(line.counted, line.change) for line in event.lines] == [(7, -3), (6, 2), (2, 0)]
    assert kit.levels(variant) == (7, 0)
    moves = [(move.source.code, move.target.code, move.quantity) for move in Move.objects.filter(reason="count").order_by("id")]
    assert moves == [("main-stock", "scrap", 3), ("scrap", "main-stock", 2)]
    assert book.sound()


def test_what_was_never_there_is_found(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(), 3),)))
    assert kit.levels(variant) == (3, 0)
    assert book.sound()


def test_lots_and_places_are_counted_apart(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    shelf = save_location(shop.call(), code="A-01").location_id
    book.receive(shop, "M", 5, lot="L1")
    book.receive(shop, "M", 5, lot="L2", location_id=shelf)
    lines = (CountedGoods("M", book.place_of(), 4, "L1"), CountedGoods("M", shelf, 6, "L2"), CountedGoods("M", shelf, 1, "L3"))
    count_stock.one(shop.call(), CountStock(lines=lines))
    assert book.lying("M") == [("A-01", "L2", 6, 0), ("A-01", "L3", 1, 0), ("main-stock", "L1", 4, 0)]
    assert book.sound()


def test_places_that_are_not_for_sale_are_counted_too(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    damaged = book.place_of(LocationKind.DAMAGED)
    book.receive(shop, "A", 3, location_id=damaged)
    count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", damaged, 1),)))
    assert (book.lying("A"), kit.levels(variant)) == ([("main-damaged", "", 1, 0)], (0, 0))
    assert book.sound()


def test_to_what_is_reserved_but_not_below(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 3))
    with book.refused(ReservedStock):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(), 2),)))
    count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(), 3),)))
    assert kit.levels(variant) == (3, 3)


def test_below_what_was_chosen_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shelf = save_location(shop.call(), code="A-01").location_id
    book.receive(shop, "A", 5, location_id=shelf)
    order = kit.place(shop, ("A", 4))
    allocate_stock(shop.call(), document_id=order.order_id)
    assert book.lying("A") == [("A-01", "", 5, 4), ("main-stock", "", 5, 0)]
    with book.refused(ReservedStock):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", shelf, 3),)))
    count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", shelf, 4),)))
    assert book.sound()


@pytest.mark.parametrize("counted", [-1, 10**12, True, "1"])
def test_a_number_that_is_none_is_refused(shop: Shop, counted: Any) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(QuantityOutOfRange, field="lines.0.counted"):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(), counted),)))


def test_the_same_place_twice_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    line = CountedGoods("A", book.place_of(), 5)
    with book.refused(Invalid, field="lines.1"):
        count_stock.one(shop.call(), CountStock(lines=(line, line)))


def test_places_that_cannot_be_counted_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(NotFound, field="lines.0.location_id"):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", new_id(), 5),)))
    for kind in (LocationKind.TRANSIT, LocationKind.CUSTOMER, LocationKind.SCRAP):
        with book.refused(Invalid, field="lines.0.location_id"):
            count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(kind), 5),)))


def test_lots_that_do_not_fit_are_refused(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    kit.stock(shop, "P", tracking="serial")
    with book.refused(LotMissing, field="lines.0.lot_code"):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("M", book.place_of(), 5),)))
    with book.refused(OneSerialOnePiece, field="lines.0.counted"):
        count_stock.one(shop.call(), CountStock(lines=(CountedGoods("P", book.place_of(), 2, "S1"),)))


def test_while_orders_come_the_count_is_exact(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 20)

    def act(index: int) -> object:
        if index == 3:
            return count_stock.one(shop.call(), CountStock(lines=(CountedGoods("A", book.place_of(), 12),)))
        return kit.place(shop, ("A", 1))

    outcomes = kit.in_threads(act, 10)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 9 + ["StockCounted"]
    assert kit.levels(variant) == (12, 9)
    assert book.sound()


def test_many_in_one_batch(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 9)
    kit.place(shop, ("A", 4))
    here = book.place_of()
    wanted = [CountedGoods("A", here, 7), CountedGoods("A", here, 3), CountedGoods("A", new_id(), 5), CountedGoods("A", here, 8)]
    outcomes: list[Any] = count_stock.many([(shop.call(), CountStock(lines=(line,))) for line in wanted])
    assert [type(outcome).__name__ for outcome in outcomes] == ["StockCounted", "ReservedStock", "NotFound", "StockCounted"]
    assert [line.change for outcome in (outcomes[0], outcomes[3]) for line in outcome.lines] == [-2, 1]
    assert kit.levels(variant) == (8, 4)
    assert book.sound()


def test_lots_that_many_calls_find_are_made_once(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    lines = [CountedGoods("M", book.place_of(), counted, lot) for counted, lot in ((3, "L1"), (2, "L2"), (5, "L1"))]
    outcomes: list[Any] = count_stock.many([(shop.call(), CountStock(lines=(line,))) for line in lines])
    assert [outcome.lines[0].change for outcome in outcomes] == [3, 2, 2]
    assert book.lying("M") == [("main-stock", "L1", 5, 0), ("main-stock", "L2", 2, 0)]
    assert book.sound()
