"""What has not come will not come; whoever was promised it waits again."""

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import ArrivedGoods, BelowReceived, cancel_supply, receive_supply
from dingdan.ledgers.inventory.models import Supply
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    event = cancel_supply(shop.call(), supply_id=supply)
    assert (event.quantity, event.document_ids) == (5, ())
    row = Supply.objects.get()
    assert (row.quantity, row.canceled, row.pegged) == (5, 5, 0)
    assert (book.answers(order), book.owed("A")) == ([], 3)
    assert book.sound()


def test_after_a_part_has_come(shop: Shop) -> None:
    variant = kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 2),))
    assert cancel_supply(shop.call(), supply_id=supply).quantity == 3
    assert (book.answers(order), kit.levels(variant)) == ([("stock", 2)], (2, 2))
    assert book.sound()


def test_other_goods_to_come_answer_instead(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    other = book.announce(shop, "A", 2, days=20)
    cancel_supply(shop.call(), supply_id=supply)
    assert book.answers(order) == [("supply", 2)]
    assert queries.supplies_by_id([other])[other].pegged == 2
    assert book.sound()


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A")
    supply = book.announce(shop, "A", 5)
    cancel_supply(shop.call(), supply_id=supply)
    with book.refused(BelowReceived):
        cancel_supply(shop.call(), supply_id=supply)


def test_a_stranger_is_refused(shop: Shop) -> None:
    with book.refused(NotFound, field="supply_id"):
        cancel_supply(shop.call(), supply_id=new_id())


def test_while_orders_come_nothing_stays_promised(shop: Shop) -> None:
    kit.stock(shop, "A", shortage="backorder")
    supply = book.announce(shop, "A", 50)
    outcomes = kit.in_threads(
        lambda index: cancel_supply(shop.call(), supply_id=supply) if index == 4 else kit.place(shop, ("A", 1)), 10
    )
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 9 + ["SupplyCanceled"]
    row = Supply.objects.get()
    assert (row.canceled, row.pegged, book.owed("A")) == (50, 0, 9)
    assert book.sound()
