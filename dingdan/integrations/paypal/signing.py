"""Whether PayPal signed a notice: by its certificate, over the transmission's id and time, our webhook's id and the CRC-32.

It is looked at here and not asked of PayPal (`verify-webhook-signature`): PayPal would have to be up and be asked for every
notice, and would judge JSON that was taken apart and put together again, where the untouched body is at hand. The certificate is
fetched from PayPal's own address alone, over TLS, which is what vouches for it; its name and days are looked at, too.
"""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils.translation import gettext_lazy as _

from dingdan.integrations.paypal.account import webhook_ids
from dingdan.integrations.paypal.client import address, fetch
from dingdan.integrations.paypal.errors import Silence
from dingdan.kernel.errors import Refusal
from dingdan.ledgers.payments.ports import NotGenuine, Post
from dingdan.masterdata.methods.ports import Mode
from dingdan.masterdata.methods.queries import Credentials

TOLERANCE: Final = timedelta(minutes=5)
ALGORITHM: Final = "SHA256withRSA"
_MOST_KEPT: Final = 64
_CERTIFICATES: Final = "/v1/notifications/certs"
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
_SUBJECT: Final = re.compile(r"messageverificationcerts(\.[a-z]+)?\.paypal\.com", re.ASCII)
_TRUSTED: Final[Mapping[str, tuple[str, ...]]] = {
    Mode.LIVE: ("https://api.paypal.com", "https://api-m.paypal.com"),
    Mode.TEST: ("https://api.sandbox.paypal.com", "https://api-m.sandbox.paypal.com"),
}

_known: Final[dict[str, x509.Certificate]] = {}


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
    if not _is_paypals(url, account):
        raise NotGenuine(why=_("its certificate lies at another address than PayPal's"))
    certificate = _known.get(url) or _fetched(url)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise NotGenuine(why=_("its certificate is over"))
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotGenuine(why=_("its certificate is not PayPal's"))
    return key


def _is_paypals(url: str, account: Credentials) -> bool:
    """Whether a certificate lies where PayPal keeps those of the account's mode."""
    trusted = (address(account.mode),) if account.mode == Mode.SANDBOX else _TRUSTED[account.mode]
    base, _slash, name = url.rpartition("/")
    return base in {f"{one}{_CERTIFICATES}" for one in trusted} and bool(_NAME.fullmatch(name))


def _fetched(url: str) -> x509.Certificate:
    try:
        status, read = fetch("GET", url, {"Accept": "*/*"})
    except Silence as silence:
        raise CertificateNotAtHand(code=silence.code) from silence
    if status >= 500 or status == 429:
        raise CertificateNotAtHand(code=f"http_{status}")
    certificate = _loaded(read) if status == 200 else None
    if certificate is None:
        raise NotGenuine(why=_("its certificate is not PayPal's"))
    if len(_known) >= _MOST_KEPT:
        _known.clear()
    _known[url] = certificate
    return certificate


def _loaded(read: bytes) -> x509.Certificate | None:
    """The first certificate of a file, if it is for signing notices of PayPal's."""
    try:
        certificate = x509.load_pem_x509_certificates(read)[0]
    except ValueError:
        return None
    names = [str(one.value) for one in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    return certificate if any(_SUBJECT.fullmatch(one) for one in names) else None
