"""Which events an endpoint wants, where it may lie, and when a delivery is tried again."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from ipaddress import IPv6Address
from typing import Any, Final
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Event
from dingdan.kernel.text import clean_text

RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The pauses after the first try, the second and so on: ten tries over 75 hours, as Standard Webhooks suggests."""
SCHEDULE: Final = sum(RETRIES, timedelta())
JITTER: Final = 0.1
"""Pauses are longer by up to this share, so that what failed together is not tried together again."""
LONGEST_WISH: Final = timedelta(hours=24)
"""An endpoint that says when to come again (Retry-After) is listened to up to this."""

OUTAGE: Final = timedelta(minutes=10)
"""An endpoint that took nothing for so long was away. When it is back, what waits is tried at once."""

LONGEST_OVERLAP: Final = 168
MOST_ENDPOINTS: Final = 50
MOST_TYPES: Final = 100
MOST_REPLAYED: Final = 10_000

USUAL_PORTS: Final = {"https": 443, "http": 80}

_PATTERN: Final = re.compile(r"\*|[a-z][a-z_]*\.(?:\*|[a-z][a-z_0-9]*\*?)", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?", re.ASCII)
_SAFE: Final = "/%:@!$&'()*+,;=-._~"


class UrlNotUsable(Refusal):
    """Nothing can be sent there."""

    status = 422
    sentence = _("Webhooks cannot be sent to this address.")
    remedy = _("Give an address such as https://shop.example/hooks, without a user, a password or a # in it.")


class UrlNotEncrypted(Refusal):
    """What is sent could be read on the way."""

    status = 422
    sentence = _("Webhooks are sent over https only.")
    remedy = _("Give an address that begins with https://.")


class AddressNotAllowed(Refusal):
    """The address lies inside a network, where only its own people may reach it."""

    status = 422
    sentence = _("Webhooks are not sent into private networks.")
    remedy = _("Give an address on the internet, or let whoever runs this server allow the network (DINGDAN_WEBHOOKS_TO).")


class UnknownEventType(Refusal):
    """No event is of this type."""

    status = 422
    sentence = _("There are no events of the type {type}.")
    remedy = _("Give types such as orders.order_placed, or patterns such as orders.* or *; all are listed under event types.")


class WrongNumberOfTypes(Refusal):
    """An endpoint wants something, and can say so briefly."""

    status = 422
    sentence = _("An endpoint wants at least one and at most {most} types of events.")
    remedy = _("Use patterns such as orders.*, or * for all.")


class TooManyEndpoints(Refusal):
    """Every event is sent to each of them."""

    sentence = _("There are {most} endpoints already.")
    remedy = _("Retire those that are not needed any more.")


class OverlapNotUsable(Refusal):
    """Two secrets sign for a time, and not for good."""

    status = 422
    sentence = _("An old secret can go on signing for 0 to {most} hours.")
    remedy = _("Give a number of hours in which all receivers can learn the new secret.")


class PeriodNotUsable(Refusal):
    """The time ends before it begins."""

    status = 422
    sentence = _("This time ends before it begins.")
    remedy = _("Give an end that comes after the beginning.")


class TooManyToReplay(Refusal):
    """More than is sensible to send again at once."""

    sentence = _("More than {most} deliveries fall into this time.")
    remedy = _("Replay them in several shorter times.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDraft:
    """An endpoint as it shall be: where it lies, which types of events it wants (patterns too), and what it is for."""

    url: str
    types: tuple[str, ...] = ("*",)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """An address in the parts that a client needs; host in ASCII, without the brackets of IPv6."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address; the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS[self.scheme] else f"{host}:{self.port}"


def delivery_id(endpoint_id: UUID, entry_id: UUID) -> UUID:
    """The id under which an endpoint is told of an entry: always the same, however often it is sent."""
    return uuid5(endpoint_id, str(entry_id))


def pause_after(tries: int, *, chance: float, wish: timedelta | None = None) -> timedelta:
    """How long to wait after so many tries in vain. `chance` is random, from 0 to 1; `wish` is what the endpoint asked for."""
    planned = RETRIES[min(tries, len(RETRIES)) - 1] * (1 + JITTER * chance)
    return max(planned, min(wish or planned, LONGEST_WISH))


def is_hopeless(*, strikes: int, waited: timedelta) -> bool:
    """Whether a message is to be given up: refused ten times by an endpoint that was there, over the whole schedule."""
    return strikes > len(RETRIES) and waited >= SCHEDULE


# ── types of events ──────────────────────────────────────────────────────────────────────────────────────────────────────


def type_of(event: type[Event]) -> str:
    """What receivers call a kind of event: `orders.order_placed`."""
    room = event.__module__.split(".")[-2]
    return f"{room}.{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', event.__name__).lower()}"


def event_types() -> dict[str, str]:
    """Every type of event, with what it means."""
    kinds = [kind for kind in Event.kinds.values() if kind.__module__.startswith("dingdan.")]
    return {type_of(kind): (inspect.getdoc(kind) or "").partition("\n")[0] for kind in sorted(kinds, key=type_of)}


def wants(patterns: Iterable[str], type_: str) -> bool:
    """Whether one of the patterns stands for the type."""
    return any(fnmatchcase(type_, pattern) for pattern in patterns)


def clean_types(patterns: Iterable[str], field: str) -> list[str]:
    """The patterns in order, each once. Refuses none, too many, and those that stand for no event."""
    names = sorted(set(patterns))
    if not 1 <= len(names) <= MOST_TYPES:
        raise WrongNumberOfTypes(field=field, most=MOST_TYPES)
    known = event_types()
    for name in names:
        if not _PATTERN.fullmatch(name) or not any(fnmatchcase(type_, name) for type_ in known):
            raise UnknownEventType(field=field, type=name[:80])
    return names


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def clean_url(value: object, field: str) -> str:
    """An address in its plain form: host in ASCII, path percent-encoded. Refuses what no message can be sent to."""
    text = clean_text(value, field, 1000)
    try:
        target = target_of(text)
    except ValueError:
        raise UrlNotUsable(field=field) from None
    return f"{target.scheme}://{target.authority}{target.path}"


def target_of(url: str) -> Target:
    """The parts of an address. `ValueError` where it is none for http or https, or holds what has no business there."""
    parts = urlsplit(url)
    if parts.scheme not in USUAL_PORTS or not parts.hostname or "@" in parts.netloc or "#" in url or "\\" in url:
        raise ValueError(url)
    port = USUAL_PORTS[parts.scheme] if parts.port is None else parts.port
    if port == 0:
        raise ValueError(url)
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else "")
    return Target(parts.scheme, _host(parts.hostname, bracketed="[" in parts.netloc), port, path)


def _host(name: str, *, bracketed: bool) -> str:
    if bracketed:
        if "%" in name:  # a zone of this machine
            raise ValueError(name)
        return str(IPv6Address(name))
    host = name.encode("idna").decode().lower()
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise ValueError(name)
    return host


def cleaned(draft: EndpointDraft) -> Mapping[str, Any]:
    """The fields of a draft, clean."""
    return {
        "url": clean_url(draft.url, "url"),
        "types": clean_types(draft.types, "types"),
        "description": clean_text(draft.description, "description", 200, required=False),
    }
