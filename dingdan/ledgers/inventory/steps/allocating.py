"""Choosing place and lot for reserved pieces. Only the hold moves; what is reserved stays what it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Short
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Allocation, Demand
from dingdan.ledgers.inventory.rules import Bin, pick
from dingdan.ledgers.inventory.steps.counters import lock_and_change


class NotChoosable(Refusal):
    """More was to be chosen than is reserved here and not chosen yet, or than lies at the place."""

    sentence = _("Only {available} pieces can be chosen here for this line, not {asked}.")
    remedy = _("Choose what is reserved here, from a place and lot that holds it and is not expired.")


@dataclass(frozen=True, slots=True)
class Choice:
    """So many reserved pieces of a demand shall be taken at a node, from a location and lot where these are named."""

    entry: Entry
    demand_id: UUID
    node_id: UUID
    quantity: int
    location_id: UUID | None = None
    lot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """So many pieces of a demand will be taken from a location and lot."""

    demand_id: UUID
    holding_id: UUID
    location_id: UUID
    lot_id: UUID | None
    quantity: int


def allocate(choices: Sequence[Choice]) -> list[Chosen]:
    """Choose places and lots for reserved pieces, first expired first out where none is named. Raises `NotChoosable`."""
    if not choices:
        return []
    demands = queries.lock_demands(choice.demand_id for choice in choices)
    pegs = queries.open_pegs_of(demands)
    before = queries.open_allocations_of(demands)
    queries.lock_balances(peg.balance.id for found in pegs.values() for peg in found if peg.balance)
    bins = queries.bins([demand.variant_id for demand in demands.values()], [choice.node_id for choice in choices])
    free: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for demand in demands.values():
        for peg in pegs.get(demand.id, ()):
            if peg.balance:
                free[demand.id, peg.balance.node_id] += peg.quantity
        for row in before.get(demand.id, ()):
            if row.holding.location.node_id:
                free[demand.id, row.holding.location.node_id] -= row.quantity
    chosen: list[Chosen] = []
    for choice in choices:
        chosen += _choose(choice, demands.get(choice.demand_id), bins, free)
    _write(choices[0].entry, chosen)
    return chosen


def _choose(
    choice: Choice,
    demand: Demand | None,
    bins: Mapping[tuple[UUID, UUID, UUID], list[Bin]],
    free: dict[tuple[UUID, UUID], int],
) -> list[Chosen]:
    available = free[choice.demand_id, choice.node_id]
    if demand is None or choice.quantity > available:
        raise NotChoosable(available=available, asked=choice.quantity)
    here = bins.get((demand.variant_id, choice.node_id, demand.owner_id), [])
    if choice.location_id:
        here = [bin_ for bin_ in here if bin_.location_id == choice.location_id]
    if choice.lot_id:
        here = [bin_ for bin_ in here if bin_.lot_id == choice.lot_id]
    picked = pick(here, choice.quantity, on=choice.entry.at.date())
    if (found := sum(count for _bin, count in picked)) < choice.quantity:
        raise NotChoosable(available=found, asked=choice.quantity)
    free[choice.demand_id, choice.node_id] -= choice.quantity
    return [Chosen(demand.id, bin_.holding_id, bin_.location_id, bin_.lot_id, count) for bin_, count in picked]


_LOCK_HOLDINGS = """
SELECT FROM inventory_holding AS holding WHERE holding.tenant_id = %(tenant)s AND holding.id = ANY(%(holdings)s::uuid[])
ORDER BY holding.variant_id, holding.location_id, holding.owner_id, holding.lot_id FOR NO KEY UPDATE
"""
_CHOOSE = """
UPDATE inventory_holding AS holding SET allocated = holding.allocated + asked.quantity
FROM unnest(%(holdings)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE holding.tenant_id = %(tenant)s AND holding.id = asked.id
  AND holding.allocated + asked.quantity BETWEEN 0 AND holding.on_hand
RETURNING holding.id
"""


def _change_holdings(entry: Entry, changes: Mapping[UUID, int]) -> None:
    params = {"holdings": list(changes), "quantities": list(changes.values())}
    if len(lock_and_change(entry, lock=_LOCK_HOLDINGS, change=_CHOOSE, params=params)) != len(changes):
        raise Short


def _write(entry: Entry, chosen: Sequence[Chosen]) -> None:
    changes: dict[UUID, int] = defaultdict(int)
    for one in chosen:
        changes[one.holding_id] += one.quantity
    rows = [
        {"id": new_id(), "demand_id": one.demand_id, "holding_id": one.holding_id, "quantity": one.quantity} for one in chosen
    ]
    insert((Allocation, rows))
    _change_holdings(entry, changes)


_UNCHOOSE = """
UPDATE inventory_allocation AS choice SET quantity = choice.quantity - asked.quantity
FROM unnest(%(ids)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE choice.tenant_id = %(tenant)s AND choice.id = asked.id
"""


def take_off(entry: Entry, changes: Mapping[UUID, int]) -> None:
    """Take pieces off allocations (by id) whose demands are locked; on the places the caller counts."""
    if changes:
        with connection.cursor() as cursor:
            cursor.execute(_UNCHOOSE, {"tenant": entry.tenant_id, "ids": list(changes), "quantities": list(changes.values())})


def deallocate(entry: Entry, *, most: Mapping[tuple[UUID, UUID], int]) -> int:
    """Let at most so many pieces stay chosen of each demand at each node, the newest choices go first; returns how many went.

    The demands are locked.
    """
    changes: dict[UUID, int] = {}
    holdings: dict[UUID, int] = defaultdict(int)
    for demand_id, rows in queries.open_allocations_of(dict.fromkeys(demand for demand, _node in most)).items():
        left = {node: quantity for (demand, node), quantity in most.items() if demand == demand_id}
        for row in rows:
            node_id = row.holding.location.node_id
            if node_id not in left:
                continue
            kept = min(row.quantity, left[node_id])
            left[node_id] -= kept
            if kept < row.quantity:
                changes[row.id] = row.quantity - kept
                holdings[row.holding_id] -= row.quantity - kept
    take_off(entry, changes)
    if holdings:
        _change_holdings(entry, holdings)
    return sum(changes.values())


def drop(entry: Entry, *, holding_ids: Sequence[UUID], demands: Mapping[UUID, Demand]) -> None:
    """Choose nothing at these places any longer. Whoever chose there must be among the locked demands. Raises `Short`."""
    rows = list(Allocation.objects.filter(holding_id__in=holding_ids, quantity__gt=0)) if holding_ids else []
    if any(row.demand_id not in demands for row in rows):
        raise Short
    changes: dict[UUID, int] = defaultdict(int)
    for row in rows:
        changes[row.holding_id] -= row.quantity
    take_off(entry, {row.id: row.quantity for row in rows})
    if changes:
        _change_holdings(entry, changes)


def unchoose(entry: Entry, *, demand_id: UUID, place: tuple[UUID, UUID | None], quantity: int) -> None:
    """Choose so many pieces of a locked demand no longer at a location and lot. Raises `NotChoosable`."""
    changes: dict[UUID, int] = {}
    holdings: dict[UUID, int] = defaultdict(int)
    left = quantity
    for row in queries.open_allocations_of([demand_id]).get(demand_id, ()):
        count = min(left, row.quantity) if (row.holding.location_id, row.holding.lot_id) == place else 0
        if count:
            changes[row.id] = count
            holdings[row.holding_id] -= count
            left -= count
    if left:
        raise NotChoosable(available=quantity - left, asked=quantity)
    take_off(entry, changes)
    _change_holdings(entry, holdings)
