"""What the books say is corrected to what is there: by so much more or less, or to what was counted.

Each verb takes many calls and tells each its outcome, in order of arrival; a call that stock does not bear is refused whole, and
those behind it meet what the calls before it left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import BOUNDLESS, LocationKind
from dingdan.ledgers.inventory.models import Location, Move, Remark
from dingdan.ledgers.inventory.steps.moving import NotThere, Pieces, ReservedStock, move

_Balance = tuple[UUID, UUID, UUID]
_Place = tuple[UUID, UUID, UUID, UUID | None]


@dataclass(frozen=True, slots=True)
class Correction:
    """At a place of a node there are so many pieces more (or fewer) than was written."""

    entry: Entry
    variant_id: UUID
    location: Location
    change: int
    owner_id: UUID
    reason: str
    lot_id: UUID | None = None

    @property
    def place(self) -> _Place:
        """What is corrected."""
        return self.variant_id, self.location.id, self.owner_id, self.lot_id

    @property
    def balance(self) -> _Balance | None:
        """What can be promised less or more by it, where the goods can be sold."""
        if self.location.kind != LocationKind.STOCK or self.location.node_id is None:
            return None
        return self.variant_id, self.location.node_id, self.owner_id


def adjust(calls: Sequence[Sequence[Correction]]) -> list[Refusal | None]:
    """Correct stock: what is missing goes to scrap, what is found comes from it. Refuses `NotThere`, `ReservedStock`."""
    every = [one for call in calls for one in call]
    if len(calls) == 1 or all(one.change > 0 for one in every):
        _write(every)  # which refuses by itself
        return [None] * len(calls)
    there = _There(every)
    refused: list[Refusal | None] = []
    borne: list[Correction] = []
    for call in calls:
        refused.append(there.bear(call))
        borne += () if refused[-1] else call
    _write(borne)
    return refused


def adjust_each(calls: Sequence[Sequence[Correction]]) -> list[Refusal | None]:
    """As `adjust`, but a single call that is refused is told as well, and raises nothing."""
    there = _There([one for call in calls for one in call])
    refused = [there.bear(call) for call in calls]
    _write([one for call, refusal in zip(calls, refused, strict=True) if refusal is None for one in call])
    return refused


def opposites(entry: Entry, moves: Sequence[Move], *, reason: str) -> list[Correction]:
    """What takes the moves of corrections back, at the same places and lots."""
    places = queries.locations({one.source_id for one in moves} | {one.target_id for one in moves})
    found = []
    for one in moves:
        is_more = places[one.target_id].kind not in BOUNDLESS
        location = places[one.target_id if is_more else one.source_id]
        change = -one.quantity if is_more else one.quantity
        found.append(Correction(entry, one.variant_id, location, change, one.owner_id, reason, one.lot_id))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """So many pieces were counted at a location."""

    entry: Entry
    variant_id: UUID
    location: Location
    owner_id: UUID
    lot_id: UUID | None
    counted: int

    def correction(self, change: int) -> Correction:
        """What makes the books agree."""
        return Correction(self.entry, self.variant_id, self.location, change, self.owner_id, "count", self.lot_id)


def count(calls: Sequence[Sequence[Counted]]) -> list[list[int] | Refusal]:
    """Correct places to what was counted there; tells each call by how many each of its places was wrong.

    Refuses `ReservedStock`.
    """
    there = _There([one.correction(0) for call in calls for one in call])
    told: list[list[int] | Refusal] = []
    borne: list[Correction] = []
    for call in calls:
        corrections = [one.correction(one.counted - there.at(one.correction(0).place)) for one in call]
        refusal = there.bear(corrections)
        told.append(refusal or [one.change for one in corrections])
        borne += () if refusal else [one for one in corrections if one.change]
    _write(borne)
    return told


def remark(entry: Entry, text: str) -> None:
    """Keep what somebody wrote about a correction; nothing for no words."""
    insert((Remark, [{"id": entry.id, "text": text}] if text else []))


K = TypeVar("K")


class _There:
    """What lies where, and what of it is promised or chosen, while the balances are locked."""

    def __init__(self, corrections: Sequence[Correction]) -> None:
        nodes = {one.location.node_id for one in corrections if one.location.node_id}
        balances = queries.lock_balances_at({one.variant_id for one in corrections}, nodes)
        holdings = queries.holdings_at(one.place for one in corrections)
        self._balances = defaultdict(lambda: (0, 0), {key: (row.on_hand, row.reserved) for key, row in balances.items()})
        self._places = defaultdict(lambda: (0, 0), {key: (row.on_hand, row.allocated) for key, row in holdings.items()})

    def at(self, place: _Place) -> int:
        """How many pieces the books have there."""
        return self._places[place][0]

    def bear(self, call: Sequence[Correction]) -> Refusal | None:
        """Take the corrections of a call for made; or the refusal of those that would leave too little, which are not."""
        balances = _sums((one.balance, one.change) for one in call)
        places = _sums((one.place, one.change) for one in call)
        for key, change in balances.items():
            on_hand, reserved = self._balances[key]
            if change < 0 and on_hand + change < reserved:
                return ReservedStock() if on_hand + change >= 0 else _not_there(call, key[0], change)
        for place, change in places.items():
            on_hand, allocated = self._places[place]
            if change < 0 and on_hand + change < allocated:
                return ReservedStock() if on_hand + change >= 0 else _not_there(call, place[0], change)
        for key, change in balances.items():
            self._balances[key] = (self._balances[key][0] + change, self._balances[key][1])
        for place, change in places.items():
            self._places[place] = (self._places[place][0] + change, self._places[place][1])
        return None


def _sums(changes: Iterable[tuple[K | None, int]]) -> dict[K, int]:
    found: dict[K, int] = {}
    for key, change in changes:
        if key is not None:
            found[key] = found.get(key, 0) + change
    return found


def _not_there(call: Sequence[Correction], variant_id: UUID, change: int) -> NotThere:
    place = next(one.location.code for one in call if one.variant_id == variant_id and one.change < 0)
    return NotThere(place=place, quantity=-change, variant_id=variant_id)


def _write(corrections: Sequence[Correction]) -> None:
    if not corrections:
        return
    scrap = queries.location_ids()[None, LocationKind.SCRAP]
    pieces = []
    for one in corrections:
        source, target = (scrap, one.location.id) if one.change > 0 else (one.location.id, scrap)
        pieces.append(
            Pieces(
                entry=one.entry, variant_id=one.variant_id, source_id=source, target_id=target, quantity=abs(one.change),
                reason=one.reason, owner_id=one.owner_id, lot_id=one.lot_id,
            )
        )  # fmt: skip
    move(pieces)
