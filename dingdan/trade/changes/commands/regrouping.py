"""What can be done with orders that belong together or apart: split one, merge several, take that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dingdan.kernel.command import command
from dingdan.kernel.entries import register_version
from dingdan.kernel.journal import Entry
from dingdan.kernel.money import Money
from dingdan.kernel.text import one_of
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.trade.aftersales.queries import DOCUMENT
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes import queries, steps
from dingdan.trade.changes.events import OrdersMerged, OrderSplit, RefundAgain, RegroupedOrder, RegroupingUndone
from dingdan.trade.changes.queries import Regrouping
from dingdan.trade.changes.rules import Split, SplitBy, check_moved


@command
def split_order(
    entry: Entry,
    *,
    order_id: UUID,
    by: str = SplitBy.LINES,
    parts: tuple[tuple[Part, ...], ...] = (),
    max_grams: int | None = None,
    fingerprint: str = "",
) -> OrderSplit:
    """Make a part of an order, or several, orders of their own; goods, money and place in the queue go along, prices stay.

    By lines, each part names units that have not left; otherwise the order is split by the node that goods leave from, by what
    waits, by what was sold before its first receipt, by weight (at most `max_grams` each), or by seller.
    """
    one_of(by, "by", list(SplitBy))
    reading = queries.regroup_readings([order_id], at=entry.at, registers=register_version(), lock=True)[order_id]
    found = queries.split_of(reading, Split(by=by, parts=parts, max_grams=max_grams), at=entry.at)
    _check(found, fingerprint)
    accepted = steps.regroup(entry, found, kind="split")
    return OrderSplit(
        change_id=accepted[0].change_id,
        order_id=order_id,
        currency=reading.order.currency,
        by=by,
        orders=_told(found, accepted),
        refunds=_anew(accepted),
    )


@command
def merge_orders(entry: Entry, *, order_id: UUID, order_ids: tuple[UUID, ...], fingerprint: str = "") -> OrdersMerged:
    """Let what has not left of orders go over to another one of the same buyer and address, with goods and money.

    An order of which nothing is left is canceled. Refuses `NotAlike`, also where an order is marked to be kept apart.
    """
    others = [id_ for id_ in dict.fromkeys(order_ids) if id_ != order_id]
    readings = queries.regroup_readings([order_id, *others], at=entry.at, registers=register_version(), lock=True)
    found = queries.merge_of(readings[order_id], [readings[id_] for id_ in others], at=entry.at)
    _check(found, fingerprint)
    accepted = steps.regroup(entry, found, kind="merge")
    return OrdersMerged(
        change_id=accepted[0].change_id,
        order_id=order_id,
        currency=found.kept.order.currency,
        orders=_told(found, accepted),
        refunds=_anew(accepted),
    )


@command
def undo_regrouping(entry: Entry, *, change_id: UUID, fingerprint: str = "") -> RegroupingUndone:
    """Take a split or a merge back, named by any of its changes, while nothing later stands upon it (`ChangedSince`).

    Refuses `NotRegrouped` for any other change.
    """
    ids = [one.order_id for one in queries.together_with(change_id)]
    readings = queries.regroup_readings(ids, at=entry.at, registers=register_version(), lock=True)
    changes = queries.together_with(change_id)  # as they are under the locks
    found, refused = queries.undo_of(changes, readings, at=entry.at)
    _check(found, fingerprint)
    if refused:
        raise refused[0]
    accepted = steps.regroup_back(entry, found)
    steps.take_back([(entry, change) for change in changes])
    order = found.kept.order
    return RegroupingUndone(
        change_id=changes[0].id,
        order_id=order.id,
        currency=order.currency,
        orders=_told(found, accepted),
        refunds=_anew(accepted),
    )


def _check(found: Regrouping, fingerprint: str) -> None:
    kept = found.kept
    check_moved(fingerprint, found.fingerprint, difference=Money(kept.outcome.sums.difference, kept.order.currency))


def _anew(accepted: Sequence[steps.Accepted]) -> tuple[RefundAgain, ...]:
    return tuple(new for one in accepted for new in one.refunds_anew)


def _told(found: Regrouping, accepted: Sequence[steps.Accepted]) -> tuple[RegroupedOrder, ...]:
    owed: Any = payment_queries.receivable_of(DOCUMENT, [one.order_id for one in accepted])
    return tuple(
        RegroupedOrder(
            order_id=one.order_id, number=party.order.number, customer_id=party.order.customer_id, is_new=party.is_new,
            state=party.order.state, total=one.outcome.sums.after.total, difference=one.outcome.sums.difference,
            owed=owed[one.order_id].amount, due=max(0, owed[one.order_id].due), refund_due=max(0, -owed[one.order_id].due),
            refund_withdrawn=one.withdrawn, lines=one.altered, canceled_shipments=tuple(one.gone),
        )
        for party, one in zip(found.parties, accepted, strict=True)
    )  # fmt: skip
