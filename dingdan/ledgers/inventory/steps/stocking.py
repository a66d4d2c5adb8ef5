"""Goods arrive, and leave for another place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Short
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Lot
from dingdan.ledgers.inventory.queries import Queue
from dingdan.ledgers.inventory.rules import Brought, Served, arrive, pick, shared_out
from dingdan.ledgers.inventory.steps.answering import Answered, answer
from dingdan.ledgers.inventory.steps.moving import NotThere, Pieces, move


class AboveExpected(Refusal):
    """More was to be received than was announced."""

    sentence = _("Only {expected} pieces are still expected, not {asked}.")
    remedy = _("Receive what was announced, and the rest as stock without a supply; or revise the supply first.")


@dataclass(frozen=True, slots=True)
class NamedLot:
    """A lot, or one piece with its serial number, that goods of a variant belong to."""

    entry: Entry
    variant_id: UUID
    code: str
    is_serial: bool
    expires_on: date | None = None


def name_lots(named: Sequence[NamedLot]) -> dict[tuple[UUID, str], UUID]:
    """The ids of lots by variant and code, made where they are new. A date of expiry is kept from the first time it is told."""
    if not named:
        return {}
    rows = {
        (one.variant_id, one.code): {
            "id": new_id(), "variant_id": one.variant_id, "code": one.code, "is_serial": one.is_serial,
            "expires_on": one.expires_on,
        }
        for one in reversed(named)
    }  # fmt: skip
    insert((Lot, [rows[key] for key in sorted(rows, key=str)]), skip_existing=True)
    found = queries.lots(rows, lock=True)
    for key, row in found.items():
        expires_on = rows[key]["expires_on"]
        if expires_on and row.expires_on is None:
            Lot.objects.filter(id=row.id).update(expires_on=expires_on)
    return {key: row.id for key, row in found.items()}


@dataclass(frozen=True, slots=True)
class Arrival:
    """So many pieces arrive at a node from outside, at its first stock location unless said; if announced, with a supply."""

    entry: Entry
    variant_id: UUID
    node_id: UUID
    quantity: int
    owner_id: UUID
    lot_id: UUID | None = None
    reason: str = "receive"
    location_id: UUID | None = None
    supply_id: UUID | None = None
    source_id: UUID | None = None
    """Where they come from: a supplier, unless said."""


def receive(arrivals: Sequence[Arrival]) -> dict[UUID, Answered]:
    """Bring goods into nodes, and give them at once to who waits for them: first to whom they were promised, then oldest first.

    Tells by entry whom its goods were given to. Raises `SerialThere`, `AboveExpected`.
    """
    if not arrivals:
        return {}
    entry = arrivals[0].entry
    promised = [arrival for arrival in arrivals if arrival.supply_id]
    owing = set(queries.owed({arrival.variant_id for arrival in arrivals})) | {arrival.variant_id for arrival in promised}
    queue = _queue(owing, arrivals) if owing else None
    nodes = {arrival.node_id for arrival in arrivals}
    if queue:
        _check_expected(promised, queue)
        queries.lock_balances_at({arrival.variant_id for arrival in arrivals}, nodes)
    places = queries.location_ids()
    move([_piece(arrival, places) for arrival in arrivals])
    if queue is None:
        return {arrival.entry.id: Answered() for arrival in arrivals}
    served = _keep_promises(promised, queue)
    answered = answer(entry, queue=queue, node_ids=nodes, served=served)
    _count_received(entry, promised)
    return _shared_out(answered, arrivals)


def _shared_out(answered: Answered, arrivals: Sequence[Arrival]) -> dict[UUID, Answered]:
    brought = [Brought(arrival.entry.id, arrival.variant_id, arrival.quantity) for arrival in arrivals]
    found = {entry_id: Answered(given) for entry_id, given in shared_out(answered.given, brought).items()}
    for entry_id, entry in {arrival.entry.id: arrival.entry for arrival in arrivals}.items():
        found[entry_id].tell(entry)
    return found


def _queue(variant_ids: Collection[UUID], arrivals: Sequence[Arrival]) -> Queue:
    """Those who wait, and not more of them than could be given something."""
    pieces = sum(arrival.quantity for arrival in arrivals)
    return queries.queue(variant_ids, most=pieces, supply_ids=[one.supply_id for one in arrivals if one.supply_id])


def _check_expected(promised: Sequence[Arrival], queue: Queue) -> None:
    asked: dict[UUID, int] = defaultdict(int)
    for arrival in promised:
        if arrival.supply_id:
            asked[arrival.supply_id] += arrival.quantity
    for supply_id, quantity in asked.items():
        supply = queue.supplies.get(supply_id)
        left = supply.quantity - supply.received - supply.canceled if supply else 0
        if quantity > left:
            raise AboveExpected(field="lines", expected=left, asked=quantity)


def _keep_promises(promised: Sequence[Arrival], queue: Queue) -> Served:
    """Turn what goods to come answered into stock, now that they have come."""
    served = Served()
    keys = {(one.variant_id, one.node_id, one.owner_id) for one in promised}
    balances = queries.lock_balances_at({key[0] for key in keys}, {key[1] for key in keys}) if keys else {}
    for arrival in promised:
        if arrival.supply_id is None:
            continue
        supply = queue.supplies[arrival.supply_id]
        spot = queries.spot_of(balances[arrival.variant_id, arrival.node_id, arrival.owner_id])
        supply.pegged -= arrive(queue.waiting, served, supply_id=supply.id, spot=spot, quantity=arrival.quantity)
        supply.received += arrival.quantity
        if supply.quantity - supply.received - supply.canceled < supply.pegged:
            raise Short  # a part of it was promised to somebody since we looked
    return served


def _piece(arrival: Arrival, places: Mapping[tuple[UUID | None, str], UUID]) -> Pieces:
    return Pieces(
        entry=arrival.entry, variant_id=arrival.variant_id, source_id=arrival.source_id or places[None, LocationKind.SUPPLIER],
        target_id=arrival.location_id or places[arrival.node_id, LocationKind.STOCK], quantity=arrival.quantity,
        reason=arrival.reason, owner_id=arrival.owner_id, lot_id=arrival.lot_id, supply_id=arrival.supply_id,
    )  # fmt: skip


_COUNT_RECEIVED = """
UPDATE inventory_supply AS supply SET received = supply.received + asked.quantity
FROM unnest(%(ids)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE supply.tenant_id = %(tenant)s AND supply.id = asked.id
"""


def _count_received(entry: Entry, promised: Sequence[Arrival]) -> None:
    asked: dict[UUID, int] = defaultdict(int)
    for arrival in promised:
        if arrival.supply_id:
            asked[arrival.supply_id] += arrival.quantity
    params: dict[str, Any] = {"tenant": entry.tenant_id, "ids": list(asked), "quantities": list(asked.values())}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_RECEIVED, params)


@dataclass(frozen=True, slots=True)
class Departing:
    """So many pieces of a variant leave the stock of a node for another place, of whichever lot is good and expires first."""

    entry: Entry
    variant_id: UUID
    node_id: UUID
    quantity: int
    owner_id: UUID
    target_id: UUID
    reason: str
    lot_id: UUID | None = None


def draw(departing: Sequence[Departing]) -> list[Pieces]:
    """Take free pieces from wherever in a node they lie, and move them. Raises `NotThere`, `ReservedStock`."""
    variants, nodes = {one.variant_id for one in departing}, {one.node_id for one in departing}
    targets = queries.locations(one.target_id for one in departing).values()
    queries.lock_balances_at(variants, nodes | {target.node_id for target in targets if target.node_id})
    bins = queries.bins(variants, nodes)
    pieces = []
    for one in departing:
        here = bins.get((one.variant_id, one.node_id, one.owner_id), [])
        if one.lot_id:
            here = [bin_ for bin_ in here if bin_.lot_id == one.lot_id]
        picked = pick(here, one.quantity, on=one.entry.at.date())
        if sum(count for _bin, count in picked) < one.quantity:
            raise NotThere(place=queries.node(one.node_id).code, quantity=one.quantity)
        pieces += [
            Pieces(
                entry=one.entry, variant_id=one.variant_id, source_id=bin_.location_id, target_id=one.target_id,
                quantity=count, reason=one.reason, owner_id=one.owner_id, lot_id=bin_.lot_id,
            )
            for bin_, count in picked
        ]  # fmt: skip
    move(pieces)
    return pieces
