"""Errands: which pieces of a shipment are to be taken from which place, and how many were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.trade.fulfillment.lifecycle import OPEN
from dingdan.trade.fulfillment.models import Errand, Shipment, ShipmentLine

_Place = tuple[UUID, UUID | None]
"""Location and lot."""


@dataclass(slots=True)
class _Choice:
    place: _Place
    left: int


@dataclass(slots=True)
class _Errands:
    """Errands that are written together, one per line, place and lot."""

    rows: dict[tuple[UUID, _Place], int] = field(default_factory=dict)

    def share(self, line_id: UUID, choices: Iterable[_Choice], quantity: int) -> int:
        """Let so many pieces of a line be taken from these places as far as they go; returns how many are left over."""
        for choice in choices:
            count = min(quantity, choice.left)
            if count > 0:
                choice.left -= count
                quantity -= count
                self.rows[line_id, choice.place] = self.rows.get((line_id, choice.place), 0) + count
        return quantity

    def write(self) -> None:
        """Write them; the lines have none yet."""
        insert(
            (
                Errand,
                [
                    {"id": new_id(), "line_id": line_id, "location_id": place[0], "lot_id": place[1], "planned": quantity}
                    for (line_id, place), quantity in self.rows.items()
                ],
            )
        )


def choose(entry: Entry, *, shipments: Sequence[Shipment], lines: Mapping[UUID, Sequence[ShipmentLine]]) -> None:
    """Choose from where everything in locked shipments is taken: where it was chosen before, else first expired first out.

    Raises `NotChoosable`.
    """
    demand_ids = {line.demand_id for found in lines.values() for line in found}
    chosen = _free_choices(demand_ids)
    errands, wanted = _Errands(), list[tuple[ShipmentLine, inventory.Choice]]()
    for shipment in shipments:
        for line in lines.get(shipment.id, ()):
            left = errands.share(line.id, chosen.get((line.demand_id, shipment.node_id), ()), line.quantity)
            if left:
                wanted.append((line, inventory.Choice(entry, line.demand_id, shipment.node_id, left)))
    found_for: dict[UUID, list[_Choice]] = defaultdict(list)
    for one in inventory.allocate([choice for _line, choice in wanted]):
        found_for[one.demand_id].append(_Choice((one.location_id, one.lot_id), one.quantity))
    for line, choice in wanted:
        errands.share(line.id, found_for[choice.demand_id], choice.quantity)
    errands.write()


def _free_choices(demand_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], list[_Choice]]:
    """What was chosen for demands at nodes, without what other open shipments take by it."""
    taken: dict[tuple[UUID, _Place], int] = defaultdict(int)
    others = Errand.objects.filter(line__demand_id__in=list(demand_ids), line__shipment__state__in=OPEN)
    for demand_id, location_id, lot_id, planned in others.values_list("line__demand_id", "location_id", "lot_id", "planned"):
        taken[demand_id, (location_id, lot_id)] += planned
    found: dict[tuple[UUID, UUID], list[_Choice]] = defaultdict(list)
    for demand_id, rows in inventory_queries.open_allocations_of(demand_ids).items():
        for row in rows:
            place = (row.holding.location_id, row.holding.lot_id)
            used = min(row.quantity, taken[demand_id, place])
            taken[demand_id, place] -= used
            if row.holding.location.node_id and row.quantity > used:
                found[demand_id, row.holding.location.node_id].append(_Choice(place, row.quantity - used))
    return found


_SHRINK = """
UPDATE fulfillment_errand AS errand SET planned = asked.planned, picked = least(errand.picked, asked.planned)
FROM unnest(%(ids)s::uuid[], %(planned)s::bigint[]) AS asked (id, planned)
WHERE errand.tenant_id = %(tenant)s AND errand.id = asked.id
"""


def shrink(entry: Entry, *, demand_ids: Iterable[UUID]) -> None:
    """Let errands take no more than is still chosen for their demands and still in their shipments.

    What was picked above that lies in a tote: whoever packs is told to put it back.
    """
    rows = list(
        Errand.objects.filter(line__demand_id__in=list(demand_ids), line__shipment__state__in=OPEN, planned__gt=0)
        .select_related("line")
        .order_by("id")
    )
    if not rows:
        return
    chosen: dict[tuple[UUID, _Place], int] = defaultdict(int)
    for demand_id, found in inventory_queries.open_allocations_of({row.line.demand_id for row in rows}).items():
        for one in found:
            chosen[demand_id, (one.holding.location_id, one.holding.lot_id)] += one.quantity
    in_line = {row.line_id: row.line.quantity for row in rows}
    less: dict[UUID, int] = {}
    for row in rows:
        place = (row.line.demand_id, (row.location_id, row.lot_id))
        kept = min(row.planned, chosen[place], in_line[row.line_id])
        chosen[place] -= kept
        in_line[row.line_id] -= kept
        if kept < row.planned:
            less[row.id] = kept
    if less:
        params: dict[str, Any] = {"tenant": entry.tenant_id, "ids": list(less), "planned": list(less.values())}
        with connection.cursor() as cursor:
            cursor.execute(_SHRINK, params)
    for shipment_id in {row.line.shipment_id for row in rows if row.id in less}:
        close_gathered(entry, shipment_id=shipment_id)


def change_lot(entry: Entry, *, errand: Errand, node_id: UUID, place: _Place, quantity: int) -> Errand:
    """Take so many pieces of a locked errand that are still to be taken from another place or lot; returns that errand.

    Raises `NotChoosable`.
    """
    demand_id = errand.line.demand_id
    inventory.unchoose(entry, demand_id=demand_id, place=(errand.location_id, errand.lot_id), quantity=quantity)
    location_id, lot_id = place
    inventory.allocate([inventory.Choice(entry, demand_id, node_id, quantity, location_id=location_id, lot_id=lot_id)])
    Errand.objects.filter(id=errand.id).update(planned=F("planned") - quantity)
    of_lot = Q(lot_id=lot_id) if lot_id else Q(lot=None)
    known = Errand.objects.filter(of_lot, line_id=errand.line_id, location_id=location_id)
    if not known.update(planned=F("planned") + quantity):
        Errand.objects.create(line_id=errand.line_id, location_id=location_id, lot_id=lot_id, planned=quantity)
    return known.select_related("line", "lot").get()


def count_picked(entry: Entry, *, errand: Errand, change: int) -> bool:
    """Count pieces of a locked errand as taken, or as put back; returns whether its shipment is gathered now."""
    Errand.objects.filter(id=errand.id).update(picked=F("picked") + change)
    return close_gathered(entry, shipment_id=errand.line.shipment_id)


def close_gathered(entry: Entry, *, shipment_id: UUID) -> bool:
    """Write down whether everything in a locked shipment was taken, and return it."""
    open_ones = Errand.objects.filter(line__shipment_id=shipment_id, planned__gt=F("picked"))
    is_gathered = not open_ones.exists()
    Shipment.objects.filter(id=shipment_id).update(gathered_at=entry.at if is_gathered else None)
    return is_gathered
