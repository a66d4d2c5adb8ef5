"""Which stock answers which need, and which goods to come answer the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
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
    kept: Mapping[UUID, int] = field(default_factory=dict)
    """What of `free` a channel may not promise."""

    def free_for(self, channel_id: UUID | None) -> int:
        """What a channel may promise from here."""
        return self.free - self.kept_from(channel_id)

    def kept_from(self, channel_id: UUID | None) -> int:
        """What is kept back from a channel above what is kept back from all."""
        return self.kept.get(channel_id, 0) if channel_id else 0


@dataclass(slots=True)
class Incoming:
    """Goods to come to one node for one owner; `free` goes down while demands are pegged to it."""

    supply_id: UUID
    variant_id: UUID
    owner_id: UUID
    node_id: UUID
    expected_at: datetime | None
    free: int


@dataclass(slots=True)
class Shelves:
    """What is there, what will come, and what is owed beyond stock, by variant; it changes while orders are served from it."""

    spots: Mapping[UUID, Sequence[Spot]]
    coming: dict[UUID, list[Incoming]] = field(default_factory=dict)
    """By date; goods without one come last."""
    owed: dict[UUID, int] = field(default_factory=dict)
    unseen: set[UUID] = field(default_factory=set)
    """The variants that may be owed, of which nobody has looked yet what will come and what is owed."""


@dataclass(frozen=True, slots=True)
class Need:
    """A document's need of one variant from one owner. `key` is the caller's own name for it."""

    key: UUID
    variant_id: UUID
    owner_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a need that one spot answers. `kept` must stay free there afterwards."""

    key: UUID
    spot: Spot
    quantity: int
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """A part of a need that goods to come answer."""

    key: UUID
    incoming: Incoming
    quantity: int


@dataclass(frozen=True, slots=True)
class Sourced:
    """How the needs of one document are answered. `missing` is what stock does not give; `later` answers some of that."""

    shares: tuple[Share, ...]
    missing: Mapping[UUID, int]
    later: tuple[Later, ...] = ()

    def ready(self, needs: Sequence[Need], at: datetime) -> dict[UUID, datetime | None]:
        """When needs that were asked for at a time are there in full; None while nobody knows."""
        dates = {need.key: [at] for need in needs}
        unknown = dict(self.missing)
        for later in self.later:
            if later.incoming.expected_at is not None:
                dates[later.key].append(later.incoming.expected_at)
                unknown[later.key] -= later.quantity
        return {key: None if unknown.get(key) else max(found) for key, found in dates.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """Pieces that a document holds already: a cart's, which its order takes over."""

    peg_id: UUID
    demand_id: UUID
    document_kind: str
    document_id: UUID
    spot: Spot
    quantity: int


def take_over(needs: Sequence[Need], held: Sequence[Held]) -> tuple[list[Share], list[Need]]:
    """Answer needs with what is held for them already; return the shares and what is left to be found elsewhere."""
    there: dict[tuple[UUID, UUID], list[tuple[Spot, int]]] = defaultdict(list)
    for one in held:
        there[one.spot.variant_id, one.spot.owner_id].append((one.spot, one.quantity))
    shares: list[Share] = []
    rest = []
    for need in needs:
        left, mine = need.quantity, there[need.variant_id, need.owner_id]
        while left and mine:
            spot, quantity = mine.pop()
            taken = min(left, quantity)
            shares.append(Share(need.key, spot, taken))
            left -= taken
            if taken < quantity:
                mine.append((spot, quantity - taken))
        if left:
            rest.append(replace(need, quantity=left))
    return shares, rest


def source(needs: Sequence[Need], spots: Mapping[UUID, Sequence[Spot]], *, channel_id: UUID | None = None) -> Sourced:
    """Answer the needs of one document with the fewest parcels, then by node priority; takes from the spots.

    A node that can give everything wins. Otherwise the node that completes the most needs gives what it has, and so on.
    """
    left = {need.key: need.quantity for need in needs}
    shares: list[Share] = []
    by_node = _nodes(needs, spots, channel_id)
    while by_node and any(left.values()):
        best = _best(needs, left, by_node, channel_id)
        for share in _take(needs, left, by_node.pop(best), channel_id):
            shares.append(share)
            left[share.key] -= share.quantity
            share.spot.free -= share.quantity
    return Sourced(tuple(shares), {key: missing for key, missing in left.items() if missing})


def give_back(sourced: Sourced) -> None:
    """Undo what `source` took from the spots, when the document was refused after all."""
    for share in sourced.shares:
        share.spot.free += share.quantity


def owe(needs: Sequence[Need], sourced: Sourced, shelves: Shelves) -> Sourced:
    """Answer what is missing with goods to come, the earliest first; counts all of it as owed."""
    later = []
    for need in needs:
        left = sourced.missing.get(need.key, 0)
        shelves.owed[need.variant_id] = shelves.owed.get(need.variant_id, 0) + left
        for incoming in shelves.coming.get(need.variant_id, ()):
            taken = min(left, incoming.free) if incoming.owner_id == need.owner_id else 0
            if taken > 0:
                later.append(Later(need.key, incoming, taken))
                incoming.free -= taken
                left -= taken
    return replace(sourced, later=tuple(later))


_AtNode = dict[tuple[UUID, UUID], list[Spot]]


def _nodes(needs: Sequence[Need], spots: Mapping[UUID, Sequence[Spot]], channel_id: UUID | None) -> dict[UUID, _AtNode]:
    found: dict[UUID, _AtNode] = defaultdict(lambda: defaultdict(list))
    for variant_id in dict.fromkeys(need.variant_id for need in needs):
        for spot in spots.get(variant_id, ()):
            if spot.free_for(channel_id) > 0:
                found[spot.node_id][variant_id, spot.owner_id].append(spot)
    return found


def _best(needs: Sequence[Need], left: Mapping[UUID, int], by_node: Mapping[UUID, _AtNode], channel_id: UUID | None) -> UUID:
    """The node that completes the most needs, then that of the first priority."""
    if len(by_node) == 1:
        return next(iter(by_node))

    def rank(node: UUID) -> tuple[int, int, str]:
        completed = _completed(left, _take(needs, left, by_node[node], channel_id))
        return -completed, next(iter(by_node[node].values()))[0].priority, str(node)

    return min(by_node, key=rank)


def _take(needs: Sequence[Need], left: Mapping[UUID, int], at_node: _AtNode, channel_id: UUID | None) -> list[Share]:
    """What one node gives; several needs of one variant share its spots."""
    shares = []
    free = {spot.balance_id: spot.free_for(channel_id) for spots in at_node.values() for spot in spots}
    for need in needs:
        wanted = left[need.key]
        for spot in at_node.get((need.variant_id, need.owner_id), ()):
            quantity = min(wanted, free[spot.balance_id])
            if quantity > 0:
                shares.append(Share(need.key, spot, quantity, spot.kept_from(channel_id)))
                free[spot.balance_id] -= quantity
                wanted -= quantity
    return shares


def _completed(left: Mapping[UUID, int], shares: Sequence[Share]) -> int:
    given: dict[UUID, int] = defaultdict(int)
    for share in shares:
        given[share.key] += share.quantity
    return sum(1 for key, quantity in given.items() if quantity == left[key])
