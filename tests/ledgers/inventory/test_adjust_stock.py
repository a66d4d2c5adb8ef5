"""What the books say is corrected, with a reason, and never below what is promised."""

from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import TextMissing, TextTooLong
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    LotMissing,
    NotThere,
    ReservedStock,
    SerialThere,
    StockChange,
    adjust_stock,
    save_location,
)
from dingdan.ledgers.inventory.models import Move
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    event = adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -3), StockChange("A", 1)), reason="damage"))
    assert (event.reason, [line.quantity for line in event.lines]) == ("damage", [-3, 1])
    assert kit.levels(variant) == (8, 0)
    moves = [(move.source.code, move.target.code, move.quantity, move.reason) for move in Move.objects.order_by("id")[1:]]
    assert moves == [("main-stock", "scrap", 3, "damage"), ("scrap", "main-stock", 1, "damage")]
    assert book.sound()


def test_what_is_found_may_be_the_first_of_its_kind(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 4),), reason="found"))
    assert kit.levels(variant) == (4, 0)
    assert book.sound()


def test_at_a_place_and_of_a_lot(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    shelf = save_location(shop.call(), code="A-01").location_id
    book.receive(shop, "M", 5, lot="L1", location_id=shelf)
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("M", -2, "L1", location_id=shelf),), reason="theft"))
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("M", 1, "L2", location_id=shelf),), reason="found"))
    assert book.lying("M") == [("A-01", "L1", 3, 0), ("A-01", "L2", 1, 0)]
    assert book.sound()


def test_below_what_is_reserved_is_refused(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 3))
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -2),), reason="theft"))
    with book.refused(ReservedStock):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -1),), reason="theft"))
    assert kit.levels(variant) == (3, 3)


def test_below_nothing_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B")
    with book.refused(NotThere):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -6),), reason="theft"))
    with book.refused(NotThere):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("B", -1),), reason="theft"))


def test_more_than_lies_at_the_place_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    shelf = save_location(shop.call(), code="A-01").location_id
    with book.refused(NotThere):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -1, location_id=shelf),), reason="theft"))


@pytest.mark.parametrize("quantity", [0, 10**12, -(10**12), True, "1", 0.5])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", quantity),), reason="found"))


@pytest.mark.parametrize(("reason", "kind"), [("", TextMissing), ("x" * 33, TextTooLong)])
def test_without_a_reason_it_is_refused(shop: Shop, reason: str, kind: Any) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(kind, field="reason"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 1),), reason=reason))


def test_lots_and_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "M", tracking="lot")
    with book.refused(Invalid, field="lines"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(), reason="found"))
    with book.refused(LotMissing, field="lines.0.lot_code"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("M", 1),), reason="found"))
    with book.refused(NotFound, field="lines.0.lot_code"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("M", -1, "L1"),), reason="theft"))
    with book.refused(NotFound, field="node_id"):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 1),), reason="found", node_id=new_id()))


def test_a_serial_number_that_is_there_cannot_be_found(shop: Shop) -> None:
    kit.stock(shop, "P", tracking="serial")
    book.receive(shop, "P", 1, lot="S1")
    shelf = save_location(shop.call(), code="A-01").location_id
    with book.refused(SerialThere):
        adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("P", 1, "S1", location_id=shelf),), reason="found"))
    assert book.sound()


def test_with_orders_at_once_nothing_is_promised_twice(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)

    def act(index: int) -> object:
        if index % 2:
            return kit.place(shop, ("A", 2))
        return adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -2),), reason="theft"))

    outcomes = kit.in_threads(act, 12)
    on_hand, reserved = kit.levels(variant)
    placed = kit.kinds(outcomes).count("OrderPlaced")
    taken = kit.kinds(outcomes).count("StockAdjusted")
    assert (on_hand, reserved) == (10 - 2 * taken, 2 * placed)
    assert placed + taken == 5
    assert set(kit.kinds(outcomes)) <= {"OrderPlaced", "OutOfStock", "ReservedStock", "StockAdjusted", "NotThere"}
    assert book.sound()


def _adjust(shop: Shop, *changes: int, sku: str = "A") -> list[str]:
    wanted = [AdjustStock(lines=(StockChange(sku, change),), reason="checked") for change in changes]
    return [type(outcome).__name__ for outcome in adjust_stock.many([(shop.call(), one) for one in wanted])]


def test_many_are_decided_in_order_of_arrival(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 3)
    assert _adjust(shop, -5, 5, -5, -4, -3) == ["NotThere", "StockAdjusted", "StockAdjusted", "NotThere", "StockAdjusted"]
    assert kit.levels(variant) == (0, 0)
    assert Move.objects.count() == 4
    assert book.sound()


def test_what_is_promised_stays_while_the_others_of_the_batch_go_on(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    kit.place(shop, ("A", 3))
    assert _adjust(shop, -1, -2, -1) == ["StockAdjusted", "ReservedStock", "StockAdjusted"]
    assert kit.levels(variant) == (3, 3)
    assert book.sound()


def test_many_in_one_batch_with_lots(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    book.receive(shop, "M", 2, lot="L1")
    lines = [("L1", -1), ("L2", -1), ("L2", 3), ("L2", -1), ("", 1), ("L1", -2)]
    wanted = [AdjustStock(lines=(StockChange("M", change, lot),), reason="checked") for lot, change in lines]
    outcomes = adjust_stock.many([(shop.call(), one) for one in wanted])
    told = [type(outcome).__name__ for outcome in outcomes]
    assert told == ["StockAdjusted", "NotFound", "StockAdjusted", "StockAdjusted", "LotMissing", "NotThere"]
    assert book.lying("M") == [("main-stock", "L1", 1, 0), ("main-stock", "L2", 2, 0)]
    assert book.sound()


def test_a_batch_without_a_reason_or_an_article_refuses_those_calls_alone(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 3)
    good = AdjustStock(lines=(StockChange("A", -1),), reason="checked")
    calls = [AdjustStock(lines=good.lines, reason=""), AdjustStock(lines=(StockChange("B", -1),), reason="checked"), good]
    outcomes = adjust_stock.many([(shop.call(), one) for one in calls])
    assert [type(outcome).__name__ for outcome in outcomes] == ["TextMissing", "NoSuchStock", "StockAdjusted"]
    assert kit.levels(variant) == (2, 0)


def test_two_batches_never_take_more_than_there_is(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    outcomes = kit.in_threads(lambda _index: _adjust(shop, *[-1] * 4), 2)
    assert sorted(kind for told in outcomes for kind in told) == ["NotThere"] * 3 + ["StockAdjusted"] * 5
    assert kit.levels(variant) == (0, 0)
    assert book.sound()
