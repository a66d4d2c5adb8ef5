"""What a notice says where there is room for a sentence: by SMS, or in an app. With the way to the order's own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.automation.lifecycle import NoticeKind, Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import shop_name
from dingdan.automation.own_pages import order_page
from dingdan.kernel.models import Tenant
from dingdan.masterdata.customers.queries import identities_of
from dingdan.masterdata.messengers.ports import Message
from dingdan.trade.orders import queries as orders
from dingdan.trade.orders.models import Order

LONGEST_NAME: Final = 24
"""So much of the shop's name fits beside the rest."""

SHORT: Final[Mapping[str, Any]] = {
    NoticeKind.ORDER_CONFIRMED: _("{shop}: we have your order {number}."),
    NoticeKind.PAYMENT_RECEIVED: _("{shop}: your payment for order {number} has arrived."),
    NoticeKind.SHIPPED: _("{shop}: order {number} is on its way."),
    NoticeKind.DELIVERED: _("{shop}: order {number} has arrived."),
    NoticeKind.REFUNDED: _("{shop}: money for order {number} goes back to you."),
    NoticeKind.ORDER_CANCELED: _("{shop}: order {number}, or a part of it, is canceled."),
    NoticeKind.PAYMENT_REMINDER: _("{shop}: order {number} is not paid yet, and overdue."),
}
"""The kinds that may go by a short message. Of the others a mail says more than fits."""

ON_DEVICES: Final = "–"
"""Stands for the browsers of somebody: they have no names."""

STATUS: Final[Mapping[str, Any]] = {
    NoticeKind.ORDER_CONFIRMED: pgettext_lazy("of an order", "Received"),
    NoticeKind.PAYMENT_RECEIVED: pgettext_lazy("of an order", "Paid"),
    NoticeKind.SHIPPED: pgettext_lazy("of an order", "On its way"),
    NoticeKind.DELIVERED: pgettext_lazy("of an order", "Arrived"),
    NoticeKind.REFUNDED: pgettext_lazy("of an order", "Refunded"),
    NoticeKind.ORDER_CANCELED: pgettext_lazy("of an order", "Canceled"),
    NoticeKind.PAYMENT_REMINDER: pgettext_lazy("of an order", "Overdue"),
}
"""The same in a word or two, for firms that want the order's number and its state apart."""


def short_of(notice: Notice) -> Message | None:
    """What a notice says in a sentence; None where there is nobody left to be told, or no sentence for it."""
    if notice.order_id is None or notice.kind not in SHORT:
        return None
    order = orders.order(notice.order_id)
    to = reached_by(order, notice.way)
    if not to:
        return None
    with translation.override(notice.language.lower()):
        name = shop_name(Tenant.objects.get(id=notice.tenant_id))[:LONGEST_NAME]
        said, status = str(SHORT[notice.kind]).format(shop=name, number=order.number), str(STATUS[notice.kind])
    url = order_page(order, at=notice.queued_at, language=notice.language)
    return Message(to=to, said=said, key=str(notice.id), number=order.number, status=status, url=url)


def reached_by(order: Order, way: str) -> str:
    """Where whoever ordered is reached that way; empty where nobody knows."""
    if way == Way.SMS:
        return next((person.phone for person in (order.bill_to, order.ship_to) if person.phone), "")
    if way == Way.PUSH:
        return ON_DEVICES if orders.on_devices([order.id]) else ""
    known = identities_of(order.customer_id) if order.customer_id else []
    return next((name for source, name in known if source == way), "")
