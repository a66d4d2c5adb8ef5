"""Who follows by a link to pay: whoever has it, one order or invoice alone."""

from __future__ import annotations

from django.http import HttpRequest

from dingdan.automation.pay_links import opened_to_pay
from dingdan.kernel import clock
from dingdan.web.shared.following import Entrance, Follower


def _link(request: HttpRequest) -> str:
    return request.path.rpartition("/")[2][:200]


def follower_of(link: str) -> Follower | None:
    """What the link opens now; None for what is no link, was changed, or is over."""
    found = opened_to_pay(link, at=clock.now())
    if found is None:
        return None
    _kind, opened = found
    return Follower(opened.tenant_id, f"link:{opened.id}", only=opened.id)


PAYER = Entrance(_link, follower_of)
