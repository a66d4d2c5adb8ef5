"""What happened to shipments."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """So many pieces of a demand, for an order line."""

    order_line_id: UUID
    demand_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedShipment:
    shipment_id: UUID
    number: str
    node_id: UUID
    lines: tuple[Carried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentsPlanned(Event):
    order_id: UUID
    shipments: tuple[PlannedShipment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPicked(Event):
    shipment_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPacked(Event):
    shipment_id: UUID
    order_id: UUID
    packages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentShipped(Event):
    shipment_id: UUID
    order_id: UUID
    node_id: UUID
    carrier: str
    tracking_number: str
    lines: tuple[Carried, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentDelivered(Event):
    shipment_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentCanceled(Event):
    shipment_id: UUID
    order_id: UUID
