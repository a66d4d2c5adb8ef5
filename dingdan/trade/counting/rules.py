"""What people count, and from when on a difference is too large to be believed at once."""

from __future__ import annotations

from dataclasses import dataclass
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
