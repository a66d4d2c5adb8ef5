"""Speaks to the firm: every request is signed, and of the answers only those are believed that the firm has signed.

Follows no redirect, asks no proxy, tries nothing twice: who asks again is the funnel, under the same number.
"""

from __future__ import annotations

import json
import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from dingdan import __version__
from dingdan.integrations.wechatpay import certificates, signing
from dingdan.integrations.wechatpay.account import Account
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.kernel.lasting import lasting

if TYPE_CHECKING:
    import httpcore  # loaded when the firm is first spoken to, so that everything else starts without it

CONNECT, READ = 5.0, 15.0
"""Seconds."""
MOST_READ: Final = 1024 * 1024
"""Bytes of an answer; bills, which are longer, are read part by part."""
AGENT: Final = f"Dingdan/{__version__}"
_TIMES: Final = {"connect": CONNECT, "read": READ, "write": READ, "pool": CONNECT}


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came, header names in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def told(self) -> dict[str, Any]:
        """The object that the body is; empty where it is none."""
        try:
            told = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that the firm has signed. `code` is its word for a no, empty for a yes."""

    code: str
    told: Mapping[str, Any]


class Client:
    """Speaks for one account."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._address = urlsplit(account.address)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Said:
        """What the firm says. Raises `Silence` where it says nothing that can be believed."""
        raw = self.exchange(method, path, body)
        code = str(raw.told.get("code") or "") if raw.status >= 300 else ""
        if raw.status >= 500 or raw.status in (401, 429):  # of these the firm signs none
            raise Silence(code or f"http_{raw.status}")
        self.believe(raw)
        if 300 <= raw.status < 400:
            raise Silence(f"http_{raw.status}")
        return Said(code or (f"http_{raw.status}" if raw.status >= 400 else ""), raw.told)

    def believe(self, raw: Raw) -> None:
        """Raise `Silence` unless the firm has signed an answer."""
        serial = raw.headers.get("wechatpay-serial", "")
        key = certificates.key_of(self, serial, is_urgent=True) if serial else None
        if key is None:
            raise Silence("not_signed")
        try:
            signing.check(key, raw.headers, raw.body, at=time.time())
        except signing.NotSigned:
            raise Silence("bad_signature") from None

    def exchange(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Raw:
        """One request and its answer, whoever signed that. Raises `Silence`."""
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        with self._asked(method, self._address.path + path, sent) as response:
            return Raw(response.status, _headers(response), _read(response))

    @contextmanager
    def file(self, url: str) -> Iterator[Iterator[bytes]]:
        """A file, part by part. Of its address only what follows the host is believed. Raises `Silence`."""
        parts = urlsplit(url)
        with self._asked("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, b"") as response:
            if response.status != 200:
                raise Silence(f"http_{response.status}")
            yield response.iter_stream()

    @contextmanager
    def _asked(self, method: str, target: str, body: bytes) -> Iterator[httpcore.Response]:
        import httpcore

        address = self._address
        port = address.port or (443 if address.scheme == "https" else 80)
        url = httpcore.URL(scheme=address.scheme, host=address.hostname or "", port=port, target=target)
        headers: list[tuple[bytes | str, bytes | str]] = [*self._headed(method, target, body).items()]
        try:
            with _pool().stream(method, url, headers=headers, content=body, extensions={"timeout": _TIMES}) as response:
                yield response
        except httpcore.TimeoutException:
            raise Silence("timeout") from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise Silence("connection") from None

    def _headed(self, method: str, target: str, body: bytes) -> dict[str, str]:
        account, stamp, nonce = self.account, str(int(time.time())), secrets.token_hex(16)
        signed = signing.signature(account.private_key, method, target, stamp, nonce, body)
        named = {
            "mchid": account.mchid, "nonce_str": nonce, "signature": signed, "timestamp": stamp, "serial_no": account.serial,
        }  # fmt: skip
        fields = ",".join(f'{name}="{value}"' for name, value in named.items())
        headers = {
            "Host": self._address.netloc,
            "User-Agent": AGENT,
            "Accept": "application/json",
            "Authorization": f"{signing.SCHEME} {fields}",
        }
        if body:
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        if account.public_keys:  # asks the firm to sign by its public key
            headers["Wechatpay-Serial"] = [*account.public_keys][-1]
        return headers


@lasting
def _pool() -> httpcore.ConnectionPool:
    import httpcore

    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return httpcore.ConnectionPool(context, max_connections=64, keepalive_expiry=30)


def _headers(response: httpcore.Response) -> dict[str, str]:
    return {name.decode("ascii", "replace").lower(): value.decode("latin-1") for name, value in response.headers}


def _read(response: httpcore.Response) -> bytes:
    """The body, if it comes in time and is no longer than an answer may be."""
    body, until = bytearray(), time.monotonic() + READ
    for part in response.iter_stream():
        body += part
        if len(body) > MOST_READ:
            raise Silence("too_long")
        if time.monotonic() > until:
            raise Silence("timeout")
    return bytes(body)
