"""Shipments are planned, begun, handed to carriers, delivered, or called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel import numbering
from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.models import Demand
from dingdan.trade.fulfillment import queries, steps
from dingdan.trade.fulfillment.commands.moving import Turns
from dingdan.trade.fulfillment.events import (
    Carried,
    PlannedShipment,
    ShipmentCanceled,
    ShipmentDelivered,
    ShipmentPicked,
    ShipmentShipped,
    ShipmentsPlanned,
)
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import ShipmentLine
from dingdan.trade.fulfillment.rules import check_moving, checked_tracking_number
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order

DOCUMENT = "shipment"


class NothingToShip(Refusal):
    """Everything that can leave is planned or gone already."""

    sentence = _("Nothing of this order can be planned for shipping now.")
    remedy = _("Wait until goods arrive, or look at the shipments that are already planned.")


@dataclass(frozen=True, slots=True)
class PlanShipments:
    """Plan shipping whatever of an order is reserved and not yet planned."""

    order_id: UUID


@dataclass(frozen=True, slots=True)
class PickShipment:
    """Take a shipment from the shelves."""

    shipment_id: UUID


@dataclass(frozen=True, slots=True)
class ShipShipment:
    """Hand a shipment to a carrier."""

    shipment_id: UUID
    carrier: str = ""
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class DeliverShipment:
    """Tell that a shipment has arrived."""

    shipment_id: UUID


@batch_command(ShipmentsPlanned)
def plan_shipments(batch: Batch[PlanShipments]) -> None:
    """Make one shipment per node of what is reserved for an order and in no shipment yet."""
    orders = _lock_orders(batch, {item.intent.order_id for item in batch.items})
    order_ids = list(orders)
    demands = inventory_queries.demands_of(order_ids)
    pegs = inventory_queries.reserved_for([demand.id for found in demands.values() for demand in found])
    planned: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for line in queries.open_lines_of(order_ids):
        planned[line.demand_id, line.shipment.node_id] += line.quantity
    held = order_queries.held_lines(order_ids)
    plans = []
    for item in batch.open:
        order = orders[item.intent.order_id]
        by_node: dict[UUID, list[tuple[Demand, int]]] = defaultdict(list)
        for demand in demands.get(order.id, ()):
            if demand.line_id in held:
                continue
            at_node: dict[UUID, int] = defaultdict(int)
            for peg in pegs.get(demand.id, ()):
                at_node[peg.node_id] += peg.quantity
            for node_id, reserved in at_node.items():
                if reserved > planned[demand.id, node_id]:
                    by_node[node_id].append((demand, reserved - planned[demand.id, node_id]))
                    planned[demand.id, node_id] = reserved
        if by_node:
            plans.append((item, order, by_node))
        else:
            item.refuse(NothingToShip())
    _write_plans(plans)


def _lock_orders(batch: Batch[Any], order_ids: set[UUID]) -> dict[UUID, Order]:
    """Lock the orders of a batch and refuse what does not move forward."""
    orders = order_queries.lock_orders(order_queries.existing(order_ids))
    for item in batch.items:
        order = orders.get(getattr(item.intent, "order_id", None))  # type: ignore[arg-type]
        try:
            if order is None:
                raise NotFound(what="order", id=item.intent.order_id)
            check_moving(order.state, in_review=order.in_review)
        except Refusal as refusal:
            item.refuse(refusal)
    return orders


_Plan = tuple[Item[PlanShipments], Order, dict[UUID, list[tuple[Demand, int]]]]


def _write_plans(plans: Sequence[_Plan]) -> None:
    if not plans:
        return
    count = sum(len(by_node) for _item, _order, by_node in plans)
    numbers = iter(numbering.take(plans[0][0].entry, "shipment", count=count, prefix="S", first=1001))
    shipments = []
    for item, order, by_node in plans:
        made = [steps.Planned(item.entry, new_id(), next(numbers), order.id, node, parts) for node, parts in by_node.items()]
        shipments += made
        item.entry.about("order", order.id)
        item.entry.about("shipment", *(one.id for one in made))
        item.accept(ShipmentsPlanned(order_id=order.id, shipments=tuple(_planned(one) for one in made)))
    steps.plan(shipments)


def _planned(one: steps.Planned) -> PlannedShipment:
    lines = tuple(Carried(order_line_id=demand.line_id, demand_id=demand.id, quantity=quantity) for demand, quantity in one.parts)
    return PlannedShipment(shipment_id=one.id, number=one.number, node_id=one.node_id, lines=lines)


@batch_command(ShipmentPicked)
def pick_shipment(batch: Batch[PickShipment]) -> None:
    """Start picking a shipment from the shelves."""
    turned = Turns(batch, name="pick", moving=True).made
    steps.mark([(item.entry, shipment) for item, shipment in turned], column="picked_at")
    for item, shipment in turned:
        item.accept(ShipmentPicked(shipment_id=shipment.id, order_id=shipment.order_id))


def _written(intent: ShipShipment) -> tuple[str, str]:
    """Carrier and tracking number as they are kept."""
    return clean_text(intent.carrier, "carrier", 60, required=False), checked_tracking_number(intent.tracking_number)


@batch_command(ShipmentShipped)
def ship_shipments(batch: Batch[ShipShipment]) -> None:
    """Let shipments leave: the goods go from our books to the customer's."""
    written = dict(batch.read(lambda item: (item.entry.id, _written(item.intent))))
    turned = Turns(batch, name="ship", moving=True).made
    lines = queries.lines_of([shipment.id for _item, shipment in turned])
    demands = _demands(lines)
    departures = [
        inventory.Departure(item.entry, demands[line.demand_id], shipment.node_id, line.quantity)
        for item, shipment in turned
        for line in lines[shipment.id]
    ]
    handed = [steps.Handed(item.entry, shipment.id, *written[item.entry.id]) for item, shipment in turned]
    steps.hand_over(handed)
    for (item, shipment), over in zip(turned, handed, strict=True):
        item.accept(
            ShipmentShipped(
                shipment_id=shipment.id, order_id=shipment.order_id, node_id=shipment.node_id, carrier=over.carrier,
                tracking_number=over.tracking_number, lines=_carried(lines[shipment.id]),
            )
        )  # fmt: skip
    inventory.issue(departures)


@batch_command(ShipmentDelivered)
def deliver_shipments(batch: Batch[DeliverShipment]) -> None:
    """Count shipments as arrived at the customer."""
    turned = Turns(batch, name="deliver", moving=False).made
    lines = queries.lines_of([shipment.id for _item, shipment in turned])
    demands = _demands(lines)
    inventory.deliver(
        [(item.entry, demands[line.demand_id], line.quantity) for item, shipment in turned for line in lines[shipment.id]]
    )
    steps.mark([(item.entry, shipment) for item, shipment in turned], column="delivered_at")
    for item, shipment in turned:
        item.accept(ShipmentDelivered(shipment_id=shipment.id, order_id=shipment.order_id))


def _demands(lines: dict[UUID, list[ShipmentLine]]) -> dict[UUID, Demand]:
    return {line.demand_id: line.demand for found in lines.values() for line in found}


def _carried(lines: Sequence[ShipmentLine]) -> tuple[Carried, ...]:
    return tuple(Carried(order_line_id=line.order_line_id, demand_id=line.demand_id, quantity=line.quantity) for line in lines)


@command
def cancel_shipment(entry: Entry, *, shipment_id: UUID) -> ShipmentCanceled:
    """Call off a shipment that has not left; its goods stay reserved and can be planned again."""
    owner = queries.orders_of([shipment_id]).get(shipment_id)
    if owner is None:
        raise NotFound(what="shipment", id=shipment_id)
    order_queries.lock_order(owner)
    shipment = queries.lock_shipments([shipment_id])[shipment_id]
    shipment.state = SHIPMENT_LIFE.turn("cancel", shipment.state)
    steps.turn(entry, shipments=[shipment], state=shipment.state)
    return ShipmentCanceled(shipment_id=shipment.id, order_id=shipment.order_id)
