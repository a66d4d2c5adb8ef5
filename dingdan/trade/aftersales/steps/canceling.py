"""What of orders will not be shipped, inside a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.payments import steps as payments
from dingdan.masterdata.promotions import steps as promotions
from dingdan.trade.aftersales.events import CanceledLine, OrderCanceled
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import Cancellation, Line
from dingdan.trade.aftersales.steps.owing import Relief, Relieved, relieve
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment import steps as fulfillment
from dingdan.trade.orders import steps as orders
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules import totals


@dataclass(frozen=True, slots=True)
class Units:
    """Units of lines of an order that is locked with its goods."""

    entry: Entry
    standing: Standing
    of: Mapping[UUID, int]


def cancel_units(canceled: Sequence[Units]) -> None:
    """Count units as canceled on the lines of their orders, which say that much less from now on. What is owed is `relieve`'s."""
    if not canceled:
        return
    orders.cancel_lines(canceled[0].entry, quantities={line_id: units for one in canceled for line_id, units in one.of.items()})
    restated = []
    for one in canceled:
        left = [replace(line, canceled=line.canceled + one.of.get(line.id, 0)) for line in one.standing.lines]
        restated.append(orders.Restated(one.entry, one.standing.order.id, totals(left)))
    orders.restate(restated)


def release(released: Sequence[Units]) -> dict[UUID, list[UUID]]:
    """Let go the goods of units, and take them off shipments that have not left; returns those that became empty, by order."""
    freed = [
        (one.entry, demand, units * demand.per_line_unit)
        for one in released
        for line_id, units in one.of.items()
        for demand in one.standing.demands.get(line_id, ())
    ]
    if not freed:
        return {}
    reserved = inventory.cancel(freed)
    ids = [one.standing.order.id for one in released]
    planned = {line.shipment.order_id for line in fulfillment_queries.open_lines_of(ids)}
    return {
        one.standing.order.id: fulfillment.take_off(one.entry, order_id=one.standing.order.id, free=reserved)
        for one in released
        if one.standing.order.id in planned
    }


def take_back_cards(lines: Sequence[tuple[Entry, Line]]) -> None:
    """Let the gift cards be void of which fewer units are kept from now on. Refuses `CardUsed`."""
    kept = [
        payments.Kept(entry=entry, line_id=line.id, name=line.name, units=line.kept)
        for entry, line in lines
        if line.kind == LineKind.GIFT_CARD
    ]
    if kept:
        payments.void_beyond(kept)


@dataclass(frozen=True, slots=True)
class Canceling:
    """So much of an order that is locked, with its money and goods, will not be shipped."""

    entry: Entry
    standing: Standing
    what: Cancellation
    reason: str


def cancel(canceling: Sequence[Canceling]) -> list[OrderCanceled]:
    """Write cancellations of different orders: money, then the orders' lines and states, then goods and shipments."""
    if not canceling:
        return []
    relieved = relieve([Relief(one.entry, one.standing, one.what.amount) for one in canceling])
    take_back_cards(
        [
            (one.entry, replace(part.line, canceled=part.line.canceled + part.quantity))
            for one in canceling
            for part in one.what.parts
        ]
    )
    units = [Units(one.entry, one.standing, one.what.units) for one in canceling]
    cancel_units(units)
    for one in canceling:
        if one.what.whole:
            orders.turn(one.entry, order=one.standing.order, name="cancel")
            if one.standing.order.expires_at is not None:
                orders.stop_expiring(one.entry, order_ids=[one.standing.order.id])
    _give_promotions_back([one for one in canceling if one.what.whole])
    gone = release(units)
    return [_canceled(one, now, gone.get(one.standing.order.id, [])) for one, now in zip(canceling, relieved, strict=True)]


def _give_promotions_back(whole: Sequence[Canceling]) -> None:
    """What orders used that are canceled as a whole may be used again; locked before stock, as when orders are placed."""
    used = [one for one in whole if one.standing.order.promotion_discount]
    if used:
        promotions.give_back(used[0].entry, order_ids=[one.standing.order.id for one in used])


def _canceled(one: Canceling, now: Relieved, gone: Sequence[UUID]) -> OrderCanceled:
    order = one.standing.order
    one.entry.about("order", order.id)
    if order.customer_id:
        one.entry.about("customer", order.customer_id)
    return OrderCanceled(
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
