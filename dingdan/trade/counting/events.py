"""What happened to counts."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedPlace:
    """So many were counted at a place; the books are wrong (or were corrected) by so many."""

    variant_id: UUID
    location_id: UUID
    lot_id: UUID | None
    counted: int
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedPlace:
    """The books of a place were changed by so many."""

    variant_id: UUID
    location_id: UUID
    lot_id: UUID | None
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStarted(Event):
    """So many places of a node are to be counted."""

    count_id: UUID
    number: str
    node_id: UUID
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsEntered(Event):
    """What was counted at places of a count, each with its difference to the books of that moment. Nothing is corrected yet.

    So many of the places differ by more than is tolerated, and are to be counted again.
    """

    count_id: UUID
    lines: tuple[CountedPlace, ...]
    to_recount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountApplied(Event):
    """The books were corrected by the differences; at so many places not, because their goods are promised or gone."""

    count_id: UUID
    reason: str
    lines: tuple[CountedPlace, ...]
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAbandoned(Event):
    """Nothing comes of a count."""

    count_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTakenBack(Event):
    """What a count corrected (by the entry that is named) was corrected back."""

    count_id: UUID
    entry_id: UUID
    lines: tuple[CorrectedPlace, ...]
