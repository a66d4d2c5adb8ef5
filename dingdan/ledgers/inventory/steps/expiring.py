"""Lots go bad: they leave the sellable stock, and whoever they were reserved for waits again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dingdan.kernel.command import Short
from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Allocation, Balance, Demand, Holding, Peg
from dingdan.ledgers.inventory.steps.allocating import deallocate, drop
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe, reserve
from dingdan.ledgers.inventory.steps.moving import Pieces, move

_Key = tuple[UUID, UUID, UUID]


@dataclass(frozen=True, slots=True)
class Spoiled:
    """Pieces of a lot that were moved out of stock."""

    variant_id: UUID
    node_id: UUID
    lot_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Disappointed:
    """Demands whose goods went bad, and the documents that they belong to."""

    demand_ids: tuple[UUID, ...]
    documents: tuple[tuple[str, UUID], ...]


def expire(entry: Entry, *, on: date, limit: int) -> tuple[list[Spoiled], Disappointed]:
    """Move lots that are past their date to the damaged goods of their node. The newest reservations lose theirs first."""
    seen = queries.expired(on, limit=limit)
    if not seen:
        return [], Disappointed((), ())
    demands = queries.lock_demands(_concerned(seen))
    nodes = {row.location.node_id for row in seen if row.location.node_id}
    balances = queries.lock_balances_at({row.variant_id for row in seen}, nodes)
    fresh = queries.holdings_at((row.variant_id, row.location_id, row.owner_id, row.lot_id) for row in seen)
    bad = [(row, fresh[row.variant_id, row.location_id, row.owner_id, row.lot_id]) for row in seen]
    drop(entry, holding_ids=[now.id for _row, now in bad if now.allocated], demands=demands)
    spoiled: dict[_Key, int] = defaultdict(int)
    for row, now in bad:
        if row.location.node_id:
            spoiled[row.variant_id, row.location.node_id, row.owner_id] += now.on_hand
    lost = _take_away(entry, {balances[key]: quantity for key, quantity in spoiled.items()}, demands)
    _put_away(entry, [(row, now.on_hand) for row, now in bad if now.on_hand])
    owe(entry, lost.owed)
    return _told(bad), Disappointed(tuple(lost.demands), tuple(dict.fromkeys(lost.demands.values())))


def _concerned(seen: Sequence[Holding]) -> set[UUID]:
    """Demands that may lose something: those that chose these places, and the newest on balances that will be short."""
    chosen = Allocation.objects.filter(holding_id__in=[row.id for row in seen], quantity__gt=0)
    found = set(chosen.values_list("demand_id", flat=True))
    spoiled: dict[_Key, int] = defaultdict(int)
    for row in seen:
        if row.location.node_id:
            spoiled[row.variant_id, row.location.node_id, row.owner_id] += row.on_hand
    for balance in Balance.objects.filter(variant_id__in={key[0] for key in spoiled}, node_id__in={key[1] for key in spoiled}):
        short = spoiled[balance.variant_id, balance.node_id, balance.owner_id] - (balance.on_hand - balance.reserved)
        if short > 0:
            pegs = Peg.objects.filter(balance_id=balance.id, quantity__gt=0).order_by("-demand_id")
            found |= set(pegs.values_list("demand_id", flat=True)[:short])
    return found


class _Lost:
    def __init__(self) -> None:
        self.owed: dict[UUID, tuple[int, int | None]] = {}
        self.demands: dict[UUID, tuple[str, UUID]] = {}


def _take_away(entry: Entry, spoiled: Mapping[Balance, int], demands: Mapping[UUID, Demand]) -> _Lost:
    """Take reservations off balances that keep too little for them, from the newest demands that are locked."""
    lost, change, freed = _Lost(), Loosened(), dict[UUID, tuple[int, int]]()
    kept: dict[tuple[UUID, UUID], int] = {}
    pegs = queries.open_pegs_of(demands)
    for balance, quantity in spoiled.items():
        short = quantity - (balance.on_hand - balance.reserved)
        for demand_id in sorted(demands, reverse=True):
            demand = demands[demand_id]
            for peg in pegs.get(demand_id, ()):
                taken = min(short, peg.quantity) if peg.balance_id == balance.id else 0
                if taken > 0:
                    change.take_off(peg.id, demand_id, taken)
                    _wait_again(change, lost, demand, taken)
                    freed[balance.id] = (freed.get(balance.id, (0, 0))[0] - taken, 0)
                    short -= taken
        if short > 0:
            raise Short  # more was reserved since we looked
    for demand_id in lost.demands:
        for peg in pegs[demand_id]:
            if peg.balance:
                key = (demand_id, peg.balance.node_id)
                kept[key] = kept.get(key, 0) + peg.quantity - change.pegs.get(peg.id, 0)
    change_demands(entry, change)
    reserve(entry, freed, certain=True)
    deallocate(entry, most=kept)
    return lost


def _wait_again(change: Loosened, lost: _Lost, demand: Demand, quantity: int) -> None:
    lost.demands[demand.id] = (demand.document_kind, demand.document_id)
    if demand.expires_at is None:
        lost.owed[demand.variant_id] = (lost.owed.get(demand.variant_id, (0, None))[0] + quantity, None)
    else:  # a hold waits for nothing: it becomes smaller
        change.cancel(demand.id, demand.document_id, quantity)


def _put_away(entry: Entry, bad: Sequence[tuple[Holding, int]]) -> None:
    places = queries.location_ids()
    move(
        [
            Pieces(
                entry=entry, variant_id=row.variant_id, source_id=row.location_id,
                target_id=places[row.location.node_id, LocationKind.DAMAGED], quantity=quantity, reason="expired",
                owner_id=row.owner_id, lot_id=row.lot_id,
            )
            for row, quantity in bad
        ]
    )  # fmt: skip


def _told(bad: Sequence[tuple[Holding, Holding]]) -> list[Spoiled]:
    return [
        Spoiled(row.variant_id, row.location.node_id, row.lot_id, now.on_hand)
        for row, now in bad
        if row.location.node_id and row.lot_id and now.on_hand
    ]
