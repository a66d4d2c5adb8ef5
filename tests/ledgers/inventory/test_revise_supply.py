"""More or less will come, sooner or later; promises follow."""

from typing import Any

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    ArrivedGoods,
    BelongsToTransfer,
    BelowReceived,
    StockChange,
    dispatch_transfer,
    receive_supply,
    revise_supply,
)
from dingdan.ledgers.inventory.models import Supply
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    event = revise_supply(shop.call(), supply_id=supply, quantity=12, expected_at=book.later(20))
    assert (event.quantity, event.expected_at, event.late_document_ids) == (12, book.later(20), ())
    row = Supply.objects.get()
    assert (row.quantity, row.expected_at) == (12, book.later(20))
    assert book.sound()


def test_less_takes_from_the_newest_and_finds_them_other_goods(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 6)
    first, second = kit.place(shop, ("A", 3)), kit.place(shop, ("A", 3))
    other = book.announce(shop, "A", 2, days=30)
    revise_supply(shop.call(), supply_id=supply, quantity=3, expected_at=book.later(7))
    assert (book.answers(first), book.answers(second)) == ([("supply", 3)], [("supply", 2)])
    assert [queries.supplies_by_id([one])[one].pegged for one in (supply, other)] == [3, 2]
    assert book.owed("A") == 6
    assert book.sound()


def test_more_answers_who_waits(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 2)
    first, second = kit.place(shop, ("A", 2)), kit.place(shop, ("A", 2))
    assert book.answers(second) == []
    revise_supply(shop.call(), supply_id=supply, quantity=3, expected_at=book.later(7))
    assert (book.answers(first), book.answers(second)) == ([("supply", 2)], [("supply", 1)])
    assert book.sound()


def test_later_tells_which_promises_break(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 4)
    order = kit.place(shop, ("A", 2))
    promised = book.demand(order).due_at
    event = revise_supply(shop.call(), supply_id=supply, quantity=4, expected_at=book.later(60))
    assert event.late_document_ids == (order.order_id,)
    assert book.demand(order).due_at == promised
    (line,) = queries.late()
    assert (line.document_id, line.due_at, line.expected_at) == (order.order_id, promised, book.later(60))
    assert revise_supply(shop.call(), supply_id=supply, quantity=4, expected_at=book.later(1)).late_document_ids == ()


def test_what_has_come_cannot_be_taken_back(shop: Shop) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 4),))
    with book.refused(BelowReceived, field="quantity"):
        revise_supply(shop.call(), supply_id=supply, quantity=3, expected_at=None)
    revise_supply(shop.call(), supply_id=supply, quantity=4, expected_at=None)
    with book.refused(BelowReceived):
        revise_supply(shop.call(), supply_id=supply, quantity=5, expected_at=None)


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 10)
    with book.refused(QuantityOutOfRange, field="quantity"):
        revise_supply(shop.call(), supply_id=supply, quantity=quantity, expected_at=None)


def test_strangers_and_goods_between_nodes_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(NotFound, field="supply_id"):
        revise_supply(shop.call(), supply_id=new_id(), quantity=1, expected_at=None)
    dispatch_transfer(shop.call(), lines=(StockChange("A", 1),), source_node_id=book.main(), target_node_id=book.east(shop))
    supply = Supply.objects.get().id
    with book.refused(BelongsToTransfer, field="supply_id"):
        revise_supply(shop.call(), supply_id=supply, quantity=9, expected_at=None)


def test_while_orders_come_never_more_is_promised_than_comes(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 10)

    def act(index: int) -> object:
        if index in (3, 7):
            return revise_supply(shop.call(), supply_id=supply, quantity=index, expected_at=book.later(7))
        return kit.place(shop, ("A", 1))

    outcomes = kit.in_threads(act, 12)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 10 + ["SupplyRevised"] * 2
    row = Supply.objects.get()
    assert (row.quantity in (3, 7), row.pegged <= row.quantity, book.owed("A")) == (True, True, 10)
    assert book.sound()
