"""The order that a ticket is about, beside the conversation: what was bought, where it is, what came back."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.queries import claims_of, returns_of
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import OrderLine
from dingdan.trade.tickets.models import Ticket
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import badge, link, number
from dingdan.web.backoffice.pages import Cell, Facts, Table


def order_beside(request: HttpRequest, row: Ticket) -> Iterator[Facts | Table]:
    """What whoever answers must know of the order, as far as they may look at it."""
    if row.order_id is None or not may(request, "orders.read"):
        return
    for order in orders.by_id([row.order_id]):
        owed = payments.receivable_of("order", [order.id]).get(order.id)
        yield Facts(
            _("Order"),
            [
                (_("Number"), Cell(order.number, url=link("order", order.id))),
                (_("Placed at"), show.moment(order.placed_at)),
                (_("State"), badge(order.state)),
                (_("Payment"), badge(owed.payment_status) if owed else ""),
                (_("Total"), show.money(order.total, order.currency)),
                (_("To be sent by"), show.moment(order.promised_at) if order.promised_at else ""),
            ],
        )
        lines = OrderLine.objects.filter(order=order).order_by("position")
        yield Table(
            _("Lines"),
            [_("Article"), _("Quantity"), _("Total")],
            [
                [
                    Cell(line.name, url=link("variant", line.variant_id), small=line.sku),
                    number(show.count(line.quantity)),
                    number(show.money(line.total, order.currency)),
                ]
                for line in lines
            ],
        )
        moving = [
            *(
                (one.number, one.state, one.tracking_number, one.shipped_at)
                for one in Shipment.objects.filter(order=order).order_by("id")
            ),
        ]
        after = [
            *((one.number, one.state, link("return", one.id), one.authorized_at) for one in returns_of(order.id)),
            *((one.number, one.state, link("claim", one.id), one.filed_at) for one in claims_of(order.id)),
        ]
        if moving or after:
            yield Table(
                _("Shipments, returns and claims"),
                [_("Number"), _("State"), _("Date")],
                [
                    *([Cell(name, small=tracking), badge(state), Cell(show.moment(at))] for name, state, tracking, at in moving),
                    *([Cell(name, url=url), badge(state), Cell(show.moment(at))] for name, state, url, at in after),
                ],
            )
