"""A cart holds stock for a time."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import BrokenText
from dingdan.ledgers.inventory.commands import NoSuchStock, NotAvailable, StockChange, hold_stock, set_safety_stock
from dingdan.ledgers.inventory.events import StockHeld
from dingdan.ledgers.inventory.models import Demand, Tally
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import Part, ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import all_channels
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def hold(shop: Shop, cart: UUID, *lines: tuple[str, int], hours: float = 1, **more: Any) -> StockHeld:
    """Hold SKUs for a cart for so many hours after noon."""
    changes = tuple(StockChange(sku, quantity) for sku, quantity in lines)
    return hold_stock(shop.call(at=book.NOON), document_id=cart, lines=changes, until=book.later(hours=hours), **more)


def test_it_works(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    event = hold(shop, cart, ("A", 3))
    assert (event.document_kind, event.document_id, event.quantity, event.until) == ("cart", cart, 3, book.later(hours=1))
    assert kit.levels(variant) == (5, 3)
    row = Demand.objects.get()
    assert (row.document_kind, row.document_id, row.pegged, row.expires_at) == ("cart", cart, 3, book.later(hours=1))
    assert Tally.objects.get().demanded == 3
    with pytest.raises(OutOfStock):
        kit.place(shop, ("A", 3))
    assert book.sound()


def test_again_it_holds_what_is_said_now(shop: Shop) -> None:
    variant, other, cart = kit.stock(shop, "A", 5), kit.stock(shop, "B", 5), new_id()
    hold(shop, cart, ("A", 3))
    hold(shop, cart, ("A", 5), ("B", 1), hours=2)
    assert (kit.levels(variant), kit.levels(other)) == ((5, 5), (5, 1))
    hold(shop, cart, ("B", 2), hours=3)
    assert (kit.levels(variant), kit.levels(other)) == ((5, 0), (5, 2))
    tally = Tally.objects.get()
    assert (tally.demanded, tally.canceled) == (11, 9)
    assert book.sound()


def test_a_kit_holds_its_components(shop: Shop) -> None:
    variant = kit.stock(shop, "CUP", 6)
    save_product(
        shop.call(),
        product=ProductDraft(
            slug="set", name="Set", kind="kit", variants=(VariantDraft(sku="SET", components=(Part(sku="CUP", quantity=2),)),)
        ),
    )
    assert hold(shop, new_id(), ("SET", 2)).quantity == 4
    assert kit.levels(variant) == (6, 4)


def test_over_several_nodes(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 2)
    book.receive(shop, "A", 2, node_id=book.east(shop))
    hold(shop, new_id(), ("A", 3))
    assert kit.levels(variant) == (4, 3)
    assert book.sound()


def test_all_or_nothing(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 1)
    with book.refused(NotAvailable, field="lines") as caught:
        hold(shop, new_id(), ("A", 3), ("B", 2))
    assert caught.value.facts == {"asked": 5, "available": 4}


def test_more_than_before_and_there_is_changes_nothing(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    hold(shop, cart, ("A", 3))
    with book.refused(NotAvailable):
        hold(shop, cart, ("A", 6))
    assert kit.levels(variant) == (5, 3)


def test_what_is_kept_back_from_a_channel_cannot_be_held_in_it(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    web = all_channels()[0].id
    set_safety_stock(shop.call(), sku="A", quantity=3, channel_id=web)
    with book.refused(NotAvailable):
        hold(shop, new_id(), ("A", 3), channel_id=web)
    hold(shop, new_id(), ("A", 2), channel_id=web)
    hold(shop, new_id(), ("A", 3))


@pytest.mark.parametrize("quantity", [0, -1, 10**12, True])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(QuantityOutOfRange, field="lines.0.quantity"):
        hold(shop, new_id(), ("A", quantity))


def test_a_time_that_is_over_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    for hours in (0, -1):
        with book.refused(Invalid, field="until"):
            hold(shop, new_id(), ("A", 1), hours=hours)
    with book.refused(Invalid, field="until"):
        hold_stock(shop.call(), document_id=new_id(), lines=(StockChange("A", 1),), until=datetime(2099, 1, 1))  # noqa: DTZ001


def test_what_cannot_be_held_is_refused(shop: Shop) -> None:
    kit.stock(shop, "GIFT", needs_stock=False)
    with book.refused(Invalid, field="lines"):
        hold(shop, new_id())
    with book.refused(NoSuchStock, field="lines.0.sku"):
        hold(shop, new_id(), ("NONE", 1))
    with book.refused(NoSuchStock, field="lines"):
        hold(shop, new_id(), ("GIFT", 1))
    with book.refused(BrokenText, field="lines.0.sku"):
        hold(shop, new_id(), ("A\x00", 1))


def test_a_document_of_another_kind_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with book.refused(Invalid, field="document_kind"):
        hold(shop, order.order_id, ("A", 1))


def test_many_carts_at_once_hold_what_there_is(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    outcomes = kit.in_threads(lambda _index: hold(shop, new_id(), ("A", 1)), 10)
    assert kit.kinds(outcomes) == ["NotAvailable"] * 5 + ["StockHeld"] * 5
    assert kit.levels(variant) == (5, 5)
    assert book.sound()


def test_one_cart_in_many_tabs_holds_once(shop: Shop) -> None:
    variant, cart = kit.stock(shop, "A", 5), new_id()
    outcomes = kit.in_threads(lambda _index: hold(shop, cart, ("A", 2)), 6)
    assert kit.kinds(outcomes) == ["StockHeld"] * 6
    assert kit.levels(variant) == (5, 2)
    assert book.sound()


def test_a_time_of_any_zone_is_kept_in_utc(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    far = timezone(-timedelta(hours=18, minutes=23))  # beyond what the database reads
    event = hold_stock(shop.call(), document_id=new_id(), lines=(StockChange("A", 1),), until=datetime(2099, 1, 1, tzinfo=far))
    assert event.until == datetime(2099, 1, 1, 18, 23, tzinfo=UTC)
    with book.refused(Invalid, field="until"):
        hold_stock(shop.call(), document_id=new_id(), lines=(StockChange("A", 1),), until=datetime.max.replace(tzinfo=far))
