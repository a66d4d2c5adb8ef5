"""An order is put away when nothing is left to do."""

import pytest

from dingdan.trade.orders.commands import NotSettled, close_order
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    close_order(shop.call(), order_id=order.order_id)
    assert Order.objects.get().state == "closed"


def test_an_unpaid_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.deliver(shop, order)
    with pytest.raises(NotSettled) as refused:
        close_order(shop.call(), order_id=order.order_id)
    assert refused.value.facts == {"payment": "unpaid", "fulfillment": "delivered"}
    assert Order.objects.get().state == "placed"


def test_an_order_under_way_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.pay(shop, order)
    with pytest.raises(NotSettled):
        close_order(shop.call(), order_id=order.order_id)
    assert Order.objects.get().state == "placed"
