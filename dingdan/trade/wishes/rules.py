"""How many are told at once, and how long an address is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

TOLD_PER_PIECE: Final = 3
"""Of those who wanted something weeks ago, few still buy it; but whoever is told and finds it gone again is disappointed. So
three are told for each piece, and the next three when it is still there a day later."""
TOLD_WITHIN: Final = timedelta(days=1)
"""For so long whoever was told is expected to come."""
WAITS: Final = timedelta(days=365)
"""So long somebody waits for an article; then the wish lapses, and the address is forgotten."""
KEPT: Final = timedelta(days=30)
"""So long the address is kept after the mail, so that the link in it still finds what else is waited for."""
MOST_OF_ONE: Final = 100
"""So many articles one address waits for at a time."""


def to_tell(pieces: int, told: int) -> int:
    """How many more may be told of so many pieces, where so many were told of them within a day."""
    return max(0, pieces * TOLD_PER_PIECE - told)
