"""Signatures as Standard Webhooks says: HMAC-SHA256 over id, time and body, under secrets that begin with `whsec_`."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

PREFIX: Final = "whsec_"
BYTES: Final = 32


def secret_of(bytes_: bytes) -> str:
    """A secret as receivers are given it, made of 32 bytes that nobody can guess."""
    if len(bytes_) != BYTES:
        raise ValueError(f"a secret is made of {BYTES} bytes")
    return PREFIX + b64encode(bytes_).decode()


def fingerprint(secret: str) -> str:
    """What a secret is known by where it must not be shown."""
    return sha256(secret.encode()).hexdigest()[:12]


def signed(secrets: Sequence[str], *, id: str, timestamp: int, body: bytes) -> dict[str, str]:  # noqa: A002
    """The headers of a message, with a signature under each secret."""
    content = f"{id}.{timestamp}.".encode() + body
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(secret, content)}" for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return b64encode(hmac.digest(key, content, "sha256")).decode()
