"""Goods leave a node, and are expected at another."""

from datetime import date, datetime

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import NotThere, ReservedStock, StockChange, dispatch_transfer
from dingdan.ledgers.inventory.models import Supply, Transfer
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant, main, east = kit.stock(shop, "A", 10), book.main(), book.east(shop)
    event = dispatch_transfer(
        shop.call(at=book.NOON), lines=(StockChange("A", 4),), source_node_id=main, target_node_id=east, expected_at=book.later(2)
    )
    assert (event.number, [line.quantity for line in event.lines]) == ("T1001", [4])
    assert book.lying("A") == [("east-transit", "", 4, 0), ("main-stock", "", 6, 0)]
    transfer = Transfer.objects.get()
    assert (transfer.state, transfer.source_id, transfer.target_id) == ("in_transit", main, east)
    assert (transfer.dispatched_at, transfer.expected_at) == (book.NOON, book.later(2))
    (supply,) = queries.supplies_of(event.transfer_id)
    assert (supply.node_id, supply.quantity, supply.expected_at) == (east, 4, book.later(2))
    assert kit.levels(variant) == (6, 0)
    assert [queries.atp(variant, on=date(2026, 11, day)) for day in (24, 25)] == [6, 10]
    assert book.sound()


def test_lots_travel_apart(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    east = book.east(shop)
    book.receive(shop, "M", 3, lot="L1", until=date(2027, 1, 1))
    book.receive(shop, "M", 3, lot="L2", until=date(2027, 2, 1))
    dispatch_transfer(shop.call(at=book.NOON), lines=(StockChange("M", 4),), source_node_id=book.main(), target_node_id=east)
    assert [(row.lot.code, row.quantity) for row in Supply.objects.select_related("lot").order_by("lot__code") if row.lot] == [
        ("L1", 3),
        ("L2", 1),
    ]
    assert book.sound()


def test_what_is_on_its_way_can_be_promised(shop: Shop) -> None:
    kit.stock(shop, "A", 5, shortage="backorder")
    dispatch_transfer(shop.call(), lines=(StockChange("A", 5),), source_node_id=book.main(), target_node_id=book.east(shop))
    order = kit.place(shop, ("A", 2))
    assert book.answers(order) == [("supply", 2)]
    assert book.sound()


def test_what_is_reserved_or_not_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    east = book.east(shop)
    kit.place(shop, ("A", 4))
    with book.refused(ReservedStock):
        dispatch_transfer(shop.call(), lines=(StockChange("A", 2),), source_node_id=book.main(), target_node_id=east)
    with book.refused(NotThere):
        dispatch_transfer(shop.call(), lines=(StockChange("A", 6),), source_node_id=book.main(), target_node_id=east)


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    main, east, line = book.main(), book.east(shop), (StockChange("A", 1),)
    with book.refused(Invalid, field="target_node_id"):
        dispatch_transfer(shop.call(), lines=line, source_node_id=main, target_node_id=main)
    with book.refused(NotFound, field="target_node_id"):
        dispatch_transfer(shop.call(), lines=line, source_node_id=main, target_node_id=new_id())
    with book.refused(Invalid, field="expected_at"):
        dispatch_transfer(
            shop.call(),
            lines=line,
            source_node_id=main,
            target_node_id=east,
            expected_at=datetime(2026, 12, 1),  # noqa: DTZ001
        )
    with book.refused(NotFound, field="owner_id"):
        dispatch_transfer(shop.call(), lines=line, source_node_id=main, target_node_id=east, owner_id=new_id())


def test_at_once_no_piece_goes_twice(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    main, east = book.main(), book.east(shop)
    outcomes = kit.in_threads(
        lambda _index: dispatch_transfer(shop.call(), lines=(StockChange("A", 3),), source_node_id=main, target_node_id=east), 6
    )
    assert kit.kinds(outcomes) == ["NotThere"] * 3 + ["TransferDispatched"] * 3
    assert kit.levels(variant) == (1, 0)
    assert sorted(Transfer.objects.values_list("number", flat=True)) == ["T1001", "T1002", "T1003"]
    assert book.sound()
