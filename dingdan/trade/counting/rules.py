"""What people count, and from when on a difference is too large to be believed at once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


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
