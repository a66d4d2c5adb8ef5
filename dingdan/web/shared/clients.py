"""From where a request comes, for whoever counts what is tried from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_seen: ContextVar[str] = ContextVar("dingdan_client_address", default="")


def address_of(request: HttpRequest) -> str:
    """The address that a request comes from; behind a proxy that can be trusted, the one that the proxy saw."""
    return counted(seen_address(request))


def seen_address(request: HttpRequest) -> str:
    """The address itself, as it is shown to whoever looks where they are signed in."""
    told = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.USE_X_FORWARDED_HOST else ""
    return told.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def counted(address: str) -> str:
    """An address as it is counted: of IPv6 the network, of which one household has all addresses."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


@contextmanager
def seen_from(request: HttpRequest) -> Iterator[None]:
    """Let whatever happens inside know where the request comes from."""
    token = _seen.set(address_of(request))
    try:
        yield
    finally:
        _seen.reset(token)


def client_address() -> str:
    """Where the request comes from that is being answered; empty outside of any."""
    return _seen.get()
