"""What happened to rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSaved(Event):
    """A rate was written down or changed."""

    rate_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTurned(Event):
    """Nothing is shown at a rate any more, or amounts are again."""

    rate_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanged:
    """One rate of a list that was new, or another one before."""

    base: str
    currency: str
    valid_on: date
    before: Decimal | None
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesSaved(Event):
    """A list of rates was taken in: so many stand in it; those that were there already are not told."""

    count: int
    changed: tuple[RateChanged, ...] = ()
