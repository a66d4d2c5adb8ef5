"""Places and lots are chosen for what is reserved; only the hold moves."""

from datetime import date
from typing import Any

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ChosenPlace, NotChoosable, allocate_stock, save_location
from dingdan.ledgers.inventory.models import Allocation, Move
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def _lots(shop: Shop) -> None:
    kit.stock(shop, "M", tracking="lot")
    book.receive(shop, "M", 3, lot="L2", until=date(2027, 2, 1))
    book.receive(shop, "M", 3, lot="L1", until=date(2027, 1, 1))
    book.receive(shop, "M", 3, lot="OLD", until=date(2026, 11, 22))


def test_it_works(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    event = allocate_stock(shop.call(at=book.NOON), document_id=order.order_id)
    assert [line.quantity for line in event.lines] == [3, 1]
    assert book.lying("M") == [("main-stock", "OLD", 3, 0), ("main-stock", "L1", 3, 3), ("main-stock", "L2", 3, 1)]
    assert book.answers(order) == [("stock", 4)]
    assert kit.levels(book.variant("M")) == (9, 4)
    assert Move.objects.filter(reason="issue").count() == 0
    assert book.sound()


def test_a_place_and_lot_that_are_named(shop: Shop) -> None:
    _lots(shop)
    shelf = save_location(shop.call(), code="A-01").location_id
    book.receive(shop, "M", 2, lot="L3", location_id=shelf)
    order = kit.place(shop, ("M", 4))
    demand = book.demand(order).id
    choices = (ChosenPlace(demand, 1, lot_code="L2"), ChosenPlace(demand, 2, location_id=shelf))
    allocate_stock(shop.call(at=book.NOON), document_id=order.order_id, choices=choices)
    assert [row[3] for row in book.lying("M")] == [2, 0, 0, 1]
    allocate_stock(shop.call(at=book.NOON), document_id=order.order_id)
    assert [row[3] for row in book.lying("M")] == [2, 0, 1, 1]
    assert allocate_stock(shop.call(at=book.NOON), document_id=order.order_id).lines == ()
    assert book.sound()


def test_what_was_chosen_is_what_leaves(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    choice = ChosenPlace(book.demand(order).id, 2, lot_code="L2")
    allocate_stock(shop.call(at=book.NOON), document_id=order.order_id, choices=(choice,))
    kit.ship(shop, order)
    left = {row.lot.code: row.quantity for row in Move.objects.filter(reason="issue").select_related("lot") if row.lot}
    assert left == {"L2": 2, "L1": 2}
    assert Allocation.objects.get().quantity == 0
    assert book.lying("M") == [("main-stock", "OLD", 3, 0), ("main-stock", "L1", 1, 0), ("main-stock", "L2", 1, 0)]
    assert book.sound()


def test_others_do_not_take_what_was_chosen(shop: Shop) -> None:
    _lots(shop)
    first, second = kit.place(shop, ("M", 3)), kit.place(shop, ("M", 3))
    allocate_stock(shop.call(at=book.NOON), document_id=first.order_id)
    kit.ship(shop, second)
    assert book.lying("M") == [("main-stock", "OLD", 3, 0), ("main-stock", "L1", 3, 3)]
    assert book.sound()


def test_what_is_canceled_is_chosen_no_longer(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    allocate_stock(shop.call(at=book.NOON), document_id=order.order_id)
    book.cancel(shop, order, 2)
    assert [row[3] for row in book.lying("M")] == [0, 2, 0]
    assert book.sound()


def test_more_than_is_reserved_is_refused(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    demand = book.demand(order).id
    with book.refused(NotChoosable) as caught:
        allocate_stock(shop.call(at=book.NOON), document_id=order.order_id, choices=(ChosenPlace(demand, 5),))
    assert caught.value.facts == {"available": 4, "asked": 5}
    choices = (ChosenPlace(demand, 3), ChosenPlace(demand, 2))
    with book.refused(NotChoosable):
        allocate_stock(shop.call(at=book.NOON), document_id=order.order_id, choices=choices)


def test_more_than_lies_there_and_what_is_expired_is_refused(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 6))
    demand = book.demand(order).id
    for choice in (
        ChosenPlace(demand, 4, lot_code="L1"),
        ChosenPlace(demand, 1, lot_code="OLD"),
        ChosenPlace(demand, 1, new_id()),
    ):
        with book.refused(NotChoosable):
            allocate_stock(shop.call(at=book.NOON), document_id=order.order_id, choices=(choice,))


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    with book.refused(QuantityOutOfRange, field="choices.0.quantity"):
        allocate_stock(shop.call(), document_id=order.order_id, choices=(ChosenPlace(book.demand(order).id, quantity),))


def test_strangers_are_refused(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    demand = book.demand(order).id
    with book.refused(NotFound, field="document_id"):
        allocate_stock(shop.call(), document_id=new_id())
    with book.refused(NotFound, field="choices.0.demand_id"):
        allocate_stock(shop.call(), document_id=order.order_id, choices=(ChosenPlace(new_id(), 1),))
    with book.refused(NotFound, field="choices.0.lot_code"):
        allocate_stock(shop.call(), document_id=order.order_id, choices=(ChosenPlace(demand, 1, lot_code="L9"),))
    with book.refused(NotFound, field="node_id"):
        allocate_stock(shop.call(), document_id=order.order_id, node_id=new_id())


def test_at_once_everything_is_chosen_once(shop: Shop) -> None:
    _lots(shop)
    orders = [kit.place(shop, ("M", 2)) for _ in range(3)]
    outcomes = kit.in_threads(lambda index: allocate_stock(shop.call(at=book.NOON), document_id=orders[index % 3].order_id), 6)
    assert kit.kinds(outcomes) == ["StockAllocated"] * 6
    assert sum(line.quantity for outcome in outcomes for line in outcome.lines) == 6
    assert [row[3] for row in book.lying("M")] == [0, 3, 3]
    assert book.sound()


def test_what_the_pick_list_says(shop: Shop) -> None:
    _lots(shop)
    order = kit.place(shop, ("M", 4))
    allocate_stock(shop.call(at=book.NOON), document_id=order.order_id)
    found = queries.open_allocations_of([book.demand(order).id])[book.demand(order).id]
    assert [(row.holding.location.code, row.holding.lot.code, row.quantity) for row in found if row.holding.lot] == [
        ("main-stock", "L1", 3),
        ("main-stock", "L2", 1),
    ]
