"""Which stock answers which demand, and which pieces leave first. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(slots=True)
class Spot:
    """Sellable stock of one variant at one node for one owner; `free` goes down while orders are served from it."""

    balance_id: UUID
    variant_id: UUID
    node_id: UUID
    owner_id: UUID
    priority: int
    free: int


@dataclass(frozen=True, slots=True)
class Need:
    """A document's need of one variant from one owner. `key` is the caller's own name for it."""

    key: UUID
    variant_id: UUID
    owner_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a need that one spot answers."""

    key: UUID
    spot: Spot
    quantity: int


@dataclass(frozen=True, slots=True)
class Sourced:
    """How the needs of one document are answered, and what of them is missing."""

    shares: tuple[Share, ...]
    missing: Mapping[UUID, int]


def source(needs: Sequence[Need], spots: Mapping[UUID, Sequence[Spot]]) -> Sourced:
    """Answer the needs of one document with the fewest parcels, then by node priority; takes from the spots.

    A node that can give everything wins. Otherwise the node that completes the most needs gives what it has, and so on.
    """
    left = {need.key: need.quantity for need in needs}
    shares: list[Share] = []
    by_node = _nodes(needs, spots)
    while by_node and any(left.values()):
        node = min(by_node, key=lambda node: _rank(node, needs, left, by_node[node])) if len(by_node) > 1 else next(iter(by_node))
        for share in _take(needs, left, by_node.pop(node)):
            shares.append(share)
            left[share.key] -= share.quantity
            share.spot.free -= share.quantity
    return Sourced(tuple(shares), {key: missing for key, missing in left.items() if missing})


def give_back(sourced: Sourced) -> None:
    """Undo what `source` took from the spots, when the document was refused after all."""
    for share in sourced.shares:
        share.spot.free += share.quantity


_Shelves = Mapping[UUID, Sequence[Spot]]
"""The spots of one node, by variant."""


def _nodes(needs: Sequence[Need], spots: Mapping[UUID, Sequence[Spot]]) -> dict[UUID, _Shelves]:
    found: dict[UUID, dict[UUID, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for variant_id in dict.fromkeys(need.variant_id for need in needs):
        for spot in spots.get(variant_id, ()):
            if spot.free > 0:
                found[spot.node_id][variant_id].append(spot)
    return dict(found)


def _take(needs: Sequence[Need], left: Mapping[UUID, int], shelves: _Shelves) -> list[Share]:
    """What one node gives; several needs of one variant share its spots."""
    shares = []
    free = {spot.balance_id: spot.free for spots in shelves.values() for spot in spots}
    for need in needs:
        wanted = left[need.key]
        for spot in shelves.get(need.variant_id, ()):
            quantity = min(wanted, free[spot.balance_id]) if spot.owner_id == need.owner_id else 0
            if quantity > 0:
                shares.append(Share(need.key, spot, quantity))
                free[spot.balance_id] -= quantity
                wanted -= quantity
    return shares


def _rank(node: UUID, needs: Sequence[Need], left: Mapping[UUID, int], shelves: _Shelves) -> tuple[int, int, str]:
    """Lowest first: the most needs completed, then the node's priority."""
    given: dict[UUID, int] = defaultdict(int)
    for share in _take(needs, left, shelves):
        given[share.key] += share.quantity
    completed = sum(1 for key, quantity in left.items() if quantity and given[key] == quantity)
    return -completed, next(iter(shelves.values()))[0].priority, str(node)


@dataclass(slots=True)
class Bin:
    """Pieces of one variant at one location; `free` goes down while they are picked."""

    location_id: UUID
    lot_id: UUID | None
    expires_on: date | None
    code: str
    free: int


def pick(bins: Sequence[Bin], quantity: int) -> list[tuple[Bin, int]]:
    """Choose pieces, first expired first out, then by location; fewer than asked when there are not enough."""
    chosen = []
    for bin_ in sorted(bins, key=lambda bin_: (bin_.expires_on or date.max, bin_.code, str(bin_.lot_id))):
        taken = min(quantity, bin_.free)
        if taken > 0:
            chosen.append((bin_, taken))
            bin_.free -= taken
            quantity -= taken
    return chosen
