"""Free stock goes from node to node at once."""

from datetime import date

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory.commands import NotThere, ReservedStock, StockChange, save_location, transfer_stock
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant, east = kit.stock(shop, "A", 10), book.east(shop)
    event = transfer_stock(shop.call(), lines=(StockChange("A", 4),), source_node_id=book.main(), target_node_id=east)
    assert [(line.node_id, line.quantity) for line in event.lines] == [(east, 4)]
    assert book.lying("A") == [("east-stock", "", 4, 0), ("main-stock", "", 6, 0)]
    assert kit.levels(variant) == (10, 0)
    assert book.sound()


def test_what_expires_first_goes_first_from_wherever_it_lies(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    shelf, east = save_location(shop.call(), code="A-01").location_id, book.east(shop)
    book.receive(shop, "M", 3, lot="L2", until=date(2027, 2, 1))
    book.receive(shop, "M", 3, lot="L1", until=date(2027, 1, 1), location_id=shelf)
    book.receive(shop, "M", 3, lot="L0", until=date(2026, 1, 1))
    transfer_stock(shop.call(at=book.NOON), lines=(StockChange("M", 4),), source_node_id=book.main(), target_node_id=east)
    assert book.lying("M") == [
        ("east-stock", "L1", 3, 0), ("east-stock", "L2", 1, 0), ("main-stock", "L0", 3, 0), ("main-stock", "L2", 2, 0),
    ]  # fmt: skip
    assert book.sound()


def test_a_lot_that_is_named(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    east = book.east(shop)
    for lot in ("L1", "L2"):
        book.receive(shop, "M", 3, lot=lot)
    transfer_stock(shop.call(), lines=(StockChange("M", 2, "L2"),), source_node_id=book.main(), target_node_id=east)
    assert book.lying("M") == [("east-stock", "L2", 2, 0), ("main-stock", "L1", 3, 0), ("main-stock", "L2", 1, 0)]


def test_what_is_reserved_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    east = book.east(shop)
    kit.place(shop, ("A", 4))
    with book.refused(ReservedStock):
        transfer_stock(shop.call(), lines=(StockChange("A", 2),), source_node_id=book.main(), target_node_id=east)


def test_more_than_is_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    east = book.east(shop)
    with book.refused(NotThere):
        transfer_stock(shop.call(), lines=(StockChange("A", 6),), source_node_id=book.main(), target_node_id=east)


def test_to_itself_and_to_strangers_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    east, line = book.east(shop), (StockChange("A", 1),)
    with book.refused(Invalid, field="target_node_id"):
        transfer_stock(shop.call(), lines=line, source_node_id=east, target_node_id=east)
    with book.refused(NotFound, field="source_node_id"):
        transfer_stock(shop.call(), lines=line, source_node_id=new_id(), target_node_id=east)
    with book.refused(NotFound, field="target_node_id"):
        transfer_stock(shop.call(), lines=line, source_node_id=east, target_node_id=new_id())
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        transfer_stock(shop.call(), lines=(StockChange("A", 0),), source_node_id=book.main(), target_node_id=east)


def test_to_and_fro_at_once(shop: Shop) -> None:
    variants = [kit.stock(shop, sku, 10) for sku in ("A", "B")]
    main, east = book.main(), book.east(shop)
    for sku in ("A", "B"):
        book.receive(shop, sku, 10, node_id=east)
    nodes = [(main, east), (east, main)]
    lines = [(StockChange("A", 1), StockChange("B", 1)), (StockChange("B", 1), StockChange("A", 1))]

    def act(index: int) -> object:
        source, target = nodes[index % 2]
        return transfer_stock(shop.call(), lines=lines[index // 2 % 2], source_node_id=source, target_node_id=target)

    assert kit.kinds(kit.in_threads(act, 12)) == ["StockTransferred"] * 12
    assert [kit.levels(variant) for variant in variants] == [(20, 0), (20, 0)]
    assert book.sound()
