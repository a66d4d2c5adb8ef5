"""Where the pages of an order are, for whoever was sent its link."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from dingdan.automation.pay_links import ORDER_LINK
from dingdan.kernel import clock
from dingdan.kernel.links import link_to


def link_of(order_id: UUID, *, days: float = 90) -> str:
    """A link to an order of the shop in scope."""
    return link_to(ORDER_LINK, order_id, until=clock.now() + timedelta(days=days))


def below(order_id: UUID, *parts: str) -> str:
    """Where a page of an order is, for a `Visitor`."""
    return "/".join(("o", link_of(order_id), *parts, ""))
