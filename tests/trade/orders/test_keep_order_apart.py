"""An order is marked as one that is not merged with another, and the mark is taken away again."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.orders.commands import keep_order_apart
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 3))
    told = keep_order_apart(shop.call(), order_id=order.order_id)
    assert (told.keep_apart, Order.objects.get(id=order.order_id).keep_apart) == (True, True)
    told = keep_order_apart(shop.call(), order_id=order.order_id, keep_apart=False)
    assert (told.keep_apart, Order.objects.get(id=order.order_id).keep_apart) == (False, False)


def test_no_such_order(shop: Shop) -> None:
    with pytest.raises(NotFound):
        keep_order_apart(shop.call(), order_id=new_id())
