"""What follows for money and its papers: captures, voids, refunds, invoices, credit notes. `reactions` says when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from dingdan.automation import gateways
from dingdan.automation.facts import Altered, is_whole, paid_orders
from dingdan.automation.reacting import Asked, Wishes, together
from dingdan.kernel.journal import Call
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import request_capture, request_void
from dingdan.trade.aftersales.commands import refund_order
from dingdan.trade.aftersales.events import OrderCanceled
from dingdan.trade.aftersales.queries import sent_ahead
from dingdan.trade.orders.queries import by_id as orders
from dingdan.trade.orders.queries import with_gift_cards
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices


@together(request_capture)
def capture_shipped(asked: Asked) -> Wishes:
    """What was authorized is captured when the goods leave, unless it is held for others that are to come back."""
    ahead = sent_ahead(event.order_id for _call, event in asked)
    return gateways.captures((call, event.order_id) for call, event in asked if event.order_id not in ahead)


@together(request_void)
def void_canceled(asked: Asked) -> Wishes:
    """Money that a gateway holds for an order that is wholly canceled is let go."""
    return gateways.voids((call, event.order_id) for call, event in asked if is_whole(event))


def refund_canceled(call: Call, event: OrderCanceled) -> None:
    """What was paid for what is canceled goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="canceled")


def refund_changed(call: Call, event: Altered) -> None:
    """What was paid above what a changed order is owed goes back, to where whoever changed it said."""
    if event.refund_due > 0 and event.refund_to != "keep":
        refund_order(call, order_id=event.order_id, method=event.refund_to, reason="changed")


PAID = frozenset({"paid", "overpaid", "partly_refunded"})
"""Payment statuses in which the money is here."""


@together(issue_invoices)
def invoice_shipped(asked: Asked) -> Wishes:
    """What has left is invoiced."""
    return [(call, IssueInvoice(shipment_id=event.shipment_id)) for call, event in asked]


@together(issue_invoices)
def invoice_paid(asked: Asked) -> Wishes:
    """An order with nothing to ship is invoiced when it is paid, and so are the gift cards of any other."""
    paid = [(call, order_id) for call, order_id, _event in paid_orders(asked)]
    return [(call, IssueInvoice(order_id=order_id)) for call, order_id in _not_waiting(paid)]


@together(issue_invoices)
def invoice_passed(asked: Asked) -> Wishes:
    """What waits for no goods and was paid while it was reviewed is invoiced when it passes."""
    passed = _not_waiting([(call, event.order_id) for call, event in asked if event.passed])
    owed = payments.receivable_of("order", [order_id for _call, order_id in passed]) if passed else {}
    return [(call, IssueInvoice(order_id=id_)) for call, id_ in passed if owed[id_].payment_status in PAID]


def _not_waiting(asked: Sequence[tuple[Call, UUID]]) -> list[tuple[Call, UUID]]:
    """Those of the orders that have nothing to ship, or gift cards, and are not being reviewed."""
    with_goods = tallies_of([order_id for _call, order_id in asked])
    with_cards = with_gift_cards(with_goods) if with_goods else set()
    bare = [(call, order_id) for call, order_id in asked if order_id not in with_goods or order_id in with_cards]
    reviewed = {order.id for order in orders(order_id for _call, order_id in bare) if order.in_review} if bare else set()
    return [(call, order_id) for call, order_id in bare if order_id not in reviewed]


@together(issue_invoices)
def invoice_changed(asked: Asked) -> Wishes:
    """What was added to an order that has invoices is invoiced, unless it waits for goods to leave."""
    return [(call, IssueInvoice(order_id=order_id)) for call, order_id in _invoiced(asked)]


@together(issue_credit_notes)
def credit_canceled(asked: Asked) -> Wishes:
    """What was invoiced before it was canceled is credited."""
    return [(call, IssueCreditNote(order_id=event.order_id)) for call, event in asked]


@together(issue_credit_notes)
def credit_changed(asked: Asked) -> Wishes:
    """What was invoiced before it was changed is credited."""
    return [(call, IssueCreditNote(order_id=order_id)) for call, order_id in _invoiced(asked)]


def _invoiced(asked: Asked) -> Iterator[tuple[Call, UUID]]:
    """The orders of these facts that have invoices."""
    owed = payments.receivable_of("order", {event.order_id for _call, event in asked})
    return ((call, event.order_id) for call, event in asked if event.order_id in owed and owed[event.order_id].invoiced)
