"""A surcharge or discount in percent follows what changes do to the lines of an order."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.ledgers.payments.models import Receivable
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import ChangeOrder, UndoChange, change_orders, undo_changes
from dingdan.trade.changes.queries import preview
from dingdan.trade.changes.queries.undoing import ChangedSince
from dingdan.trade.changes.rules import (
    AddLine,
    AddSurcharge,
    Cancel,
    GiveDiscount,
    RemoveLine,
    Revive,
    SetPayment,
    SetPrice,
    SetQuantity,
    Wish,
)
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order, OrderLine
from tests import kit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer


@pytest.fixture(autouse=True)
def _goods(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    offer(shop, "cash", charge_rate=Decimal("0.05"))
    offer(shop, "bank_transfer", charge_rate=Decimal("-0.02"))


def _change(shop: Shop, order: OrderPlaced, *changes: Wish) -> UUID:
    """Change an order as it was seen before, and look at the books; returns the change."""
    seen = preview(order.order_id, list(changes))
    told = change_orders.one(shop.call(), ChangeOrder(order_id=order.order_id, changes=changes, fingerprint=seen.fingerprint))
    row = Order.objects.get(id=order.order_id)
    assert (seen.refusals, seen.difference, seen.after.total) == ((), told.difference, row.total)
    assert Receivable.objects.get(document_id=order.order_id).amount == row.total
    assert kit.breaches() == []
    return told.change_id


def _costs(order: OrderPlaced) -> tuple[int, int, int]:
    """What the order says: in all, what its method adds, what it takes off."""
    row = Order.objects.get(id=order.order_id)
    charges = OrderLine.objects.filter(order_id=order.order_id, is_charge=True, canceled=0)
    return row.total, sum(int(one.unit_price) for one in charges), row.method_discount


def _line(order: OrderPlaced) -> UUID:
    return OrderLine.objects.get(order_id=order.order_id, position=1).id


def test_a_surcharge_follows_and_is_undone(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="cash")
    assert _costs(order) == (1050, 50, 0)
    more = _change(shop, order, AddLine(sku="TEA", quantity=2, unit_price=Decimal(250)))
    assert _costs(order) == (1575, 75, 0)
    fewer = _change(shop, order, SetQuantity(line_id=_line(order), quantity=1))
    assert _costs(order) == (788, 38, 0)
    with pytest.raises(ChangedSince):
        undo_changes.one(shop.call(), UndoChange(change_id=more))
    for change, costs in ((fewer, (1575, 75, 0)), (more, (1050, 50, 0))):
        undo_changes.one(shop.call(), UndoChange(change_id=change))
        assert _costs(order) == costs
    assert kit.breaches() == []


def test_a_discount_follows_and_is_undone(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), discount=100, payment_method="bank_transfer")
    assert _costs(order) == (882, 0, 18)
    more = _change(shop, order, AddLine(sku="TEA", quantity=2, unit_price=Decimal(250)))
    assert _costs(order) == (1372, 0, 28)
    assert [line.canceled for line in OrderLine.objects.order_by("position")] == [0, 0]  # the old line stays
    fewer = _change(shop, order, SetQuantity(line_id=_line(order), quantity=2))
    assert _costs(order) == (931, 0, 19)
    for change, costs in ((fewer, (1372, 0, 28)), (more, (882, 0, 18))):
        undo_changes.one(shop.call(), UndoChange(change_id=change))
        assert _costs(order) == costs
    assert kit.breaches() == []


def test_units_that_come_back_and_more_of_them(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="bank_transfer")
    _change(shop, order, SetQuantity(line_id=_line(order), quantity=2))
    assert _costs(order) == (490, 0, 10)
    _change(shop, order, SetQuantity(line_id=_line(order), quantity=6))
    assert _costs(order) == (1470, 0, 30)
    assert [(one.quantity, one.canceled, one.discount) for one in OrderLine.objects.order_by("position")] == [
        (4, 0, 20),
        (2, 0, 10),
    ]


def test_prices_discounts_and_freight_count(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="bank_transfer", shipping_price=1000)
    assert _costs(order) == (1960, 0, 40)
    _change(shop, order, SetPrice(line_id=_line(order), unit_price=Decimal(500)))
    assert _costs(order) == (2940, 0, 60)
    _change(shop, order, GiveDiscount(percent=Decimal(10)))  # of what is left of the goods: 2000 - 60
    assert _costs(order) == (2750, 0, 56)


def test_what_is_no_price_changes_nothing_of_it(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="cash")
    _change(shop, order, AddSurcharge(name="Gift wrap", amount=300))
    assert _costs(order) == (1350, 50, 0)


def test_a_canceled_order_takes_its_surcharge_along_and_brings_it_back(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="cash", shipping_price=200)
    assert _costs(order) == (1260, 60, 0)
    _change(shop, order, Cancel())
    assert (_costs(order), Order.objects.get().state) == ((0, 0, 0), "canceled")
    _change(shop, order, Revive())
    assert _costs(order) == (1260, 60, 0)


def test_another_method_in_the_same_change_is_worked_out_last(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="bank_transfer")
    more = AddLine(sku="TEA", quantity=4, unit_price=Decimal(250))
    _change(shop, order, SetPayment(method="cash"), more, RemoveLine(line_id=_line(order)))
    assert _costs(order) == (1050, 50, 0)


def test_what_was_canceled_beside_the_engine_stays_as_it_was_agreed(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="cash")
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(_line(order), 2),)))
    assert _costs(order) == (550, 50, 0)
    _change(shop, order, SetPrice(line_id=_line(order), unit_price=Decimal(350)))
    assert _costs(order) == (760, 60, 0)


def test_a_method_at_another_rate_charges_the_difference_alone(shop: Shop) -> None:
    order = kit.place(shop, ("TEA", 4), payment_method="cash")
    offer(shop, "cash", charge_rate=Decimal("0.1"))
    _change(shop, order, AddLine(sku="TEA", quantity=4, unit_price=Decimal(250)))
    assert _costs(order) == (2150, 150, 0)
