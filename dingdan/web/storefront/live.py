"""Who follows by a link: to pay, or of an order. Whoever has it hears of one order or invoice alone."""

from __future__ import annotations

from django.http import HttpRequest

from dingdan.automation.pay_links import ORDER_LINK, opened_to_pay
from dingdan.kernel import clock
from dingdan.kernel.links import opened
from dingdan.kernel.tenancy import tenant_scope
from dingdan.trade.orders.queries import is_remembered
from dingdan.web.shared.following import Entrance, Follower


def _link(request: HttpRequest) -> str:
    return request.path.rpartition("/")[2][:200]


def follower_of(link: str) -> Follower | None:
    """What the link opens now; None for what is no link, was changed, or is over."""
    found = opened_to_pay(link, at=clock.now())
    if found is None:
        return None
    _kind, to = found
    return Follower(to.tenant_id, f"link:{to.id}", only=to.id)


def customer_of(link: str) -> Follower | None:
    """Whose order the link opens now; None for what is no link, was changed, is over, or was forgotten."""
    found = opened(link, ORDER_LINK, at=clock.now())
    if found is None:
        return None
    with tenant_scope(found.tenant_id):
        return Follower(found.tenant_id, f"link:{found.id}", only=found.id) if is_remembered(found.id) else None


PAYER = Entrance(_link, follower_of)
CUSTOMER = Entrance(_link, customer_of)
