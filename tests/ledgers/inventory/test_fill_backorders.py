"""Whoever waits gets what is there, oldest first."""

from typing import Any

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    FillBackorders,
    StockChange,
    adjust_stock,
    fill_backorders,
    save_owner,
    set_safety_stock,
)
from dingdan.ledgers.inventory.models import Peg
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def _found(shop: Shop, sku: str, quantity: int, **more: object) -> None:
    """Pieces that turn up by a correction, which gives them to nobody."""
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange(sku, quantity),), reason="found", **more))  # type: ignore[arg-type]


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    first, second = kit.place(shop, ("A", 3)), kit.place(shop, ("A", 3))
    _found(shop, "A", 4)
    event = fill_backorders.one(shop.call(at=book.NOON), FillBackorders(variant_ids=(variant,)))
    assert event.demand_ids == (book.demand(first).id, book.demand(second).id)
    assert event.document_ids == (first.order_id, second.order_id)
    assert (event.quantity, event.promised) == (4, 0)
    assert (book.answers(first), book.answers(second)) == ([("stock", 3)], [("stock", 1)])
    assert (book.demand(first).due_at, book.demand(second).due_at) == (book.NOON, None)
    assert (kit.levels(variant), book.owed("A")) == ((4, 4), 2)
    assert book.sound()


def test_nobody_waits_and_nothing_is_there(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5, shortage="backorder")
    assert fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,))).quantity == 0
    kit.place(shop, ("A", 6))
    assert fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant, new_id()))).quantity == 0
    assert Peg.objects.count() == 1
    assert book.sound()


def test_a_second_time_does_nothing(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    kit.place(shop, ("A", 3))
    _found(shop, "A", 9)
    assert fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,))).quantity == 3
    assert fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,))).quantity == 0
    assert kit.levels(variant) == (9, 3)


def test_who_was_promised_later_goods_gets_stock_and_lets_them_go(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    book.announce(shop, "A", 3)
    first, second = kit.place(shop, ("A", 3)), kit.place(shop, ("A", 2))
    _found(shop, "A", 2)
    event = fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,)))
    assert (event.quantity, event.promised) == (2, 2)
    assert (book.answers(first), book.answers(second)) == ([("supply", 1), ("stock", 2)], [("supply", 2)])
    assert book.owed("A") == 3
    assert book.sound()


def test_from_several_nodes(shop: Shop) -> None:
    variant, east = kit.stock(shop, "A", shortage="backorder"), book.east(shop)
    order = kit.place(shop, ("A", 5))
    _found(shop, "A", 2)
    _found(shop, "A", 2, node_id=east)
    fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,)))
    assert book.answers(order) == [("stock", 2), ("stock", 2)]
    assert book.sound()


def test_what_is_kept_back_and_what_others_own_stays(shop: Shop) -> None:
    variant, party = kit.stock(shop, "A", shortage="backorder"), new_id()
    order = kit.place(shop, ("A", 5))
    set_safety_stock(shop.call(), sku="A", quantity=2)
    save_owner(shop.call(), kind="consignor", party_id=party)
    _found(shop, "A", 3)
    _found(shop, "A", 3, owner_id=party)
    fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,)))
    assert book.answers(order) == [("stock", 1)]
    assert book.sound()


def test_at_once_nothing_is_given_twice(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    for _ in range(5):
        kit.place(shop, ("A", 2))
    _found(shop, "A", 6)
    outcomes = kit.in_threads(lambda _index: fill_backorders.one(shop.call(), FillBackorders(variant_ids=(variant,))), 4)
    assert kit.kinds(outcomes) == ["BackordersFilled"] * 4
    assert sum(outcome.quantity for outcome in outcomes) == 6
    assert (kit.levels(variant), book.owed("A")) == ((6, 6), 4)
    assert book.sound()


def test_who_asks_first_is_told_what_there_was(shop: Shop) -> None:
    first, second = kit.stock(shop, "A", shortage="backorder"), kit.stock(shop, "B", shortage="backorder")
    one, two = kit.place(shop, ("A", 2)), kit.place(shop, ("B", 1), ("A", 1))
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 9), StockChange("B", 9)), reason="found"))
    wanted = [(first,), (first, second), (second, new_id())]
    told: list[Any] = fill_backorders.many([(shop.call(), FillBackorders(ids)) for ids in wanted])
    assert [(event.document_ids, event.quantity) for event in told] == [
        ((one.order_id, two.order_id), 3), ((two.order_id,), 1), ((), 0),
    ]  # fmt: skip
    assert kit.levels(first) == (9, 3)
    assert book.sound()
