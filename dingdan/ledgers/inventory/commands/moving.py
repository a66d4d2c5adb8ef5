"""Goods go from place to place, and from node to node."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange, checked_quantity
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import (
    MovedLine,
    StockLineChanged,
    StockMoved,
    StockTransferred,
    TransferDispatched,
    TransferReceived,
)
from dingdan.ledgers.inventory.lifecycle import TRANSFER_LIFE, LocationKind
from dingdan.ledgers.inventory.models import Location
from dingdan.ledgers.inventory.rules import (
    ArrivedGoods,
    ClosedPlace,
    LotMissing,
    MovedGoods,
    StockChange,
    checked_lines,
    checked_moment,
)
from dingdan.masterdata.catalog.rules import Sellable, Tracking

LEAVES = frozenset({LocationKind.STOCK, LocationKind.INSPECTION, LocationKind.DAMAGED, LocationKind.REFURBISH})
ENTERS = LEAVES | {LocationKind.SCRAP}


class NoWayBetween(Refusal):
    """Goods do not go straight from the one place to the other."""

    status = 422
    sentence = _("Goods do not go straight from {source} to {target}.")
    remedy = _("Move inside one node, or to scrap; use a transfer between nodes, a receipt or an adjustment for the rest.")


@command
def move_stock(entry: Entry, *, lines: tuple[MovedGoods, ...], reason: str = "move", owner_id: UUID | None = None) -> StockMoved:
    """Move goods between the places of a node (stock, inspection, damaged), or to scrap. Reserved goods stay in stock."""
    checked_lines(lines)
    why = clean_text(reason, "reason", 32)
    variants, owner = queries.variants_in_stock(lines), queries.owner_id(owner_id)
    places = queries.locations({line.source_id for line in lines} | {line.target_id for line in lines})
    pieces = []
    for index, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        _check_way(line, places, field=f"lines.{index}")
        pieces.append(
            steps.Pieces(
                entry=entry, variant_id=variant.id, source_id=line.source_id, target_id=line.target_id,
                quantity=checked_quantity(line.quantity, field=f"lines.{index}.quantity"), reason=why, owner_id=owner,
                lot_id=_named_lot(variant, line.lot_code, field=f"lines.{index}.lot_code"),
            )
        )  # fmt: skip
    steps.move(pieces)
    entry.about("location", *places)
    entry.about("variant", *(variant.id for variant in variants))
    told = [
        MovedLine(
            variant_id=one.variant_id, source_id=one.source_id, target_id=one.target_id, lot_id=one.lot_id, quantity=one.quantity
        )
        for one in pieces
    ]
    return StockMoved(reason=why, lines=tuple(told))


def _check_way(line: MovedGoods, places: dict[UUID, Location], *, field: str) -> None:
    for name, location_id in (("source_id", line.source_id), ("target_id", line.target_id)):
        if location_id not in places:
            raise NotFound(field=f"{field}.{name}", what="location", id=location_id)
    source, target = places[line.source_id], places[line.target_id]
    same_node = target.node_id in (source.node_id, None)
    if source.id == target.id or source.kind not in LEAVES or target.kind not in ENTERS or not same_node:
        raise NoWayBetween(field=f"{field}.target_id", source=source.code, target=target.code)
    if not target.active:
        raise ClosedPlace(field=f"{field}.target_id", place=target.code)


def _named_lot(variant: Sellable, code: str, *, field: str) -> UUID | None:
    """The lot that a line must name when its goods have lots."""
    found = queries.lot(variant.id, code, field=field)
    if found is None and variant.tracking != Tracking.NONE:
        raise LotMissing(field=field, sku=variant.sku, tracking=variant.tracking)
    return found.id if found else None


@command
def transfer_stock(
    entry: Entry, *, lines: tuple[StockChange, ...], source_node_id: UUID, target_node_id: UUID, owner_id: UUID | None = None
) -> StockTransferred:
    """Move free stock from one node to another at once."""
    departing, variants = _departing(
        entry, lines, nodes=(source_node_id, target_node_id), kind=LocationKind.STOCK, owner_id=owner_id
    )
    steps.draw(departing)
    entry.about("node", source_node_id, target_node_id)
    entry.about("variant", *(variant.id for variant in variants))
    return StockTransferred(
        source_node_id=source_node_id, target_node_id=target_node_id, lines=_changed(departing, target_node_id)
    )


@command
def dispatch_transfer(
    entry: Entry,
    *,
    lines: tuple[StockChange, ...],
    source_node_id: UUID,
    target_node_id: UUID,
    expected_at: datetime | None = None,
    owner_id: UUID | None = None,
) -> TransferDispatched:
    """Send free stock of one node on its way to another, where it is expected from now on and can be promised."""
    if expected_at is not None:
        expected_at = checked_moment(expected_at, field="expected_at")
    departing, variants = _departing(
        entry, lines, nodes=(source_node_id, target_node_id), kind=LocationKind.TRANSIT, owner_id=owner_id
    )
    transfer_id, number = steps.send(departing, nodes=(source_node_id, target_node_id), expected_at=expected_at)
    entry.about("node", source_node_id, target_node_id)
    entry.about("variant", *(variant.id for variant in variants))
    return TransferDispatched(
        transfer_id=transfer_id, number=number, source_node_id=source_node_id, target_node_id=target_node_id,
        lines=_changed(departing, target_node_id),
    )  # fmt: skip


def _departing(
    entry: Entry, lines: Sequence[StockChange], *, nodes: tuple[UUID, UUID], kind: str, owner_id: UUID | None
) -> tuple[list[steps.Departing], list[Sellable]]:
    """What leaves the one node for the location of that kind of the other."""
    checked_lines(lines)
    here, there = queries.node(nodes[0], field="source_node_id"), queries.node(nodes[1], field="target_node_id")
    if here.id == there.id:
        raise Invalid(field="target_node_id", reason=_("Source and target are the same node."))
    variants, owner, target = queries.variants_in_stock(lines), queries.owner_id(owner_id), queries.location_ids()[there.id, kind]
    departing = []
    for index, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        quantity = checked_quantity(line.quantity, field=f"lines.{index}.quantity")
        lot = queries.lot(variant.id, line.lot_code, field=f"lines.{index}.lot_code")
        lot_id = lot.id if lot else None
        departing.append(steps.Departing(entry, variant.id, here.id, quantity, owner, target, "transfer", lot_id))
    return departing, variants


def _changed(departing: Sequence[steps.Departing], node_id: UUID) -> tuple[StockLineChanged, ...]:
    return tuple(StockLineChanged(variant_id=one.variant_id, node_id=node_id, quantity=one.quantity) for one in departing)


@command
def receive_transfer(
    entry: Entry, *, transfer_id: UUID, lines: tuple[ArrivedGoods, ...] | None = None, is_last: bool = True
) -> TransferReceived:
    """Take in what arrived of a transfer; everything that was sent, unless lines say otherwise.

    With `is_last`, the transfer is over: what did not arrive is written off. What arrived on top is found goods.
    """
    transfer = queries.transfer(transfer_id, lock=True)
    TRANSFER_LIFE.turn("receive", transfer.state)
    known = {row.id: row for row in queries.supplies_of(transfer.id)}
    arrived = {row.id: row.quantity - row.received - row.canceled for row in known.values()} if lines is None else {}
    for index, line in enumerate(lines or ()):
        if line.supply_id not in known or line.supply_id in arrived:
            raise NotFound(field=f"lines.{index}.supply_id", what="supply", id=line.supply_id)
        if type(line.quantity) is not int or not 0 <= line.quantity <= LARGEST_QUANTITY:
            raise QuantityOutOfRange(field=f"lines.{index}.quantity", quantity=str(line.quantity)[:30])
        arrived[line.supply_id] = line.quantity
    answered, lost, found = steps.accept(entry, transfer=transfer, arrived=arrived, is_last=is_last)
    entry.about("node", transfer.source_id, transfer.target_id)
    entry.about("variant", *dict.fromkeys(row.variant_id for row in known.values()))
    told = [
        StockLineChanged(variant_id=known[supply_id].variant_id, node_id=transfer.target_id, quantity=quantity)
        for supply_id, quantity in arrived.items()
        if quantity
    ]
    return TransferReceived(
        transfer_id=transfer.id, is_last=is_last, lines=tuple(told), lost=lost, found=found, document_ids=answered.order_ids
    )
