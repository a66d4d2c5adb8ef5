"""Orders that nobody pays in time give their stock back, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import ExpireOrder, cancel_orders, expire_orders
from dingdan.trade.aftersales.commands.canceling import CancelOrder, NotToExpire
from dingdan.trade.orders.commands import hold_order, place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import due_to_expire
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold

PLACED = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATE = PLACED + timedelta(days=8)


def place(shop: Shop, *, quiet: bool = False) -> OrderPlaced:
    """An order that expires a week after it was placed."""
    return place_orders.one(shop.call(at=PLACED, quiet=quiet), kit.wanted(shop, ("A", 2), payment_method="bank_transfer"))


def expire(shop: Shop, order: OrderPlaced, at: datetime = LATE) -> object:
    """Let it expire, as the schedule does."""
    return expire_orders.one(shop.call(at=at), ExpireOrder(order_id=order.order_id))


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = place(shop)
    assert due_to_expire(LATE) == [order.order_id]
    expired = expire_orders.one(shop.call(at=LATE), ExpireOrder(order_id=order.order_id))
    assert (expired.reason, expired.whole, expired.owed, expired.refund_due) == ("expired", True, 0, 0)
    assert (sold.order_of(order).state, sold.order_of(order).expires_at) == ("canceled", None)
    assert due_to_expire(LATE) == []
    assert kit.levels(variant_id) == (5, 0)
    assert kit.breaches() == []


def test_to_the_second(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop)
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order, PLACED + timedelta(days=7) - timedelta(seconds=1))
    expire(shop, order, PLACED + timedelta(days=7))
    assert sold.order_of(order).state == "canceled"


def test_a_paid_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop)
    kit.pay(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order)


def test_an_order_from_elsewhere_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop, quiet=True)
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order)


def test_a_held_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop)
    hold_order(shop.call(), order_id=order.order_id, reason="asks for time")
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order)


def test_a_shipped_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop)
    kit.ship(shop, order)
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order)


def test_a_canceled_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = place(shop)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    with sold.nothing_changes(shop), pytest.raises(NotToExpire):
        expire(shop, order)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        expire_orders.one(shop.call(at=LATE), ExpireOrder(order_id=new_id()))


def test_payment_against_expiry_never_takes_money_for_nothing(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 60)
    for _ in range(6):
        order = place(shop)
        outcomes = kit.in_threads(
            lambda index, order=order: expire(shop, order) if index else kit.pay(shop, order),  # type: ignore[misc]
            2,
        )
        assert kit.kinds(outcomes)[1] == "PaymentRecorded"
        if kit.kinds(outcomes)[0] == "OrderCanceled":
            # The money came when nothing was due any more: no document took it.
            assert (outcomes[0].unapplied, sold.owed(order).payment_status) in ((500, "nothing_due"), (0, "overpaid"))
        else:
            assert (kit.kinds(outcomes)[0], sold.owed(order).payment_status) == ("NotToExpire", "paid")
    assert kit.levels(variant_id) == (60, 2 * Order.objects.filter(state="placed").count())
    assert kit.breaches() == []
