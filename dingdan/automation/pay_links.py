"""Links to the page on which an order or an invoice is paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dingdan.kernel.links import Opened, link_to, opened

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
