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
from dingdan.kernel.text import one_of
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import CanceledLine, OrderCanceled
from dingdan.trade.aftersales.lifecycle import CancelReason
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import AlreadyCanceled, Cancellation, NothingToCancel, Part, cancellation, rounds
from dingdan.trade.orders import steps as orders
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


@dataclass(frozen=True, slots=True)
class _Canceling:
    """A cancellation that will be written."""

    item: Item[Any]
    standing: Standing
    what: Cancellation
    reason: str

    @property
    def entry(self) -> Entry:
        return self.item.entry


@batch_command(OrderCanceled)
def cancel_orders(batch: Batch[CancelOrder]) -> None:
    """Cancel orders or parts of them, also out of open shipments; what was paid above the rest can then be refunded.

    Refuses `AlreadyCanceled`, `NothingToCancel`, `AlreadyShipped` (what has left comes back as a return), `ShippingGoesLast`.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        found = queries.standings([item.intent.order_id for item in items], lock=True, hold_goods=True)
        canceling = []
        for item in items:
            try:
                reason = one_of(item.intent.reason, "reason", list(CancelReason))
                standing = _found(found, item.intent.order_id)
                canceling.append(_Canceling(item, standing, _decide(standing, item.intent.lines), reason))
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
                canceling.append(_Canceling(item, standing, _decide(standing, ()), CancelReason.EXPIRED))
            except Refusal as refusal:
                item.refuse(refusal)
        _cancel(canceling)


def _found(found: dict[UUID, Standing], order_id: UUID) -> Standing:
    if order_id not in found:
        raise NotFound(field="order_id", what="order", id=order_id)
    return found[order_id]


def _decide(standing: Standing, lines: Sequence[Part]) -> Cancellation:
    if standing.order.state == "canceled":
        raise AlreadyCanceled
    if not ORDER_LIFE.may("cancel", standing.order.state):
        raise NothingToCancel
    return cancellation(standing.lines, lines)


def _check_late(standing: Standing, entry: Entry) -> None:
    order, owed = standing.order, standing.receivable
    late = order.expires_at is not None and order.expires_at <= entry.at
    paid = owed.allocated - owed.refunded + owed.authorized > 0
    if order.state != ORDER_LIFE.initial or order.quiet or not late or paid or any(line.touched for line in standing.lines):
        raise NotToExpire


def _cancel(canceling: Sequence[_Canceling]) -> None:
    """Write cancellations of different orders: money, then the orders' lines and states, then goods and shipments."""
    if not canceling:
        return
    relieved = steps.relieve([steps.Relief(one.entry, one.standing, one.what.amount) for one in canceling])
    steps.cancel_units([steps.Units(one.entry, one.standing, one.what.units) for one in canceling])
    for one in canceling:
        if one.what.whole:
            orders.turn(one.entry, order=one.standing.order, name="cancel")
            if one.standing.order.expires_at is not None:
                orders.stop_expiring(one.entry, order_ids=[one.standing.order.id])
    gone = steps.release([steps.Units(one.entry, one.standing, one.what.units) for one in canceling])
    for one, now in zip(canceling, relieved, strict=True):
        _accept(one, now, gone.get(one.standing.order.id, []))


def _accept(one: _Canceling, now: steps.Relieved, gone: Sequence[UUID]) -> None:
    order = one.standing.order
    one.entry.about("order", order.id)
    if order.customer_id:
        one.entry.about("customer", order.customer_id)
    one.item.accept(
        OrderCanceled(
            order_id=order.id,
            customer_id=order.customer_id,
            whole=one.what.whole,
            reason=str(one.reason),
            currency=order.currency,
            amount=one.what.amount,
            owed=now.owed,
            refund_due=now.refund_due,
            lines=tuple(
                CanceledLine(line_id=part.line.id, variant_id=part.line.variant_id, quantity=part.quantity, amount=part.amount)
                for part in one.what.parts
            ),
            canceled_shipments=tuple(gone),
        )
    )
