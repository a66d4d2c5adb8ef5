"""Who asks: the bearer of an API key, in the shop that the key belongs to, or the bearer of a link that opens one thing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from dingdan.automation.ticket_letters import LINK as TICKET_LINK
from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import SYSTEM, Actor, Call
from dingdan.kernel.links import opened
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.staff.commands import record_api_key_use
from dingdan.masterdata.staff.queries import Bearer, actor_for_token
from dingdan.trade.orders import queries as orders
from dingdan.trade.tickets import queries as tickets
from dingdan.web.shared.permissions import OWN_ORDER, OWN_TICKET

NOTED_EVERY: Final = timedelta(hours=1)
ORDER_LINK: Final = "order"


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


def is_settled(bearer: Bearer, at: datetime) -> bool:
    """Whether a bearer who was let in before may come in again, and nothing is to be noted about it."""
    is_noted = bearer.last_used_at is not None and at - bearer.last_used_at <= NOTED_EVERY
    return is_noted and (bearer.expires_at is None or at < bearer.expires_at)


class LinkNotUsable(Refusal):
    """The link opens nothing: it was changed, is over, or what it opened was forgotten."""

    status = 401
    sentence = _("This link opens nothing (any more).")
    remedy = _("Use the link of the last mail, or write to the shop.")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": 'Bearer realm="dingdan"'}


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """A customer who holds the link of one thing, and may do a few things with that one."""

    tenant_id: UUID
    actor: Actor
    about_id: UUID


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A kind of links: what their thing is now (nothing where it is gone or was forgotten), and what their holders may do."""

    kind: str
    about: Callable[[UUID], UUID | None]
    may: frozenset[str]


def _ticket(ticket_id: UUID) -> UUID | None:
    """That ticket, or the one that it was merged into."""
    going_on = tickets.going_on(ticket_id)
    return going_on if tickets.readable(going_on) else None


def _order(order_id: UUID) -> UUID | None:
    return order_id if orders.is_remembered(order_id) else None


LINKS: Final = {
    "ticket_id": LinkKind(TICKET_LINK, _ticket, OWN_TICKET),
    "order_id": LinkKind(ORDER_LINK, _order, OWN_ORDER),
}
"""The kinds of links, by the argument that names what they are about."""


class LinkAuth(HttpBearer):
    """Lets in whoever bears a link of one kind, for what it is about alone."""

    def __init__(self, links: LinkKind) -> None:
        super().__init__()
        self.links = links

    def __call__(self, request: HttpRequest) -> LinkHolder:
        """Who asks. Raises `LinkNotUsable`."""
        holder: LinkHolder | None = super().__call__(request)
        if holder is None:
            raise LinkNotUsable
        return holder

    def authenticate(self, request: HttpRequest, token: str) -> LinkHolder | None:
        """What the link opens."""
        found = opened(token, self.links.kind, at=clock.now())
        if found is None:
            return None
        with tenant_scope(found.tenant_id):
            about_id = self.links.about(found.id)
        return LinkHolder(found.tenant_id, Actor("customer", str(about_id), self.links.may), about_id) if about_id else None


LINK_AUTH: Final = {argument: LinkAuth(links) for argument, links in LINKS.items()}


def bearer_of(request: HttpRequest) -> Bearer | LinkHolder:
    """Who asks, once they were let in."""
    bearer: Any = getattr(request, "auth", None)
    if not isinstance(bearer, (Bearer, LinkHolder)):
        raise NotSignedIn
    return bearer
