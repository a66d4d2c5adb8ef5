"""Goods leave for the customer, arrive there, and come home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.inventory.rules import Bin, pick
from dingdan.ledgers.inventory.steps.allocating import take_off
from dingdan.ledgers.inventory.steps.moving import NotThere, Pieces, move


class NotReserved(Refusal):
    """Goods were to leave that nobody reserved for this document at this node."""

    sentence = _("Only {reserved} pieces are reserved here for this line, not {asked}.")
    remedy = _("Ship what is reserved, or wait until the rest arrives.")


class GoodsExpired(Refusal):
    """What is left of the goods may no longer be sold."""

    sentence = _("What was reserved is past its date ({code}).")
    remedy = _("Move expired lots out of stock, and answer the order from other goods.")


@dataclass(frozen=True, slots=True)
class Departure:
    """So many pieces of a demand leave a node."""

    entry: Entry
    demand: Demand
    node_id: UUID
    quantity: int


_ISSUE = """
WITH loosened AS (
    UPDATE inventory_peg AS peg SET quantity = peg.quantity - asked.quantity
    FROM unnest(%(pegs)s::uuid[], %(peg_quantities)s::bigint[]) AS asked (id, quantity)
    WHERE peg.tenant_id = %(tenant)s AND peg.id = asked.id
), counted AS (
    UPDATE inventory_demand AS demand SET pegged = demand.pegged - asked.quantity, issued = demand.issued + asked.quantity
    FROM unnest(%(demands)s::uuid[], %(demand_quantities)s::bigint[]) AS asked (id, quantity)
    WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
)
UPDATE inventory_tally AS tally SET issued = tally.issued + asked.quantity
FROM unnest(%(documents)s::uuid[], %(document_quantities)s::bigint[]) AS asked (id, quantity)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


def issue(departures: Sequence[Departure]) -> None:
    """Let reserved goods leave: moves to the customer, from the places that were chosen for them, else first expired first out.

    Raises `NotReserved`, `NotThere`, `GoodsExpired`.
    """
    if not departures:
        return
    demand_ids = [departure.demand.id for departure in departures]
    queries.hold_demands(demand_ids)
    pegs = queries.reserved_for(demand_ids)
    taken: dict[UUID, int] = defaultdict(int)
    by_demand: dict[UUID, int] = defaultdict(int)
    by_document: dict[UUID, int] = defaultdict(int)
    wanted: list[tuple[Departure, UUID, int]] = []
    for departure in departures:
        by_demand[departure.demand.id] += departure.quantity
        by_document[departure.demand.document_id] += departure.quantity
        wanted += [(departure, owner, quantity) for owner, quantity in _from_pegs(departure, pegs, taken)]
    queries.hold_balances(peg.balance_id for found in pegs.values() for peg in found if taken[peg.peg_id])
    pieces = _Shelf(departures).pieces(wanted)
    params: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "pegs": list(taken), "peg_quantities": list(taken.values()),
        "demands": list(by_demand), "demand_quantities": list(by_demand.values()),
        "documents": list(by_document), "document_quantities": list(by_document.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, params)
    move(pieces)


def _from_pegs(departure: Departure, pegs: dict[UUID, list[queries.Reserved]], taken: dict[UUID, int]) -> list[tuple[UUID, int]]:
    left = departure.quantity
    owners = []
    for peg in pegs.get(departure.demand.id, ()):
        quantity = min(left, peg.quantity - taken[peg.peg_id]) if peg.node_id == departure.node_id else 0
        if quantity > 0:
            taken[peg.peg_id] += quantity
            left -= quantity
            owners.append((peg.owner_id, quantity))
    if left:
        raise NotReserved(reserved=departure.quantity - left, asked=departure.quantity)
    return owners


class _Shelf:
    """What can be taken for departures, while the balances are locked: what was chosen for their demands, and what is free."""

    def __init__(self, departures: Sequence[Departure]) -> None:
        self.customer = queries.location_ids()[None, LocationKind.CUSTOMER]
        self.chosen = queries.open_allocations_of({departure.demand.id for departure in departures})
        self.off: dict[UUID, int] = {}
        nodes = [departure.node_id for departure in departures]
        self.bins = queries.bins([departure.demand.variant_id for departure in departures], nodes)

    def pieces(self, wanted: Sequence[tuple[Departure, UUID, int]]) -> list[Pieces]:
        """The moves to the customer of so many pieces of each owner; what was chosen for them is counted off."""
        found = [piece for departure, owner_id, quantity in wanted for piece in self._taken(departure, owner_id, quantity)]
        if self.off:
            take_off(wanted[0][0].entry, self.off)
        return found

    def _taken(self, departure: Departure, owner_id: UUID, quantity: int) -> Iterator[Pieces]:
        on, demand, left = departure.entry.at.date(), departure.demand, quantity
        for row in self.chosen.get(demand.id, ()):
            holding = row.holding
            count = min(left, row.quantity - self.off.get(row.id, 0))
            if count <= 0 or (holding.location.node_id, holding.owner_id) != (departure.node_id, owner_id):
                continue
            if not queries.bin_of(holding).is_good_on(on):
                raise GoodsExpired(code=holding.lot.code if holding.lot else "")
            self.off[row.id] = self.off.get(row.id, 0) + count
            left -= count
            yield self._piece(departure, owner_id, queries.bin_of(holding), (count, count))
        here = self.bins.get((demand.variant_id, departure.node_id, owner_id), [])
        picked = pick(here, left, on=on)
        if (found := sum(count for _bin, count in picked)) < left:
            if sum(bin_.free for bin_ in here) + found >= left:
                raise GoodsExpired(code=", ".join(sorted({bin_.code for bin_ in here if not bin_.is_good_on(on)})))
            raise NotThere(place=str(departure.node_id), quantity=quantity)
        for bin_, count in picked:
            yield self._piece(departure, owner_id, bin_, (count, 0))

    def _piece(self, departure: Departure, owner_id: UUID, bin_: Bin, counts: tuple[int, int]) -> Pieces:
        count, unallocates = counts
        return Pieces(
            entry=departure.entry, variant_id=departure.demand.variant_id, source_id=bin_.location_id, target_id=self.customer,
            quantity=count, reason="issue", owner_id=owner_id, lot_id=bin_.lot_id, demand_id=departure.demand.id, frees=count,
            unallocates=unallocates,
        )  # fmt: skip


_DELIVER = """
WITH counted AS (
    UPDATE inventory_demand AS demand SET delivered = demand.delivered + asked.quantity
    FROM unnest(%(demands)s::uuid[], %(demand_quantities)s::bigint[]) AS asked (id, quantity)
    WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
)
UPDATE inventory_tally AS tally SET delivered = tally.delivered + asked.quantity
FROM unnest(%(documents)s::uuid[], %(document_quantities)s::bigint[]) AS asked (id, quantity)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


def deliver(arrived: Sequence[tuple[Entry, Demand, int]]) -> None:
    """Count goods that left as arrived at the customer."""
    _count(_DELIVER, [(demand, quantity) for _entry, demand, quantity in arrived])


def _count(sql: str, counts: Sequence[tuple[Demand, int]]) -> None:
    by_demand: dict[UUID, int] = defaultdict(int)
    by_document: dict[UUID, int] = defaultdict(int)
    for demand, quantity in counts:
        by_demand[demand.id] += quantity
        by_document[demand.document_id] += quantity
    params: dict[str, Any] = {
        "tenant": current_tenant_id(),
        "demands": list(by_demand), "demand_quantities": list(by_demand.values()),
        "documents": list(by_document), "document_quantities": list(by_document.values()),
    }  # fmt: skip
    if counts:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


@dataclass(frozen=True, slots=True)
class Homecoming:
    """So many pieces of a demand come back from the customer to a location."""

    entry: Entry
    demand: Demand
    location_id: UUID
    owner_id: UUID
    quantity: int
    lot_id: UUID | None = None


_TAKE_BACK = """
WITH counted AS (
    UPDATE inventory_demand AS demand SET returned = demand.returned + asked.quantity
    FROM unnest(%(demands)s::uuid[], %(demand_quantities)s::bigint[]) AS asked (id, quantity)
    WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
)
UPDATE inventory_tally AS tally SET returned = tally.returned + asked.quantity
FROM unnest(%(documents)s::uuid[], %(document_quantities)s::bigint[]) AS asked (id, quantity)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


class AboveShipped(Refusal):
    """More was to come back than went out."""

    sentence = _("Only {shipped} pieces of this line are with the customer, not {asked}.")
    remedy = _("Take back at most what was shipped and not yet returned.")


def take_back(homecomings: Sequence[Homecoming]) -> None:
    """Bring goods back from the customer. The demands were read under the lock of their document. Raises `AboveShipped`."""
    if not homecomings:
        return
    asked: dict[UUID, int] = defaultdict(int)
    for homecoming in homecomings:
        asked[homecoming.demand.id] += homecoming.quantity
    for demand in queries.lock_demands(asked).values():
        out = demand.issued - demand.returned
        if asked[demand.id] > out:
            raise AboveShipped(shipped=out, asked=asked[demand.id])
    _count(_TAKE_BACK, [(homecoming.demand, homecoming.quantity) for homecoming in homecomings])
    customer = queries.location_ids()[None, LocationKind.CUSTOMER]
    move(
        [
            Pieces(
                entry=back.entry, variant_id=back.demand.variant_id, source_id=customer, target_id=back.location_id,
                quantity=back.quantity, reason="return", owner_id=back.owner_id, lot_id=back.lot_id, demand_id=back.demand.id,
            )
            for back in homecomings
        ]
    )  # fmt: skip
