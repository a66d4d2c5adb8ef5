"""What follows from what, on one screen.

Whatever moves an order forward is a reaction to a fact of the feed. At least once: every command given here carries a key
made from the entry and the reaction's name, so a repeat is harmless. A refusal means that the world has moved on and is
fine; a fault parks this one reaction as a job that is tried again, and the line goes on.

What happens a thousand times an hour comes in runs: fifty orders, fifty payments. A reaction that is `together` sees the whole
run and says what it wants of one batch command, which is then given once. The others are called for each fact.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from dingdan.automation import alarms, gateways
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.reacting import Asked, Reaction, Wishes, entry_of, faulty, part_of, reacted, together
from dingdan.integrations.webhooks.events import EndpointPaused
from dingdan.integrations.webhooks.lifecycle import PauseReason
from dingdan.kernel import feed
from dingdan.kernel.errors import Refusal
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import fill_backorders
from dingdan.ledgers.inventory.events import (
    BackordersFilled,
    HoldsExpired,
    HoldsReleased,
    LotsExpired,
    StockAdjusted,
    StockCounted,
    StockMoved,
    StockReceived,
    StockTransferred,
    SupplyAnnounced,
    SupplyCanceled,
    SupplyReceived,
    SupplyRevised,
    TransferDispatched,
    TransferReceived,
)
from dingdan.ledgers.inventory.queries import demands_of, owed, tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import MoneyReturned, request_capture, request_refund, request_void
from dingdan.ledgers.payments.events import (
    AuthorizationRequested,
    CaptureRequested,
    PaymentAllocated,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentRecorded,
    PaymentRefunded,
    RefundRequested,
    VoidRequested,
)
from dingdan.ledgers.payments.lifecycle import PaymentState, Terms
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.trade.aftersales.commands import refund_order, replace_claimed, send_ahead, settle_exchange, thank_customer
from dingdan.trade.aftersales.events import (
    AllowanceGiven,
    ClaimReplaced,
    ClaimResolved,
    ExchangeSettled,
    OrderCanceled,
    ReturnAuthorized,
    ReturnInspected,
    ReturnLapsed,
    ReturnScanned,
)
from dingdan.trade.aftersales.lifecycle import Resolution
from dingdan.trade.aftersales.queries import follow_up_of, replacement_of, return_
from dingdan.trade.fulfillment.commands import PlanShipments, plan_shipments
from dingdan.trade.fulfillment.events import ShipmentDelivered, ShipmentShipped
from dingdan.trade.orders.commands import CloseOrder, close_orders, place_orders
from dingdan.trade.orders.events import OrderPlaced, OrderResumed
from dingdan.trade.orders.queries import by_id as orders
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices

log = logging.getLogger(__name__)

GOES = frozenset({"paid", "overpaid", "authorized", "partly_refunded", "nothing_due"})
"""Payment statuses in which the goods may leave."""


def _plans(asked: Iterable[tuple[Call, UUID]]) -> Wishes:
    """Those of the orders whose goods may leave."""
    wanted = list(asked)
    owed = payments.receivable_of("order", {order_id for _call, order_id in wanted})
    for call, order_id in wanted:
        receivable = owed.get(order_id)
        if receivable is not None and (receivable.payment_status in GOES or receivable.terms != Terms.PREPAID):
            yield call, PlanShipments(order_id)


def _paid_orders(asked: Asked) -> Iterator[tuple[Call, UUID, Any]]:
    """The orders to which the money of these facts went, each with a call of its own and the fact."""
    for call, event in asked:
        for number, applied in enumerate(event.applied):
            if applied.document_kind == "order":
                yield part_of(call, number), applied.document_id, event


@together(plan_shipments)
def plan_placed(asked: Asked) -> Wishes:
    """What needs no money first is planned at once: on account, on delivery, nothing to pay."""
    return _plans((call, event.order_id) for call, event in asked)


@together(plan_shipments)
def plan_resumed(asked: Asked) -> Wishes:
    """A resumed order goes on where it stopped."""
    return _plans((call, event.order_id) for call, event in asked)


@together(plan_shipments)
def plan_paid(asked: Asked) -> Wishes:
    """Paid goods are planned."""
    return _plans((call, order_id) for call, order_id, _event in _paid_orders(asked))


def _fill(call: Call, variant_ids: Iterable[UUID]) -> None:
    if waited_for := tuple(owed(variant_ids)):
        fill_backorders(call, variant_ids=waited_for)


GoodsCame = (
    StockReceived
    | StockAdjusted
    | StockCounted
    | StockMoved
    | StockTransferred
    | SupplyReceived
    | TransferDispatched
    | TransferReceived
)


def fill(call: Call, event: GoodsCame | LotsExpired) -> None:
    """Goods that are there, or on their way, answer who waits for them."""
    _fill(call, {line.variant_id for line in event.lines})


def fill_let_go(call: Call, event: HoldsReleased | HoldsExpired) -> None:
    """What carts let go answers who waits for it."""
    _fill(call, event.variant_ids)


def fill_of_order(call: Call, event: OrderPlaced | OrderCanceled | ReturnInspected) -> None:
    """What an order let go or gave back answers who waits for it; what it waits for may have come while it was placed."""
    if not isinstance(event, OrderPlaced) or event.backordered:
        _fill(call, {demand.variant_id for demand in demands_of([event.order_id]).get(event.order_id, ())})


@together(plan_shipments)
def plan_filled(asked: Asked) -> Wishes:
    """Backordered lines follow when their goods are there."""
    given = [(part_of(call, number), order_id) for call, event in asked for number, order_id in enumerate(event.document_ids)]
    return _plans(given)


def capture_shipped(call: Call, event: ShipmentShipped) -> None:
    """What was authorized is captured when the goods leave."""
    for payment in payments.payments_of("order", [event.order_id]).get(event.order_id, ()):
        if payment.authorizes and payment.state == PaymentState.AUTHORIZED:
            request_capture(part_of(call, payment.id), payment_id=payment.id)


@together(issue_invoices)
def invoice_shipped(asked: Asked) -> Wishes:
    """What has left is invoiced."""
    return [(call, IssueInvoice(shipment_id=event.shipment_id)) for call, event in asked]


@together(issue_invoices)
def invoice_paid(asked: Asked) -> Wishes:
    """An order with nothing to ship is invoiced when it is paid."""
    paid = [(call, order_id) for call, order_id, _event in _paid_orders(asked)]
    with_goods = tallies_of([order_id for _call, order_id in paid])
    return [(call, IssueInvoice(order_id=order_id)) for call, order_id in paid if order_id not in with_goods]


def refund_canceled(call: Call, event: OrderCanceled) -> None:
    """What was paid for what is canceled goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="canceled")


def void_canceled(call: Call, event: OrderCanceled) -> None:
    """Money that a gateway holds for an order that is wholly canceled is let go."""
    for payment in payments.payments_of("order", [event.order_id]).get(event.order_id, ()) if event.whole else ():
        if payment.authorizes and payment.state == PaymentState.AUTHORIZED:
            request_void(part_of(call, payment.id), payment_id=payment.id)


@together(issue_credit_notes)
def credit_canceled(asked: Asked) -> Wishes:
    """What was invoiced before it was canceled is credited."""
    return [(call, IssueCreditNote(order_id=event.order_id)) for call, event in asked]


def refund_returned(call: Call, event: ReturnInspected) -> None:
    """What was paid for goods that came back and were accepted goes back, unless other goods are wanted for them."""
    if event.refund_due > 0 and not event.is_exchange:
        refund_order(call, order_id=event.order_id, reason="returned")


def refund_scanned(call: Call, event: ReturnScanned) -> None:
    """What is given back as soon as the parcel is on its way goes back."""
    if event.refund_due > 0 and event.refund > 0:
        refund_order(call, order_id=event.order_id, reason="returned")


def exchange_ahead(call: Call, event: ReturnAuthorized) -> None:
    """Goods that may leave before the first are back are ordered at once, on account. If they cannot be had, they wait."""
    if event.due_back_at is not None:
        follow_up = place_orders.one(part_of(call, "order"), follow_up_of(event.return_id))
        send_ahead(part_of(call, "ahead"), return_id=event.return_id, follow_up_id=follow_up.order_id)


def exchange_returned(call: Call, event: ReturnInspected) -> None:
    """The goods wanted in exchange are ordered with the money of the first; if they cannot be had, the money goes back."""
    if event.is_exchange:
        follow_up_id = return_(event.return_id).follow_up_id
        try:
            follow_up_id = follow_up_id or place_orders.one(part_of(call, "order"), follow_up_of(event.return_id)).order_id
        except Refusal:
            refund_order(part_of(call, "refund"), order_id=event.order_id, reason="exchange not possible")
            return
        settle_exchange(part_of(call, "settle"), return_id=event.return_id, follow_up_id=follow_up_id)


def collect_lapsed(call: Call, event: ReturnLapsed) -> None:
    """Goods left ahead for others that never came: money that a gateway holds for them is taken; else they stay due."""
    if event.follow_up_id is not None:
        for payment in payments.payments_of("order", [event.follow_up_id]).get(event.follow_up_id, ()):
            if payment.authorizes and payment.state == PaymentState.AUTHORIZED:
                request_capture(part_of(call, payment.id), payment_id=payment.id)


@together(issue_credit_notes)
def credit_returned(asked: Asked) -> Wishes:
    """What came back and was accepted is credited."""
    return [(call, IssueCreditNote(return_id=event.return_id)) for call, event in asked]


def refund_claimed(call: Call, event: ClaimResolved) -> None:
    """What was given back for claimed goods goes back."""
    if event.refund > 0 and event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="claimed")


@together(issue_credit_notes)
def credit_claimed(asked: Asked) -> Wishes:
    """What was given back for claimed goods is credited."""
    return [(call, IssueCreditNote(claim_id=event.claim_id)) for call, event in asked if event.refund > 0]


def replace_what_was_claimed(call: Call, event: ClaimResolved) -> None:
    """The same goods are ordered again, free of charge. If they cannot be had, the claim waits for another answer."""
    if event.resolution == Resolution.REPLACEMENT:
        follow_up = place_orders.one(part_of(call, "order"), replacement_of(event.claim_id))
        replace_claimed(part_of(call, "name"), claim_id=event.claim_id, follow_up_id=follow_up.order_id)


def thank_for_claim(call: Call, event: ClaimResolved | ClaimReplaced) -> None:
    """Whoever had the trouble gets credit for it, where the shop gives any."""
    if event.customer_id is not None and favor_limits(event.currency).thank_you:
        thank_customer(call, claim_id=event.claim_id)


def refund_allowed(call: Call, event: AllowanceGiven) -> None:
    """What was paid above a price that was lowered as a favor goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="allowance")


@together(issue_credit_notes)
def credit_allowed(asked: Asked) -> Wishes:
    """A favor on the price is credited, as far as it was invoiced."""
    return [(call, IssueCreditNote(allowance_id=event.allowance_id)) for call, event in asked]


def refund_exchanged(call: Call, event: ExchangeSettled) -> None:
    """What the goods in exchange did not cost goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="exchanged")


def refund_late(call: Call, event: PaymentRecorded | PaymentCaptured) -> None:
    """Money that came for an order which is canceled by now goes back: nobody stays paid without goods or refund."""
    if event.unapplied > 0:
        ids = [document.id for document in payments.documents_of(event.payment_id) if document.kind == "order"]
        if ids and all(order.state == "canceled" for order in orders(ids)):
            money = Money(event.unapplied, event.currency)
            request_refund(call, refund=MoneyReturned(payment_id=event.payment_id, money=money, reason="late"))


@together(close_orders)
def close_delivered(asked: Asked) -> Wishes:
    """An order that is paid for and delivered is put away."""
    return [(call, CloseOrder(event.order_id)) for call, event in asked]


@together(queue_notices)
def tell_placed(asked: Asked) -> Wishes:
    """The customer gets a confirmation."""
    return [(call, QueueNotice(kind="order_confirmed", order_id=event.order_id)) for call, event in asked]


@together(queue_notices)
def tell_paid(asked: Asked) -> Wishes:
    """The customer learns that the money has arrived."""
    for call, order_id, event in _paid_orders(asked):
        yield call, QueueNotice(kind="payment_received", order_id=order_id, about_id=event.payment_id)


@together(queue_notices)
def tell_shipped(asked: Asked) -> Wishes:
    """The customer learns that goods are on their way, and where to follow them."""
    return [(call, QueueNotice(kind="shipped", order_id=event.order_id, about_id=event.shipment_id)) for call, event in asked]


@together(queue_notices)
def tell_delivered(asked: Asked) -> Wishes:
    """The customer learns that goods have arrived."""
    return [(call, QueueNotice(kind="delivered", order_id=event.order_id, about_id=event.shipment_id)) for call, event in asked]


@together(queue_notices)
def tell_canceled(asked: Asked) -> Wishes:
    """The customer learns that the order, or a part of it, will not come: of every cancellation by itself."""
    return [(call, QueueNotice(kind="order_canceled", order_id=event.order_id, about_id=entry_of(call))) for call, event in asked]


@together(queue_notices)
def tell_refunded_by_hand(asked: Asked) -> Wishes:
    """Money that went back at once (as credit, or noted by hand) is told like any other."""
    for call, order_id, event in _paid_orders(asked):
        yield call, QueueNotice(kind="refunded", order_id=order_id, about_id=event.refunds[0].attempt_id)


@together(queue_notices)
def tell_refunded(asked: Asked) -> Wishes:
    """The customer learns that money is on its way back."""
    for call, order_id, event in _paid_orders(asked):
        yield call, QueueNotice(kind="refunded", order_id=order_id, about_id=event.attempt_id)


@together(queue_notices)
def tell_lapsed(asked: Asked) -> Wishes:
    """The customer is asked to pay for what left ahead of goods that never came back."""
    return [
        (call, QueueNotice(kind="return_lapsed", order_id=event.follow_up_id, about_id=event.return_id))
        for call, event in asked
        if event.follow_up_id is not None and event.at_risk > 0
    ]


def tell_endpoint_paused(call: Call, event: EndpointPaused) -> None:
    """The owners learn that an endpoint takes nothing any more."""
    if event.reason != PauseReason.ASKED:
        alarms.endpoint_paused(call.tenant_id, entry_id=entry_of(call), endpoint_id=event.endpoint_id)


ON: Mapping[type[Event], Sequence[Reaction]] = {
    OrderPlaced: (plan_placed, fill_of_order, tell_placed),
    OrderResumed: (plan_resumed,),
    OrderCanceled: (void_canceled, refund_canceled, credit_canceled, fill_of_order, tell_canceled),
    AuthorizationRequested: (gateways.ask_for_money,),
    CaptureRequested: (gateways.ask_for_money,),
    VoidRequested: (gateways.ask_for_money,),
    RefundRequested: (gateways.ask_for_refunds, tell_refunded_by_hand),
    PaymentAuthorized: (plan_paid,),
    PaymentAllocated: (plan_paid,),
    PaymentCaptured: (plan_paid, invoice_paid, refund_late, tell_paid),
    PaymentRecorded: (plan_paid, invoice_paid, refund_late, tell_paid),
    PaymentRefunded: (tell_refunded,),
    StockReceived: (plan_filled, fill),
    StockAdjusted: (fill,),
    StockCounted: (fill,),
    StockMoved: (fill,),
    StockTransferred: (fill,),
    TransferDispatched: (fill,),
    TransferReceived: (plan_filled, fill),
    SupplyAnnounced: (plan_filled,),
    SupplyRevised: (plan_filled,),
    SupplyCanceled: (plan_filled,),
    SupplyReceived: (plan_filled, fill),
    LotsExpired: (fill,),
    HoldsReleased: (fill_let_go,),
    HoldsExpired: (fill_let_go,),
    BackordersFilled: (plan_filled,),
    ShipmentShipped: (invoice_shipped, capture_shipped, tell_shipped),
    ShipmentDelivered: (close_delivered, tell_delivered),
    ReturnAuthorized: (exchange_ahead,),
    ReturnScanned: (refund_scanned,),
    ReturnLapsed: (collect_lapsed, tell_lapsed),
    ReturnInspected: (refund_returned, exchange_returned, credit_returned, fill_of_order),
    ClaimResolved: (refund_claimed, credit_claimed, replace_what_was_claimed, thank_for_claim),
    ClaimReplaced: (thank_for_claim,),
    AllowanceGiven: (refund_allowed, credit_allowed),
    ExchangeSettled: (refund_exchanged,),
    EndpointPaused: (tell_endpoint_paused,),
}


LONGEST_RUN = 100


def react(tenant_id: UUID, entries: Sequence[feed.FeedEntry]) -> None:
    """Do what follows from these entries; what was brought over from elsewhere has no consequences."""
    loud = [entry for entry in entries if not entry.quiet]
    for kind, run in groupby(loud, key=lambda entry: type(entry.event)):
        alike = list(run)
        for reaction in ON.get(kind, ()):
            for first in range(0, len(alike), LONGEST_RUN):
                for entry in faulty(tenant_id, alike[first : first + LONGEST_RUN], reaction):
                    log.error("reaction %s to %s is parked", reaction.__name__, entry.id)
                    react_again.defer(tenant_id=str(tenant_id), position=entry.position, reaction=reaction.__name__)


class StillFaulty(Exception):
    """A reaction that was parked met a fault again, which is written down."""


@job("react_again")
def react_again(*, tenant_id: str, position: int, reaction: str) -> None:
    """Try a parked reaction again."""
    with tenant_scope(UUID(tenant_id)):
        (entry,) = feed.read(position - 1, 1)
        for one in ON.get(type(entry.event), ()):
            if one.__name__ == reaction and reacted(UUID(tenant_id), [entry], one):
                raise StillFaulty(reaction)
