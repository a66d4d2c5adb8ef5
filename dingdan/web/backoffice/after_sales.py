"""An order after the sale: one page that tells what may come back and what was paid too much, and from which all is done."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import Event
from dingdan.trade.aftersales.queries import claims_of, options, return_offer, returns_of
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import acted, refilled
from dingdan.web.backoffice.after_sale_acts import ACTS, next_of
from dingdan.web.backoffice.after_sale_forms import forms
from dingdan.web.backoffice.base import badge, drawn, followed, link, number
from dingdan.web.backoffice.pages import Cell, Page, Section, Table
from dingdan.web.backoffice.typed import rule_names
from dingdan.web.backoffice.words import word

READ = "aftersales.read"


def after_sale_links(request: HttpRequest, order_id: UUID) -> list[Cell]:
    """The way to what can be done after the sale of an order, for whoever may do any of it."""
    is_any = may(request, READ) and any(may(request, act.permission) for act in ACTS.values())
    return [Cell(_("After the sale"), url=_url(order_id))] if is_any else []


def _url(order_id: UUID) -> str:
    return reverse("admin:board_boardrow_aftersales", args=[order_id])


def _order(request: HttpRequest, order_id: UUID) -> Order:
    if not (may(request, READ) and may(request, "orders.read")):
        raise PermissionDenied
    try:
        return orders.order(order_id)
    except NotFound:
        raise Http404 from None


@require_safe
def page_view(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """What may come back, what was paid too much, and what can be done about both."""
    order = _order(request, object_id)
    return _drawn(request, order, _page(request, order))


@require_POST
def act_view(request: HttpRequest, object_id: UUID, name: str) -> HttpResponse:
    """Do it, say what came of it, and show where to go on."""
    order, act = _order(request, object_id), ACTS.get(name)
    if act is None:
        raise Http404
    if not may(request, act.permission):
        raise PermissionDenied
    try:
        told = acted(request, act, order, name=name)
    except Refusal as refusal:
        page = refilled(_page(request, order), request, trouble=refusal)
        if page is not None:
            return _drawn(request, order, page)
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_url(order.id))
    if isinstance(told, Event):
        messages.success(request, act.done(told))
        return HttpResponseRedirect(next_of(told) or _url(order.id))
    return _drawn(request, order, refilled(_page(request, order), request, look=told) or _page(request, order))


def _drawn(request: HttpRequest, order: Order, page: Page) -> HttpResponse:
    back = Cell(str(_("Order {number}")).format(number=order.number), link("order", order.id))
    return drawn(request, page, back)


def _page(request: HttpRequest, order: Order) -> Page:
    return followed(request, order.id, lambda: _page_of(request, order))


def _page_of(request: HttpRequest, order: Order) -> Page:
    allowed = {name for name, act in ACTS.items() if may(request, act.permission)}
    sections: list[Section] = [_offer(order), *_before(order)]
    sections += forms(order, lambda name: reverse("admin:board_boardrow_aftersales_do", args=[order.id, name]), allowed)
    title = str(_("After the sale of order {number}")).format(number=order.number)
    return Page(title, [badge(order.state)], sections=sections)


def _offer(order: Order) -> Table:
    """What the rules say of each line, without a reason or a condition being told."""
    rules = rule_names()
    offer, can = return_offer(order.id, at=clock.now()), {one.line_id: one for one in options(order.id)}
    return Table(
        _("What may come back"),
        [_("Article"), _("Can come back"), _("Can be claimed"), _("By the rules"), _("Until"), _("The way back is paid by")],
        [
            [
                Cell(line.name, small=line.sku),
                number(show.count(can[line.line_id].returnable)),
                number(show.count(can[line.line_id].claimable)),
                Cell(line.verdict.sentence, small=rules.get(line.verdict.rule, "")),
                Cell(show.moment(line.verdict.until)),
                Cell(word(line.verdict.shipping_paid_by) if line.verdict.rule else show.NOTHING),
            ]
            for line in offer.lines
        ],
        note=_("Reason and condition may change what the rules say; you see it before you do it."),
    )


def _before(order: Order) -> Iterator[Table]:
    """What happened after the sale already."""
    found = [
        ("return", row.id, row.number, row.state, row.authorized_at, sum(line.refund for line in row.lines.all()))
        for row in returns_of(order.id)
    ]
    found += [
        ("claim", row.id, row.number, row.state, row.filed_at, sum(line.refund for line in row.lines.all()))
        for row in claims_of(order.id)
    ]
    if found:
        yield Table(
            _("Returns and claims"),
            [_("Number"), _("State"), _("Date"), _("Given back")],
            [
                [
                    Cell(number_, url=link(kind, id_)),
                    badge(state),
                    Cell(show.moment(at)),
                    number(show.money(refund or None, order.currency)),
                ]
                for kind, id_, number_, state, at, refund in found
            ],
        )
