"""Where customers look at their orders, and at what they wrote: on a site of the shop's own, or in its storefront."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from dingdan.automation.pay_links import FOLLOWS, ORDER_LINK
from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.kernel.contact import email_key
from dingdan.kernel.links import link_to
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.shop.queries import storefront
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.models import Message, Ticket, TicketContact


def order_link(order_id: UUID, *, at: datetime) -> str:
    """The link by which a customer holds an order, good for a quarter of a year from that moment."""
    return link_to(ORDER_LINK, order_id, until=(at + FOLLOWS).replace(microsecond=0))


def order_page(order: Order, *, at: datetime, language: str = "", of_any_channel: bool = False) -> str:
    """Where the customer looks at an order, in a language; empty where there is no page for it.

    The shop's own site comes first. A storefront shows the orders of its channel, or (asked for there) every one of the shop.
    """
    if settings.ORDER_PAGE and not of_any_channel:
        return settings.ORDER_PAGE.replace("{link}", order_link(order.id, at=at))
    front = storefront()
    if front is None or not (of_any_channel or front.code == order.channel.code):
        return ""
    return settings.PUBLIC_URL + _in_storefront(order_link(order.id, at=at), language, usual=order.channel.language)


def messages_page(order: Order, *, at: datetime, language: str = "") -> str:
    """Where the customer reads and writes messages about an order; empty where there is no page of ours for it."""
    page = "" if settings.ORDER_PAGE else order_page(order, at=at, language=language)
    return page + "messages/" if page else ""


def ticket_page(link: str, *, language: str = "") -> str:
    """Where the customer reads and writes in a ticket, which its signed link opens; empty where no storefront is open."""
    front = storefront()
    if front is None:
        return ""
    channel = next((one for one in all_channels() if one.code == front.code), None)
    return settings.PUBLIC_URL + _in_storefront(link, language, usual=channel.language if channel else "", page="shop_talk")


def _in_storefront(link: str, language: str, *, usual: str, page: str = "shop_order") -> str:
    shop, wanted = tenant_in_scope().slug, _ours(language)
    named = {"link": link} | ({"shop": shop} if shop != DEFAULT_SLUG else {})
    return reverse(page, kwargs=named | ({"lang": wanted} if wanted and wanted != _ours(usual) else {}))


def _ours(tag: str) -> str:
    """The language of our pages that comes nearest to a tag."""
    try:
        return translation.get_supported_language_variant(tag.lower()) if tag else ""
    except LookupError:
        return ""


def is_of_buyer(ticket: Ticket, contact: TicketContact | None, order: Order) -> bool:
    """Whether whoever an order is for wrote a ticket about it: by customer, by address, or by the order's own page.

    What somebody else wrote about it is not for the buyer to read, and the order not for them.
    """
    if ticket.customer_id is not None and ticket.customer_id == order.customer_id:
        return True
    emails = {email_key(one.email) for one in (order.ship_to, order.bill_to) if one.email}
    if contact is not None and contact.email and email_key(contact.email) in emails:
        return True
    return Message.objects.filter(ticket_id=ticket.id, author=f"customer:{order.id}").exists()
