"""Stock: how much there is and why, receive, adjust and transfer it; and the nodes that it lies at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from dingdan.ledgers.inventory.commands import (
    adjust_stock,
    allocate_stock,
    announce_supply,
    cancel_supply,
    count_stock,
    deallocate_stock,
    dispatch_transfer,
    fill_backorders,
    find_low_stock,
    hold_stock,
    move_stock,
    receive_stock,
    receive_supply,
    receive_transfer,
    release_holds,
    revise_supply,
    save_location,
    save_node,
    save_owner,
    save_threshold,
    set_costs,
    set_safety_stock,
    take_back_adjustment,
    transfer_stock,
)
from dingdan.ledgers.inventory.models import Balance, Location, Low, Node, Threshold
from dingdan.ledgers.inventory.queries import Step, Where, why
from dingdan.masterdata.catalog.models import Variant
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, Page, page, read, shaped
from dingdan.web.api.writes import Write, mount

TAG = "Stock"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockView:
    """How much of an article there is at a node. `available` is what can be promised: on hand, less reserved, less safety."""

    variant_id: UUID
    sku: str
    node_id: UUID
    node: str
    owner_id: UUID
    on_hand: int
    reserved: int
    safety: int
    available: int


@read("/stock", permission="inventory.read", tag=TAG)
def list_stock(
    *,
    sku: Annotated[str | None, Field(description="Only of this article.")] = None,
    node: Annotated[str | None, Field(description="Id or code of a node.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[StockView]:
    """What is on hand, reserved and available, by article and node."""
    rows = Balance.objects.select_related("variant", "node").order_by("id")
    if sku is not None:
        rows = rows.filter(variant__sku=sku)
    if node is not None:
        rows = rows.filter(node_id=id_of("node_id", node, field="node"))
    return page(rows, _stock, after=after, limit=limit)


def _stock(rows: Sequence[Balance]) -> list[StockView]:
    return [
        StockView(
            variant_id=row.variant_id,
            sku=row.variant.sku,
            node_id=row.node_id,
            node=row.node.code,
            owner_id=row.owner_id,
            on_hand=row.on_hand,
            reserved=row.reserved,
            safety=row.safety,
            available=row.on_hand - row.reserved - row.safety,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """The moves that made the stock of an article what it is, oldest first. `on_hand` is what is there now."""

    sku: str
    node: str | None
    location: str | None
    on_hand: int
    moves: list[Step]


@read("/stock/{variant_id}/why", permission="inventory.read", tag=TAG)
def explain_stock(
    variant_id: str,
    *,
    node: str | None = None,
    location: str | None = None,
    owner_id: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=1000, description="How many of the newest moves.")] = 200,
) -> WhyView:
    """Why there is as much as there is: the newest moves, with the stock after each and what was done then.

    Of one location (id or code) of any kind, of the sellable stock of one node (id or code), or of all sellable stock; of one
    owner or of all. The SKU will do for the id.
    """
    row = found(Variant.objects.all(), "variant_id", variant_id)
    at = found(Node.objects.all(), "node_id", node, field="node") if node else None
    spot = found(Location.objects.all(), "location_id", location, field="location") if location else None
    where = Where(node_id=at.id if at else None, location_id=spot.id if spot else None, owner_id=owner_id)
    moves = why(row.id, where, limit=limit)
    return WhyView(
        sku=row.sku,
        node=at.code if at else None,
        location=spot.code if spot else None,
        on_hand=moves[-1].on_hand if moves else 0,
        moves=moves,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LowStockView:
    """Stock that fell to its threshold, and has not been above it since."""

    id: UUID
    variant_id: UUID
    sku: str
    node_id: UUID
    node: str
    threshold_id: UUID
    low_at: int | None
    fallen_at: datetime


@read("/stock/low", permission="inventory.read", tag=TAG)
def list_low_stock(*, after: After = None, limit: Limit = 50) -> Page[LowStockView]:
    """What is low, as found within the last five minutes."""
    rows = Low.objects.select_related("variant", "node", "threshold").order_by("id")
    return page(rows, _low, after=after, limit=limit)


def _low(rows: Sequence[Low]) -> list[LowStockView]:
    return [
        LowStockView(
            id=row.id,
            variant_id=row.variant_id,
            sku=row.variant.sku,
            node_id=row.node_id,
            node=row.node.code,
            threshold_id=row.threshold_id,
            low_at=row.threshold.low_at,
            fallen_at=row.fallen_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdView:
    """From when on stock is low, and who is in charge. Without an article it is said of all, without a node of all nodes."""

    id: UUID
    variant_id: UUID | None
    node_id: UUID | None
    low_at: int | None
    user_id: int | None
    role: str


@read("/stock/thresholds", permission="inventory.read", tag=TAG)
def list_thresholds(*, after: After = None, limit: Limit = 50) -> Page[ThresholdView]:
    """From when on stock is low: what is said closest to an article and node counts."""
    rows = Threshold.objects.order_by("id")
    return page(rows, lambda found_: [shaped(ThresholdView, row) for row in found_], after=after, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A place that can ship. Lower priority ships first."""

    id: UUID
    code: str
    name: str
    country: str
    priority: int
    active: bool


@read("/nodes", permission="inventory.read", tag=TAG)
def list_nodes(*, after: After = None, limit: Limit = 50) -> Page[NodeView]:
    """The places that can ship."""
    return page(Node.objects.order_by("id"), lambda rows: [shaped(NodeView, row) for row in rows], after=after, limit=limit)


@read("/nodes/{node_id}", permission="inventory.read", tag=TAG)
def get_node(node_id: str) -> NodeView:
    """One node. Its code will do for its id."""
    return shaped(NodeView, found(Node.objects.all(), "node_id", node_id))


mount(
    Write(path="/stock/receipts", command=receive_stock, tag=TAG),
    Write(path="/stock/adjustments", command=adjust_stock, tag=TAG),
    Write(path="/stock/adjustments/{entry_id}/take-back", command=take_back_adjustment, tag=TAG),
    Write(path="/stock/thresholds", command=save_threshold, tag=TAG),
    Write(path="/stock/low", command=find_low_stock, tag=TAG),
    Write(path="/stock/transfers", command=transfer_stock, tag=TAG),
    Write(path="/stock/backorders", command=fill_backorders, tag=TAG),
    Write(path="/stock/counts", command=count_stock, tag=TAG),
    Write(path="/stock/moves", command=move_stock, tag=TAG),
    Write(path="/stock/costs", command=set_costs, tag=TAG),
    Write(path="/stock/safety", command=set_safety_stock, tag=TAG),
    Write(path="/stock/allocations", command=allocate_stock, tag=TAG),
    Write(path="/stock/allocations/release", command=deallocate_stock, tag=TAG),
    Write(path="/stock/holds", command=hold_stock, tag=TAG),
    Write(path="/stock/holds/release", command=release_holds, tag=TAG),
    Write(path="/supplies", command=announce_supply, tag=TAG),
    Write(path="/supplies/receipts", command=receive_supply, tag=TAG),
    Write(path="/supplies/{supply_id}", command=revise_supply, method="PUT", tag=TAG),
    Write(path="/supplies/{supply_id}/cancel", command=cancel_supply, tag=TAG),
    Write(path="/transfers", command=dispatch_transfer, makes="/transfers/{transfer_id}", tag=TAG),
    Write(path="/transfers/{transfer_id}/receive", command=receive_transfer, tag=TAG),
    Write(path="/locations", command=save_location, makes="/locations/{location_id}", tag=TAG),
    Write(path="/owners", command=save_owner, makes="/owners/{owner_id}", tag=TAG),
    Write(path="/nodes", command=save_node, makes="/nodes/{node_id}", tag=TAG),
)

mount_many(
    Many(path="/stock/receipts/many", single="/stock/receipts", command=receive_stock, name="receive_stocks", tag=TAG),
    Many(path="/stock/adjustments/many", single="/stock/adjustments", command=adjust_stock, name="adjust_stocks", tag=TAG),
    Many(path="/stock/counts/many", single="/stock/counts", command=count_stock, name="count_stocks", tag=TAG),
)
