"""Secrets that the program must read again: kept sealed, so that whoever sees the database or a backup of it cannot.

A key of each tenant and purpose follows from the server's own secret (HKDF-SHA256); text is sealed with it by Fernet, which is
AES-128-CBC with HMAC-SHA256. What was sealed while the server had an older secret (`SECRET_KEY_FALLBACKS`) can still be opened.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dingdan.kernel.tenancy import current_tenant_id


class Unsealable(Exception):
    """The seal cannot be opened: the server has another secret now, or the text was changed."""


def seal(text: str, *, purpose: str) -> str:
    """The text as it may be kept for the tenant in scope. Twice the same text is sealed differently."""
    return _ring(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed for the tenant in scope and the same purpose. Raises `Unsealable`."""
    try:
        return _ring(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable(purpose) from None


def derived(purpose: str, length: int) -> list[bytes]:
    """Bytes that follow for the tenant in scope from the server's secret, and from each older one: the same ones every time."""
    return [_derived(secret, f"dingdan {purpose} {current_tenant_id()}", length) for secret in _secrets()]


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _ring(purpose: str) -> MultiFernet:
    info = f"dingdan {purpose} {current_tenant_id()}"
    return MultiFernet([_key(secret, info) for secret in _secrets()])


@lru_cache(maxsize=1024)
def _key(secret: str, info: str) -> Fernet:
    return Fernet(urlsafe_b64encode(_derived(secret, info, 32)))


def _derived(secret: str, info: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(secret.encode())
