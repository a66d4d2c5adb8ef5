"""Secrets that programs show to be let in: made here, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r"dd_(?P<prefix>[a-z0-9]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its text (show it once, keep it nowhere), the prefix to find it by, and the digest to know it by."""

    text: str
    prefix: str
    digest: str


def new_token() -> Token:
    """A token that nobody can guess: ``dd_<prefix>_<secret>`` with 256 random bits."""
    prefix = "".join(secrets.choice(_LETTERS) for _ in range(12))
    text = f"dd_{prefix}_{secrets.token_urlsafe(32)}"
    return Token(text, prefix, digest_of(text))


def prefix_of(text: str) -> str | None:
    """The prefix of what looks like a token; None for everything else."""
    found = _TOKEN.fullmatch(text)
    return found["prefix"] if found else None


def digest_of(text: str) -> str:
    """The token as it is kept: SHA-256 in hex. With 256 random bits there is nothing to stretch."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
