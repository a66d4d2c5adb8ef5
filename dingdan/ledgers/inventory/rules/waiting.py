"""Which stock and which goods to come answer the demands that wait, oldest first."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dingdan.ledgers.inventory.rules.sourcing import Incoming, Need, Shelves, Spot, source


@dataclass(slots=True)
class Pegged:
    """A part of a demand that goods to come answer."""

    peg_id: UUID
    supply_id: UUID
    expected_at: datetime | None
    quantity: int


@dataclass(slots=True)
class Waiting:
    """A demand that waits for goods: nothing answers some of it, or goods to come do."""

    demand_id: UUID
    document_kind: str
    document_id: UUID
    variant_id: UUID
    owner_id: UUID
    unanswered: int
    pegs: list[Pegged] = field(default_factory=list)

    @property
    def owed(self) -> int:
        """What it needs from stock."""
        return self.unanswered + sum(peg.quantity for peg in self.pegs)


@dataclass(slots=True)
class Served:
    """What answers waiting demands from now on. `loosened` is what is taken off pegs of goods to come, by peg."""

    stock: list[tuple[Waiting, Spot, int]] = field(default_factory=list)
    supply: list[tuple[Waiting, Incoming, int]] = field(default_factory=list)
    loosened: dict[UUID, tuple[UUID, int]] = field(default_factory=dict)
    """By peg: its supply, and how many pieces."""

    def give(self, one: Waiting, spot: Spot, quantity: int) -> list[Pegged]:
        """Answer a part of a demand from stock: first what nothing answers, then what comes last. Says which pegs it loosened."""
        self.stock.append((one, spot, quantity))
        open_part = min(one.unanswered, quantity)
        one.unanswered -= open_part
        return self.loosen(one, quantity - open_part)

    def loosen(self, one: Waiting, quantity: int) -> list[Pegged]:
        """Take pieces off what goods to come answer, the last to come first."""
        freed = []
        for peg in sorted(one.pegs, key=_lateness, reverse=True):
            taken = min(peg.quantity, quantity)
            if taken > 0:
                self.take_off(peg, taken)
                quantity -= taken
                freed.append(Pegged(peg.peg_id, peg.supply_id, peg.expected_at, taken))
        return freed

    def take_off(self, peg: Pegged, quantity: int) -> None:
        """Take so many pieces off one peg."""
        peg.quantity -= quantity
        _supply, before = self.loosened.get(peg.peg_id, (peg.supply_id, 0))
        self.loosened[peg.peg_id] = (peg.supply_id, before + quantity)


def _lateness(peg: Pegged) -> tuple[bool, float]:
    return peg.expected_at is None, peg.expected_at.timestamp() if peg.expected_at else 0.0


def serve(waiting: Sequence[Waiting], shelves: Shelves, served: Served | None = None) -> Served:
    """Answer demands that wait, oldest first: from stock whatever waits, then what nothing answers from goods to come."""
    served = served or Served()
    coming = {incoming.supply_id: incoming for group in shelves.coming.values() for incoming in group}
    for one in waiting:
        need = Need(one.demand_id, one.variant_id, one.owner_id, one.owed)
        for share in source([need], shelves.spots).shares if one.owed else ():
            for freed in served.give(one, share.spot, share.quantity):
                if freed.supply_id in coming:
                    coming[freed.supply_id].free += freed.quantity
    for one in waiting:
        for incoming in shelves.coming.get(one.variant_id, ()):
            taken = min(one.unanswered, incoming.free) if incoming.owner_id == one.owner_id else 0
            if taken > 0:
                served.supply.append((one, incoming, taken))
                incoming.free -= taken
                one.unanswered -= taken
    return served


def arrive(waiting: Iterable[Waiting], served: Served, *, supply_id: UUID, spot: Spot, quantity: int) -> int:
    """Turn what goods to come answer into stock, now that so many have come; says how many pieces, oldest demand first."""
    left = quantity
    for one in waiting:
        for peg in one.pegs:
            taken = min(left, peg.quantity) if peg.supply_id == supply_id else 0
            if taken > 0:
                served.stock.append((one, spot, taken))
                served.take_off(peg, taken)
                left -= taken
    return quantity - left


def loosen(served: Served, waiting: Sequence[Waiting], *, supply_id: UUID, quantity: int) -> int:
    """Take so many pieces of goods to come off the newest demands that they answer; returns how many that were."""
    left = quantity
    for one in reversed(waiting):
        for peg in one.pegs:
            taken = min(peg.quantity, left) if peg.supply_id == supply_id else 0
            if taken > 0:
                served.take_off(peg, taken)
                one.unanswered += taken
                left -= taken
    return quantity - left


@dataclass(frozen=True, slots=True)
class Given:
    """Pieces that answer a demand which waited: of stock, or of goods to come."""

    variant_id: UUID
    demand_id: UUID
    document: tuple[str, UUID]
    quantity: int
    is_stock: bool


class Brought(NamedTuple):
    """Somebody brought so many pieces of a variant, or looked who waits for it."""

    by: UUID
    variant_id: UUID
    quantity: int = 0


def shared_out(given: Iterable[Given], brought: Sequence[Brought]) -> dict[UUID, list[Given]]:
    """By whom of those who brought goods each piece was given: who came first gave first, who came last whatever was left."""
    rooms: dict[UUID, deque[list[int]]] = defaultdict(deque)
    for index, one in enumerate(brought):
        rooms[one.variant_id].append([index, one.quantity])
    found: dict[UUID, list[Given]] = {one.by: [] for one in brought}
    for piece in given:
        left, room = piece.quantity, rooms[piece.variant_id]
        while left:
            index, free = room[0]
            part = left if len(room) == 1 else min(left, free)
            if part:
                found[brought[index].by].append(replace(piece, quantity=part))
            room[0][1] -= part
            left -= part
            if left:
                room.popleft()
    return found
