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


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveStarted(Event):
    wave_id: UUID
    number: str
    node_id: UUID
    shipment_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveTaken(Event):
    """Somebody walks a round from now on; `before` is who walked it until then."""

    wave_id: UUID
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveStopped(Event):
    wave_id: UUID
    put_back: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesPicked(Event):
    pick_id: UUID
    errand_id: UUID
    shipment_id: UUID
    variant_id: UUID
    lot_id: UUID | None
    quantity: int
    left: int
    is_gathered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PickUndone(Event):
    pick_id: UUID
    errand_id: UUID
    shipment_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedLine:
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedShort(Event):
    """Pieces that were reserved could not be taken: they left the stock, and whoever waits for them is answered anew."""

    errand_id: UUID
    shipment_id: UUID
    order_id: UUID
    reason: str
    is_gone: bool
    lines: tuple[MissedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentTaken(Event):
    """Somebody packs a shipment from now on; `before` is who did until then."""

    shipment_id: UUID
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentUnpacked(Event):
    shipment_id: UUID
    order_id: UUID
    packages: int
