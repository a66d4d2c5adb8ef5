"""What carts held too long is free again."""

from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import expire_holds
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.ledgers.inventory.test_hold_stock import hold


def test_it_works(shop: Shop) -> None:
    variant, old, fresh = kit.stock(shop, "A", 5), new_id(), new_id()
    hold(shop, old, ("A", 2), hours=1)
    hold(shop, fresh, ("A", 1), hours=2)
    event = expire_holds(shop.call(at=book.later(hours=1)))
    assert (event.document_ids, event.variant_ids, event.quantity) == ((old,), (variant,), 2)
    assert kit.levels(variant) == (5, 1)
    assert book.sound()


def test_not_a_moment_too_early(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    hold(shop, cart, ("A", 2), hours=1)
    assert expire_holds(shop.call(at=book.later(hours=0.999))).quantity == 0
    assert kit.levels(variant) == (5, 2)


def test_who_held_again_keeps_it(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    hold(shop, cart, ("A", 2), hours=1)
    hold(shop, cart, ("A", 2), hours=3)
    assert expire_holds(shop.call(at=book.later(hours=2))).quantity == 0
    assert kit.levels(variant) == (5, 2)


def test_some_at_a_time(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    for hours in (3, 1, 2):
        hold(shop, new_id(), ("A", 1), hours=hours)
    assert len(expire_holds(shop.call(at=book.later(1)), limit=2).document_ids) == 2
    assert queries.due_to_let_go(book.later(hours=2), limit=9) == []
    assert kit.levels(variant) == (5, 1)
    assert book.sound()


def test_while_the_cart_is_held_again(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    hold(shop, cart, ("A", 2), hours=1)

    def act(index: int) -> object:
        return expire_holds(shop.call(at=book.later(hours=1))) if index % 2 else hold(shop, cart, ("A", 2), hours=5)

    outcomes = kit.in_threads(act, 6)
    assert kit.kinds(outcomes) == ["HoldsExpired"] * 3 + ["StockHeld"] * 3
    assert kit.levels(variant) == (5, 2)
    assert book.sound()
