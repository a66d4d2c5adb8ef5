"""What customers are told of their orders, and the owners of an endpoint. `reactions` says when."""

from __future__ import annotations

from dingdan.automation import alarms
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.facts import paid_orders
from dingdan.automation.reacting import Asked, Wishes, entry_of, together
from dingdan.integrations.webhooks.events import EndpointPaused
from dingdan.integrations.webhooks.lifecycle import PauseReason
from dingdan.kernel.journal import Call


@together(queue_notices)
def tell_placed(asked: Asked) -> Wishes:
    """The customer gets a confirmation."""
    return [(call, QueueNotice(kind="order_confirmed", order_id=event.order_id)) for call, event in asked]


@together(queue_notices)
def tell_paid(asked: Asked) -> Wishes:
    """The customer learns that the money has arrived."""
    for call, order_id, event in paid_orders(asked):
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


@together(queue_notices)
def tell_refunded(asked: Asked) -> Wishes:
    """The customer learns that money is on its way back."""
    for call, order_id, event in paid_orders(asked):
        yield call, QueueNotice(kind="refunded", order_id=order_id, about_id=event.attempt_id)


@together(queue_notices)
def tell_refunded_by_hand(asked: Asked) -> Wishes:
    """Money that went back at once (as credit, or noted by hand) is told like any other."""
    for call, order_id, event in paid_orders(asked):
        yield call, QueueNotice(kind="refunded", order_id=order_id, about_id=event.refunds[0].attempt_id)


def tell_endpoint_paused(call: Call, event: EndpointPaused) -> None:
    """The owners learn that an endpoint takes nothing any more."""
    if event.reason != PauseReason.ASKED:
        alarms.endpoint_paused(call.tenant_id, entry_id=entry_of(call), endpoint_id=event.endpoint_id)
