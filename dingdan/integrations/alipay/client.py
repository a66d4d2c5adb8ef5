"""Alipay's gateway over HTTP: one address, signed forms in, signed JSON out. What happens on the network is an answer, too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from dingdan import __version__
from dingdan.integrations.alipay.amounts import clock_of
from dingdan.integrations.alipay.errors import AT_THE_DOOR, meaning
from dingdan.integrations.alipay.keys import Keys, keys_of
from dingdan.integrations.alipay.signing import is_signed, members, signed
from dingdan.kernel import clock
from dingdan.kernel.lasting import lasting
from dingdan.ledgers.payments.ports import Answer
from dingdan.masterdata.methods.ports import Mode
from dingdan.masterdata.methods.queries import Credentials

if TYPE_CHECKING:
    import httpcore  # loaded when Alipay is first spoken to, so that everything else starts without it

LIVE: Final = "https://openapi.alipay.com/gateway.do"
TEST: Final = "https://openapi-sandbox.dl.alipaydev.com/gateway.do"
TIMEOUT: Final = {"connect": 5.0, "read": 15.0, "write": 15.0, "pool": 5.0}
MOST_READ: Final = 1_048_576
"""Bytes of an answer. Alipay's have a few thousand."""


class NotFetched(Exception):
    """A file did not come: the network, or Alipay, was ill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What Alipay answered. `error` is its sub-code, or what went wrong on the way; `facts` are the fields of the answer."""

    answer: Answer
    error: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A field as it was written; empty where there is none."""
        found = self.facts.get(name)
        return found if isinstance(found, str) else ""


class Client:
    """Speaks for one account. Nothing is asked twice, and nothing of a key is ever shown."""

    def __init__(self, account: Credentials) -> None:
        there = {**account.settings, **account.secrets}
        names = ("private_key", "alipay_public_keys", "app_certificate", "alipay_certificates", "root_certificate")
        self._app_id, self._mode = account.merchant, account.mode
        self.keys: Keys = keys_of(*(there.get(name, "") for name in names))
        self.address = address_of(account.mode)

    def __repr__(self) -> str:
        return f"Client({self._app_id} {self._mode})"

    def form(self, method: str, content: Mapping[str, object], *, notify_url: str = "", return_url: str = "") -> dict[str, str]:
        """The parameters of a call with their signature, in UTF-8."""
        return signed(
            self.keys.private,
            {
                "app_id": self._app_id,
                "method": method,
                "format": "JSON",
                "charset": "utf-8",
                "sign_type": "RSA2",
                "timestamp": clock_of(clock.now()),
                "version": "1.0",
                "app_cert_sn": self.keys.app_cert_sn,
                "alipay_root_cert_sn": self.keys.root_cert_sn,
                "notify_url": notify_url,
                "return_url": return_url,
                "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            },
        )

    def ask(self, method: str, content: Mapping[str, object], *, notify_url: str = "") -> Said:
        """Make a call. Anything but an answer that Alipay signed is `UNKNOWN`, and a no from its very door a no."""
        import httpcore

        body = urlencode(self.form(method, content, notify_url=notify_url)).encode()
        try:
            status, raw = _posted(f"{self.address}?charset=utf-8", body)
        except httpcore.TimeoutException:
            return Said(answer=Answer.UNKNOWN, error="timeout")
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return Said(answer=Answer.UNKNOWN, error="no_connection")
        if status != 200:
            return Said(answer=Answer.UNKNOWN, error=f"http_{status}")
        return self._understood(raw, method.replace(".", "_") + "_response")

    def _understood(self, raw: bytes, name: str) -> Said:
        try:
            parts = members(raw.decode())
            node = parts.get(name) or parts["error_response"]
            facts = json.loads(node, parse_int=str, parse_float=str)
            signature, cert_sn = (json.loads(parts.get(each, '""')) for each in ("sign", "alipay_cert_sn"))
            code, sub_code = str(facts.get("code", "")), str(facts.get("sub_code", ""))
        except (ValueError, KeyError, AttributeError):
            return Said(answer=Answer.UNKNOWN, error="unreadable_answer")
        error = sub_code or code
        if signature and is_signed(self.keys.of(str(cert_sn)), node.encode(), str(signature)):
            return Said(answer=meaning(code, sub_code), error=error, facts=facts)
        is_no = not signature and code in AT_THE_DOOR
        return Said(answer=Answer.DECLINED, error=error) if is_no else Said(answer=Answer.UNKNOWN, error="unsigned_answer")

    def fetch(self, url: str) -> Iterator[bytes]:
        """The parts of a file that Alipay named. Raises `NotFetched`."""
        import httpcore

        try:
            with pool().stream("GET", self._safe(url), headers=_headers(), extensions={"timeout": TIMEOUT}) as response:
                if response.status != 200:
                    raise NotFetched(f"http_{response.status}")
                yield from response.iter_stream()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as fault:
            raise NotFetched(type(fault).__name__) from fault

    def _safe(self, url: str) -> str:
        """The address, encrypted, where it is Alipay's own; in the sandbox where it is the sandbox's."""
        parts, ours = urlsplit(url), urlsplit(self.address)
        if self._mode == Mode.SANDBOX:
            is_known = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
            safe = url
        else:
            is_known = f".{parts.hostname}".endswith((".alipay.com", ".alipaydev.com")) and parts.port in (None, 80, 443)
            safe = f"https://{parts.hostname}{parts.path}?{parts.query}"
        if not is_known:
            raise NotFetched("an address of somebody else")
        return safe


def address_of(mode: str) -> str:
    """Where Alipay's gateway is: the real one, Alipay's own for trying, or the double that ships with the program."""
    sandbox = f"{settings.SANDBOX_URL}/alipay/gateway.do"
    return {Mode.LIVE: LIVE, Mode.TEST: TEST}.get(Mode(mode), sandbox)


def _posted(url: str, body: bytes) -> tuple[int, bytes]:
    import httpcore

    headers = [*_headers(), (b"Content-Type", b"application/x-www-form-urlencoded;charset=utf-8")]
    with pool().stream("POST", url, headers=headers, content=body, extensions={"timeout": TIMEOUT}) as response:
        read = bytearray()
        for part in response.iter_stream():
            read += part
            if len(read) > MOST_READ:
                raise httpcore.RemoteProtocolError("an answer without end")
        return response.status, bytes(read)


def _headers() -> list[tuple[bytes, bytes]]:
    return [(b"User-Agent", f"Dingdan/{__version__}".encode())]


@lasting
def pool() -> httpcore.ConnectionPool:
    """Follows no redirect, asks no proxy, tries nothing again."""
    import httpcore

    return httpcore.ConnectionPool(httpcore.default_ssl_context(), max_connections=32, keepalive_expiry=10)
