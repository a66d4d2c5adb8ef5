"""Shipments are put into their packages, and taken out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenants import shop_zone
from dingdan.trade.fulfillment import queries, steps
from dingdan.trade.fulfillment.commands.moving import Turns
from dingdan.trade.fulfillment.events import ShipmentPacked, ShipmentUnpacked
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import Errand, Package, PackedLine, Shipment, ShipmentLine
from dingdan.trade.fulfillment.rules import (
    Content,
    NotPackedAsPlanned,
    Wanted,
    check_contents,
    check_mine,
    checked_tracking_number,
)
from dingdan.trade.orders import queries as order_queries


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A package: grams and millimeters, where known. With contents, they must be the whole shipment, no more and no less."""

    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    tracking_number: str = ""
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, slots=True)
class PackShipment:
    """Put a shipment into its packages."""

    shipment_id: UUID
    packages: tuple[Box, ...] = (Box(),)


@batch_command(ShipmentPacked)
def pack_shipment(batch: Batch[PackShipment]) -> None:
    """Put a shipment into its packages. What is in them may be told piece by piece; then nothing may be missing."""
    labels = dict(
        batch.read(lambda item: (item.entry.id, [checked_tracking_number(box.tracking_number) for box in item.intent.packages]))
    )
    turned = Turns(batch, name="pack", moving=True).made
    lines = queries.lines_of([shipment.id for _item, shipment in turned])
    turned = [one for one in turned if _is_complete(*one, lines.get(one[1].id, ()))]
    rows = [_boxes(shipment, item.intent.packages, labels[item.entry.id]) for item, shipment in turned]
    insert(
        (Package, [box for boxes, _contents in rows for box in boxes]),
        (PackedLine, [content for _boxes_, contents in rows for content in contents]),
    )
    steps.mark([(item.entry, shipment) for item, shipment in turned], column="packed_at")
    for item, shipment in turned:
        packages = len(item.intent.packages)
        item.accept(ShipmentPacked(shipment_id=shipment.id, order_id=shipment.order_id, packages=packages))


def _is_complete(item: Item[PackShipment], shipment: Shipment, lines: Sequence[ShipmentLine]) -> bool:
    """Whether the packages hold what the shipment does, as far as was told, and nobody else is at it; if not, it is refused."""
    packages = [box.contents for box in item.intent.packages]
    try:
        check_mine(item.entry.actor, at_it=shipment.packer, since=shipment.picked_at or shipment.planned_at, zone=shop_zone)
        if any(packages):
            skus = queries.skus_of(lines)
            _check_picked(shipment, skus)
            check_contents(packages, [Wanted(line.id, skus[line.id], line.quantity) for line in lines])
    except Refusal as refusal:
        item.refuse(refusal)
        return False
    return True


def _check_picked(shipment: Shipment, skus: Mapping[UUID, str]) -> None:
    """What is packed by scan was taken from the shelves before, where there was a round for it."""
    left = Errand.objects.filter(queries.OPEN_ERRAND, line__shipment_id=shipment.id).first()
    if left is not None:
        raise NotPackedAsPlanned(packed=left.picked, planned=left.planned, sku=skus.get(left.line_id, ""))


def _boxes(
    shipment: Shipment, packages: Sequence[Box], labels: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    boxes, contents = [], []
    for position, (box, label) in enumerate(zip(packages, labels, strict=True), start=1):
        box_id = new_id()
        boxes.append(
            {
                "id": box_id, "shipment_id": shipment.id, "position": position, "weight_grams": box.weight_grams,
                "length_mm": box.length_mm, "width_mm": box.width_mm, "height_mm": box.height_mm, "tracking_number": label,
            }
        )  # fmt: skip
        inside: dict[UUID, int] = {}
        for one in box.contents:
            inside[one.line_id] = inside.get(one.line_id, 0) + one.quantity
        contents += [
            {"id": new_id(), "package_id": box_id, "line_id": line_id, "quantity": quantity}
            for line_id, quantity in inside.items()
            if quantity > 0
        ]
    return boxes, contents


@command
def unpack_shipment(entry: Entry, *, shipment_id: UUID) -> ShipmentUnpacked:
    """Open the packages of a shipment that has not left: it is to be packed once more."""
    owner = queries.orders_of([shipment_id]).get(shipment_id)
    if owner is None:
        raise NotFound(what="shipment", id=shipment_id)
    order_queries.lock_order(owner)
    shipment = queries.lock_shipments([shipment_id])[shipment_id]
    shipment.state = SHIPMENT_LIFE.turn("unpack", shipment.state)
    count = steps.open_packages(entry, shipment_id=shipment.id)
    steps.turn(entry, shipments=[shipment], state=shipment.state)
    return ShipmentUnpacked(shipment_id=shipment.id, order_id=shipment.order_id, packages=count)
