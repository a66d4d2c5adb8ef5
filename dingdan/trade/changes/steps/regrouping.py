"""Writing what splits and merges come down to. The orders, their money and their goods are locked by whoever read them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dingdan.kernel import numbering
from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import Terms
from dingdan.trade.aftersales.queries import DOCUMENT
from dingdan.trade.changes.queries import Regrouping
from dingdan.trade.changes.steps.writing import Accepted, apply, keep_money, record
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment import steps as fulfillment
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.orders import steps as orders
from dingdan.trade.orders.rules import FIRST_NUMBER


def regroup(entry: Entry, found: Regrouping, *, kind: str) -> list[Accepted]:
    """Write orders that are new, what each order gives and takes, and which money goes along; the order that stays first."""
    _open_new(entry, found)
    accepted = _write(entry, found, kinds=(kind,))
    record(accepted, along=accepted[0].change_id)
    return accepted


def regroup_back(entry: Entry, found: Regrouping) -> list[Accepted]:
    """Write that lines are where they were before, with their goods and money."""
    return _write(entry, found)


def _write(entry: Entry, found: Regrouping, *, kinds: tuple[str, ...] = ()) -> list[Accepted]:
    accepted = [Accepted(entry, one.reading, one.outcome, kinds=kinds) for one in found.parties]
    apply(accepted)
    _plan_together([one for one in accepted if one.outcome.plan.handed_to & {line.id for line in one.outcome.after}])
    payments.pass_on(
        [
            payments.PassOn(entry=entry, source=_document(one.source), target=_document(one.target), most=one.amount)
            for one in found.passing
        ]
    )
    _keep_what_is_short(accepted)
    for one in accepted:
        entry.about("order", one.order_id)
        if one.reading.order.customer_id:
            entry.about("customer", one.reading.order.customer_id)
    return accepted


def _plan_together(taking: Sequence[Accepted]) -> None:
    """Call off what is planned and not picked of orders that get lines, so that it leaves in one parcel with them."""
    lines = fulfillment_queries.open_lines_of([one.order_id for one in taking])
    begun = {line.demand_id for line in lines if line.shipment.state != SHIPMENT_LIFE.initial}
    for one in taking:
        own = [line for line in lines if line.shipment.order_id == one.order_id and line.demand_id not in begun]
        free = {(line.demand_id, line.shipment.node_id): 0 for line in own}
        if free:
            one.gone = [*one.gone, *fulfillment.take_off(one.entry, order_id=one.order_id, free=free)]


def _keep_what_is_short(accepted: Sequence[Accepted]) -> None:
    """Where money did not go along, refunds that nobody has sent yet stay with the order that needs it."""
    owed = payment_queries.receivable_of(DOCUMENT, [one.order_id for one in accepted if one.reading.refunds])
    for one in accepted:
        if one.order_id in owed:
            one.withdrawn = one.reading.returning.stays(one.reading.standing.receivable.due, owed[one.order_id].due)
    keep_money(accepted)


def _document(order_id: UUID) -> Document:
    return Document(DOCUMENT, order_id)


def _open_new(entry: Entry, found: Regrouping) -> None:
    """Write the heads of orders that come of a split, owed nothing so far."""
    new = [one for one in found.parties if one.is_new]
    if not new:
        return
    for one, number in zip(new, numbering.take(entry, DOCUMENT, count=len(new), first=FIRST_NUMBER), strict=True):
        one.order.number = number
    orders.part([orders.Parted(entry=entry, order=one.order, people=one.people) for one in new])
    owed = [one.reading.standing.receivable for one in new]
    payments.claim(
        [
            payments.Claim(
                entry=entry, id=one.id, document=Document(DOCUMENT, one.document_id), customer_id=one.customer_id,
                currency=one.currency, amount=0, due_at=one.due_at, terms=Terms(one.terms),
            )
            for one in owed
        ]
    )  # fmt: skip
