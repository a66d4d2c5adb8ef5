"""Messages for one browser alone: RFC 8291 over aes128gcm (RFC 8188), in one record. The push service reads none of it."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD: Final = 4096
"""Bytes of the record, which is more than any message has: push services need not take more."""
MOST: Final = 3993
"""Bytes of text that fit into it beside its head (86), the mark of its end (1) and its seal (16)."""


class TooLong(ValueError):
    """The text has no room in one message."""


def encrypted(text: bytes, *, p256dh: bytes, auth: bytes) -> bytes:
    """The body of a push message. Raises `TooLong`, and `ValueError` where `p256dh` is no point of P-256."""
    return sealed_with(text, p256dh=p256dh, auth=auth, own=ec.generate_private_key(ec.SECP256R1()), salt=secrets.token_bytes(16))


def sealed_with(text: bytes, *, p256dh: bytes, auth: bytes, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """The same with a key and a salt that are known. Both are for one message."""
    if len(text) > MOST:
        raise TooLong(len(text))
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    ours = point_of(own)
    secret = own.exchange(ec.ECDH(), theirs)
    key, nonce = keys_of(secret, p256dh=p256dh, ours=ours, auth=auth, salt=salt)
    head = salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def keys_of(secret: bytes, *, p256dh: bytes, ours: bytes, auth: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce of a message, from what both sides know (RFC 8291, section 3.4)."""
    material = _derived(secret, salt=auth, info=b"WebPush: info\0" + p256dh + ours, length=32)
    key = _derived(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    return key, _derived(material, salt=salt, info=b"Content-Encoding: nonce\0", length=12)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key as a point, uncompressed (65 bytes)."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
