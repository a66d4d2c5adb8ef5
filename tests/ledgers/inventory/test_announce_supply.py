"""Goods are announced, and promised to whoever waits."""

from datetime import datetime
from typing import Any

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import UnusableCode
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import BelongsToTransfer, ExpectedGoods, NoSuchStock, announce_supply
from dingdan.ledgers.inventory.models import Supply
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A")
    event = announce_supply(shop.call(), lines=(ExpectedGoods("A", 10, book.later(7)), ExpectedGoods("A", 5)))
    assert [(line.variant_id, line.quantity, line.expected_at) for line in event.lines] == [
        (variant, 10, book.later(7)),
        (variant, 5, None),
    ]
    assert event.demand_ids == ()
    rows = Supply.objects.order_by("id").values_list("document_kind", "quantity", "received", "pegged", "expected_at")
    assert list(rows) == [("supply", 10, 0, 0, book.later(7)), ("supply", 5, 0, 0, None)]
    assert {row.document_id for row in Supply.objects.all()} == {event.document_id}
    assert kit.levels(variant) == (0, 0)
    assert book.sound()


def test_for_a_document_and_a_node(shop: Shop) -> None:
    kit.stock(shop, "A")
    node, document = book.east(shop), new_id()
    announce_supply(
        shop.call(), lines=(ExpectedGoods("A", 10),), node_id=node, document_kind="purchase_order", document_id=document
    )
    supply = Supply.objects.get()
    assert (supply.node_id, supply.document_kind, supply.document_id) == (node, "purchase_order", document)
    assert [row.id for row in queries.supplies_of(document)] == [supply.id]


def test_it_answers_who_waits_and_tells_when(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    first, second = kit.place(shop, ("A", 3)), kit.place(shop, ("A", 3))
    assert (book.demand(first).due_at, book.demand(second).due_at) == (None, None)
    goods = (ExpectedGoods("A", 2, book.later(9)), ExpectedGoods("A", 3, book.later(7)))
    event = announce_supply(shop.call(at=book.NOON), lines=goods)
    assert event.demand_ids == (book.demand(first).id, book.demand(second).id)
    assert event.document_ids == ()
    assert (book.answers(first), book.answers(second)) == ([("supply", 3)], [("supply", 2)])
    # The second still misses a piece, so nobody knows when.
    assert (book.demand(first).due_at, book.demand(second).due_at) == (book.later(7), None)
    assert book.owed("A") == 6
    assert book.sound()


def test_stock_that_lies_free_goes_first(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    order = kit.place(shop, ("A", 5))
    # Put there by a correction, which gives to nobody.
    from dingdan.ledgers.inventory.commands import AdjustStock, StockChange, adjust_stock

    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 2),), reason="found"))
    event = announce_supply(shop.call(), lines=(ExpectedGoods("A", 9),))
    assert event.document_ids == (order.order_id,)
    assert book.answers(order) == [("stock", 2), ("supply", 3)]
    assert book.sound()


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A")
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", quantity),))


def test_a_time_without_a_zone_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    with book.refused(Invalid, field="lines.0.expected_at"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", 1, datetime(2026, 12, 1)),))  # noqa: DTZ001


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    with book.refused(Invalid, field="lines"):
        announce_supply(shop.call(), lines=())
    with book.refused(NoSuchStock, field="lines.0.sku"):
        announce_supply(shop.call(), lines=(ExpectedGoods("NONE", 1),))
    with book.refused(NotFound, field="node_id"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", 1),), node_id=new_id())
    with book.refused(NotFound, field="owner_id"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", 1),), owner_id=new_id())


def test_a_transfer_cannot_be_made_up(shop: Shop) -> None:
    kit.stock(shop, "A")
    with book.refused(BelongsToTransfer, field="document_kind"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", 1),), document_kind="transfer")
    with book.refused(UnusableCode, field="document_kind"):
        announce_supply(shop.call(), lines=(ExpectedGoods("A", 1),), document_kind="p o")


def test_while_orders_come_nobody_is_forgotten_twice(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")

    def act(index: int) -> object:
        return book.announce(shop, "A", 4) if index % 3 == 0 else kit.place(shop, ("A", 1))

    outcomes = kit.in_threads(act, 12)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 8 + ["UUID"] * 4
    from dingdan.ledgers.inventory.commands import FillBackorders, fill_backorders

    fill_backorders.one(shop.call(), FillBackorders(variant_ids=(book.variant("A"),)))
    assert sum(row.pegged for row in Supply.objects.all()) == 8
    assert book.owed("A") == 8
    assert book.sound()
