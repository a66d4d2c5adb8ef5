"""Which pieces leave first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(slots=True)
class Bin:
    """Pieces of one variant at one location; `free` goes down while they are picked."""

    holding_id: UUID
    location_id: UUID
    lot_id: UUID | None
    expires_on: date | None
    code: str
    free: int

    def is_good_on(self, day: date) -> bool:
        """Whether its pieces may still leave on a day; the day of expiry is the last."""
        return self.expires_on is None or self.expires_on >= day


def pick(bins: Sequence[Bin], quantity: int, *, on: date) -> list[tuple[Bin, int]]:
    """Choose pieces that are good on a day, first expired first out, then by location; fewer when there are not enough."""
    chosen = []
    good = [bin_ for bin_ in bins if bin_.is_good_on(on)]
    for bin_ in sorted(good, key=lambda bin_: (bin_.expires_on or date.max, bin_.code, str(bin_.lot_id))):
        taken = min(quantity, bin_.free)
        if taken > 0:
            chosen.append((bin_, taken))
            bin_.free -= taken
            quantity -= taken
    return chosen
