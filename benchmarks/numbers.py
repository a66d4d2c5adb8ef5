"""Numbers within texts (`RM00101GB`, `customer7@example.com`), which go on where a pattern's ended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

LAST: Final = re.compile(r"^(.*?)(\d+)(\D*)$")
"""What stands before the last number of a text, the number, and what follows. PostgreSQL reads it alike."""


def span(texts: Iterable[object]) -> int:
    """How many numbers these texts use, from the first to the last."""
    found = [int(match[2]) for text in texts if (match := LAST.search(str(text)))]
    return max(found, default=0) - min(found, default=0) + 1


def further(text: str, by: int) -> str:
    """The text whose last number is so much higher; a text without one stays."""
    found = LAST.search(text)
    return f"{found[1]}{int(found[2]) + by}{found[3]}" if found else text
