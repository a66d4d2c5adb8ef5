"""What tests of splits and merges begin with: seen first, then done, and found to be as it was shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.queries import standing
from dingdan.trade.changes.commands import merge_orders, split_order, undo_regrouping
from dingdan.trade.changes.events import OrdersMerged, OrderSplit, RegroupedOrder, RegroupingUndone
from dingdan.trade.changes.queries import RegroupingPreview, preview_merge, preview_split, preview_ungrouping
from dingdan.trade.changes.rules import Split
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop

T = TypeVar("T")


def split(shop: Shop, order: OrderPlaced, wish: Split) -> OrderSplit:
    """Split an order as it was shown."""
    shown = preview_split(order.order_id, wish)
    told = split_order(
        shop.call(),
        order_id=order.order_id,
        by=wish.by,
        parts=wish.parts,
        max_grams=wish.max_grams,
        fingerprint=shown.fingerprint,
    )
    return _as_shown(told, shown, told.orders)


def merge(shop: Shop, kept: OrderPlaced, *others: OrderPlaced) -> OrdersMerged:
    """Merge orders into one as it was shown."""
    ids = tuple(one.order_id for one in others)
    shown = preview_merge(kept.order_id, ids)
    told = merge_orders(shop.call(), order_id=kept.order_id, order_ids=ids, fingerprint=shown.fingerprint)
    return _as_shown(told, shown, told.orders)


def undo(shop: Shop, told: OrderSplit | OrdersMerged) -> RegroupingUndone:
    """Take a split or a merge back as it was shown."""
    shown = preview_ungrouping(told.change_id)
    undone = undo_regrouping(shop.call(), change_id=told.change_id, fingerprint=shown.fingerprint)
    return _as_shown(undone, shown, undone.orders)


def _as_shown(told: T, shown: RegroupingPreview, orders: tuple[RegroupedOrder, ...]) -> T:
    assert shown.refusals == ()
    assert [(one.total, one.state, one.paid) for one in shown.orders] == [
        (one.total, one.state, paid_of(one.order_id)) for one in orders
    ]
    assert [[(line.sku, line.after) for line in one.lines if line.after] for one in shown.orders] == [
        [(sku, units) for sku, units, _total in kept(one.order_id)] for one in orders
    ]
    assert sum(one.difference for one in orders) == 0
    assert kit.breaches() == []
    return told


def why(shop: Shop, order: OrderPlaced, wish: Split) -> Refusal:
    """Why a split is refused, by preview and command alike; nothing has changed."""
    shown, before = preview_split(order.order_id, wish), everything(order)
    told = _refused(
        lambda: split_order(shop.call(), order_id=order.order_id, by=wish.by, parts=wish.parts, max_grams=wish.max_grams)
    )
    assert ([one.code for one in shown.refusals], everything(order)) == ([told.code], before)
    return told


def why_not(shop: Shop, kept_order: OrderPlaced, *others: OrderPlaced) -> Refusal:
    """Why a merge is refused, by preview and command alike; nothing has changed."""
    ids = tuple(one.order_id for one in others)
    before = [everything(one) for one in (kept_order, *others)]
    shown = preview_merge(kept_order.order_id, ids)
    told = _refused(lambda: merge_orders(shop.call(), order_id=kept_order.order_id, order_ids=ids))
    assert [one.code for one in shown.refusals] == [told.code]
    assert [everything(one) for one in (kept_order, *others)] == before
    return told


def _refused(work: Callable[[], object]) -> Refusal:
    try:
        work()
    except Refusal as refusal:
        return refusal
    raise AssertionError("it was done")


def everything(order: OrderPlaced) -> tuple[object, ...]:
    """The state, lines and money of an order, and how many orders there are."""
    row = Order.objects.get(id=order.order_id)
    return row.state, row.total, kept(row.id), paid_of(row.id), Order.objects.count()


def kept(order_id: UUID) -> list[tuple[str, int, int]]:
    """SKU (or name), units and amount of what is left of each line."""
    found = standing(order_id)
    return [(found.rows[line.id].sku, line.kept, line.kept_total) for line in found.lines if line.kept]


def paid_of(order_id: UUID) -> int:
    """What of an order's money is here."""
    owed = payments.receivable_of("order", [order_id])[order_id]
    return owed.allocated - owed.refunded
