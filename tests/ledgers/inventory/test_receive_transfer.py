"""A transfer arrives: all of it, a part, less or more than was sent."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ArrivedGoods, StockChange, dispatch_transfer, receive_transfer
from dingdan.ledgers.inventory.models import Move, Transfer
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def _sent(shop: Shop, quantity: int = 4) -> tuple[UUID, UUID]:
    """A transfer of so many A to the second node: its id and that of what is expected."""
    event = dispatch_transfer(
        shop.call(at=book.NOON), lines=(StockChange("A", quantity),), source_node_id=book.main(), target_node_id=book.east(shop)
    )
    (supply,) = queries.supplies_of(event.transfer_id)
    return event.transfer_id, supply.id


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    transfer, _supply = _sent(shop)
    event = receive_transfer(shop.call(at=book.later(1)), transfer_id=transfer)
    assert ([line.quantity for line in event.lines], event.lost, event.found, event.is_last) == ([4], 0, 0, True)
    assert book.lying("A") == [("east-stock", "", 4, 0), ("main-stock", "", 6, 0)]
    row = Transfer.objects.get()
    assert (row.state, row.received_at) == ("received", book.later(1))
    assert kit.levels(variant) == (10, 0)
    assert book.sound()


def test_in_two_parts(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 1),), is_last=False)
    assert book.lying("A") == [("east-stock", "", 1, 0), ("east-transit", "", 3, 0), ("main-stock", "", 6, 0)]
    assert Transfer.objects.get().state == "in_transit"
    assert book.sound()
    receive_transfer(shop.call(), transfer_id=transfer)
    assert book.lying("A") == [("east-stock", "", 4, 0), ("main-stock", "", 6, 0)]
    assert book.sound()


def test_what_is_missing_is_written_off(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    event = receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 3),))
    assert (event.lost, event.found) == (1, 0)
    assert book.lying("A") == [("east-stock", "", 3, 0), ("main-stock", "", 6, 0)]
    moves = Move.objects.filter(reason="transfer_difference").values_list("source__code", "target__code", "quantity")
    assert list(moves) == [("east-transit", "scrap", 1)]
    assert book.sound()


def test_what_arrived_on_top_is_found(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    event = receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 6),))
    assert (event.lost, event.found) == (0, 2)
    assert book.lying("A") == [("east-stock", "", 6, 0), ("main-stock", "", 6, 0)]
    assert book.sound()


def test_nothing_arrived(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    event = receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 0),))
    assert (event.lines, event.lost) == ((), 4)
    assert book.sound()


def test_lots_arrive_as_they_left(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    kit.stock(shop, "P", tracking="serial")
    for lot in ("L1", "L2"):
        book.receive(shop, "M", 3, lot=lot, until=date(2027, 1, 1))
    book.receive(shop, "P", 1, lot="S1")
    lines = (StockChange("M", 4), StockChange("P", 1, "S1"))
    event = dispatch_transfer(shop.call(), lines=lines, source_node_id=book.main(), target_node_id=book.east(shop))
    receive_transfer(shop.call(), transfer_id=event.transfer_id)
    assert book.lying("M") == [("east-stock", "L1", 3, 0), ("east-stock", "L2", 1, 0), ("main-stock", "L2", 2, 0)]
    assert book.lying("P") == [("east-stock", "S1", 1, 0)]
    assert book.sound()


def test_those_to_whom_it_was_promised_get_it_or_wait_again(shop: Shop) -> None:
    kit.stock(shop, "A", 4, shortage="backorder")
    transfer, supply = _sent(shop)
    first, second = kit.place(shop, ("A", 2)), kit.place(shop, ("A", 2))
    event = receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 3),))
    assert event.document_ids == (first.order_id, second.order_id)
    assert (book.answers(first), book.answers(second)) == ([("stock", 2)], [("stock", 1)])
    assert book.owed("A") == 1
    assert book.sound()


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, _supply = _sent(shop)
    receive_transfer(shop.call(), transfer_id=transfer)
    with book.refused(NotInThisState):
        receive_transfer(shop.call(), transfer_id=transfer)


@pytest.mark.parametrize("quantity", [-1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, quantity),))


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    transfer, supply = _sent(shop)
    other = book.announce(shop, "A", 1)
    with book.refused(NotFound, field="transfer_id"):
        receive_transfer(shop.call(), transfer_id=new_id())
    with book.refused(NotFound, field="lines.0.supply_id"):
        receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(other, 1),))
    with book.refused(NotFound, field="lines.1.supply_id"):
        receive_transfer(shop.call(), transfer_id=transfer, lines=(ArrivedGoods(supply, 1), ArrivedGoods(supply, 1)))


def test_at_once_it_arrives_once(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    transfer, _supply = _sent(shop)
    outcomes = kit.in_threads(lambda _index: receive_transfer(shop.call(), transfer_id=transfer), 4)
    assert kit.kinds(outcomes) == ["NotInThisState"] * 3 + ["TransferReceived"]
    assert kit.levels(variant) == (10, 0)
    assert book.sound()
