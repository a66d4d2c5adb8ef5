"""What follows from what happens after the sale: returns, exchanges, claims and favors. `reactions` says when."""

from __future__ import annotations

from dingdan.automation import gateways
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.reacting import Asked, Wishes, part_of, together
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.ledgers.payments.commands import request_capture, request_void
from dingdan.ledgers.payments.events import AttemptDeclined
from dingdan.ledgers.payments.lifecycle import AttemptKind
from dingdan.ledgers.payments.queries import documents_of
from dingdan.masterdata.policies.queries import favor_limits
from dingdan.trade.aftersales.commands import (
    refund_order,
    replace_claimed,
    send_ahead,
    settle_exchange,
    thank_customer,
)
from dingdan.trade.aftersales.events import (
    AllowanceGiven,
    ClaimReplaced,
    ClaimResolved,
    ExchangeSettled,
    ReturnAuthorized,
    ReturnInspected,
    ReturnScanned,
)
from dingdan.trade.aftersales.lifecycle import Resolution
from dingdan.trade.aftersales.queries import follow_up_of, refundable, replacement_of, return_
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.queries import order
from dingdan.trade.settlement.commands import IssueCreditNote, issue_credit_notes


def exchange_ahead(call: Call, event: ReturnAuthorized) -> None:
    """Goods that may leave before the first are back are ordered at once, on account. If they cannot be had, they wait."""
    if event.due_back_at is not None:
        follow_up = place_orders.one(part_of(call, "order"), follow_up_of(event.return_id))
        send_ahead(part_of(call, "ahead"), return_id=event.return_id, follow_up_id=follow_up.order_id)


def refund_scanned(call: Call, event: ReturnScanned) -> None:
    """What is given back as soon as the parcel is on its way goes back."""
    if event.refund_due > 0 and event.refund > 0:
        refund_order(call, order_id=event.order_id, reason="returned")


def refund_returned(call: Call, event: ReturnInspected) -> None:
    """What was paid for goods that came back and were accepted goes back, unless other goods are wanted for them."""
    if event.refund_due > 0 and not event.is_exchange:
        refund_order(call, order_id=event.order_id, reason="returned")


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


def capture_exchanged(call: Call, event: ExchangeSettled) -> None:
    """Of money that a gateway holds for goods that left ahead, what the first goods do not pay is taken."""
    if event.due > 0:
        for one, wanted in gateways.captures([(call, event.follow_up_id)], most=event.due):
            request_capture.one(one, wanted)


@together(request_void)
def void_exchanged(asked: Asked) -> Wishes:
    """Where the first goods pay for all of it, what is held is let go."""
    return gateways.voids((call, event.follow_up_id) for call, event in asked if event.due <= 0)


@together(issue_credit_notes)
def credit_returned(asked: Asked) -> Wishes:
    """What came back and was accepted is credited."""
    return [(call, IssueCreditNote(return_id=event.return_id)) for call, event in asked]


@together(request_capture)
def collect_lapsed(asked: Asked) -> Wishes:
    """Goods left ahead for others that never came: money that a gateway holds for them is taken; else they stay due."""
    return gateways.captures((call, event.follow_up_id) for call, event in asked if event.follow_up_id is not None)


@together(queue_notices)
def tell_lapsed(asked: Asked) -> Wishes:
    """The customer is asked to pay for what left ahead of goods that never came back."""
    return [
        (call, QueueNotice(kind="return_lapsed", order_id=event.follow_up_id, about_id=event.return_id))
        for call, event in asked
        if event.follow_up_id is not None and event.at_risk > 0
    ]


def refund_another_way(call: Call, event: AttemptDeclined) -> None:
    """A refund that the way it came does not take, such as an expired card, becomes credit of the customer.

    Where nobody is known whose credit it could be, or the shop wants it otherwise, it stays with its order: too much is paid for
    it, and somebody chooses another way.
    """
    if event.kind != AttemptKind.REFUND or not favor_limits(event.currency).declined_to_credit:
        return
    for document in documents_of(event.payment_id):
        amount = min(event.amount, refundable(document.id)) if document.kind == "order" else 0
        if amount and order(document.id).customer_id:
            refund_order(
                part_of(call, document.id), order_id=document.id, amount=amount, method="store_credit", reason="declined"
            )
            return


def refund_exchanged(call: Call, event: ExchangeSettled) -> None:
    """What the goods in exchange did not cost goes back."""
    if event.refund_due > 0:
        refund_order(call, order_id=event.order_id, reason="exchanged")


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
