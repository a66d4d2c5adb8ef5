"""Which browsers can be told of an order: an address of a push service, and keys as RFC 8291 wants them. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

MOST_DEVICES: Final = 5
"""Browsers that are told of one order."""
_POINT, _SECRET = 65, 16
"""Bytes of a public key (a point of P-256, uncompressed) and of the secret beside it."""
_LONGEST: Final = 1000
_PUSH_SERVICE: Final = re.compile(
    r"https://(?=[^/:]{4,253}[/:])(?:[a-z0-9-]{1,63}\.)+([a-z]{2,63}|xn--[a-z0-9-]+)(?::443)?/[!-~]*", re.ASCII
)
_AT_HOME: Final = frozenset({"arpa", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion", "test"})
"""Last parts of names that lead nowhere, or into a network of one's own."""
_P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


class EndpointNotUsable(Refusal):
    """It is no address of a push service."""

    status = 422
    sentence = _("This is not the address of a push service.")
    remedy = _("Let the browser say it anew.")


class KeyNotUsable(Refusal):
    """Nothing can be encrypted for it."""

    status = 422
    sentence = _("The key {part} is none that a browser makes.")
    remedy = _("Let the browser say it anew.")


class TooManyDevices(Refusal):
    """So many browsers are told of the order already."""

    status = 422
    sentence = _("{most} devices are told of this order already.")
    remedy = _("Stop it on another device first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDraft:
    """A browser as it names itself: where its push service is told, its keys, and the key of ours (base64url)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    server_key: str


def checked_device(device: DeviceDraft) -> DeviceDraft:
    """The draft with its keys in one way of writing.

    Refuses (`EndpointNotUsable`) what is not https, has a port of its own, names an address instead of a host, or a host of a
    network of one's own; where a name leads is looked at when something is sent. Refuses (`KeyNotUsable`) keys that are none.
    """
    found = _PUSH_SERVICE.fullmatch(device.endpoint) if len(device.endpoint) <= _LONGEST else None
    if found is None or found[1] in _AT_HOME or "#" in device.endpoint or "\\" in device.endpoint:
        raise EndpointNotUsable(field="endpoint")
    keys = {name: _point(getattr(device, name), name) for name in ("p256dh", "server_key")}
    return DeviceDraft(endpoint=device.endpoint, auth=_text(_bytes(device.auth, "auth", _SECRET)), **keys)


def _point(text: str, part: str) -> str:
    told = _bytes(text, part, _POINT)
    x, y = int.from_bytes(told[1:33]), int.from_bytes(told[33:])
    if told[0] != 4 or max(x, y) >= _P or (y * y - x * x * x + 3 * x - _B) % _P:
        raise KeyNotUsable(part=part, field=part)
    return _text(told)


def _bytes(text: str, part: str, length: int) -> bytes:
    bare = text.rstrip("=")
    if len(bare) <= 2 * length and re.fullmatch(r"[A-Za-z0-9_-]+", bare, re.ASCII):
        try:
            told = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
        except ValueError:
            told = b""
        if len(told) == length:
            return told
    raise KeyNotUsable(part=part, field=part)


def _text(told: bytes) -> str:
    return urlsafe_b64encode(told).rstrip(b"=").decode()
