"""What can be promised by when, why there is as much as there is, and who will be disappointed."""

from datetime import date

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    MovedGoods,
    StockChange,
    adjust_stock,
    dispatch_transfer,
    move_stock,
    receive_transfer,
    save_owner,
    set_safety_stock,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_what_can_be_promised_by_a_day(shop: Shop) -> None:
    variant, east = kit.stock(shop, "A", 10, shortage="backorder"), book.east(shop)
    book.announce(shop, "A", 5, days=2)
    book.announce(shop, "A", 7, days=4, node_id=east)
    book.announce(shop, "A", 9, days=None)
    kit.place(shop, ("A", 4))
    set_safety_stock(shop.call(), sku="A", quantity=1)
    # 10 on hand, 4 reserved, 1 kept back; 5 more on the 25th, 7 more in the east on the 27th; nobody knows when 9 more come.
    days = [None, *(date(2026, 11, day) for day in (24, 25, 26, 27, 30))]
    assert [queries.atp(variant, on=day) for day in days] == [5, 5, 10, 10, 17, 17]
    assert [queries.atp(variant, on=day, node_id=east) for day in days] == [0, 0, 0, 0, 7, 7]
    kit.place(shop, ("A", 8))  # 5 from stock, 3 from what comes on the 25th
    assert [queries.atp(variant, on=day) for day in days] == [0, 0, 2, 2, 9, 9]
    assert queries.atp(new_id(), on=days[-1]) == 0


def test_what_nothing_answers_yet_cannot_be_promised_again(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    kit.place(shop, ("A", 3))
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", 5),), reason="found"))
    assert queries.atp(variant) == 2


def test_what_others_own_is_not_ours_to_promise(shop: Shop) -> None:
    variant, party = kit.stock(shop, "A", 2), new_id()
    save_owner(shop.call(), kind="consignor", party_id=party)
    book.receive(shop, "A", 5, owner_id=party)
    assert (queries.atp(variant), queries.atp(variant, owner_id=party)) == (2, 5)


def test_stock_tells_what_is_coming(shop: Shop) -> None:
    kit.stock(shop, "A", 10, shortage="backorder")
    book.announce(shop, "A", 5)
    kit.place(shop, ("A", 12))
    (line,) = queries.stock()
    assert (line.sku, line.node, line.on_hand, line.reserved, line.available, line.incoming) == ("A", "main", 10, 10, 0, 5)
    assert queries.stock([new_id()]) == []


def test_why_is_it_6(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    order = kit.place(shop, ("A", 3))
    kit.ship(shop, order)
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -1),), reason="theft"))
    steps = queries.why(variant, queries.Where(node_id=book.main()))
    assert [(step.reason, step.change, step.on_hand, step.source, step.target) for step in steps] == [
        ("receive", 10, 10, "supplier", "main-stock"),
        ("issue", -3, 7, "main-stock", "customer"),
        ("theft", -1, 6, "main-stock", "scrap"),
    ]
    issued = steps[1]
    assert (issued.document_kind, issued.document_id) == ("order", order.order_id)
    assert (issued.command, issued.event) == ("fulfillment.ship_shipments", "ShipmentShipped")
    assert issued.facts["order_id"] == str(order.order_id)
    assert {about.kind for about in issued.subjects} == {"order", "shipment"}
    assert (steps[2].command, steps[2].facts["reason"], steps[2].actor) == ("inventory.adjust_stock", "theft", "system")


def test_the_newest_moves_know_what_was_there_without_those_before(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    kit.ship(shop, kit.place(shop, ("A", 3)))
    adjust_stock.one(shop.call(), AdjustStock(lines=(StockChange("A", -1),), reason="theft"))
    whole = queries.why(variant, queries.Where())
    assert [(step.change, step.on_hand) for step in whole] == [(10, 10), (-3, 7), (-1, 6)]
    for limit in (1, 2, 3, 4):
        assert queries.why(variant, queries.Where(), limit=limit) == whole[-limit:]


def test_why_at_any_place(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 10)
    damaged, stock = book.place_of(LocationKind.DAMAGED), book.place_of()
    move_stock(shop.call(), lines=(MovedGoods("A", 3, stock, damaged),), reason="broken")
    move_stock(shop.call(), lines=(MovedGoods("A", 1, damaged, stock),), reason="mended")
    changes = [(step.reason, step.change, step.on_hand) for step in queries.why(variant, queries.Where(location_id=damaged))]
    assert changes == [("broken", 3, 3), ("mended", -1, 2)]
    supplier = queries.why(variant, queries.Where(location_id=book.place_of(LocationKind.SUPPLIER)))
    assert [(step.change, step.on_hand) for step in supplier] == [(-10, -10)]


def test_why_of_a_lot_and_of_an_owner(shop: Shop) -> None:
    variant, party = kit.stock(shop, "M", tracking="lot"), new_id()
    save_owner(shop.call(), kind="consignor", party_id=party)
    book.receive(shop, "M", 5, lot="L1")
    book.receive(shop, "M", 7, lot="L2", owner_id=party)
    book.receive(shop, "M", 1, lot="L1")
    lot = queries.lot(variant, "L1", field="lot")
    assert lot is not None
    assert [(step.lot, step.on_hand) for step in queries.why(variant, queries.Where(lot_id=lot.id))] == [("L1", 5), ("L1", 6)]
    assert [step.on_hand for step in queries.why(variant, queries.Where(owner_id=party))] == [7]
    assert [step.on_hand for step in queries.why(variant, queries.Where())] == [5, 12, 13]


def test_why_after_a_transfer(shop: Shop) -> None:
    variant, main, east = kit.stock(shop, "A", 10), book.main(), book.east(shop)
    sent = dispatch_transfer(shop.call(), lines=(StockChange("A", 4),), source_node_id=main, target_node_id=east)
    receive_transfer(shop.call(), transfer_id=sent.transfer_id)
    (arrived,) = queries.why(variant, queries.Where(node_id=east))
    assert (arrived.on_hand, arrived.source, arrived.document_kind, arrived.document_id) == (
        4, "east-transit", "transfer", sent.transfer_id,
    )  # fmt: skip
    transit = queries.why(variant, queries.Where(location_id=book.place_of(LocationKind.TRANSIT, east)))
    assert [(step.change, step.on_hand) for step in transit] == [(4, 4), (-4, 0)]
    assert [step.on_hand for step in queries.why(variant, queries.Where())] == [10, 6, 10]


def test_what_lies_where(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    book.receive(shop, "M", 5, lot="L1", until=date(2027, 1, 1))
    (line,) = queries.holdings()
    assert (line.sku, line.location, line.kind, line.lot, line.expires_on, line.on_hand, line.allocated) == (
        "M", "main-stock", "stock", "L1", date(2027, 1, 1), 5, 0,
    )  # fmt: skip
    assert queries.holdings(node_id=new_id()) == []


def test_who_will_be_disappointed(shop: Shop) -> None:
    from dingdan.ledgers.inventory.commands import revise_supply

    kit.stock(shop, "A", shortage="backorder")
    supply, other = book.announce(shop, "A", 3), book.announce(shop, "A", 3, days=9)
    first, second = kit.place(shop, ("A", 3)), kit.place(shop, ("A", 3))
    assert queries.late() == []
    revise_supply(shop.call(), supply_id=supply, quantity=3, expected_at=None)
    revise_supply(shop.call(), supply_id=other, quantity=3, expected_at=book.later(99))
    assert [(line.document_id, line.expected_at) for line in queries.late()] == [
        (first.order_id, None), (second.order_id, book.later(99)),
    ]  # fmt: skip
    assert [line.document_id for line in queries.late([other])] == [second.order_id]
