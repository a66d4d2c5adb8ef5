"""What happened to goods."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLineChanged:
    """Stock of a variant at a node changed by so many."""

    variant_id: UUID
    node_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceived(Event):
    """Goods came from outside. Documents are the orders that waited and got some of them at once."""

    lines: tuple[StockLineChanged, ...]
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted(Event):
    reason: str
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentTakenBack(Event):
    """What an adjustment (the entry that is named) changed was changed back."""

    entry_id: UUID
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLine:
    """So many were counted at a place, and the books changed by so many."""

    variant_id: UUID
    location_id: UUID
    lot_id: UUID | None
    counted: int
    change: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCounted(Event):
    lines: tuple[CountedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """So many pieces went from one place to another."""

    variant_id: UUID
    source_id: UUID
    target_id: UUID
    lot_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved(Event):
    reason: str
    lines: tuple[MovedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransferred(Event):
    source_node_id: UUID
    target_node_id: UUID
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDispatched(Event):
    """Goods left a node and are on their way to another."""

    transfer_id: UUID
    number: str
    source_node_id: UUID
    target_node_id: UUID
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferReceived(Event):
    """Goods of a transfer arrived. Lost ones were written off, found ones came in on top."""

    transfer_id: UUID
    is_last: bool
    lines: tuple[StockLineChanged, ...]
    lost: int
    found: int
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedLine:
    """So many pieces are expected at a node."""

    supply_id: UUID
    variant_id: UUID
    node_id: UUID
    quantity: int
    expected_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyAnnounced(Event):
    """Goods will come. So many demands that waited are answered by them (or by stock) now."""

    document_kind: str
    document_id: UUID
    lines: tuple[AnnouncedLine, ...]
    demand_ids: tuple[UUID, ...] = ()
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRevised(Event):
    """More or less will come, or at another time. Late are the documents whose promise cannot be kept as things stand."""

    supply_id: UUID
    quantity: int
    expected_at: datetime | None
    late_document_ids: tuple[UUID, ...] = ()
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyCanceled(Event):
    """What had not come of a supply will not come."""

    supply_id: UUID
    quantity: int
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyReceived(Event):
    """Announced goods came. Documents are the orders that waited and got some of them at once."""

    supply_ids: tuple[UUID, ...]
    lines: tuple[StockLineChanged, ...]
    document_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockHeld(Event):
    """A document holds so many pieces in all, for a time."""

    document_kind: str
    document_id: UUID
    quantity: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsReleased(Event):
    document_ids: tuple[UUID, ...]
    variant_ids: tuple[UUID, ...]
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsExpired(Event):
    document_ids: tuple[UUID, ...]
    variant_ids: tuple[UUID, ...]
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocatedLine:
    """So many pieces of a demand will be taken from a place."""

    demand_id: UUID
    location_id: UUID
    lot_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAllocated(Event):
    document_id: UUID
    lines: tuple[AllocatedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDeallocated(Event):
    document_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiredLine:
    """So many pieces of a lot left the stock of a node."""

    variant_id: UUID
    node_id: UUID
    lot_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotsExpired(Event):
    """Lots are past their date. The demands had some of them reserved, and wait again."""

    lines: tuple[ExpiredLine, ...]
    demand_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyStockSet(Event):
    """So many pieces are kept back from sale at a node, in all channels or in one."""

    variant_id: UUID
    node_id: UUID
    owner_id: UUID
    channel_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What one unit of a variant costs from now on, in minor units."""

    variant_id: UUID
    unit_cost: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostsSet(Event):
    """What articles cost was said."""

    lines: tuple[CostLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSaved(Event):
    """From when on stock is low was said: of an article or of all, at a node or at all."""

    threshold_id: UUID
    variant_id: UUID | None
    node_id: UUID | None
    low_at: int | None
    created: bool = False
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FallenStock:
    """Stock of a variant at a node fell to its threshold."""

    balance_id: UUID
    variant_id: UUID
    node_id: UUID
    threshold_id: UUID
    available: int
    low_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LowStockFound(Event):
    """Stock fell to its threshold, or is above it again. What stays low is not told again."""

    fallen: tuple[FallenStock, ...]
    risen: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSaved(Event):
    node_id: UUID
    code: str
    created: bool = False
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSaved(Event):
    location_id: UUID
    code: str
    created: bool = False
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerSaved(Event):
    owner_id: UUID
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackordersFilled(Event):
    """Open demands were answered. Documents are the orders that got stock; `promised` pieces are answered by goods to come."""

    demand_ids: tuple[UUID, ...]
    document_ids: tuple[UUID, ...]
    quantity: int
    promised: int = 0
