"""The way to PayPal: a token per app, five seconds for a connection and fifteen for an answer, nothing tried twice.

PayPal's own SDK is not used: it can be pointed at PayPal's two addresses alone, knows one time-out for both waits, is not typed,
and does not know webhooks and disputes.
"""

from __future__ import annotations

import json
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from dingdan import __version__
from dingdan.integrations.paypal.errors import Silence, check
from dingdan.kernel.lasting import lasting
from dingdan.masterdata.methods.ports import Mode
from dingdan.masterdata.methods.queries import Credentials

if TYPE_CHECKING:
    import httpcore  # loaded when PayPal is first spoken to, so that everything else starts without it

CONNECT, READ = 5.0, 15.0
MOST_READ: Final = 8 * 1024 * 1024
AGENT: Final = f"Dingdan/{__version__}"
_BASES: Final[Mapping[str, str]] = {Mode.LIVE: "https://api-m.paypal.com", Mode.TEST: "https://api-m.sandbox.paypal.com"}

_tokens: Final[dict[tuple[str, str], tuple[str, float]]] = {}
"""What lets us in, until when, by address and app."""


def address(mode: str) -> str:
    """Where PayPal is asked."""
    return f"{settings.SANDBOX_URL}/paypal" if mode == Mode.SANDBOX else _BASES[mode]


class Client:
    """Speaks for one account."""

    def __init__(self, account: Credentials) -> None:
        self._account = account
        self._base = address(account.mode)

    def __repr__(self) -> str:
        return f"Client({self._base})"

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "") -> dict[str, Any]:
        """What PayPal says, once for the same key. Raises `Refused` for a no and `Silence` for no answer."""
        status, told = self._asked(method, path, body, key)
        if status == 401:  # the token is over: nothing was done
            _tokens.pop(self._app, None)
            status, told = self._asked(method, path, body, key)
        check(status, told)
        return told

    def _asked(self, method: str, path: str, body: Any, key: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._token()}", "Accept": "application/json", "Prefer": "return=representation"}
        if key:
            headers["PayPal-Request-Id"] = key
        sent = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if sent is not None:
            headers["Content-Type"] = "application/json"
        elif method == "POST":
            sent, headers["Content-Type"] = b"{}", "application/json"
        return exchange(method, self._base + path, headers, sent or b"")

    @property
    def _app(self) -> tuple[str, str]:
        return self._base, str(self._account.settings.get("client_id", ""))

    def _token(self) -> str:
        known = _tokens.get(self._app)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        secret = f"{self._app[1]}:{self._account.secrets.get('client_secret', '')}"
        headers = {
            "Authorization": f"Basic {b64encode(secret.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        status, told = exchange("POST", f"{self._base}/v1/oauth2/token", headers, b"grant_type=client_credentials")
        check(status, told)
        token, lasts = told.get("access_token"), told.get("expires_in")
        if not isinstance(token, str) or not isinstance(lasts, int):
            raise Silence("no_token")
        _tokens[self._app] = token, time.monotonic() + max(0, lasts - 60)
        return token


def exchange(method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
    """One request and its answer in JSON. Raises `Silence`."""
    status, read = fetch(method, url, headers, body)
    try:
        told = json.loads(read) if read else {}
    except (ValueError, RecursionError):
        told = {}
    return status, told if isinstance(told, dict) else {}


def fetch(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, bytes]:
    """One request and its answer, read to the end. Follows no redirect, asks no proxy. Raises `Silence`."""
    import httpcore

    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    named: list[tuple[bytes | str, bytes | str]] = [
        *{"Host": parts.netloc, "User-Agent": AGENT, "Content-Length": str(len(body)), **headers}.items()
    ]
    waits = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}
    asked = httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=port, target=target)
    try:
        with _pool().stream(method, asked, headers=named, content=body, extensions={"timeout": waits}) as response:
            return response.status, _read(response)
    except httpcore.TimeoutException:
        raise Silence("timeout") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise Silence("connection") from None


def _read(response: httpcore.Response) -> bytes:
    read = bytearray()
    for chunk in response.iter_stream():
        read += chunk
        if len(read) > MOST_READ:
            raise Silence("too_long")
    return bytes(read)


@lasting
def _pool() -> httpcore.ConnectionPool:
    import httpcore

    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpcore.ConnectionPool(context, max_connections=32, keepalive_expiry=30)
