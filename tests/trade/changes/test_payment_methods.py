"""The payment method of a placed order is changed, and a canceled order is revived."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dingdan.kernel.journal import Actor, Call
from dingdan.ledgers.payments.models import Receivable
from dingdan.masterdata.methods.rules import PaymentMethodNotAvailable
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.rules import Revive, SetPayment
from dingdan.trade.changes.rules.kinds import MayNotChange, NotChangeable
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import OutOfStock
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    kit.stock(shop, "TEA", 4)


def _set(shop: Shop, order: OrderPlaced, method: str) -> int:
    change = ChangeOrder(order_id=order.order_id, changes=(SetPayment(method=method),))
    return change_orders.one(shop.call(), change).difference


def _row() -> dict[str, object]:
    row: dict[str, object] = dict(Order.objects.values().get())
    return {name: value for name, value in row.items() if name != "expires_at"}


def _offers(shop: Shop) -> None:
    offer(shop, "cash", charge_rate=Decimal("0.05"))
    offer(shop, "bank_transfer", charge_rate=Decimal("-0.02"))
    offer(shop, "on_account", net_days=30)


def test_the_surcharge_or_discount_follows_the_method(shop: Shop) -> None:
    _offers(shop)
    order = kit.place(shop, ("TEA", 4), discount=100, payment_method="cash")
    assert order.total == 945
    assert _set(shop, order, "bank_transfer") == -63
    row = Order.objects.get()
    assert (row.total, row.method_discount, row.payment_method) == (882, 18, "bank_transfer")
    assert _set(shop, order, "on_account") == 18
    row.refresh_from_db()
    owed = Receivable.objects.get()
    assert (row.total, row.method_discount, row.net_days, row.expires_at) == (900, 0, 30, None)
    assert (owed.amount, owed.terms) == (900, "on_account")
    assert owed.due_at is not None
    assert _set(shop, order, "cash") == 45
    assert kit.breaches() == []


def test_what_is_seen_before_is_what_is_done_and_it_is_undone(shop: Shop) -> None:
    _offers(shop)
    order = kit.place(shop, ("TEA", 2), payment_method="bank_transfer")
    before, until = _row(), Order.objects.get().expires_at
    seen = preview(order.order_id, [SetPayment(method="cash")])
    assert (seen.refusals, seen.difference) == ((), 35)
    changed = change_orders.one(
        shop.call(), ChangeOrder(order_id=order.order_id, changes=(SetPayment(method="cash"),), fingerprint=seen.fingerprint)
    )
    assert Order.objects.get().expires_at is None
    undo_changes.one(shop.call(), UndoChange(change_id=changed.change_id))
    again = Order.objects.get().expires_at
    assert until is not None
    assert again is not None
    assert again > until
    assert _row() == before
    assert kit.breaches() == []


def test_methods_that_are_not_offered_are_refused(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 1))
    before = Order.objects.values().get()
    with pytest.raises(PaymentMethodNotAvailable) as caught:
        _set(shop, order, "barter")
    assert "bank_transfer" in str(caught.value)
    offer(shop, "terminal")
    with pytest.raises(PaymentMethodNotAvailable):
        _set(shop, order, "cash")
    assert Order.objects.values().get() == before


def test_whoever_may_only_change_orders_may_not_change_how_they_are_paid(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 1))
    customer = Actor("customer", str(order.order_id), frozenset({"changes.change_orders"}))
    call = Call(tenant_id=shop.tenant_id, actor=customer)
    with pytest.raises(MayNotChange):
        change_orders.one(call, ChangeOrder(order_id=order.order_id, changes=(SetPayment(method="on_account"),)))
    assert Order.objects.get().payment_method == "cash"


# ── revived ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _revive(shop: Shop, order: OrderPlaced) -> int:
    return change_orders.one(shop.call(), ChangeOrder(order_id=order.order_id, changes=(Revive(),))).difference


def test_a_canceled_order_goes_on(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 3), payment_method="bank_transfer", shipping_price=100)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (Order.objects.get().state, Receivable.objects.get().amount) == ("canceled", 0)
    assert _revive(shop, order) == 850
    row = Order.objects.get()
    assert (row.state, row.total, Receivable.objects.get().due) == ("placed", 850, 850)
    assert kit.breaches() == []


def test_an_order_whose_goods_are_gone_stays_canceled(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 3))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    kit.place(shop, ("TEA", 2))
    with pytest.raises(OutOfStock):
        _revive(shop, order)
    assert Order.objects.get(id=order.order_id).state == "canceled"
    assert kit.breaches() == []


def test_an_order_that_is_not_canceled_is_not_revived(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 1))
    with pytest.raises(NotChangeable):
        _revive(shop, order)
    assert Order.objects.get().state == "placed"
