"""What follows when orders are split or merged: shipments, papers and mails follow the lines to where they are now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from dingdan.automation import gateways
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.planning import plans
from dingdan.automation.reacting import Asked, Reaction, Wishes, entry_of, part_of, together
from dingdan.kernel.journal import Call
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import request_void
from dingdan.trade.aftersales.commands import refund_order
from dingdan.trade.changes.events import OrdersMerged, OrderSplit, RegroupedOrder, RegroupingUndone
from dingdan.trade.fulfillment.commands import plan_shipments
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices


def _parties(asked: Asked) -> Iterator[tuple[Call, RegroupedOrder]]:
    """The orders that were split or merged, each with a call of its own."""
    for call, event in asked:
        for number, order in enumerate(event.orders):
            yield part_of(call, number), order


@together(plan_shipments)
def plan_regrouped(asked: Asked) -> Wishes:
    """What has another order now is planned anew, if the goods of that may leave."""
    return plans((call, order.order_id) for call, order in _parties(asked) if order.state == "placed")


def _invoiced_parties(asked: Asked) -> Iterator[tuple[Call, UUID]]:
    parties = list(_parties(asked))
    owed = payments.receivable_of("order", {order.order_id for _call, order in parties})
    return ((call, order.order_id) for call, order in parties if owed[order.order_id].invoiced)


def refund_regrouped(call: Call, event: OrderSplit | OrdersMerged | RegroupingUndone) -> None:
    """What was paid for an order that is another's now, and more than that needs, goes back."""
    for number, order in enumerate(event.orders):
        if order.state == "canceled" and order.refund_due > 0:
            refund_order(part_of(call, number), order_id=order.order_id, reason="merged")


@together(request_void)
def void_regrouped(asked: Asked) -> Wishes:
    """Money that a gateway holds for such an order, and nobody needs, is let go."""
    return gateways.voids((call, order.order_id) for call, order in _parties(asked) if order.state == "canceled")


@together(issue_credit_notes)
def credit_regrouped(asked: Asked) -> Wishes:
    """What was invoiced by one order and is another's now is credited there."""
    return [(call, IssueCreditNote(order_id=order_id)) for call, order_id in _invoiced_parties(asked)]


@together(issue_invoices)
def invoice_regrouped(asked: Asked) -> Wishes:
    """What an order has taken over that has invoices is invoiced, unless it waits for goods to leave."""
    return [(call, IssueInvoice(order_id=order_id)) for call, order_id in _invoiced_parties(asked)]


@together(queue_notices)
def tell_regrouped(asked: Asked) -> Wishes:
    """The customer learns what each order says now; one that became a part of another is not spoken of any more."""
    for call, order in _parties(asked):
        if order.is_new:
            yield call, QueueNotice(kind="order_confirmed", order_id=order.order_id)
        elif order.state == "placed":
            yield call, QueueNotice(kind="order_changed", order_id=order.order_id, about_id=entry_of(call))


EVERY: Sequence[Reaction] = (
    void_regrouped, gateways.ask_for_refunds, refund_regrouped, credit_regrouped, invoice_regrouped, plan_regrouped,
    tell_regrouped,
)  # fmt: skip
