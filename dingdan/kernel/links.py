"""Links that open one thing: signed, so that nobody can make one or change what it opens. Nothing of them is kept.

A link names its tenant, its thing and its end, in 52 bytes, and nothing else. The key of each kind of link
follows from the server's own secret (HKDF-SHA256); links made with an older secret (`SECRET_KEY_FALLBACKS`) still open.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dingdan.kernel.tenancy import current_tenant_id

_SAID: Final = 16 + 16 + 4
_SIGNATURE: Final = 16
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens, and until when."""

    tenant_id: UUID
    id: UUID
    until_at: datetime


def link_to(kind: str, id: UUID, *, until: datetime) -> str:  # noqa: A002
    """A link to a thing of the tenant in scope, in letters that an address may hold: the same thing and end, the same link."""
    said = current_tenant_id().bytes + id.bytes + int(until.timestamp()).to_bytes(4, "big")
    return urlsafe_b64encode(said + _signed(settings.SECRET_KEY, kind, said)).decode().rstrip("=")


def opened(link: str, kind: str, *, at: datetime) -> Opened | None:
    """What a link of that kind opens at that time; None for what is no link, was changed, or is over. Knows no tenant yet."""
    if len(link) > _LONGEST or not link.isascii():
        return None
    try:
        raw = urlsafe_b64decode(link + "=" * (-len(link) % 4))
    except (NotBase64, ValueError):
        return None
    said, signature = raw[:_SAID], raw[_SAID:]
    known = [_signed(secret, kind, said) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    if len(raw) != _SAID + _SIGNATURE or not any(hmac.compare_digest(signature, one) for one in known):
        return None
    until = datetime.fromtimestamp(int.from_bytes(said[32:], "big"), UTC)
    return Opened(UUID(bytes=said[:16]), UUID(bytes=said[16:32]), until) if at < until else None


def _signed(secret: str, kind: str, said: bytes) -> bytes:
    return hmac.digest(_key(secret, kind), said, "sha256")[:_SIGNATURE]


@lru_cache(maxsize=64)
def _key(secret: str, kind: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"dingdan link {kind}".encode()).derive(secret.encode())
