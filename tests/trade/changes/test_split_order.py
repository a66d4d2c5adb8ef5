"""A part of an order becomes an order of its own; goods, money and the place in the queue go along."""

from __future__ import annotations

from uuid import UUID

from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import split_order, undo_regrouping
from dingdan.trade.changes.events import OrderSplit
from dingdan.trade.changes.queries import preview_split, preview_ungrouping
from dingdan.trade.changes.rules import Split
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.trade.changes.changing import line_id


def split(shop: Shop, order: OrderPlaced, wish: Split) -> OrderSplit:
    """Preview a split, do it, and find that all came as it was shown."""
    shown = preview_split(order.order_id, wish)
    assert shown.refusals == ()
    told = split_order(
        shop.call(), order_id=order.order_id, by=wish.by, parts=wish.parts, max_grams=wish.max_grams, fingerprint=shown.fingerprint
    )
    assert [(one.total, one.state, len(one.lines)) for one in shown.orders] == [
        (one.total, one.state, len([line for line in one.lines if line.after or line.before])) for one in told.orders
    ]
    assert [paid_of(one.order_id) for one in told.orders] == [one.paid for one in shown.orders]
    assert kit.breaches() == []
    return told


def paid_of(order_id: UUID) -> int:
    """What of an order's money is here."""
    owed = payments.receivable_of("order", [order_id])[order_id]
    return owed.allocated - owed.refunded


def lines_of(order_id: UUID) -> list[tuple[str, int, int, int]]:
    """SKU, units, canceled units, total of each line."""
    rows = Order.objects.get(id=order_id).lines.order_by("position")
    return [(row.sku, row.quantity, row.canceled, row.total) for row in rows]


def test_it_works(shop: Shop) -> None:
    tea, mug = kit.stock(shop, "TEA", 10), kit.stock(shop, "MUG", 10)
    order = kit.place(shop, ("TEA", 3), ("MUG", 2))
    kit.pay(shop, order)
    told = split(shop, order, Split(parts=((Part(line_id(order), 1), Part(line_id(order, 1), 2)),)))
    first, second = told.orders
    assert (first.total, second.total, first.due, second.due) == (500, 750, 0, 0)
    assert (first.difference, second.difference, second.is_new) == (-750, 750, True)
    assert lines_of(first.order_id) == [("TEA", 3, 1, 750), ("MUG", 2, 2, 500)]
    assert lines_of(second.order_id) == [("TEA", 1, 0, 250), ("MUG", 2, 0, 500)]
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 3), (10, 2))
    new = Order.objects.select_related("ship_to").get(id=second.order_id)
    old = Order.objects.select_related("ship_to").get(id=first.order_id)
    assert (new.number, new.placed_at, new.ship_to.address) == ("1002", old.placed_at, old.ship_to.address)
    assert new.ship_to_id != old.ship_to_id

    shown = preview_ungrouping(told.change_id)
    assert shown.refusals == ()
    undone = undo_regrouping(shop.call(), change_id=told.change_id, fingerprint=shown.fingerprint)
    assert [(one.state, one.total, one.due) for one in undone.orders] == [("placed", 1250, 0), ("canceled", 0, 0)]
    assert lines_of(first.order_id) == [("TEA", 3, 0, 750), ("MUG", 2, 0, 500)]
    assert (paid_of(first.order_id), paid_of(second.order_id)) == (1250, 0)
    assert (kit.levels(tea), kit.levels(mug)) == ((10, 3), (10, 2))
    assert kit.breaches() == []
