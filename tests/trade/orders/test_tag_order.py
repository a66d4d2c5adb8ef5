"""Tags are words to find orders by."""

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.trade.orders.commands import tag_order
from dingdan.trade.orders.models import OrderTag
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    tag_order(shop.call(), order_id=order.order_id, add=("gift", "vip"))
    tag_order(shop.call(), order_id=order.order_id, add=("gift",), remove=("vip",))
    assert list(OrderTag.objects.values_list("tag", flat=True)) == ["gift"]


def test_nothing_to_do_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with pytest.raises(Invalid):
        tag_order(shop.call(), order_id=order.order_id)
    assert not OrderTag.objects.exists()
