"""Some pieces are kept back from sale, from all channels or from one."""

from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import NoSuchStock, set_safety_stock
from dingdan.ledgers.inventory.models import Balance
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book


def _channel(shop: Shop, code: str) -> UUID:
    save_channel(shop.call(), channel=ChannelDraft(code=code, name=code, currency="GBP"))
    found = channel_by_code(code)
    assert found is not None
    return found.id


def test_it_works(shop: Shop) -> None:
    variant = kit.stock(shop, "A", 5)
    event = set_safety_stock(shop.call(), sku="A", quantity=3)
    assert (event.variant_id, event.node_id, event.channel_id, event.quantity) == (variant, book.main(), None, 3)
    assert [line.available for line in queries.stock()] == [2]
    with book.refused(OutOfStock) as caught:
        kit.place(shop, ("A", 3))
    assert caught.value.facts["available"] == 2
    kit.place(shop, ("A", 2))
    assert kit.levels(variant) == (5, 2)
    assert book.sound()


def test_before_there_is_any_and_back_to_none(shop: Shop) -> None:
    kit.stock(shop, "A")
    set_safety_stock(shop.call(), sku="A", quantity=3)
    book.receive(shop, "A", 4)
    assert [line.available for line in queries.stock()] == [1]
    set_safety_stock(shop.call(), sku="A", quantity=0)
    assert [line.available for line in queries.stock()] == [4]


def test_from_one_channel_more_than_from_the_others(shop: Shop) -> None:
    variant, web, fair = kit.stock(shop, "A", 10), _channel(shop, "web"), _channel(shop, "fair")
    set_safety_stock(shop.call(), sku="A", quantity=2)
    set_safety_stock(shop.call(), sku="A", quantity=6, channel_id=fair)
    set_safety_stock(shop.call(), sku="A", quantity=1, channel_id=web)  # less than for all: changes nothing
    assert [queries.atp(variant, channel_id=channel) for channel in (None, web, fair)] == [8, 8, 4]
    with book.refused(OutOfStock) as caught:
        kit.place(shop, ("A", 5), channel_id=fair)
    assert caught.value.facts["available"] == 4
    kit.place(shop, ("A", 4), channel_id=fair)
    with book.refused(OutOfStock):
        kit.place(shop, ("A", 1), channel_id=fair)
    kit.place(shop, ("A", 4), channel_id=web)
    assert kit.levels(variant) == (10, 8)
    set_safety_stock(shop.call(), sku="A", quantity=0, channel_id=fair)
    assert Balance.objects.get().channel_safety == {str(web): 1}
    assert book.sound()


@pytest.mark.parametrize("quantity", [-1, 10**12, True, "1"])
def test_a_quantity_that_is_none_is_refused(shop: Shop, quantity: Any) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(QuantityOutOfRange, field="quantity"):
        set_safety_stock(shop.call(), sku="A", quantity=quantity)


def test_strangers_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    with book.refused(NoSuchStock, field="lines.0.sku"):
        set_safety_stock(shop.call(), sku="NONE", quantity=1)
    with book.refused(NotFound, field="node_id"):
        set_safety_stock(shop.call(), sku="A", quantity=1, node_id=new_id())
    with book.refused(NotFound, field="channel_id"):
        set_safety_stock(shop.call(), sku="A", quantity=1, channel_id=new_id())
    with book.refused(NotFound, field="owner_id"):
        set_safety_stock(shop.call(), sku="A", quantity=1, owner_id=new_id())


def test_two_channels_at_once_stop_where_they_should(shop: Shop) -> None:
    variant, web, fair = kit.stock(shop, "A", 10), _channel(shop, "web"), _channel(shop, "fair")
    set_safety_stock(shop.call(), sku="A", quantity=4, channel_id=fair)
    outcomes = kit.in_threads(lambda index: kit.place(shop, ("A", 1), channel_id=(web, fair)[index % 2]), 24)
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 10 + ["OutOfStock"] * 14
    by_fair = [outcome for outcome in outcomes[1::2] if type(outcome).__name__ == "OrderPlaced"]
    assert len(by_fair) <= 6
    assert kit.levels(variant) == (10, 10)
    assert book.sound()
