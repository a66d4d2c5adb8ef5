"""An order paid with what we owe: gift cards by their codes, and the customer's store credit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.guessing import guess
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.money import Money
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import apply_store_credit, redeem_gift_card
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key, refilled
from dingdan.web.backoffice.base import badge, drawn, link
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Page
from dingdan.web.backoffice.typed import amount

REDEEM, SPEND = "payments.redeem_gift_card", "payments.apply_store_credit"


def spend_links(request: HttpRequest, order_id: UUID) -> list[Cell]:
    """The way to pay an order with credit, for those who may, while anything is due."""
    if not (may(request, REDEEM) or may(request, SPEND)):
        return []
    owed = payments.receivable_of("order", [order_id]).get(order_id)
    return [Cell(_("Pay with a gift card or credit"), url=_url(order_id))] if owed and owed.due > 0 else []


def _url(order_id: UUID, by: str = "") -> str:
    return reverse(
        "admin:board_boardrow_spend_by" if by else "admin:board_boardrow_spend", args=[order_id, by] if by else [order_id]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def spend_view(request: HttpRequest, object_id: UUID, by: str = "") -> HttpResponse:
    """What is due, and the forms of the credit that can pay it; what is refused comes back as it was typed."""
    if not (may(request, "orders.read") and (may(request, REDEEM) or may(request, SPEND))):
        raise PermissionDenied
    try:
        order = orders.order(object_id)
    except NotFound:
        raise Http404 from None
    page = _page(request, order)
    if request.method == "POST":
        try:
            told = _paid(request, order, by)
        except Refusal as refusal:
            page = refilled(page, request, trouble=str(refusal)) or page
        else:
            messages.success(request, _said(told))
            return HttpResponseRedirect(link("order", order.id))
    return drawn(request, page, Cell(str(_("Order {number}")).format(number=order.number), link("order", order.id)))


def _paid(request: HttpRequest, order: Order, by: str) -> Event:
    wanted = {"card": REDEEM, "credit": SPEND}.get(by)
    if wanted is None or not may(request, wanted):
        raise PermissionDenied
    call = call_of(request, f"pay:{by}:{order.id}")
    some = amount(request.POST, "amount", order.currency)
    money = None if some is None else Money(some, order.currency)
    if by == "card":
        return _redeem(call, order, request.POST.get("code", ""), money)
    if order.customer_id is None:
        raise Invalid(field="customer", reason=_("The order has no customer whose credit it could be."))
    return apply_store_credit(call, document=Document("order", order.id), customer_id=order.customer_id, money=money)


def _redeem(call: Call, order: Order, code: str, money: Money | None) -> Event:
    with guess("gift card", clients=[f"staff {call.actor.id}"], at=clock.now()):
        return redeem_gift_card(call, document=Document("order", order.id), code=code, money=money)


def _said(event: Event) -> Any:
    assert isinstance(event, PaymentRecorded)  # noqa: S101 (what both commands return)
    return _("{amount} of the order is paid by {method}.").format(
        amount=show.money(event.amount, event.currency), method=method_name(event.method)
    )


def _page(request: HttpRequest, order: Order) -> Page:
    owed = payments.receivable_of("order", [order.id])[order.id]
    facts = Facts(
        _("Money"), [(_("Owed"), show.money(owed.amount, order.currency)), (_("Still due"), show.money(owed.due, order.currency))]
    )
    title = str(_("Pay order {number} with a gift card or credit")).format(number=order.number)
    return Page(title, [badge(owed.payment_status)], sections=[facts, *_forms(request, order)])


def _forms(request: HttpRequest, order: Order) -> Iterator[Form]:
    some = Field("amount", _("Amount"), "number", note=_("Empty: as much as is due and there is."))
    if may(request, REDEEM):
        code = Field("code", _("Code of the gift card"), is_required=True, most=64)
        yield Form(_("Redeem a gift card"), _url(order.id, "card"), fresh_key(), [code, some], [Button(_("Redeem"), "good")])
    credit = payments.credit_of(order.customer_id) if order.customer_id and may(request, SPEND) else []
    left = sum(one.due for one in credit if one.currency == order.currency)
    if left:
        lead = str(_("The customer has {amount} to spend here.")).format(amount=show.money(left, order.currency))
        yield Form(_("Use store credit"), _url(order.id, "credit"), fresh_key(), [some], [Button(_("Use it"), "good")], lead=lead)
