"""Who asks: the bearer of an API key, in the shop that the key belongs to."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import SYSTEM, Actor, Call
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import record_api_key_use
from dingdan.masterdata.staff.queries import Bearer, actor_for_token
from dingdan.trade.orders.models import Order
from dingdan.web.shared.links import link_of

NOTED_EVERY: Final = timedelta(hours=1)


class NotSignedIn(Refusal):
    """Nobody said who asks, or the key opens nothing."""

    status = 401
    sentence = _("This needs a valid API key.")
    remedy = _("Send Authorization: Bearer with a key that is neither expired nor revoked.")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="dingdan"'}


class ApiKeyAuth(HttpBearer):
    """Lets in whoever bears a key that is valid now, and notes about once an hour that the key is in use."""

    def __call__(self, request: HttpRequest) -> Bearer:
        """Who asks. Raises `NotSignedIn`."""
        bearer: Bearer | None = super().__call__(request)
        if bearer is None:
            raise NotSignedIn
        return bearer

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """Whose token this is."""
        at = clock.now()
        bearer = actor_for_token(token, at=at)
        if bearer and (bearer.last_used_at is None or at - bearer.last_used_at > NOTED_EVERY):
            hour = at.strftime("%Y%m%d%H")
            call = Call(tenant_id=bearer.tenant_id, actor=SYSTEM, key=f"api-key-used:{bearer.api_key_id}:{hour}")
            with suppress(Refusal):  # a note that somebody else is writing just now
                record_api_key_use(call, api_key_id=bearer.api_key_id)
        return bearer


class LinkAuth(HttpBearer):
    """Lets in whoever bears a link to one order, for that order alone. Where the person was forgotten, the link is too."""

    def __call__(self, request: HttpRequest) -> Bearer:
        """Who asks. Raises `NotSignedIn`."""
        bearer: Bearer | None = super().__call__(request)
        if bearer is None:
            raise NotSignedIn
        return bearer

    def authenticate(self, request: HttpRequest, token: str) -> Bearer | None:
        """The customer of the order that the link is about."""
        link = link_of(token, at=clock.now())
        if link is None:
            return None
        with tenant_scope(link.tenant_id):
            if not Order.objects.filter(id=link.order_id, ship_to__erased_at__isnull=True).exists():
                return None
        actor = Actor("customer", str(link.order_id), BY_LINK)
        return Bearer(link.tenant_id, actor, link.order_id, None, link.expires_at)


BY_LINK: Final = frozenset(
    {
        "aftersales.authorize_return",
        "aftersales.cancel_orders",
        "aftersales.cancel_return",
        "aftersales.exchange_return",
        "aftersales.file_claim",
        "aftersales.withdraw_claim",
    }
)
"""What a customer may do by a link."""
LINK: Final = LinkAuth()


def is_settled(bearer: Bearer, at: datetime) -> bool:
    """Whether a bearer who was let in before may come in again, and nothing is to be noted about it."""
    is_noted = bearer.last_used_at is not None and at - bearer.last_used_at <= NOTED_EVERY
    return is_noted and (bearer.expires_at is None or at < bearer.expires_at)


def bearer_of(request: HttpRequest) -> Bearer:
    """Who asks, once they were let in."""
    bearer: Any = getattr(request, "auth", None)
    if not isinstance(bearer, Bearer):
        raise NotSignedIn
    return bearer
