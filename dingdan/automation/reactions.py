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

from dingdan.automation import (
    alarms,
    bulk,
    card_reactions,
    checkouts,
    forgetting_reactions,
    gateways,
    low_stock,
    money_reactions,
    register_imports,
    regrouping_reactions,
    return_reactions,
    statements,
    ticket_reactions,
    way_reactions,
    wish_reactions,
)
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.events import NoticeQueued, NoticeSent, RegisterImportConfirmed, RegisterImportStarted
from dingdan.automation.planning import plans
from dingdan.automation.reacting import Asked, Reaction, Wishes, entry_of, faulty, part_of, reacted, together
from dingdan.integrations.webhooks.events import EndpointPaused
from dingdan.integrations.webhooks.lifecycle import PauseReason
from dingdan.kernel import feed
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import FillBackorders, fill_backorders
from dingdan.ledgers.inventory.events import (
    AdjustmentTakenBack,
    BackordersFilled,
    HoldsExpired,
    HoldsReleased,
    LotsExpired,
    LowStockFound,
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
from dingdan.ledgers.payments.commands import request_capture, request_void
from dingdan.ledgers.payments.events import (
    AttemptDeclined,
    AuthorizationRequested,
    CaptureRequested,
    CodesGiven,
    GatewayAsked,
    GiftCardIssued,
    GiftCardReplaced,
    PaymentAllocated,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentRecorded,
    PaymentRefunded,
    RefundRequested,
    VoidRequested,
)
from dingdan.masterdata.customers.events import CustomerContactErased
from dingdan.trade.aftersales.commands import refund_order
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
from dingdan.trade.aftersales.queries import sent_ahead
from dingdan.trade.changes.events import (
    BulkStarted,
    OrderChanged,
    OrderChangeUndone,
    OrdersMerged,
    OrderSplit,
    RegroupingUndone,
)
from dingdan.trade.counting.events import CountApplied, CountTakenBack
from dingdan.trade.dunning.events import InvoiceReminded, StatementAsked
from dingdan.trade.fulfillment.commands import plan_shipments
from dingdan.trade.fulfillment.events import PickedShort, ShipmentDelivered, ShipmentShipped
from dingdan.trade.orders.commands import CloseOrder, close_orders
from dingdan.trade.orders.events import OrderClosed, OrderPlaced, OrderResumed
from dingdan.trade.orders.lifecycle import DONE
from dingdan.trade.orders.queries import by_id as orders
from dingdan.trade.orders.queries import with_gift_cards
from dingdan.trade.reconciliation.events import LineMatched, RefundMatched, StatementImported
from dingdan.trade.review.commands import (
    ReviewAgain,
    ReviewOrder,
    WithdrawReview,
    review_again,
    review_orders,
    withdraw_reviews,
)
from dingdan.trade.review.events import OrderApproved, OrderReviewed
from dingdan.trade.review.queries import reviewed_among, waiting_among
from dingdan.trade.settlement.commands import IssueCreditNote, IssueInvoice, issue_credit_notes, issue_invoices
from dingdan.trade.settlement.events import InvoiceIssued
from dingdan.trade.tickets.events import TicketAnswered, TicketEscalated, TicketOpened, TicketSolved
from dingdan.trade.wishes.events import WishesTold

log = logging.getLogger(__name__)

PAID = frozenset({"paid", "overpaid", "partly_refunded"})
"""Payment statuses in which the money is here."""


def _paid_orders(asked: Asked) -> Iterator[tuple[Call, UUID, Any]]:
    """The orders to which the money of these facts went, each with a call of its own and the fact."""
    for call, event in asked:
        for number, applied in enumerate(event.applied):
            if applied.document_kind == "order":
                yield part_of(call, number), applied.document_id, event


@together(review_orders)
def review_placed(asked: Asked) -> Wishes:
    """An order that rules look at is looked at: it passes by itself, or waits for people."""
    return [(call, ReviewOrder(event.order_id)) for call, event in asked if event.in_review]


@together(plan_shipments)
def plan_placed(asked: Asked) -> Wishes:
    """What needs neither money nor review first is planned at once: on account, on delivery, nothing to pay."""
    return plans((call, event.order_id) for call, event in asked if not event.in_review)


@together(plan_shipments)
def plan_passed(asked: Asked) -> Wishes:
    """An order that passed the review goes on, if its money is there or comes later."""
    return plans((call, event.order_id) for call, event in asked if event.passed)


@together(plan_shipments)
def plan_resumed(asked: Asked) -> Wishes:
    """A resumed order goes on where it stopped."""
    return plans((call, event.order_id) for call, event in asked)


@together(plan_shipments)
def plan_paid(asked: Asked) -> Wishes:
    """Paid goods are planned."""
    return plans((call, order_id) for call, order_id, _event in _paid_orders(asked))


def _fills(asked: Iterable[tuple[Call, Iterable[UUID]]]) -> Wishes:
    """To answer who waits for these variants, where somebody does."""
    wanted = [(call, list(dict.fromkeys(variant_ids))) for call, variant_ids in asked]
    waited_for = owed({id_ for _call, variant_ids in wanted for id_ in variant_ids})
    for call, variant_ids in wanted:
        if ids := tuple(id_ for id_ in variant_ids if id_ in waited_for):
            yield call, FillBackorders(ids)


Altered = OrderChanged | OrderChangeUndone


@together(review_again)
def review_filled(asked: Asked) -> Wishes:
    """What waits at the review desk is looked at again when goods came for it: it may pass by itself now."""
    given = [(part_of(call, number), order_id) for call, event in asked for number, order_id in enumerate(event.document_ids)]
    waits = waiting_among(order_id for _call, order_id in given) if given else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in given if order_id in waits]


@together(fill_backorders)
def fill(asked: Asked) -> Wishes:
    """Goods that are there, or on their way, answer who waits for them."""
    return _fills((call, [line.variant_id for line in event.lines]) for call, event in asked)


@together(fill_backorders)
def fill_let_go(asked: Asked) -> Wishes:
    """What carts let go answers who waits for it."""
    return _fills((call, event.variant_ids) for call, event in asked)


@together(fill_backorders)
def fill_of_order(asked: Asked) -> Wishes:
    """What orders let go or gave back answers who waits for it; what they wait for may have come while they were placed."""
    moved = [(call, event.order_id) for call, event in asked if not isinstance(event, OrderPlaced) or event.backordered]
    demands = demands_of([order_id for _call, order_id in moved])
    return _fills((call, [demand.variant_id for demand in demands.get(order_id, ())]) for call, order_id in moved)


@together(plan_shipments)
def plan_filled(asked: Asked) -> Wishes:
    """Backordered lines follow when their goods are there."""
    given = [(part_of(call, number), order_id) for call, event in asked for number, order_id in enumerate(event.document_ids)]
    return plans(given)


@together(request_capture)
def capture_shipped(asked: Asked) -> Wishes:
    """What was authorized is captured when the goods leave, unless it is held for others that are to come back."""
    ahead = sent_ahead(event.order_id for _call, event in asked)
    return gateways.captures((call, event.order_id) for call, event in asked if event.order_id not in ahead)


@together(issue_invoices)
def invoice_shipped(asked: Asked) -> Wishes:
    """What has left is invoiced."""
    return [(call, IssueInvoice(shipment_id=event.shipment_id)) for call, event in asked]


@together(issue_invoices)
def invoice_paid(asked: Asked) -> Wishes:
    """An order with nothing to ship is invoiced when it is paid, and so are the gift cards of any other."""
    paid = [(call, order_id) for call, order_id, _event in _paid_orders(asked)]
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


def refund_canceled(call: Call, event: OrderCanceled) -> None:
    """What was paid for what is canceled goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="canceled")


@together(request_void)
def void_canceled(asked: Asked) -> Wishes:
    """Money that a gateway holds for an order that is wholly canceled is let go."""
    return gateways.voids((call, event.order_id) for call, event in asked if _is_whole(event))


def _is_whole(event: OrderCanceled | Altered) -> bool:
    return event.whole if isinstance(event, OrderCanceled) else event.state == "canceled"


@together(withdraw_reviews)
def withdraw_canceled(asked: Asked) -> Wishes:
    """An order that is wholly canceled waits for nobody any longer."""
    whole = [(call, event.order_id) for call, event in asked if _is_whole(event)]
    waits = waiting_among(order_id for _call, order_id in whole) if whole else set()
    return [(call, WithdrawReview(order_id)) for call, order_id in whole if order_id in waits]


@together(review_again)
def review_changed(asked: Asked) -> Wishes:
    """An order that waits and now comes to less is looked at again: it may pass by itself."""
    less = [(call, event.order_id) for call, event in asked if not (isinstance(event, OrderCanceled) and event.whole)]
    waits = waiting_among(order_id for _call, order_id in less) if less else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in less if order_id in waits]


@together(review_again)
def review_altered(asked: Asked) -> Wishes:
    """An order that was reviewed and says something else now is looked at again: it may pass, or have to wait after all."""
    going = [(call, event.order_id) for call, event in asked if not _is_whole(event)]
    known = reviewed_among(order_id for _call, order_id in going) if going else set()
    return [(call, ReviewAgain(order_id)) for call, order_id in going if order_id in known]


@together(issue_credit_notes)
def credit_canceled(asked: Asked) -> Wishes:
    """What was invoiced before it was canceled is credited."""
    return [(call, IssueCreditNote(order_id=event.order_id)) for call, event in asked]


def refund_changed(call: Call, event: Altered) -> None:
    """What was paid above what a changed order is owed goes back, to where whoever changed it said."""
    if event.refund_due > 0 and event.refund_to != "keep":
        refund_order(call, order_id=event.order_id, method=event.refund_to, reason="changed")


def _invoiced(asked: Asked) -> Iterator[tuple[Call, UUID]]:
    """The orders of these facts that have invoices."""
    owed = payments.receivable_of("order", {event.order_id for _call, event in asked})
    return ((call, event.order_id) for call, event in asked if event.order_id in owed and owed[event.order_id].invoiced)


@together(issue_credit_notes)
def credit_changed(asked: Asked) -> Wishes:
    """What was invoiced before it was changed is credited."""
    return [(call, IssueCreditNote(order_id=order_id)) for call, order_id in _invoiced(asked)]


@together(issue_invoices)
def invoice_changed(asked: Asked) -> Wishes:
    """What was added to an order that has invoices is invoiced, unless it waits for goods to leave."""
    return [(call, IssueInvoice(order_id=order_id)) for call, order_id in _invoiced(asked)]


@together(plan_shipments)
def plan_changed(asked: Asked) -> Wishes:
    """What was added, or has no shipment any more, is planned if the order's goods may leave."""
    return plans((call, event.order_id) for call, event in asked if event.state == "placed")


TOLD = frozenset({"set_address", "set_contact", "set_shipping"})
"""Kinds of change that the customer is told of, beside those that change lines."""


@together(queue_notices)
def tell_changed(asked: Asked) -> Wishes:
    """The customer learns what the order says now, and what is due or goes back."""
    for call, event in asked:
        if event.state == "canceled":
            yield call, QueueNotice(kind="order_canceled", order_id=event.order_id, about_id=entry_of(call))
        elif event.lines or TOLD & set(event.what):
            yield call, QueueNotice(kind="order_changed", order_id=event.order_id, about_id=entry_of(call))


@together(close_orders)
def close_delivered(asked: Asked) -> Wishes:
    """An order that is paid for and delivered is put away."""
    return [(call, CloseOrder(event.order_id)) for call, event in asked]


def _closes(asked: Iterable[tuple[Call, UUID]]) -> Wishes:
    """To put away those of the orders of which everything that is left has arrived."""
    wanted = list(asked)
    tallies = tallies_of([order_id for _call, order_id in wanted]) if wanted else {}
    arrived = {order_id for order_id, tally in tallies.items() if tally.delivered and tally.fulfillment_status in DONE}
    return [(call, CloseOrder(order_id)) for call, order_id in wanted if order_id in arrived]


@together(close_orders)
def close_lessened(asked: Asked) -> Wishes:
    """An order of which the rest was canceled after everything else arrived is put away."""
    return _closes((call, event.order_id) for call, event in asked if not _is_whole(event))


@together(close_orders)
def close_paid(asked: Asked) -> Wishes:
    """An order that arrived is put away when its money is right: the last of it came, or what was too much went back."""
    return _closes((call, order_id) for call, order_id, _event in _paid_orders(asked))


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


def tell_endpoint_paused(call: Call, event: EndpointPaused) -> None:
    """The owners learn that an endpoint takes nothing any more."""
    if event.reason != PauseReason.ASKED:
        alarms.endpoint_paused(call.tenant_id, entry_id=entry_of(call), endpoint_id=event.endpoint_id)


CHANGED = (
    void_canceled, gateways.ask_for_refunds, refund_changed, credit_changed, invoice_changed, withdraw_canceled, review_altered,
    fill_of_order, plan_changed, close_lessened, checkouts.close_changed, card_reactions.give_codes_invoiced, tell_changed,
    wish_reactions.tell_back_of_order, forgetting_reactions.forget_once_over, forgetting_reactions.forget_checkouts_once_over,
)  # fmt: skip

ON: Mapping[type[Event], Sequence[Reaction]] = {
    OrderPlaced: (review_placed, plan_placed, fill_of_order, tell_placed),
    OrderReviewed: (plan_passed, invoice_passed),
    OrderApproved: (plan_passed, invoice_passed),
    OrderResumed: (plan_resumed,),
    OrderCanceled: (
        void_canceled,
        refund_canceled,
        credit_canceled,
        withdraw_canceled,
        review_changed,
        fill_of_order,
        close_lessened,
        checkouts.close_changed,
        tell_canceled,
        wish_reactions.tell_back_of_order,
        forgetting_reactions.forget_once_over,
        forgetting_reactions.forget_checkouts_once_over,
    ),
    OrderClosed: (forgetting_reactions.forget_once_over, forgetting_reactions.forget_checkouts_once_over),
    OrderChanged: CHANGED,
    BulkStarted: (bulk.begin_bulk,),
    RegisterImportStarted: (register_imports.begin_import,),
    RegisterImportConfirmed: (register_imports.begin_import,),
    OrderChangeUndone: CHANGED,
    OrderSplit: regrouping_reactions.EVERY,
    OrdersMerged: regrouping_reactions.EVERY,
    RegroupingUndone: regrouping_reactions.EVERY,
    AuthorizationRequested: (gateways.ask_for_money,),
    CaptureRequested: (gateways.ask_for_money,),
    VoidRequested: (gateways.ask_for_money,),
    GatewayAsked: (gateways.ask_now,),
    RefundRequested: (gateways.ask_for_refunds, tell_refunded_by_hand),
    PaymentAuthorized: (plan_paid, money_reactions.void_second, checkouts.close_begun),
    PaymentAllocated: (plan_paid, card_reactions.give_codes_paid, checkouts.close_begun),
    PaymentCaptured: (
        plan_paid,
        invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        money_reactions.refund_second,
        close_paid,
        checkouts.close_begun,
        tell_paid,
    ),
    PaymentRecorded: (
        plan_paid,
        invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        close_paid,
        checkouts.close_begun,
        tell_paid,
    ),
    InvoiceIssued: (card_reactions.give_codes_invoiced,),
    CodesGiven: (card_reactions.tell_codes,),
    GiftCardIssued: (card_reactions.tell_codes,),
    GiftCardReplaced: (card_reactions.tell_codes,),
    NoticeQueued: (way_reactions.tell_elsewhere, way_reactions.tell_devices),
    NoticeSent: (card_reactions.forget_mailed,),
    PaymentRefunded: (close_paid, tell_refunded),
    StatementImported: (statements.match_imported,),
    LineMatched: (
        plan_paid,
        invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        close_paid,
        checkouts.close_begun,
        tell_paid,
    ),
    RefundMatched: (close_paid, tell_refunded),
    AttemptDeclined: (return_reactions.refund_another_way,),
    StockReceived: (review_filled, plan_filled, fill, wish_reactions.tell_back),
    StockAdjusted: (fill, wish_reactions.tell_back),
    AdjustmentTakenBack: (fill, wish_reactions.tell_back),
    StockCounted: (fill, wish_reactions.tell_back),
    CountApplied: (fill, wish_reactions.tell_back),
    CountTakenBack: (fill, wish_reactions.tell_back),
    StockMoved: (fill, wish_reactions.tell_back),
    StockTransferred: (fill, wish_reactions.tell_back),
    TransferDispatched: (fill,),
    TransferReceived: (review_filled, plan_filled, fill, wish_reactions.tell_back),
    SupplyAnnounced: (review_filled, plan_filled),
    SupplyRevised: (review_filled, plan_filled),
    SupplyCanceled: (review_filled, plan_filled),
    SupplyReceived: (review_filled, plan_filled, fill, wish_reactions.tell_back),
    LotsExpired: (fill,),
    LowStockFound: (low_stock.tell_low,),
    PickedShort: (fill,),
    HoldsReleased: (fill_let_go, wish_reactions.tell_back_let_go),
    HoldsExpired: (fill_let_go, wish_reactions.tell_back_let_go),
    BackordersFilled: (review_filled, plan_filled),
    CustomerContactErased: (
        forgetting_reactions.forget_traces,
        forgetting_reactions.forget_payers,
        forgetting_reactions.forget_at_checkouts,
        forgetting_reactions.forget_in_tickets,
        forgetting_reactions.forget_in_claims,
        forgetting_reactions.forget_in_all_orders,
        wish_reactions.forget_wished,
        forgetting_reactions.forget_accounts,
    ),
    ShipmentShipped: (invoice_shipped, capture_shipped, tell_shipped),
    ShipmentDelivered: (close_delivered, tell_delivered),
    ReturnAuthorized: (return_reactions.exchange_ahead,),
    ReturnScanned: (return_reactions.refund_scanned,),
    ReturnLapsed: (return_reactions.collect_lapsed, return_reactions.tell_lapsed),
    ReturnInspected: (
        return_reactions.refund_returned,
        return_reactions.exchange_returned,
        return_reactions.credit_returned,
        fill_of_order,
        wish_reactions.tell_back_of_order,
    ),
    ClaimResolved: (
        return_reactions.refund_claimed,
        return_reactions.credit_claimed,
        return_reactions.replace_what_was_claimed,
        return_reactions.thank_for_claim,
    ),
    ClaimReplaced: (return_reactions.thank_for_claim,),
    AllowanceGiven: (return_reactions.refund_allowed, return_reactions.credit_allowed, review_changed),
    ExchangeSettled: (
        return_reactions.capture_exchanged,
        return_reactions.void_exchanged,
        return_reactions.refund_exchanged,
    ),
    EndpointPaused: (tell_endpoint_paused,),
    InvoiceReminded: (money_reactions.charge_reminder, money_reactions.tell_reminded),
    StatementAsked: (money_reactions.tell_statement,),
    TicketOpened: (ticket_reactions.tell_opened,),
    TicketAnswered: (ticket_reactions.tell_answered,),
    TicketSolved: (ticket_reactions.tell_solved,),
    TicketEscalated: (ticket_reactions.tell_escalated,),
    WishesTold: (wish_reactions.tell_wished,),
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
