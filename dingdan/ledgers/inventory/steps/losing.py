"""Reserved pieces are not where they should be, or not fit to leave: they go, and whoever waits for them waits again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.command import Short
from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Allocation, Demand, Peg
from dingdan.ledgers.inventory.steps.allocating import NotChoosable, take_off
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe
from dingdan.ledgers.inventory.steps.moving import Pieces, move


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """So many pieces that were chosen for a demand at a place cannot be taken from there.

    Damaged ones lie on among the damaged goods of their node; others are written off.
    """

    entry: Entry
    demand_id: UUID
    node_id: UUID
    location_id: UUID
    lot_id: UUID | None
    quantity: int
    reason: str
    is_damaged: bool


def lose(losses: Sequence[Loss]) -> None:
    """Take pieces that were reserved and chosen out of stock, and let their demands wait. Raises `NotChoosable`."""
    if not losses:
        return
    entry = losses[0].entry
    demands = queries.lock_demands(loss.demand_id for loss in losses)
    pegs, chosen = queries.open_pegs_of(demands), queries.open_allocations_of(demands)
    queries.lock_balances(peg.balance.id for found in pegs.values() for peg in found if peg.balance)
    change, owed, off = Loosened(), defaultdict[UUID, int](int), dict[UUID, int]()
    pieces: list[Pieces] = []
    for loss in losses:
        demand = demands[loss.demand_id]
        for row, count in _rows(loss, chosen.get(demand.id, ()), off):
            off[row.id] = off.get(row.id, 0) + count
            pieces.append(_piece(loss, row, demand, count))
            _loosen(change, pegs.get(demand.id, ()), row, count)
        owed[demand.variant_id] += loss.quantity
    change_demands(entry, change)
    take_off(entry, off)
    move(pieces)
    if not owe(entry, {variant_id: (quantity, None) for variant_id, quantity in owed.items()}):
        raise Short


def _rows(loss: Loss, chosen: Iterable[Allocation], off: Mapping[UUID, int]) -> list[tuple[Allocation, int]]:
    """From which choices the pieces go."""
    left, found = loss.quantity, []
    for row in chosen:
        here = (row.holding.location_id, row.holding.lot_id) == (loss.location_id, loss.lot_id)
        count = min(left, row.quantity - off.get(row.id, 0)) if here else 0
        if count > 0:
            found.append((row, count))
            left -= count
    if left:
        raise NotChoosable(available=loss.quantity - left, asked=loss.quantity)
    return found


def _loosen(change: Loosened, pegs: Iterable[Peg], row: Allocation, quantity: int) -> None:
    """Take pieces off what answers their demand from the stock that the place is a part of."""
    place = (row.holding.location.node_id, row.holding.owner_id)
    for peg in pegs:
        if peg.balance and (peg.balance.node_id, peg.balance.owner_id) == place:
            taken = min(quantity, peg.quantity)
            if taken > 0:
                change.take_off(peg.id, row.demand_id, taken)
                peg.quantity -= taken
                quantity -= taken
    if quantity:
        raise Short


def _piece(loss: Loss, row: Allocation, demand: Demand, count: int) -> Pieces:
    places = queries.location_ids()
    target = places[loss.node_id, LocationKind.DAMAGED] if loss.is_damaged else places[None, LocationKind.SCRAP]
    return Pieces(
        entry=loss.entry, variant_id=demand.variant_id, source_id=loss.location_id, target_id=target, quantity=count,
        reason=loss.reason, owner_id=row.holding.owner_id, lot_id=loss.lot_id, frees=count, unallocates=count,
    )  # fmt: skip
