"""Shipments are planned, turned and handed over; what is in them becomes less, or is for other lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Demand
from dingdan.trade.fulfillment import queries
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.trade.fulfillment.steps.errands import shrink


@dataclass(frozen=True, slots=True)
class Planned:
    """A new shipment: so many pieces of demands from a node."""

    entry: Entry
    id: UUID
    number: str
    order_id: UUID
    node_id: UUID
    parts: Sequence[tuple[Demand, int]]


def plan(shipments: Sequence[Planned]) -> None:
    """Write shipments and what is in them in one statement."""
    heads = [
        {
            "id": one.id, "number": one.number, "order_id": one.order_id, "node_id": one.node_id, "planned_at": one.entry.at,
            "due_at": min((demand.due_at for demand, _quantity in one.parts if demand.due_at), default=None),
        }
        for one in shipments
    ]  # fmt: skip
    lines = [
        {"id": new_id(), "shipment_id": one.id, "order_line_id": demand.line_id, "demand_id": demand.id, "quantity": quantity}
        for one in shipments
        for demand, quantity in one.parts
    ]
    insert((Shipment, heads), (ShipmentLine, lines))


def turn(entry: Entry, *, shipments: Sequence[Shipment], state: str) -> None:
    """Write the state that the life cycle gave to locked shipments."""
    Shipment.objects.filter(id__in=[shipment.id for shipment in shipments]).update(state=state)
    entry.about("order", *(shipment.order_id for shipment in shipments))
    entry.about("shipment", *(shipment.id for shipment in shipments))


@dataclass(frozen=True, slots=True)
class Handed:
    """A shipment that the carrier has."""

    entry: Entry
    shipment_id: UUID
    carrier: str
    tracking_number: str


_HAND_OVER = """
UPDATE fulfillment_shipment AS shipment
SET state = 'shipped', shipped_at = over.at, carrier = over.carrier, tracking_number = over.tracking_number
FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(carriers)s::text[], %(numbers)s::text[])
    AS over (id, at, carrier, tracking_number)
WHERE shipment.tenant_id = %(tenant)s AND shipment.id = over.id
"""


def hand_over(handed: Sequence[Handed]) -> None:
    """Write locked shipments as shipped."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "ids": [one.shipment_id for one in handed], "ats": [one.entry.at for one in handed],
        "carriers": [one.carrier for one in handed], "numbers": [one.tracking_number for one in handed],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, params)


_MARK = """
UPDATE fulfillment_shipment AS shipment SET state = marked.state, {column} = marked.at
FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(ats)s::timestamptz[]) AS marked (id, state, at)
WHERE shipment.tenant_id = %(tenant)s AND shipment.id = marked.id
"""


def mark(turned: Sequence[tuple[Entry, Shipment]], *, column: str) -> None:
    """Write the states that the life cycle gave to locked shipments, each with the time of its entry in a column."""
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "ids": [shipment.id for _entry, shipment in turned],
        "states": [shipment.state for _entry, shipment in turned], "ats": [entry.at for entry, _shipment in turned],
    }  # fmt: skip
    if turned:
        with connection.cursor() as cursor:
            cursor.execute(_MARK.format(column=column), params)


_TAKE_OFF = """
UPDATE fulfillment_shipmentline AS line SET quantity = line.quantity - asked.quantity
FROM unnest(%(ids)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE line.tenant_id = %(tenant)s AND line.id = asked.id
"""


def take_off(entry: Entry, *, order_id: UUID, free: Mapping[tuple[UUID, UUID], int]) -> list[UUID]:
    """Take pieces of demands off shipments that have not left, until at most `free[demand, node]` of each are planned there.

    Demands that `free` does not name stay as they are. Newest shipment first. A shipment that becomes empty is canceled.
    Returns the ids of those.
    """
    lines = queries.open_lines_of([order_id])
    planned: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for line in lines:
        planned[line.demand_id, line.shipment.node_id] += line.quantity
    off: dict[UUID, int] = {}
    left = {line.id: line.quantity for line in lines}
    for line in lines:
        place = (line.demand_id, line.shipment.node_id)
        excess = planned[place] - free.get(place, planned[place])
        if excess > 0:
            taken = min(excess, line.quantity)
            off[line.id] = taken
            left[line.id] -= taken
            planned[place] -= taken
    if not off:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_OFF, {"tenant": current_tenant_id(), "ids": list(off), "quantities": list(off.values())})
    shrink(entry, demand_ids={line.demand_id for line in lines if line.id in off})
    touched = {line.shipment_id for line in lines if line.id in off}
    empty = [line.shipment for line in lines if line.shipment_id in touched]
    gone = {s.id: s for s in empty if not any(left[line.id] for line in lines if line.shipment_id == s.id)}
    turn(entry, shipments=list(gone.values()), state="canceled")
    entry.about("shipment", *touched)
    return list(gone)


_HAND_ON = """
UPDATE fulfillment_shipmentline AS line SET order_line_id = asked.line_id
FROM unnest(%(demands)s::uuid[], %(lines)s::uuid[]) AS asked (demand_id, line_id)
WHERE line.tenant_id = %(tenant)s AND line.demand_id = asked.demand_id
"""


def hand_on(entry: Entry, *, lines: Mapping[UUID, UUID]) -> None:
    """Let what shipments carry of demands (by id) be for other lines of their orders, which are locked; nothing has left."""
    params: dict[str, Any] = {"tenant": entry.tenant_id, "demands": list(lines), "lines": list(lines.values())}
    with connection.cursor() as cursor:
        cursor.execute(_HAND_ON, params)
