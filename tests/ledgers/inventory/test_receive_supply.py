"""Announced goods come, and go to those to whom they were promised."""

from datetime import date
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import (
    AboveExpected,
    ArrivedGoods,
    BelongsToTransfer,
    LotMissing,
    StockChange,
    dispatch_transfer,
    receive_supply,
    save_location,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Move, Supply
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    event = receive_supply(shop.call(), lines=(ArrivedGoods(supply, 4),))
    assert event.supply_ids == (supply,)
    assert [(line.variant_id, line.quantity) for line in event.lines] == [(variant, 4)]
    assert kit.levels(variant) == (4, 0)
    assert Supply.objects.get().received == 4
    assert Move.objects.get().supply_id == supply
    assert book.sound()


def test_those_to_whom_it_was_promised_get_it(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    waiting = kit.place(shop, ("A", 2))
    supply = book.announce(shop, "A", 4)
    promised = kit.place(shop, ("A", 3))
    assert (book.answers(waiting), book.answers(promised)) == ([("supply", 2)], [("supply", 2)])
    event = receive_supply(shop.call(), lines=(ArrivedGoods(supply, 3),))
    assert event.document_ids == (waiting.order_id, promised.order_id)
    assert (book.answers(waiting), book.answers(promised)) == ([("stock", 2)], [("supply", 1), ("stock", 1)])
    assert (kit.levels(variant), book.owed("A")) == ((3, 3), 2)
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1),))
    assert (kit.levels(variant), book.owed("A")) == ((4, 4), 1)
    assert book.sound()


def test_even_what_is_kept_back_from_sale_keeps_a_promise(shop: Shop) -> None:
    from dingdan.ledgers.inventory.commands import set_safety_stock

    variant = kit.stock(shop, "A", shortage="backorder")
    set_safety_stock(shop.call(), sku="A", quantity=10)
    supply = book.announce(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 5),))
    assert (book.answers(order), kit.levels(variant)) == ([("stock", 2)], (5, 2))
    assert book.sound()


def test_what_nobody_was_promised_goes_to_who_waits(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    first, second = book.announce(shop, "A", 2), book.announce(shop, "A", 2)
    order = kit.place(shop, ("A", 3))
    assert book.answers(order) == [("supply", 2), ("supply", 1)]
    receive_supply(shop.call(), lines=(ArrivedGoods(second, 2),))
    assert sorted(book.answers(order)) == [("stock", 1), ("stock", 1), ("supply", 1)]
    assert book.sound()
    receive_supply(shop.call(), lines=(ArrivedGoods(first, 2),))
    assert sum(quantity for kind, quantity in book.answers(order) if kind == "stock") == 3
    assert book.owed("A") == 0
    assert book.sound()


def test_in_several_lots_and_places_at_once(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    supply, shelf = book.announce(shop, "M", 10), save_location(shop.call(), code="A-01").location_id
    lines = (ArrivedGoods(supply, 6, "L1", date(2027, 1, 1)), ArrivedGoods(supply, 4, "L2", date(2027, 2, 1), shelf))
    receive_supply(shop.call(), lines=lines)
    assert book.lying("M") == [("A-01", "L2", 4, 0), ("main-stock", "L1", 6, 0)]
    assert Supply.objects.get().received == 10
    assert book.sound()


def test_more_than_was_announced_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    with book.refused(AboveExpected, field="lines"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, 6), ArrivedGoods(supply, 5)))
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 10),))
    with book.refused(AboveExpected, field="lines"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1),))


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, quantity),))


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    supply = book.announce(shop, "A", 10)
    with book.refused(Invalid, field="lines"):
        receive_supply(shop.call(), lines=())
    with book.refused(NotFound, field="lines.0.supply_id"):
        receive_supply(shop.call(), lines=(ArrivedGoods(new_id(), 1),))
    elsewhere = book.place_of(LocationKind.INSPECTION)
    with book.refused(NotFound, field="lines.0.location_id"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1, location_id=elsewhere),))
    with book.refused(NotFound, field="lines.0.location_id"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1, location_id=new_id()),))


def test_a_lot_is_wanted_where_there_are_lots(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    supply = book.announce(shop, "M", 10)
    with book.refused(LotMissing, field="lines.0.lot_code"):
        receive_supply(shop.call(), lines=(ArrivedGoods(supply, 1),))


def test_goods_between_nodes_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    dispatch_transfer(shop.call(), lines=(StockChange("A", 1),), source_node_id=book.main(), target_node_id=book.east(shop))
    with book.refused(BelongsToTransfer, field="lines.0.supply_id"):
        receive_supply(shop.call(), lines=(ArrivedGoods(Supply.objects.get().id, 1),))


def test_the_same_goods_at_once_come_once(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 10)
    kit.place(shop, ("A", 7))
    outcomes = kit.in_threads(lambda _index: receive_supply(shop.call(), lines=(ArrivedGoods(supply, 4),)), 4)
    assert kit.kinds(outcomes) == ["AboveExpected", "AboveExpected", "SupplyReceived", "SupplyReceived"]
    assert (kit.levels(variant), book.owed("A")) == ((8, 7), 0)
    assert book.sound()


def test_while_orders_come_the_promised_get_theirs(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 12)
    early = [kit.place(shop, ("A", 1)) for _ in range(4)]

    def act(index: int) -> object:
        return receive_supply(shop.call(), lines=(ArrivedGoods(supply, 6),)) if index in (2, 5) else kit.place(shop, ("A", 1))

    outcomes = kit.in_threads(act, 8)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 6 + ["SupplyReceived"] * 2
    assert [book.answers(order) for order in early] == [[("stock", 1)]] * 4
    assert kit.levels(variant) == (12, 10)
    assert book.owed("A") == 0
    assert book.sound()
