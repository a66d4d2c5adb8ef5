"""Goods leave for the customer, arrive there, and come home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Demand, Holding, Peg
from dingdan.ledgers.inventory.rules import Bin, pick
from dingdan.ledgers.inventory.steps.moving import NotThere, Pieces, move


class NotReserved(Refusal):
    """Goods were to leave that nobody reserved for this document at this node."""

    sentence = _("Only {reserved} pieces are reserved here for this line, not {asked}.")
    remedy = _("Ship what is reserved, or wait until the rest arrives.")


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
    """Let reserved goods leave: moves to the customer, first expired first out. Raises `NotReserved`, `NotThere`."""
    if not departures:
        return
    pegs = queries.open_pegs_of([departure.demand.id for departure in departures])
    taken: dict[UUID, int] = defaultdict(int)
    by_demand: dict[UUID, int] = defaultdict(int)
    by_document: dict[UUID, int] = defaultdict(int)
    wanted: list[tuple[Departure, UUID, int]] = []
    for departure in departures:
        by_demand[departure.demand.id] += departure.quantity
        by_document[departure.demand.document_id] += departure.quantity
        wanted += [(departure, owner, quantity) for owner, quantity in _from_pegs(departure, pegs, taken)]
    params = {
        "tenant": current_tenant_id(),
        "pegs": list(taken), "peg_quantities": list(taken.values()),
        "demands": list(by_demand), "demand_quantities": list(by_demand.values()),
        "documents": list(by_document), "document_quantities": list(by_document.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ISSUE, params)
    move(_picked(wanted))


def _from_pegs(departure: Departure, pegs: dict[UUID, list[Peg]], taken: dict[UUID, int]) -> list[tuple[UUID, int]]:
    left = departure.quantity
    owners = []
    for peg in pegs.get(departure.demand.id, ()):
        if peg.balance is None or peg.balance.node_id != departure.node_id:
            continue
        quantity = min(left, peg.quantity - taken[peg.id])
        if quantity > 0:
            taken[peg.id] += quantity
            left -= quantity
            owners.append((peg.balance.owner_id, quantity))
    if left:
        raise NotReserved(reserved=departure.quantity - left, asked=departure.quantity)
    return owners


def _picked(wanted: Sequence[tuple[Departure, UUID, int]]) -> list[Pieces]:
    places = queries.location_ids()
    customer = places[None, LocationKind.CUSTOMER]
    bins = _bins([departure.demand.variant_id for departure, _owner, _quantity in wanted])
    pieces = []
    for departure, owner_id, quantity in wanted:
        demand = departure.demand
        chosen = pick(bins.get((demand.variant_id, departure.node_id, owner_id), []), quantity)
        if sum(count for _bin, count in chosen) < quantity:
            raise NotThere(place=f"node {departure.node_id}", quantity=quantity, variant_id=demand.variant_id)
        pieces += [
            Pieces(
                entry=departure.entry, variant_id=demand.variant_id, source_id=bin_.location_id, target_id=customer,
                quantity=count, reason="issue", owner_id=owner_id, lot_id=bin_.lot_id, demand_id=demand.id, frees=count,
            )
            for bin_, count in chosen
        ]  # fmt: skip
    return pieces


def _bins(variant_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID, UUID], list[Bin]]:
    """What lies at the stock locations, by variant, node and owner."""
    held = Holding.objects.filter(variant_id__in=set(variant_ids), location__kind=LocationKind.STOCK, on_hand__gt=0)
    found: dict[tuple[UUID, UUID, UUID], list[Bin]] = defaultdict(list)
    for holding in held.select_related("location", "lot"):
        place = holding.location
        if place.node_id is None:
            continue
        expires_on = holding.lot.expires_on if holding.lot else None
        free = holding.on_hand - holding.allocated
        bin_ = Bin(holding.location_id, holding.lot_id, expires_on, place.code, free)
        found[holding.variant_id, place.node_id, holding.owner_id].append(bin_)
    return found


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
    params = {
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
    for homecoming in homecomings:
        out = homecoming.demand.issued - homecoming.demand.returned
        if homecoming.quantity > out:
            raise AboveShipped(shipped=out, asked=homecoming.quantity)
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
