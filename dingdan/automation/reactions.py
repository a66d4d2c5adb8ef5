"""What follows from what, on one screen.

Whatever moves an order forward is a reaction to a fact of the feed. At least once: every command given here carries a key
made from the entry and the reaction's name, so a repeat is harmless. A refusal means that the world has moved on and is
fine; a fault parks this one reaction as a job that is tried again, and the line goes on.

What happens a thousand times an hour comes in runs: fifty orders, fifty payments. A reaction that is `together` sees the whole
run and says what it wants of one batch command, which is then given once. The others are called for each fact.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

from dingdan.automation import (
    bulk,
    card_reactions,
    checkouts,
    closing_reactions,
    forgetting_reactions,
    gateways,
    goods_reactions,
    low_stock,
    money_reactions,
    notice_reactions,
    register_imports,
    regrouping_reactions,
    return_reactions,
    review_reactions,
    settling_reactions,
    statements,
    ticket_reactions,
    way_reactions,
    wish_reactions,
)
from dingdan.automation.events import NoticeQueued, NoticeSent, RegisterImportConfirmed, RegisterImportStarted
from dingdan.automation.reacting import Reaction, faulty, reacted
from dingdan.integrations.webhooks.events import EndpointPaused
from dingdan.kernel import feed
from dingdan.kernel.jobs import job
from dingdan.kernel.journal import Event
from dingdan.kernel.tenancy import tenant_scope
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
from dingdan.trade.fulfillment.events import PickedShort, ShipmentDelivered, ShipmentShipped
from dingdan.trade.orders.events import OrderClosed, OrderPlaced, OrderResumed
from dingdan.trade.reconciliation.events import LineMatched, RefundMatched, StatementImported
from dingdan.trade.review.events import OrderApproved, OrderReviewed
from dingdan.trade.settlement.events import InvoiceIssued
from dingdan.trade.tickets.events import TicketAnswered, TicketEscalated, TicketOpened, TicketSolved
from dingdan.trade.wishes.events import WishesTold

log = logging.getLogger(__name__)

CHANGED = (
    settling_reactions.void_canceled,
    gateways.ask_for_refunds,
    settling_reactions.refund_changed,
    settling_reactions.credit_changed,
    settling_reactions.invoice_changed,
    review_reactions.withdraw_canceled,
    review_reactions.review_altered,
    goods_reactions.fill_of_order,
    goods_reactions.plan_changed,
    closing_reactions.close_lessened,
    checkouts.close_changed,
    card_reactions.give_codes_invoiced,
    notice_reactions.tell_changed,
    wish_reactions.tell_back_of_order,
    forgetting_reactions.forget_once_over,
    forgetting_reactions.forget_checkouts_once_over,
)

ON: Mapping[type[Event], Sequence[Reaction]] = {
    OrderPlaced: (
        review_reactions.review_placed,
        goods_reactions.plan_placed,
        goods_reactions.fill_of_order,
        notice_reactions.tell_placed,
    ),
    OrderReviewed: (goods_reactions.plan_passed, settling_reactions.invoice_passed),
    OrderApproved: (goods_reactions.plan_passed, settling_reactions.invoice_passed),
    OrderResumed: (goods_reactions.plan_resumed,),
    OrderCanceled: (
        settling_reactions.void_canceled,
        settling_reactions.refund_canceled,
        settling_reactions.credit_canceled,
        review_reactions.withdraw_canceled,
        review_reactions.review_changed,
        goods_reactions.fill_of_order,
        closing_reactions.close_lessened,
        checkouts.close_changed,
        notice_reactions.tell_canceled,
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
    RefundRequested: (gateways.ask_for_refunds, notice_reactions.tell_refunded_by_hand),
    PaymentAuthorized: (goods_reactions.plan_paid, money_reactions.void_second, checkouts.close_begun),
    PaymentAllocated: (goods_reactions.plan_paid, card_reactions.give_codes_paid, checkouts.close_begun),
    PaymentCaptured: (
        goods_reactions.plan_paid,
        settling_reactions.invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        money_reactions.refund_second,
        closing_reactions.close_paid,
        checkouts.close_begun,
        notice_reactions.tell_paid,
    ),
    PaymentRecorded: (
        goods_reactions.plan_paid,
        settling_reactions.invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        closing_reactions.close_paid,
        checkouts.close_begun,
        notice_reactions.tell_paid,
    ),
    InvoiceIssued: (card_reactions.give_codes_invoiced,),
    CodesGiven: (card_reactions.tell_codes,),
    GiftCardIssued: (card_reactions.tell_codes,),
    GiftCardReplaced: (card_reactions.tell_codes,),
    NoticeQueued: (way_reactions.tell_elsewhere, way_reactions.tell_devices),
    NoticeSent: (card_reactions.forget_mailed,),
    PaymentRefunded: (closing_reactions.close_paid, notice_reactions.tell_refunded),
    StatementImported: (statements.match_imported,),
    LineMatched: (
        goods_reactions.plan_paid,
        settling_reactions.invoice_paid,
        card_reactions.give_codes_paid,
        money_reactions.settle_late,
        closing_reactions.close_paid,
        checkouts.close_begun,
        notice_reactions.tell_paid,
    ),
    RefundMatched: (closing_reactions.close_paid, notice_reactions.tell_refunded),
    AttemptDeclined: (return_reactions.refund_another_way,),
    StockReceived: (review_reactions.review_filled, goods_reactions.plan_filled, goods_reactions.fill, wish_reactions.tell_back),
    StockAdjusted: (goods_reactions.fill, wish_reactions.tell_back),
    AdjustmentTakenBack: (goods_reactions.fill, wish_reactions.tell_back),
    StockCounted: (goods_reactions.fill, wish_reactions.tell_back),
    CountApplied: (goods_reactions.fill, wish_reactions.tell_back),
    CountTakenBack: (goods_reactions.fill, wish_reactions.tell_back),
    StockMoved: (goods_reactions.fill, wish_reactions.tell_back),
    StockTransferred: (goods_reactions.fill, wish_reactions.tell_back),
    TransferDispatched: (goods_reactions.fill,),
    TransferReceived: (
        review_reactions.review_filled,
        goods_reactions.plan_filled,
        goods_reactions.fill,
        wish_reactions.tell_back,
    ),
    SupplyAnnounced: (review_reactions.review_filled, goods_reactions.plan_filled),
    SupplyRevised: (review_reactions.review_filled, goods_reactions.plan_filled),
    SupplyCanceled: (review_reactions.review_filled, goods_reactions.plan_filled),
    SupplyReceived: (review_reactions.review_filled, goods_reactions.plan_filled, goods_reactions.fill, wish_reactions.tell_back),
    LotsExpired: (goods_reactions.fill,),
    LowStockFound: (low_stock.tell_low,),
    PickedShort: (goods_reactions.fill,),
    HoldsReleased: (goods_reactions.fill_let_go, wish_reactions.tell_back_let_go),
    HoldsExpired: (goods_reactions.fill_let_go, wish_reactions.tell_back_let_go),
    BackordersFilled: (review_reactions.review_filled, goods_reactions.plan_filled),
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
    ShipmentShipped: (settling_reactions.invoice_shipped, settling_reactions.capture_shipped, notice_reactions.tell_shipped),
    ShipmentDelivered: (closing_reactions.close_delivered, notice_reactions.tell_delivered),
    ReturnAuthorized: (return_reactions.exchange_ahead,),
    ReturnScanned: (return_reactions.refund_scanned,),
    ReturnLapsed: (return_reactions.collect_lapsed, return_reactions.tell_lapsed),
    ReturnInspected: (
        return_reactions.refund_returned,
        return_reactions.exchange_returned,
        return_reactions.credit_returned,
        goods_reactions.fill_of_order,
        wish_reactions.tell_back_of_order,
    ),
    ClaimResolved: (
        return_reactions.refund_claimed,
        return_reactions.credit_claimed,
        return_reactions.replace_what_was_claimed,
        return_reactions.thank_for_claim,
    ),
    ClaimReplaced: (return_reactions.thank_for_claim,),
    AllowanceGiven: (return_reactions.refund_allowed, return_reactions.credit_allowed, review_reactions.review_changed),
    ExchangeSettled: (
        return_reactions.capture_exchanged,
        return_reactions.void_exchanged,
        return_reactions.refund_exchanged,
    ),
    EndpointPaused: (notice_reactions.tell_endpoint_paused,),
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
