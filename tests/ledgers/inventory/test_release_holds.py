"""A cart lets go of what it holds."""

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.commands import release_holds
from dingdan.ledgers.inventory.models import Tally
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.ledgers.inventory.test_hold_stock import hold


def test_it_works(shop: Shop) -> None:
    variant, cart, other = kit.stock(shop, "A", 5), new_id(), new_id()
    hold(shop, cart, ("A", 3))
    hold(shop, other, ("A", 1))
    event = release_holds(shop.call(), document_ids=(cart,))
    assert (event.document_ids, event.variant_ids, event.quantity) == ((cart,), (variant,), 3)
    assert kit.levels(variant) == (5, 1)
    tally = Tally.objects.get(id=cart)
    assert (tally.demanded, tally.canceled) == (3, 3)
    assert book.sound()


def test_what_holds_nothing_is_left_alone(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    event = release_holds(shop.call(), document_ids=(new_id(), order.order_id))
    assert (event.document_ids, event.quantity) == ((), 0)
    assert book.answers(order) == [("stock", 2)]
    assert book.sound()


def test_a_second_time_does_nothing(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    hold(shop, cart, ("A", 3))
    outcomes = kit.in_threads(lambda _index: release_holds(shop.call(), document_ids=(cart,)), 4)
    assert sorted(outcome.quantity for outcome in outcomes) == [0, 0, 0, 3]
    assert kit.levels(variant) == (5, 0)
    assert book.sound()
