"""Sending the link of an order once more, to the order's own address."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.notices import recipient
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.trade.orders import queries as orders

ONCE_IN: Final = timedelta(minutes=15)
"""Whoever asks again within this time has the mail already."""


def send_link(number: str, email: str, *, at: datetime) -> None:
    """Mail the link of an order to whom its mails go, where there is one of that number and the address is one of its own.

    Each asking is a thing that is told once, and askings within a quarter of an hour are one: the mail can be had again, and
    nobody's letter box can be filled.
    """
    try:
        order = orders.order(orders.id_of_number(number))
    except NotFound:
        return
    addresses = {email_key(one.email) for one in (order.ship_to, order.bill_to) if one.email}
    if email_key(email) not in addresses or recipient(order) is None:
        return
    asking = _asking(order.id, at)
    call = Call(tenant_id=current_tenant_id(), actor=SYSTEM, key=f"find:{asking}")
    with suppress(Refusal):
        queue_notices.one(call, QueueNotice(kind=NoticeKind.ORDER_LINK, order_id=order.id, about_id=asking))


def _asking(order_id: UUID, at: datetime) -> UUID:
    """By which an asking is told from another one: the order, and the quarter of an hour."""
    return uuid5(NAMESPACE_OID, f"{order_id} {int(at.timestamp() // ONCE_IN.total_seconds())}")
