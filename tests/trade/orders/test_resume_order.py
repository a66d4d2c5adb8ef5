"""A resumed order goes on."""

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.orders.commands import hold_order, resume_order
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    hold_order(shop.call(), order_id=order.order_id, reason="odd address")
    resume_order(shop.call(), order_id=order.order_id)
    row = Order.objects.get()
    assert (row.state, row.hold_reason) == ("placed", "")


def test_an_order_that_is_not_held_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with pytest.raises(NotInThisState):
        resume_order(shop.call(), order_id=order.order_id)
    assert Order.objects.get().state == "placed"
