"""What follows from money that came late or twice, and from reminders. `reactions` says when."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.reacting import Asked, Wishes, entry_of, part_of, together
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call
from dingdan.kernel.money import Money
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import MoneyReturned, RequestVoid, allocate_payment, request_refund, request_void
from dingdan.ledgers.payments.events import Document, PaymentCaptured, PaymentRecorded
from dingdan.ledgers.payments.lifecycle import PaymentStatus
from dingdan.ledgers.payments.ports import gateways
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import LateMoney
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules import AddSurcharge, Revive
from dingdan.trade.dunning.events import InvoiceReminded
from dingdan.trade.orders.commands import note_order, tag_order
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.queries import by_id as orders
from dingdan.trade.reconciliation.events import LineMatched

Received = PaymentRecorded | PaymentCaptured | LineMatched

LATE, TWICE, REVIVED = "late payment", "paid twice", "revived"
"""Tags by which staff finds the orders about which something was done by itself."""


def settle_late(call: Call, event: Received) -> None:
    """Money that came for orders which are canceled by now: the order is revived where its channel says so, or it goes back.

    Nobody stays paid without goods or refund, and staff finds the order by its tag.
    """
    if _is_right(event):
        return
    found, surplus = _orders_of(event), _surplus(event)
    if not (found and surplus) or any(order.state != "canceled" for order in found):
        return
    (first, *others) = found
    policies = {channel.id: channel.late_money for channel in all_channels()}
    if not others and policies.get(first.channel_id) == LateMoney.REVIVE and _revived(call, event, first):
        _tell_staff(call, first, REVIVED, _("Money came after the order was canceled. It goes on: its goods were still there."))
        return
    _give_back(call, event, surplus, reason="late")
    _tell_staff(call, first, LATE, _("Money came after the order was canceled. It goes back."))


def refund_second(call: Call, event: PaymentCaptured) -> None:
    """A second payment of the same order through a gateway goes back by itself, and staff is told."""
    if _is_right(event) or event.gateway not in gateways:
        return
    found, surplus = _orders_of(event), _surplus(event)
    if not (found and surplus) or any(order.state == "canceled" for order in found):
        return
    _give_back(call, event, surplus, reason="paid_twice")
    _tell_staff(call, found[0], TWICE, _("The order was paid twice. What was too much goes back the way it came."))


@together(request_void)
def void_second(asked: Asked) -> Wishes:
    """What a gateway holds for an order that is paid, or for which enough is held, is let go."""
    owed = payments.receivable_of("order", {applied.document_id for _call, event in asked for applied in event.applied})
    for call, event in asked:
        its = [owed[applied.document_id] for applied in event.applied if applied.document_id in owed]
        if its and all(one.authorized - max(0, one.due) >= event.amount for one in its):
            yield call, RequestVoid(payment_id=event.payment_id)


def _is_right(event: Received) -> bool:
    """Whether all of the money was needed, which nearly always is so: then nothing has to be asked."""
    return event.unapplied <= 0 and all(one.payment_status != PaymentStatus.OVERPAID for one in event.applied)


def _orders_of(event: Received) -> list[Order]:
    """The orders that a payment was made for."""
    return orders(document.id for document in payments.documents_of(event.payment_id) if document.kind == "order")


def _surplus(event: Received) -> int:
    """What of this money is needed by nobody, and is not on its way back either."""
    ids = [applied.document_id for applied in event.applied if applied.document_kind == "order"]
    owed = payments.receivable_of("order", ids) if ids else {}
    out = payments.refunds_out("order", ids) if ids else {}
    free = {id_: max(0, -one.due - sum(refund.amount for refund in out.get(id_, ()))) for id_, one in owed.items()}
    return event.unapplied + sum(min(one.amount, free.get(one.document_id, 0)) for one in event.applied)


def _give_back(call: Call, event: Received, amount: int, *, reason: str) -> None:
    money = Money(amount, event.currency)
    request_refund(call, refund=MoneyReturned(payment_id=event.payment_id, money=money, reason=reason))


def _revived(call: Call, event: Received, order: Order) -> bool:
    """Whether a canceled order goes on: not when its goods are gone."""
    wanted = ChangeOrder(order_id=order.id, changes=(Revive(),))
    (changed,) = change_orders.many([(part_of(call, "revive"), wanted)])
    if isinstance(changed, Refusal):
        return False
    due = payments.receivable_of("order", [order.id])[order.id].due
    part = min(due, event.unapplied)
    if part > 0:
        document, money = Document("order", order.id), Money(part, event.currency)
        allocate_payment(part_of(call, "apply"), payment_id=event.payment_id, document=document, money=money)
    return True


def _tell_staff(call: Call, order: Order, tag: str, text: str) -> None:
    """Put a tag and a note on an order; both are given once, however often this is repeated."""
    with translation.override(tenant_in_scope().language.lower()), suppress(Refusal):
        tag_order(part_of(call, "tag"), order_id=order.id, add=(tag,))
        note_order(part_of(call, "note"), order_id=order.id, text=text)


# ── reminders ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@together(queue_notices)
def tell_reminded(asked: Asked) -> Wishes:
    """The customer gets the reminder, once."""
    for call, event in asked:
        yield call, QueueNotice(kind="payment_reminder", order_id=event.order_id, about_id=event.reminder_id)


def charge_reminder(call: Call, event: InvoiceReminded) -> None:
    """What a reminder costs is added to the order."""
    if event.fee:
        name = _in_their_words(event.order_id)
        change_orders.one(call, ChangeOrder(order_id=event.order_id, changes=(AddSurcharge(name=name, amount=event.fee),)))


def _in_their_words(order_id: UUID) -> str:
    (order,) = orders([order_id])
    with translation.override(order.language.lower()):
        return _("Fee for a reminder")


@together(queue_notices)
def tell_statement(asked: Asked) -> Wishes:
    """The customer learns what is open."""
    for call, event in asked:
        yield call, QueueNotice(kind="account_statement", order_id=event.order_id, about_id=entry_of(call))
