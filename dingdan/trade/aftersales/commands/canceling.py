"""Orders are canceled, by people or because nobody paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.text import one_of
from dingdan.masterdata.staff.steps import hold_to_limit
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import CUSTOMER, Part, cancellation_of, rounds
from dingdan.trade.orders.lifecycle import ORDER_LIFE


class NotToExpire(Refusal):
    """The order is paid, or is not late, or somebody looks after it."""

    sentence = _("This order does not expire: it is paid, has begun to leave, is held or closed, or is not late yet.")
    remedy = _("Cancel it if it is to be canceled all the same.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """Cancel units of lines, or (without lines) everything that has not left."""

    order_id: UUID
    lines: tuple[Part, ...] = ()
    reason: str = CancelReason.CUSTOMER


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOrder:
    """Cancel an order whose time to be paid is over."""

    order_id: UUID


@batch_command(OrderCanceled)
def cancel_orders(batch: Batch[CancelOrder]) -> None:
    """Cancel orders or parts of them, also out of open shipments; what was paid above the rest can then be refunded.

    Refuses `AlreadyCanceled`, `NothingToCancel`, `AlreadyShipped` (what has left comes back as a return), `ShippingGoesLast`, and
    `CardUsed` for gift cards that somebody has paid with; and customers (`TooLateForCustomers`) once the order is picked or the
    hours of its channel are over.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        found = queries.standings([item.intent.order_id for item in items], lock=True, hold_goods=True)
        bounds = queries.bounds_of(item.intent.order_id for item in items if item.entry.actor.kind == CUSTOMER)
        canceling = []
        for item in items:
            try:
                reason = one_of(item.intent.reason, "reason", list(CancelReason))
                standing = _found(found, item.intent.order_id)
                asks = bounds.get(standing.order.id) if item.entry.actor.kind == CUSTOMER else None
                what = queries.canceled_by(standing, item.intent.lines, bounds=asks, at=item.entry.at)
                canceling.append((item, steps.Canceling(item.entry, standing, what, reason)))
            except Refusal as refusal:
                item.refuse(refusal)
        _cancel(canceling)


@batch_command(OrderCanceled)
def expire_orders(batch: Batch[ExpireOrder]) -> None:
    """Cancel orders that nobody paid in time. Refuses `NotToExpire`, decided under the locks of order and receivable."""
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        found = queries.standings([item.intent.order_id for item in items], lock=True, hold_goods=True)
        canceling = []
        for item in items:
            try:
                standing = _found(found, item.intent.order_id)
                _check_late(standing, item.entry)
                canceling.append(
                    (
                        item,
                        steps.Canceling(
                            item.entry, standing, cancellation_of(standing.order.state, standing.lines), CancelReason.EXPIRED
                        ),
                    )
                )
            except Refusal as refusal:
                item.refuse(refusal)
        _cancel(canceling)


def _found(found: dict[UUID, Standing], order_id: UUID) -> Standing:
    if order_id not in found:
        raise NotFound(field="order_id", what="order", id=order_id)
    return found[order_id]


def _check_late(standing: Standing, entry: Entry) -> None:
    order, owed = standing.order, standing.receivable
    late = order.expires_at is not None and order.expires_at <= entry.at
    paid = owed.allocated - owed.refunded + owed.authorized > 0
    if order.state != ORDER_LIFE.initial or order.quiet or not late or paid or any(line.touched for line in standing.lines):
        raise NotToExpire


def _cancel(found: Sequence[tuple[Item[Any], steps.Canceling]]) -> None:
    for (item, _one), event in zip(found, steps.cancel([one for _item, one in found]), strict=True):
        hold_to_limit(item.entry, what="refund", money=Money(event.refund_due, event.currency), field="order_id")
        item.accept(event)
