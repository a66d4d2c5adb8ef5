"""The double of a push service in the sandbox: where it is, and phones that stand in for a browser that has no push service.

There is one where money does not exist (`DINGDAN_SANDBOX`), and nowhere else: what a browser says there leads into this machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import httpcore
from django.conf import settings

ORIGIN: Final = "https://push.sandbox.invalid"
"""What endpoints of the double begin with: a name that leads nowhere by itself (RFC 2606)."""
WAIT: Final = {"connect": 2.0, "write": 5.0, "read": 5.0, "pool": 2.0}


class NotThere(Exception):
    """There is no double here, or it does not answer."""


def is_here() -> bool:
    """Whether this installation has a double."""
    return bool(settings.SANDBOX_GATEWAY)


def page() -> str:
    """Where people see what its phones show."""
    return f"{settings.SANDBOX_URL}/push/" if is_here() else ""


def address_of(endpoint: str) -> str:
    """Where an endpoint of the double is really reached; empty where it is none, or there is no double."""
    return f"{settings.SANDBOX_URL}/push{endpoint.removeprefix(ORIGIN)}" if is_here() and is_double(endpoint) else ""


def is_double(endpoint: str) -> bool:
    """Whether an endpoint is the double's."""
    return endpoint.startswith(f"{ORIGIN}/")


def phone_of(key: str, name: str) -> Mapping[str, str]:
    """A phone that listens to a server's key: its ``endpoint``, ``p256dh`` and ``auth``. Raises `NotThere`."""
    if not is_here():
        raise NotThere
    asked = json.dumps({"key": key, "name": name}, ensure_ascii=False).encode()
    try:
        answer = httpcore.request(
            "POST", f"{settings.SANDBOX_URL}/sandbox/phones", headers={"Content-Type": "application/json"}, content=asked,
            extensions={"timeout": WAIT},
        )  # fmt: skip
        told: Any = json.loads(answer.content)
        return {"endpoint": str(told["endpoint"]), **{name: str(told["keys"][name]) for name in ("p256dh", "auth")}}
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, ValueError, KeyError, TypeError) as fault:
        raise NotThere(type(fault).__name__) from None
