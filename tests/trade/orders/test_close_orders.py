"""An order is put away when nothing is left to do."""

import pytest

from dingdan.trade.orders.commands import CloseOrder, NotSettled, close_orders
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    close_orders.one(shop.call(), CloseOrder(order.order_id))
    assert Order.objects.get().state == "closed"


def test_an_unpaid_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.deliver(shop, order)
    with pytest.raises(NotSettled) as refused:
        close_orders.one(shop.call(), CloseOrder(order.order_id))
    assert refused.value.facts == {"payment": "unpaid", "fulfillment": "delivered"}
    assert Order.objects.get().state == "placed"


def test_an_order_under_way_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    kit.pay(shop, order)
    with pytest.raises(NotSettled):
        close_orders.one(shop.call(), CloseOrder(order.order_id))
    assert Order.objects.get().state == "placed"


def test_many_at_once_each_on_its_own(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    done, open_ = kit.place(shop, ("A", 1)), kit.place(shop, ("A", 1))
    kit.pay(shop, done)
    kit.deliver(shop, done)
    outcomes = close_orders.many([(shop.call(), CloseOrder(id_)) for id_ in (done.order_id, open_.order_id, done.order_id)])
    assert [type(outcome).__name__ for outcome in outcomes] == ["OrderClosed", "NotSettled", "NotInThisState"]
    assert dict(Order.objects.values_list("id", "state")) == {done.order_id: "closed", open_.order_id: "placed"}
