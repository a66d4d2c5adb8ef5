"""What people count, and from when on a difference is too large to be believed at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CountWanted:
    """What shall be counted: of a node (the one that ships first, unless said) all that lies in its stock, or a part.

    From location to location by code, SKUs that begin so, some SKUs. With `is_blind`, whoever counts does not see what the books
    say. What differs by more than `tolerance` pieces and by more than `tolerance_percent` of what the books say is to be counted
    a second time.
    """

    node_id: UUID | None = None
    first: str = ""
    last: str = ""
    begins: str = ""
    skus: tuple[str, ...] | None = None
    title: str = ""
    is_blind: bool = False
    tolerance: int = 0
    tolerance_percent: int = 0


@dataclass(frozen=True, slots=True)
class SeenGoods:
    """So many pieces of a SKU (and lot) were seen at a location. Whose they are: the shop's own, unless said."""

    sku: str
    location_id: UUID
    counted: int
    lot_code: str = ""
    owner_id: UUID | None = None


def is_beyond(difference: int, books: int, *, tolerance: int, percent: int) -> bool:
    """Whether a difference is larger than so many pieces, and than so many hundredths of what the books say."""
    return difference != 0 and abs(difference) > tolerance and 100 * abs(difference) > percent * abs(books)


# ── what to count next ───────────────────────────────────────────────────────────────────────────────────────────────────

EVERY: Final[Mapping[str, int]] = {"A": 30, "B": 90, "C": 365}
"""After how many days the articles of a class are counted again."""
NEVER: Final = 3
"""What was never counted is as pressing as what is overdue by so many rounds."""


def rounds_due(letter: str, days: int | None, *, was_different: bool) -> float:
    """How pressing it is to count an article: 1 from the day on which it is due, 2 when a whole round was left out.

    `days` ago it was counted last; None: never. What differed then is counted again in half the time.
    """
    every = EVERY.get(letter, EVERY["C"]) / (2 if was_different else 1)
    return NEVER if days is None else days / every
