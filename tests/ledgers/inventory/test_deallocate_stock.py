"""What was chosen for a document is chosen no longer; it stays reserved."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import allocate_stock, deallocate_stock
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    first, second = kit.place(shop, ("A", 2)), kit.place(shop, ("A", 3))
    for order in (first, second):
        allocate_stock(shop.call(), document_id=order.order_id)
    assert deallocate_stock(shop.call(), document_id=first.order_id).quantity == 2
    assert book.lying("A") == [("main-stock", "", 5, 3)]
    assert (book.answers(first), kit.levels(variant)) == ([("stock", 2)], (5, 5))
    assert book.sound()


def test_a_second_time_does_nothing(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    allocate_stock(shop.call(), document_id=order.order_id)
    outcomes = kit.in_threads(lambda _index: deallocate_stock(shop.call(), document_id=order.order_id), 3)
    assert sorted(outcome.quantity for outcome in outcomes) == [0, 0, 2]
    assert book.lying("A") == [("main-stock", "", 5, 0)]
    assert book.sound()


def test_at_another_node_nothing_changes(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    allocate_stock(shop.call(), document_id=order.order_id)
    assert deallocate_stock(shop.call(), document_id=order.order_id, node_id=book.east(shop)).quantity == 0
    assert book.lying("A") == [("main-stock", "", 5, 2)]


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    with book.refused(NotFound, field="document_id"):
        deallocate_stock(shop.call(), document_id=new_id())
    with book.refused(NotFound, field="node_id"):
        deallocate_stock(shop.call(), document_id=order.order_id, node_id=new_id())
