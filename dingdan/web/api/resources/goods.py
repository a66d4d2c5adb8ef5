"""Where goods lie, what is to come of them, and what can be promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from dingdan.ledgers.inventory.lifecycle import TRANSFER_LIFE
from dingdan.ledgers.inventory.models import Holding, Location, Lot, Owner, Supply, Transfer
from dingdan.ledgers.inventory.queries import atp, late
from dingdan.masterdata.catalog.models import Variant
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, Page, page, read, shaped
from dingdan.web.api.registers import Register, registers

STOCK, COMING = "Stock", "Goods to come"
Sku = Annotated[str | None, Field(description="Only of this article.")]
NodeName = Annotated[str | None, Field(description="Id or code of a node.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingView:
    """What lies at one location, by owner and lot. `allocated` is chosen for shipments already."""

    variant_id: UUID
    sku: str
    location: str
    kind: str
    node: str | None
    owner_id: UUID
    lot: str
    expires_on: date | None
    on_hand: int
    allocated: int


@read("/holdings", permission="inventory.read", tag=STOCK)
def list_holdings(*, sku: Sku = None, node: NodeName = None, after: After = None, limit: Limit = 50) -> Page[HoldingView]:
    """What lies where inside the nodes, by location, owner and lot."""
    rows = Holding.objects.filter(boundless=False).select_related("variant", "location__node", "lot").order_by("id")
    if sku is not None:
        rows = rows.filter(variant__sku=sku)
    if node is not None:
        rows = rows.filter(location__node_id=id_of("node_id", node, field="node"))
    return page(rows, _holdings, after=after, limit=limit)


def _holdings(rows: Sequence[Holding]) -> list[HoldingView]:
    return [
        HoldingView(
            variant_id=row.variant_id,
            sku=row.variant.sku,
            location=row.location.code,
            kind=row.location.kind,
            node=row.location.node.code if row.location.node else None,
            owner_id=row.owner_id,
            lot=row.lot.code if row.lot else "",
            expires_on=row.lot.expires_on if row.lot else None,
            on_hand=row.on_hand,
            allocated=row.allocated,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationView:
    """A spot that goods can be at, inside a node or outside (supplier, customer, production)."""

    id: UUID
    code: str
    kind: str
    node_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerView:
    """Whose goods they are: the shop's, a seller's, a consignor's."""

    id: UUID
    kind: str
    party_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    """Goods of one batch, or one piece with its serial number."""

    id: UUID
    variant_id: UUID
    sku: str
    code: str
    is_serial: bool
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferView:
    """Goods on their way from one node to another."""

    id: UUID
    number: str
    source: str
    target: str
    state: str
    dispatched_at: datetime
    expected_at: datetime | None
    received_at: datetime | None


_TRANSFER = ("id", "number", "state", "dispatched_at", "expected_at", "received_at")

registers(
    Register(
        plural="locations",
        singular="location",
        view=LocationView,
        rows=lambda: Location.objects.order_by("id"),
        permission="inventory.read",
        tag=STOCK,
    ),
    Register(
        plural="owners",
        singular="owner",
        view=OwnerView,
        rows=lambda: Owner.objects.order_by("id"),
        permission="inventory.read",
        tag=STOCK,
    ),
    Register(
        plural="lots",
        singular="lot",
        view=LotView,
        rows=lambda: Lot.objects.select_related("variant").order_by("id"),
        make=lambda rows: [
            LotView(
                id=row.id,
                variant_id=row.variant_id,
                sku=row.variant.sku,
                code=row.code,
                is_serial=row.is_serial,
                expires_on=row.expires_on,
            )
            for row in rows
        ],
        permission="inventory.read",
        tag=STOCK,
    ),
    Register(
        plural="transfers",
        states=TRANSFER_LIFE.states,
        singular="transfer",
        view=TransferView,
        rows=lambda: Transfer.objects.select_related("source", "target").order_by("-id"),
        make=lambda rows: [
            TransferView(**{name: getattr(row, name) for name in _TRANSFER}, source=row.source.code, target=row.target.code)
            for row in rows
        ],
        permission="inventory.read",
        tag=COMING,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyView:
    """Goods that will come. `pegged` of them are promised already."""

    id: UUID
    document_kind: str
    document_id: UUID
    variant_id: UUID
    sku: str
    node: str
    owner_id: UUID
    quantity: int
    received: int
    canceled: int
    pegged: int
    expected_at: datetime | None


_SUPPLY = [name for name in SupplyView.__dataclass_fields__ if name not in ("sku", "node")]


@read("/supplies", permission="inventory.read", tag=COMING)
def list_supplies(*, sku: Sku = None, node: NodeName = None, after: After = None, limit: Limit = 50) -> Page[SupplyView]:
    """What will come, and what came, newest announcement first."""
    rows = Supply.objects.select_related("variant", "node").order_by("-id")
    if sku is not None:
        rows = rows.filter(variant__sku=sku)
    if node is not None:
        rows = rows.filter(node_id=id_of("node_id", node, field="node"))
    return page(rows, _supplies, after=after, limit=limit)


def _supplies(rows: Sequence[Supply]) -> list[SupplyView]:
    return [SupplyView(**{name: getattr(row, name) for name in _SUPPLY}, sku=row.variant.sku, node=row.node.code) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisableView:
    """How many pieces of an article can be promised."""

    sku: str
    available: int


@read("/stock/{variant_id}/promisable", permission="inventory.read", tag=COMING)
def get_promisable(
    variant_id: str, *, on: date | None = None, node: NodeName = None, channel: str | None = None, owner_id: UUID | None = None
) -> PromisableView:
    """What can be promised of an article: from stock, and with a day also from what will have come by its end (UTC).

    `channel` (id or code) may not promise what is kept back from it. The SKU will do for the id.
    """
    row = found(Variant.objects.all(), "variant_id", variant_id)
    node_id = id_of("node_id", node, field="node") if node else None
    channel_id = id_of("channel_id", channel, field="channel") if channel else None
    return PromisableView(sku=row.sku, available=atp(row.id, on=on, node_id=node_id, owner_id=owner_id, channel_id=channel_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class LateView:
    """A promise that cannot be kept as things stand."""

    demand_id: UUID
    document_kind: str
    document_id: UUID
    due_at: datetime
    expected_at: datetime | None


@read("/late-promises", permission="inventory.read", tag=COMING)
def list_late_promises(*, limit: Limit = 50) -> list[LateView]:
    """Promises for which goods are expected too late, the longest promised first."""
    return [shaped(LateView, line) for line in late()[:limit]]
