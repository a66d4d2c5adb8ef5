"""How an order is paid: its link, the payers in front of gateways, and what can be done about them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dingdan.automation import checkouts, gateways
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.notices import shop_name
from dingdan.automation.pay_links import PAY_ORDER, pay_url
from dingdan.automation.paying import notice_id
from dingdan.automation.saved_methods import Left, left_by
from dingdan.automation.words import method_name
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import CheckoutDraft
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.masterdata.methods.ports import Way
from dingdan.masterdata.methods.queries import firm_of
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import call_of, fresh_key
from dingdan.web.backoffice.base import badge, drawn, link, number
from dingdan.web.backoffice.pages import Button, Cell, Facts, Field, Form, Hint, Page, Section, Table
from dingdan.web.backoffice.words import word

LINK, MAIL, READ, ASK = "payments.link", "automation.queue_notices", "payments.read", "payments.request_charge"


def pay_links(request: HttpRequest, order_id: UUID) -> list[Cell]:
    """The way to how an order is paid, for whoever may look at it."""
    url = reverse("admin:board_boardrow_pay", args=[order_id])
    return [Cell(_("Payment link"), url=url)] if may(request, LINK) or may(request, READ) else []


@require_http_methods(["GET", "HEAD", "POST"])
def pay_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The link by which an order is paid, who is about to pay it, and what can be done about both."""
    if not (may(request, "orders.read") and (may(request, LINK) or may(request, READ))):
        raise PermissionDenied
    try:
        order = orders.order(object_id)
    except NotFound:
        raise Http404 from None
    if request.method == "POST":
        try:
            messages.success(request, _done(request, order))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(request.path)
    owed = payments.receivable_of("order", [order.id])[order.id]
    title = _("Payment of order {number}").format(number=order.number)
    sections = [*_link(request, order, owed), *_left(request, order, owed), *_begun(request, order)]
    page = Page(title, [badge(owed.payment_status)], sections=sections)
    back = Cell(_("Order {number}").format(number=order.number), link("order", order.id))
    return drawn(request, page, back)


def _done(request: HttpRequest, order: Order) -> str:
    """Do what the form asks, and say what came of it. Raises `Refusal`."""
    act, sent = request.POST.get("act", ""), request.POST
    if act == "mail" and may(request, MAIL):
        call = call_of(request, f"pay:{order.id}")
        queue_notices.one(call, QueueNotice(kind="payment_link", order_id=order.id, about_id=notice_id(call)))
        return _("The link is on its way by mail.")
    if act == "charge" and may(request, ASK):
        return _charged(request, order)
    attempts = {str(one.attempt_id): one.attempt_id for one in payments.checkouts_of(Document("order", order.id))}
    attempt = attempts.get(sent.get("attempt", ""))
    if attempt is None or act not in ("ask", "close") or not may(request, ASK):
        raise PermissionDenied
    if act == "ask":
        result = gateways.settle(order.tenant_id, attempt)
        return _("The gateway says: {answer}").format(answer=result.answer if result else _("known already"))
    checkouts.close(order.tenant_id, attempt)
    return _("Nobody waits for this payer any more.")


def _charged(request: HttpRequest, order: Order) -> str:
    """Charge what the customer left with a firm for what is due, and say what came of it."""
    gateway, _colon, method_id = request.POST.get("method", "").partition(":")
    if (gateway, method_id) not in {(one.gateway, one.id) for one in _chargeable(order)}:
        raise NotFound(field="method", what="saved method", id=method_id[:60])
    title = f"{shop_name(tenant_in_scope())} · {_('Order {number}').format(number=order.number)}"[:120]
    checkout = CheckoutDraft(way=Way.SAVED, title=title, language=order.language, details={"saved_method_id": method_id})
    begun = checkouts.begin(
        call_of(request, f"charge:{order.id}"), document=Document("order", order.id), gateway=gateway, currency=order.currency,
        checkout=checkout,
    )  # fmt: skip
    return _("The gateway says: {answer}").format(answer=" · ".join(filter(None, (word(begun.answer), begun.error))))


def _chargeable(order: Order) -> list[Left]:
    """What the customer left with firms that can charge it."""
    left = left_by(order.customer_id) if order.customer_id else []
    return [one for one in left if (firm := firm_of(one.gateway)) and Way.SAVED in firm.ways]


def _left(request: HttpRequest, order: Order, owed: payments.ReceivableView) -> Iterator[Section]:
    """What the customer left with firms, to be charged: also again, after a payment failed."""
    wanted = owed.due > owed.authorized and order.customer_id is not None and order.state != "canceled"
    if not (wanted and may(request, ASK) and may(request, READ)):
        return
    try:
        found = _chargeable(order)
    except Refusal as refusal:
        yield Hint(_("Saved methods"), str(refusal))
        return
    if found:
        choices = [(f"{one.gateway}:{one.id}", f"{one.means} · {method_name(one.gateway)}") for one in found]
        amount = show.money(owed.due - owed.authorized, order.currency)
        yield Form(
            _("Charge what the customer left"), request.path, fresh_key(),
            [Field("method", _("Saved method"), "choice", choices[0][0], choices)],
            [Button(_("Charge {amount}").format(amount=amount), "good", "act", "charge")],
            lead=_("Only with the customer's consent. After a payment that failed, this tries it again."), is_open=False,
        )  # fmt: skip


def _link(request: HttpRequest, order: Order, owed: payments.ReceivableView) -> Iterator[Section]:
    if owed.due <= 0 or order.state == "canceled":
        yield Hint(_("Nothing is to be paid"), _("The order is paid, or it is canceled."))
        return
    if not may(request, LINK):
        return
    url = pay_url(PAY_ORDER, order.id, at=clock.now())
    yield Hint(
        _("Payment link"),
        _("Whoever has this link sees what is to be paid, and can pay it. It opens for half a year."),
        Cell(_("Open it"), url=url),
        example=url,
    )
    yield Facts(_("Money"), [(_("Still due"), show.money(owed.due, order.currency))])
    if may(request, MAIL):
        lead = order.bill_to.email or order.ship_to.email
        if lead:
            button = Button(_("Mail it"), "good", "act", "mail")
            yield Form(_("By mail"), request.path, fresh_key(), (), [button], lead=lead)


def _begun(request: HttpRequest, order: Order) -> Iterator[Section]:
    found = payments.checkouts_of(Document("order", order.id))
    if not found:
        return
    yield Table(
        _("Payers at gateways"),
        [_("Date"), _("Method"), _("State"), _("Amount")],
        [
            [
                Cell(show.moment(one.requested_at), url=link("payment", one.payment_id)),
                Cell(method_name(one.gateway), small=" · ".join(filter(None, (one.way, one.means, one.error)))),
                badge(one.state),
                number(show.money(one.amount, one.currency)),
            ]
            for one in found
        ],
    )
    for one in found:
        if one.state in OUT and may(request, ASK):
            title = f"{method_name(one.gateway)} · {show.money(one.amount, one.currency)}"
            buttons = [Button(_("Ask now"), "good", "act", "ask"), Button(_("Close"), "bad", "act", "close")]
            until = _("The payer has until {time}.").format(time=show.moment(one.expires_at))
            attempt = Field("attempt", "", "hidden", str(one.attempt_id))
            yield Form(title, request.path, fresh_key(), [attempt], buttons, lead=until)
