"""Codes that people type and that are worth something: drawn here, kept as a keyed digest.

A code has 20 characters in five groups. Nineteen are drawn (94 bits), the last one checks them: one wrong character, or two that
changed places, never make another good code. The digest is an HMAC-SHA256 under a key of each tenant and purpose that follows
from the server's own secret (HKDF-SHA256), so that a copy of the database alone tells nobody which codes there are. Codes that
were kept under an older secret (`SECRET_KEY_FALLBACKS`) are still found.
"""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from dingdan.kernel.tenancy import current_tenant_id

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, no 1, I and L. There are 31, which is prime: the check needs that."""
DRAWN: Final = 19
_GROUP: Final = 4
_LONGEST: Final = 64


def new_code() -> str:
    """A code that nobody can guess, as people read it: ``7KQM-…`` in five groups of four."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(DRAWN))
    return grouped(drawn + check_character(drawn))


def check_character(drawn: str) -> str:
    """The character that checks the others: their places count, so that no two can change theirs unseen."""
    return LETTERS[sum(place * LETTERS.index(letter) for place, letter in enumerate(drawn, start=1)) % len(LETTERS)]


def is_well_formed(code: str) -> bool:
    """Whether a code looks like one of ours, and its last character checks the others."""
    text = plain(code)
    return len(text) == DRAWN + 1 and set(text) <= set(LETTERS) and check_character(text[:-1]) == text[-1]


def grouped(text: str) -> str:
    """A code as people read it."""
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def plain(code: str) -> str:
    """A code without what people type between and around its characters, in capitals."""
    return "".join(letter for letter in code[:_LONGEST].upper() if letter.isalnum())


def digest(code: str, *, purpose: str) -> str:
    """A code as it is kept for the tenant in scope."""
    return _digest(settings.SECRET_KEY, plain(code), purpose)


def digests(code: str, *, purpose: str) -> list[str]:
    """Everything as which a code may have been kept for the tenant in scope."""
    text = plain(code)
    return [_digest(secret, text, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(secret: str, text: str, purpose: str) -> str:
    info = f"dingdan code {purpose} {current_tenant_id()}"
    return hmac.digest(_key(secret, info), text.encode(), "sha256").hex()


@lru_cache(maxsize=1024)
def _key(secret: str, info: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(secret.encode())
