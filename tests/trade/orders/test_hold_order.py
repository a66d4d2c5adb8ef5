"""A held order waits."""

import pytest

from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    assert hold_order(shop.call(), order_id=order.order_id, reason="odd address").reason == "odd address"
    row = Order.objects.get()
    assert (row.state, row.hold_reason) == ("on_hold", "odd address")


def test_a_held_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    hold_order(shop.call(), order_id=order.order_id, reason="odd address")
    with pytest.raises(NotInThisState):
        hold_order(shop.call(), order_id=order.order_id, reason="again")
    assert Order.objects.get().hold_reason == "odd address"


def test_no_reason_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with pytest.raises(Refusal) as refused:
        hold_order(shop.call(), order_id=order.order_id, reason=" ")
    assert refused.value.field == "reason"
    assert Order.objects.get().state == "placed"


def test_a_strangers_order_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        hold_order(shop.call(), order_id=new_id(), reason="why not")
