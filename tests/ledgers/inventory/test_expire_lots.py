"""Lots that are past their date leave the sellable stock, and whoever had them reserved waits again."""

from datetime import date

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import StockChange, allocate_stock, expire_lots, hold_stock
from dingdan.ledgers.inventory.models import Demand, Tally
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "MILK", tracking="lot")
    book.receive(shop, "MILK", 5, lot="OLD", until=date(2026, 11, 22))
    book.receive(shop, "MILK", 4, lot="LAST DAY", until=date(2026, 11, 23))
    book.receive(shop, "MILK", 3, lot="NEVER")
    event = expire_lots(shop.call(at=book.NOON))
    assert [(line.variant_id, line.quantity) for line in event.lines] == [(variant, 5)]
    assert event.demand_ids == ()
    assert book.lying("MILK") == [("main-damaged", "OLD", 5, 0), ("main-stock", "LAST DAY", 4, 0), ("main-stock", "NEVER", 3, 0)]
    assert kit.levels(variant) == (7, 0)
    assert book.sound()


def test_nothing_expired_is_nothing_done(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    assert expire_lots(shop.call()).lines == ()
    assert book.lying("A") == [("main-stock", "", 5, 0)]


def test_the_newest_orders_lose_their_goods_and_wait(shop: Shop) -> None:
    variant = kit.stock(shop, "MILK", tracking="lot")
    book.receive(shop, "MILK", 5, lot="OLD", until=date(2026, 11, 22))
    book.receive(shop, "MILK", 4, lot="FRESH", until=date(2026, 12, 22))
    first, second, third = (kit.place(shop, ("MILK", 3)) for _ in range(3))
    event = expire_lots(shop.call(at=book.NOON))
    assert event.demand_ids == (book.demand(third).id, book.demand(second).id)
    assert (book.answers(first), book.answers(second), book.answers(third)) == ([("stock", 3)], [("stock", 1)], [])
    assert (kit.levels(variant), book.owed("MILK")) == ((4, 4), 5)
    assert book.sound()


def test_what_was_chosen_of_them_is_chosen_no_longer(shop: Shop) -> None:
    kit.stock(shop, "MILK", tracking="lot")
    book.receive(shop, "MILK", 5, lot="OLD", until=date(2026, 11, 22))
    book.receive(shop, "MILK", 5, lot="FRESH", until=date(2026, 12, 22))
    order = kit.place(shop, ("MILK", 4))
    allocate_stock(shop.call(at=book.later(-2)), document_id=order.order_id)
    assert book.lying("MILK") == [("main-stock", "OLD", 5, 4), ("main-stock", "FRESH", 5, 0)]
    event = expire_lots(shop.call(at=book.NOON))
    assert event.demand_ids == ()
    assert book.lying("MILK") == [("main-damaged", "OLD", 5, 0), ("main-stock", "FRESH", 5, 0)]
    assert book.answers(order) == [("stock", 4)]
    assert book.sound()


def test_holds_of_carts_become_smaller(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "MILK", tracking="lot"), new_id()
    book.receive(shop, "MILK", 2, lot="OLD", until=date(2026, 11, 22))
    book.receive(shop, "MILK", 2, lot="FRESH", until=date(2026, 12, 22))
    hold_stock(shop.call(at=book.NOON), document_id=cart, lines=(StockChange("MILK", 3),), until=book.later(1))
    expire_lots(shop.call(at=book.NOON))
    (held,) = Demand.objects.all()
    assert (held.quantity, held.canceled, held.pegged) == (3, 1, 2)
    assert Tally.objects.get().canceled == 1
    assert (kit.levels(variant), book.owed("MILK")) == ((2, 2), 0)
    assert book.sound()


def test_some_at_a_time(shop: Shop) -> None:
    kit.stock(shop, "MILK", tracking="lot")
    for number in range(3):
        book.receive(shop, "MILK", 1, lot=f"L{number}", until=date(2026, 11, 20 + number))
    assert len(expire_lots(shop.call(at=book.NOON), limit=2).lines) == 2
    assert len(expire_lots(shop.call(at=book.NOON), limit=2).lines) == 1
    assert queries.expired(date(2026, 11, 23), limit=9) == []
    assert book.sound()


def test_while_orders_come(shop: Shop) -> None:
    variant = kit.stock(shop, "MILK", tracking="lot")
    book.receive(shop, "MILK", 6, lot="OLD", until=date(2026, 11, 22))
    book.receive(shop, "MILK", 6, lot="FRESH", until=date(2026, 12, 22))

    def act(index: int) -> object:
        return expire_lots(shop.call(at=book.NOON)) if index == 4 else kit.place(shop, ("MILK", 1))

    outcomes = kit.in_threads(act, 12)
    assert set(kit.kinds(outcomes)) <= {"OrderPlaced", "OutOfStock", "LotsExpired"}
    on_hand, reserved = kit.levels(variant)
    assert on_hand == 6
    assert reserved + book.owed("MILK") == kit.kinds(outcomes).count("OrderPlaced")
    assert book.sound()
