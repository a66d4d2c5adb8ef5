"""One POST: what was answered, or why not. Follows no redirect, keeps nothing of an answer's body, asks no proxy."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

import httpcore

from dingdan import __version__
from dingdan.integrations.webhooks.guard import Guard, Network, NotAllowed, UnknownHost, deadline
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.rules import Target, target_of

TIMEOUT: Final = 15.0
"""Seconds from the first look for the address to the answer's last byte."""
MOST_READ: Final = 65_536
"""Bytes of an answer that are read (and forgotten) so that the connection can be used again; a longer one is cut off."""
AGENT: Final = f"Dingdan/{__version__} (+https://www.standardwebhooks.com)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try. `fault` is None for what was taken."""

    fault: Fault | None
    status: int | None = None
    retry_after: timedelta | None = None
    duration_ms: int = 0


class Client:
    """Sends to the internet and into the networks that were allowed; without encryption only into the latter."""

    def __init__(self, allowed: Sequence[Network] = (), *, at_once: int = 64, trusted: ssl.SSLContext | None = None) -> None:
        self._pools = {
            scheme: httpcore.ConnectionPool(
                trusted or _trusted(),
                max_connections=at_once,
                keepalive_expiry=30,
                network_backend=Guard(allowed, only=scheme == "http"),
            )
            for scheme in ("https", "http")
        }

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a body, and wait for the answer for `TIMEOUT` seconds in all."""
        started = time.monotonic()
        token = deadline.set(started + TIMEOUT)
        fault, status, retry_after = None, None, None
        try:
            status, retry_after = self._asked(target_of(url), headers, body)
            fault = _fault_of(status)
        except (NotAllowed, ValueError):
            fault = Fault.NOT_ALLOWED
        except UnknownHost:
            fault = Fault.UNKNOWN_HOST
        except httpcore.TimeoutException:
            fault = Fault.TIMEOUT
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            fault = _named(error)
        finally:
            deadline.reset(token)
        return Answer(fault, status, retry_after, round((time.monotonic() - started) * 1000))

    def _asked(self, target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, timedelta | None]:
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        sent = {"Host": target.authority, "User-Agent": AGENT, "Content-Type": "application/json", **headers}
        named: list[tuple[bytes | str, bytes | str]] = [*sent.items()]
        with self._pools[target.scheme].stream("POST", url, headers=named, content=body) as response:
            _read_some(response)
            return response.status, _wish(response)

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe: the authorities that this system knows, and those that Mozilla does."""
    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _read_some(response: httpcore.Response) -> None:
    """Read the body so that the connection can be used again. What was answered is known by now, whatever becomes of this."""
    read = 0
    try:
        for chunk in response.iter_stream():
            read += len(chunk)
            if read > MOST_READ:
                return
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        return


def _fault_of(status: int) -> Fault | None:
    kind = status // 100
    return None if kind == 2 else Fault.REDIRECTED if kind == 3 else Fault.REFUSED


def _wish(response: httpcore.Response) -> timedelta | None:
    """When the endpoint wants to be asked again, if it says so in seconds."""
    said = {name.lower(): value for name, value in response.headers}.get(b"retry-after", b"").strip()
    return timedelta(seconds=int(said)) if said.isdigit() and len(said) < 8 else None


def _named(error: Exception) -> Fault:
    if not isinstance(error, httpcore.ConnectError):
        return Fault.BROKEN_ANSWER
    return Fault.TLS if any(isinstance(cause, ssl.SSLError) for cause in error.args) else Fault.NOT_REACHED
