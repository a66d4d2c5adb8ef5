"""What happened to goods."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLineChanged:
    """Stock of a variant at a node changed by so many; `on_hand` is what is there now."""

    variant_id: UUID
    node_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockReceived(Event):
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjusted(Event):
    reason: str
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransferred(Event):
    source_node_id: UUID
    target_node_id: UUID
    lines: tuple[StockLineChanged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSaved(Event):
    node_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackordersFilled(Event):
    """Open demands were answered by stock that arrived."""

    demand_ids: tuple[UUID, ...]
    document_ids: tuple[UUID, ...]
    quantity: int
