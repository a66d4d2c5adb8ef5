"""Who signs what: requests by the merchant's key, answers and notices by the firm's, all by SHA-256 with RSA (PKCS #1 v1.5).

What is secret in a notice is sealed by AES-256-GCM under the merchant's APIv3 key.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
SEALING: Final = "AEAD_AES_256_GCM"
TOLERANCE: Final = 300
"""Seconds by which the time of a signature may differ from ours."""


class NotSigned(Exception):
    """The signature, or what is sealed, is not by whom it should be. The text says why, and holds nothing secret."""


@lru_cache(maxsize=256)
def private_key(pem: str) -> RSAPrivateKey:
    """The key in a PEM. Raises `ValueError` for anything else than an RSA key without a password."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # locked by a password, or of a kind that nobody knows
        raise ValueError from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError  # noqa: TRY004 - what is wrong is the text, not its type
    return key


@lru_cache(maxsize=256)
def public_key(pem: str) -> RSAPublicKey:
    """The key in a PEM. Raises `ValueError` for anything else than an RSA key."""
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError  # noqa: TRY004 - what is wrong is the text, not its type
    return key


def lines(*parts: str | bytes) -> bytes:
    """What is signed: each part on a line of its own, the last one ended, too."""
    return b"".join(part + b"\n" for part in (one.encode() if isinstance(one, str) else one for one in parts))


def signature(key: RSAPrivateKey, *parts: str | bytes) -> str:
    """The merchant's signature over lines."""
    return b64encode(key.sign(lines(*parts), PKCS1v15(), SHA256())).decode()


def check(key: RSAPublicKey, headers: Mapping[str, str], body: bytes, *, at: float) -> None:
    """Raise `NotSigned` unless a body is signed by this key, in one way of writing it, at about this time (seconds since 1970).

    `headers` have names in small letters.
    """
    if headers.get("wechatpay-signature-type", SCHEME) != SCHEME:
        raise NotSigned("it is signed in a way that nobody agreed on")
    told, stamp = headers.get("wechatpay-signature", ""), headers.get("wechatpay-timestamp", "")
    try:
        raw = b64decode(told, validate=True)
        if b64encode(raw).decode() != told:  # the last letter may hold bits that mean nothing
            raise NotSigned("its signature does not fit")
        key.verify(raw, lines(stamp, headers.get("wechatpay-nonce", ""), body), PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        raise NotSigned("its signature does not fit") from None
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12) or abs(at - int(stamp)) > TOLERANCE:
        raise NotSigned("its time is more than five minutes away")


def opened(api_key: str, sealed: Mapping[str, object]) -> bytes:
    """What the firm has sealed for the merchant. Raises `NotSigned`."""
    if sealed.get("algorithm") != SEALING:
        raise NotSigned("it is sealed in a way that nobody agreed on")
    cipher, nonce, extra = (str(sealed.get(name) or "") for name in ("ciphertext", "nonce", "associated_data"))
    try:
        return AESGCM(api_key.encode()).decrypt(nonce.encode(), b64decode(cipher, validate=True), extra.encode())
    except (InvalidTag, NotBase64, ValueError):
        raise NotSigned("its seal cannot be opened with the APIv3 key") from None
