"""Whether PayPal signed a notice: by its certificate, over the transmission's id and time, our webhook's id and the CRC-32.

It is looked at here and not asked of PayPal (`verify-webhook-signature`): PayPal would have to be up and be asked for every
notice, and would judge JSON that was taken apart and put together again, where the untouched body is at hand. The certificate is
fetched from PayPal's own address alone, and must be one for PayPal's name for which a root vouches that browsers trust, as TLS
would ask it to be. The double is vouched for by a root of its own, and by nothing else.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from warnings import catch_warnings, simplefilter

import certifi
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.utils import CryptographyDeprecationWarning
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.paypal.account import webhook_ids
from dingdan.integrations.paypal.client import address, fetch
from dingdan.integrations.paypal.errors import Silence
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.ports import NotGenuine, Post
from dingdan.masterdata.methods.ports import Mode
from dingdan.masterdata.methods.queries import Credentials

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.x509.verification import Store

TOLERANCE: Final = timedelta(minutes=5)
ALGORITHM: Final = "SHA256withRSA"
_MOST_KEPT: Final = 64
_CERTIFICATES: Final = "/v1/notifications/certs"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_LIVE: Final = "messageverificationcerts.paypal.com"
_TRIED: Final = "messageverificationcerts.sandbox.paypal.com"
_CERTIFICATE: Final = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_ROOT: Final = "root"
"""Under which name the double keeps its own root."""
_TRUSTED: Final[Mapping[str, tuple[str, ...]]] = {
    Mode.LIVE: ("https://api.paypal.com", "https://api-m.paypal.com"),
    Mode.TEST: ("https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"),
}

Chain = tuple["x509.Certificate", ...]
"""A certificate, and the authorities behind it up to the root."""

_known: Final[dict[str, Chain]] = {}


class CertificateNotAtHand(Refusal):
    """PayPal's certificate cannot be fetched now: the notice may be genuine, and is to be sent again."""

    status = 503
    sentence = _("PayPal's certificate could not be fetched ({code}).")
    remedy = _("Send the notice again.")


def check(post: Post, account: Credentials) -> None:
    """Refuse `NotGenuine` what PayPal did not sign, lately, for one of our webhooks; else `CertificateNotAtHand` for now."""
    said = {name: post.headers.get(f"paypal-{name}", "") for name in _HEADERS}
    if not all(said.values()) or said["auth-algo"] != ALGORITHM or "|" in said["transmission-id"]:
        raise NotGenuine(why=_("it is not signed as PayPal signs"))
    if not _is_of_now(said["transmission-time"], post.at):
        raise NotGenuine(why=_("it is not of the last five minutes"))
    key = _key(said["cert-url"], account, at=post.at)
    try:
        signature = b64decode(said["transmission-sig"], validate=True)
    except (NotBase64, ValueError) as wrong:
        raise NotGenuine(why=_("its signature is wrong")) from wrong
    head = f"{said['transmission-id']}|{said['transmission-time']}|"
    for webhook in webhook_ids(account.settings.get("webhook_id", "")):
        if _is_signed(key, signature, f"{head}{webhook}|{zlib.crc32(post.body)}".encode()):
            return
    raise NotGenuine(why=_("its signature is wrong"))


_HEADERS: Final = ("transmission-id", "transmission-time", "transmission-sig", "cert-url", "auth-algo")


def _is_signed(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _is_of_now(text: str, at: datetime) -> bool:
    try:
        signed = datetime.fromisoformat(text)
    except ValueError:
        return False
    return signed.tzinfo is not None and abs(at - signed) <= TOLERANCE


def _key(url: str, account: Credentials, *, at: datetime) -> RSAPublicKey:
    from cryptography import x509
    from cryptography.x509.verification import PolicyBuilder, VerificationError

    if not _is_paypals(url, account):
        raise NotGenuine(why=_("its certificate lies at another address than PayPal's"))
    certificate, *authorities = _chain(url)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise NotGenuine(why=_("its certificate is over"))
    named = x509.DNSName(_LIVE if account.mode == Mode.LIVE else _TRIED)
    try:
        PolicyBuilder().store(_roots(account)).time(at).build_server_verifier(named).verify(certificate, authorities)
    except VerificationError as wrong:
        raise NotGenuine(why=_("its certificate is not PayPal's")) from wrong
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotGenuine(why=_("its certificate is not PayPal's"))
    return key


def _is_paypals(url: str, account: Credentials) -> bool:
    """Whether a certificate lies where PayPal keeps those of the account's mode."""
    trusted = (address(account.mode),) if account.mode == Mode.SANDBOX else _TRUSTED[account.mode]
    base, _slash, name = url.rpartition("/")
    return base in {f"{one}{_CERTIFICATES}" for one in trusted} and bool(_NAME.fullmatch(name))


def _roots(account: Credentials) -> Store:
    """Who may vouch for PayPal's certificates: whom browsers trust, or for the double its own root."""
    from cryptography.x509.verification import Store

    if account.mode == Mode.SANDBOX:
        return Store(list(_chain(f"{address(account.mode)}{_CERTIFICATES}/{_ROOT}")))
    return _trusted_roots()


@lru_cache(maxsize=1)
def _trusted_roots() -> Store:
    """One by one, because there are some among them that are not made as they should be, and say nothing about PayPal."""
    from cryptography import x509
    from cryptography.x509.verification import Store

    found = []
    for block in _CERTIFICATE.findall(Path(certifi.where()).read_bytes()):
        with suppress(ValueError), catch_warnings():
            simplefilter("ignore", CryptographyDeprecationWarning)
            found.append(x509.load_pem_x509_certificate(block))
    return Store(found)


def _chain(url: str) -> Chain:
    return _known.get(url) or _fetched(url)


def _fetched(url: str) -> Chain:
    try:
        status, read = fetch("GET", url, {"Accept": "*/*"})
    except Silence as silence:
        raise CertificateNotAtHand(code=silence.code) from silence
    if status >= 500 or status == 429:
        raise CertificateNotAtHand(code=f"http_{status}")
    chain = _loaded(read) if status == 200 else ()
    if not chain:
        raise NotGenuine(why=_("its certificate is not PayPal's"))
    if len(_known) >= _MOST_KEPT:
        _known.clear()
    _known[url] = chain
    return chain


def _loaded(read: bytes) -> Chain:
    """The certificates of a file; none where it is something else."""
    from cryptography import x509

    try:
        return tuple(x509.load_pem_x509_certificates(read))
    except ValueError:
        return ()
