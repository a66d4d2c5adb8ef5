"""By which keys the firm signs: its public keys that the account lists, and platform certificates, which are fetched.

Certificates come sealed under the APIv3 key and signed by one of themselves. They are kept in this process, per account, and
fetched anew twice a day, and when a signature names one that is not known: that is how a new one is met while it takes over.
What the firm lists is believed, so an old certificate holds next to a new one for as long as it is listed and not expired.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from dingdan.integrations.wechatpay import signing
from dingdan.integrations.wechatpay.errors import Silence
from dingdan.kernel import clock

if TYPE_CHECKING:
    from dingdan.integrations.wechatpay.client import Client

KEPT: Final = timedelta(hours=12)
APART: Final = timedelta(seconds=30)
"""Whoever sends notices with made-up serial numbers makes us ask the firm no more often than this."""


@dataclass(frozen=True, slots=True)
class _Certificate:
    key: RSAPublicKey
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class _Fetched:
    at: datetime
    known: Mapping[str, _Certificate]


_fetched: dict[tuple[str, ...], _Fetched] = {}
_locks: defaultdict[tuple[str, ...], threading.Lock] = defaultdict(threading.Lock)


def forget() -> None:
    """Know no certificate any more."""
    _fetched.clear()


def key_of(client: Client, serial: str, *, is_urgent: bool = False) -> RSAPublicKey | None:
    """The key that a serial number, or the id of a public key, stands for; None for one that the firm does not sign by.

    An urgent one that is not known is asked for at once, any other no more often than every half minute. Raises `Silence` where
    the firm cannot be asked.
    """
    if serial in client.account.public_keys:
        return client.account.public_keys[serial]
    if serial.startswith("PUB_KEY_ID_"):
        return None
    account = client.account
    name = (str(account.id), account.mchid, account.address)
    with _locks[name]:
        known = _known(client, name, serial, is_urgent=is_urgent)
    found, now = known.get(serial), datetime.now(UTC)
    return found.key if found and found.since <= now < found.until else None


def _known(client: Client, name: tuple[str, ...], serial: str, *, is_urgent: bool) -> Mapping[str, _Certificate]:
    """What is known of an account, fetched first where it is old or lacks a serial number. An old list is better than none."""
    before, now = _fetched.get(name), clock.now()
    is_there = before is not None and serial in before.known
    if before is not None and now - before.at < (KEPT if is_there else timedelta(0) if is_urgent else APART):
        return before.known
    try:
        _fetched[name] = _Fetched(now, _asked_for(client))
    except Silence:
        if before is None or not is_there:
            raise
        return before.known
    return _fetched[name].known


def _asked_for(client: Client) -> dict[str, _Certificate]:
    """The firm's list, if one of the certificates in it has signed it."""
    raw = client.exchange("GET", "/v3/certificates")
    if raw.status != 200:
        raise Silence(str(raw.told.get("code") or f"http_{raw.status}"))
    listed = raw.told.get("data")
    try:
        known = dict(_read(client.account.api_key, one) for one in (listed if isinstance(listed, list) else ()))
        serial = raw.headers.get("wechatpay-serial", "")
        key = client.account.public_keys.get(serial) or known[serial].key
        signing.check(key, raw.headers, raw.body, at=datetime.now(UTC).timestamp())
    except (signing.NotSigned, KeyError, TypeError, ValueError):
        raise Silence("bad_certificates") from None
    return known


def _read(api_key: str, listed: Mapping[str, Any]) -> tuple[str, _Certificate]:
    """A certificate of the list under its serial number."""
    from cryptography import x509

    loaded = x509.load_pem_x509_certificate(signing.opened(api_key, listed["encrypt_certificate"]))
    key = loaded.public_key()
    if not isinstance(key, RSAPublicKey) or int(listed["serial_no"], 16) != loaded.serial_number:
        raise signing.NotSigned("it is another certificate than it says")
    return listed["serial_no"], _Certificate(key, loaded.not_valid_before_utc, loaded.not_valid_after_utc)
