"""The page of an order: how far it is, what is in it, where it goes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.imprint import place_lines
from dingdan.automation.pay_links import PAY_ORDER
from dingdan.automation.paying import bill_of, lines_of
from dingdan.automation.words import named_method
from dingdan.kernel.errors import NotFound
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.web.storefront import checkout
from dingdan.web.storefront.own.acts import acts_of
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.reader import TAGS, Reader


@own_page()
def order(own: Own) -> HttpResponse:
    """An order, for whoever holds it."""
    bill = bill_of(PAY_ORDER, own.order.id)
    if bill is None:
        raise NotFound(what="order", id=own.order.id)
    tally = tallies_of([own.order.id]).get(own.order.id)
    status, reader = tally.fulfillment_status if tally else "", own.reader
    goes_on = status not in ("shipped", "delivered") and bill.standing != "canceled"
    return own.shown(
        "order", bill=bill, lines=[(line, own.money(line.total)) for line in lines_of(bill)],
        total=own.money(bill.owed.amount), due=own.money(bill.due),
        steps=_steps(bill.standing, status), method=named_method(own.order.payment_method, TAGS[reader.language]),
        where=[own.order.ship_to.name, *place_lines(own.order.ship_to.address, own.order.ship_to.country, reader.locale)],
        email=own.order.ship_to.email, pay=checkout.pay_path(reader, own.order.id) if bill.standing == "due" else "",
        ships=_ships(reader, own.order.promised_at) if goes_on else "", acts=acts_of(own),
    )  # fmt: skip


def _ships(reader: Reader, moment: datetime | None) -> str:
    if moment is None:
        return ""
    return _("ships by {day}").format(day=reader.day(moment.astimezone(ZoneInfo(reader.front.channel.time_zone)).date()))


def _steps(standing: str, status: str) -> list[tuple[str, bool]]:
    """How far it is: what has been done, and what comes."""
    if standing == "canceled":
        return [(_("Ordered"), True), (_("Canceled"), True)]
    is_paid, is_sent = standing in ("paid", "held"), status in ("shipped", "delivered", "partly_returned", "returned")
    return [(_("Ordered"), True), (_("Paid"), is_paid), (_("Shipped"), is_sent)]
