"""Links to the page on which an order or an invoice is paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dingdan.automation.setup import DEFAULT_SLUG
from dingdan.kernel.links import Opened, link_to, opened
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.shop.queries import storefront

PAY_ORDER: Final = "pay"
PAY_INVOICE: Final = "pay invoice"
LASTS: Final = timedelta(days=180)
FOLLOWS: Final = timedelta(days=90)
ORDER_LINK: Final = "order"


def pay_url(kind: str, id: UUID, *, at: datetime, days: int | None = None) -> str:  # noqa: A002
    """The address at which it is paid: good for half a year, or so many days, from that moment."""
    until = at + (LASTS if days is None else timedelta(days=days))
    return settings.PUBLIC_URL + reverse("pay", args=[link_to(kind, id, until=until.replace(microsecond=0))])


def opened_to_pay(link: str, *, at: datetime) -> tuple[str, Opened] | None:
    """What is paid by a link: its kind, and what it opens; None for what is no link to pay, was changed, or is over."""
    for kind in (PAY_ORDER, PAY_INVOICE):
        found = opened(link, kind, at=at)
        if found is not None:
            return kind, found
    return None


def order_page(order_id: UUID, *, at: datetime) -> str:
    """Where the customer looks at an order: on the shop's own site, or in its storefront; empty where it has neither."""
    link = link_to(ORDER_LINK, order_id, until=(at + FOLLOWS).replace(microsecond=0))
    if settings.ORDER_PAGE:
        return settings.ORDER_PAGE.replace("{link}", link)
    if storefront() is None:
        return ""
    shop = tenant_in_scope().slug
    return settings.PUBLIC_URL + reverse("shop_order", kwargs={"link": link} | ({"shop": shop} if shop != DEFAULT_SLUG else {}))
