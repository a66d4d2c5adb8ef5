"""Which addresses may be reached, and connections that keep to it.

A host is resolved once. Each of its addresses is looked at as the number that it is, so that it does not matter how it was
written; if one of them must not be reached, none is. The connection is then made to an address that was looked at, and to no
name: one that means something else a moment later is not asked again. TLS still speaks to the name, and so does the request.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final, cast

import httpcore

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INTERNET: Final = tuple(map(ip_network, ("0.0.0.0/0", "2000::/3")))  # of IPv6 only what is given to somebody
NOT_INTERNET: Final = tuple(
    map(
        ip_network,
        (
            # IANA's registries: this network, private, shared, loopback, link-local (and in it the metadata of clouds) …
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
            # … protocols, examples, benchmarks, 6to4 relays, multicast, reserved, broadcast.
            *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
            *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            # A cloud's own services behind an address that looks like any other.
            "168.63.129.16/32",
            # Teredo and its like, examples, 6to4, which carries any IPv4 address; NAT64 and mapped ones are outside 2000::/3.
            *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
        ),
    )
)

deadline: ContextVar[float] = ContextVar("dingdan_webhook_deadline")
"""When the request at hand must be over, by the monotonic clock."""


class NotAllowed(Exception):
    """The host has an address that must not be reached."""


class UnknownHost(Exception):
    """Nobody knows an address of the host."""


def on_the_internet(address: Address) -> bool:
    """Whether an address is one that everybody may reach."""
    return _within(address, INTERNET) and not _within(address, NOT_INTERNET)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def literal(host: str) -> Address | None:
    """The address that a host is, in any way of writing it that the system understands; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


class Guard(httpcore.SyncBackend):
    """Connects to addresses on the internet, and to those of the networks that were allowed; `only` to the latter."""

    def __init__(self, allowed: Sequence[Network], *, only: bool = False) -> None:
        self.allowed, self.only = tuple(allowed), only

    def may_reach(self, address: Address) -> bool:
        """Whether a connection may be made to the address."""
        return _within(address, self.allowed) or (not self.only and on_the_internet(address))

    def connect_tcp(self, host: str, port: int, *_args: Any, **_options: Any) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses. Raises `UnknownHost`, `NotAllowed`, and what httpcore raises."""
        addresses = _resolved(host, port)
        if not all(map(self.may_reach, addresses)):
            raise NotAllowed
        for others, address in zip(range(len(addresses) - 1, 0, -1), addresses, strict=False):
            try:
                return self._connected(address, port, share=others + 1)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connected(addresses[-1], port)

    def _connected(self, address: Address, port: int, *, share: int = 1) -> httpcore.NetworkStream:
        """A connection to an address, made within its share of the time that is left."""
        return _timed(super().connect_tcp(str(address), port, timeout=_left(httpcore.ConnectTimeout) / share))


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnknownHost from None
    return [ip_address(address[0]) for *_kind, address in found]


class Timed:
    """A connection that keeps to the time of the request at hand, however slowly the other side reads or speaks."""

    CHUNK: Final = 65_536

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), self.CHUNK):
            self._stream.write(buffer[start : start + self.CHUNK], _left(httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _timed(self._stream.start_tls(ssl_context, server_hostname, _left(httpcore.ConnectTimeout)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _timed(stream: httpcore.NetworkStream) -> httpcore.NetworkStream:
    return cast(httpcore.NetworkStream, Timed(stream))


def _left(over: type[Exception]) -> float:
    """The seconds that are left for the request at hand. Raises `over` when there are none."""
    seconds = deadline.get() - time.monotonic()
    if seconds <= 0:
        raise over
    return seconds
