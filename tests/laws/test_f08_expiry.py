"""F8: what is reserved and not paid goes back to stock in time; money that comes late never stays without goods or refund."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from dingdan.automation.consumers import drain
from dingdan.automation.jobs import expire
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

ORDERS = sized(20, 100, 2000)


def test_reservations_that_expire_return_to_stock(shop: Shop, figure: Callable[[str], None]) -> None:
    variant_id = kit.stock(shop, "A", ORDERS)
    orders = [kit.place(shop, ("A", 1), payment_method="bank_transfer") for _ in range(ORDERS)]
    paid = orders[::3]
    for order in paid:
        kit.pay(shop, order, method="bank_transfer")
    assert kit.levels(variant_id) == (ORDERS, ORDERS)
    assert expire(shop.tenant_id) == 0
    with clock.moved_by(timedelta(days=7, seconds=60)):
        while expire(shop.tenant_id):
            pass
    assert kit.levels(variant_id) == (ORDERS, len(paid))
    assert Order.objects.filter(state="placed").count() == len(paid)
    assert kit.breaches() == []
    figure(f"F8 {ORDERS} reservations, {len(paid)} paid: the others are back in stock a minute after their time")


def test_payment_and_expiry_at_once_leave_nobody_paid_without_either(shop: Shop, figure: Callable[[str], None]) -> None:
    """Both run at the same moment: the order is paid and kept, or canceled and the money is there to be given back."""
    variant_id = kit.stock(shop, "A", ORDERS)
    orders = [kit.place(shop, ("A", 1), payment_method="bank_transfer") for _ in range(ORDERS)]

    def race(index: int) -> None:
        if index == 0:
            with clock.moved_by(timedelta(days=8)):
                expire(shop.tenant_id)
        else:
            for order in random.sample(orders, len(orders)):
                try:
                    kit.pay(shop, order, method="bank_transfer")
                except Refusal:
                    continue

    kit.in_threads(race, 2)
    drain(shop.tenant_id)
    owed = payments.receivable_of("order", [order.order_id for order in orders])
    paid = payments.payments_of("order", [order.order_id for order in orders])
    states = dict(Order.objects.values_list("id", "state"))
    for order in orders:
        held = owed[order.order_id].allocated - owed[order.order_id].refunded
        if states[order.order_id] == "placed":
            assert held == order.total
        else:
            assert owed[order.order_id].amount == held == 0
            for payment in paid.get(order.order_id, ()):
                assert payment.refunding + payment.refunded == payment.captured
    kept = sum(state == "placed" for state in states.values())
    assert kit.levels(variant_id) == (ORDERS, kept)
    assert kit.breaches() == []
    figure(f"F8 {ORDERS} orders paid and expired at once: {kept} kept, the others canceled and refunded, 0 paid without either")
