"""Shipments as the API tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.trade.fulfillment.models import Package, Shipment
from dingdan.trade.fulfillment.queries import lines_of
from dingdan.web.api.reads import shaped


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentLineView:
    """So many pieces of an article for an order line."""

    order_line_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """A box: grams and millimeters, where known."""

    position: int
    weight_grams: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    tracking_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentView:
    """Goods of one order that leave one node together."""

    id: UUID
    number: str
    order_id: UUID
    node: str
    state: str
    carrier: str
    tracking_number: str
    planned_at: datetime
    picked_at: datetime | None
    packed_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    lines: list[ShipmentLineView]
    packages: list[PackageView]


_COPIED = (
    *("id", "number", "order_id", "state", "carrier", "tracking_number"),
    *("planned_at", "picked_at", "packed_at", "shipped_at", "delivered_at"),
)


def shipment_views(shipments: Iterable[Shipment]) -> list[ShipmentView]:
    """The shipments with what is in them, in the order given; their nodes must have been read along."""
    rows = list(shipments)
    ids = [row.id for row in rows]
    lines, packages = lines_of(ids), defaultdict(list)
    for package in Package.objects.filter(shipment_id__in=ids).order_by("shipment_id", "position"):
        packages[package.shipment_id].append(shaped(PackageView, package))
    return [
        ShipmentView(
            **{name: getattr(row, name) for name in _COPIED},
            node=row.node.code,
            lines=[
                ShipmentLineView(order_line_id=line.order_line_id, variant_id=line.demand.variant_id, quantity=line.quantity)
                for line in lines.get(row.id, [])
            ],
            packages=packages[row.id],
        )
        for row in rows
    ]
