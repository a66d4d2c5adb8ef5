"""What the books say is made to agree with what is there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import (
    CountedLine,
    ExpiredLine,
    LotsExpired,
    StockAdjusted,
    StockCounted,
    StockLineChanged,
)
from dingdan.ledgers.inventory.lifecycle import BOUNDLESS, LocationKind
from dingdan.ledgers.inventory.models import Location
from dingdan.ledgers.inventory.rules import (
    CountedGoods,
    OneSerialOnePiece,
    StockChange,
    checked_change,
    checked_lines,
    checked_lot,
)
from dingdan.masterdata.catalog.rules import Sellable, Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Correct what is on hand, by so much per line, for one reason."""

    lines: tuple[StockChange, ...]
    reason: str
    node_id: UUID | None = None
    owner_id: UUID | None = None


@batch_command(StockAdjusted)
def adjust_stock(batch: Batch[AdjustStock]) -> None:
    """Correct what is on hand by so much more or less, with a reason (e.g. `damage`, `theft`, `found`)."""
    steps.adjust([correction for item in batch.items for correction in _corrected(item)])


def _corrected(item: Item[AdjustStock]) -> list[steps.Correction]:
    """What one call corrects; it is told as done. A refusal ends the batch, so that no lot stays that was named for it alone."""
    entry, asked = item.entry, item.intent
    checked_lines(asked.lines)
    why = clean_text(asked.reason, "reason", 32)
    variants, node = queries.variants_in_stock(asked.lines), queries.node(asked.node_id)
    owner, corrections = queries.owner_id(asked.owner_id), []
    for index, (line, variant) in enumerate(zip(asked.lines, variants, strict=True)):
        field = f"lines.{index}"
        change = checked_change(line.quantity, field=f"{field}.quantity")
        code = checked_lot(variant, line, field=field)
        lot_id = _lot(entry, variant, line, code, field) if code else None
        where = queries.place(line.location_id, node.id, field=f"{field}.location_id", kind=LocationKind.STOCK)
        corrections.append(steps.Correction(entry, variant.id, node.id, change, owner, why, lot_id, where))
    entry.about("node", node.id)
    entry.about("variant", *(variant.id for variant in variants))
    told = [StockLineChanged(variant_id=one.variant_id, node_id=node.id, quantity=one.change) for one in corrections]
    item.accept(StockAdjusted(reason=why, lines=tuple(told)))
    return corrections


def _lot(entry: Entry, variant: Sellable, line: StockChange, code: str, field: str) -> UUID:
    """The lot of a line; a new one only where something is found."""
    if line.quantity > 0:
        named = steps.NamedLot(entry, variant.id, code, variant.tracking == Tracking.SERIAL, line.expires_on)
        return steps.name_lots([named])[variant.id, code]
    found = queries.lot(variant.id, code, field=f"{field}.lot_code")
    if found is None:
        raise NotFound(field=f"{field}.lot_code", what="lot", id=code)
    return found.id


@command
def count_stock(entry: Entry, *, lines: tuple[CountedGoods, ...], owner_id: UUID | None = None) -> StockCounted:
    """Make the books agree with what was counted: per SKU, location and lot, without saying what they held before.

    Refuses to go below what is reserved, or chosen for shipments. What no line names stays as it is.
    """
    checked_lines(lines)
    variants, owner = queries.variants_in_stock(lines), queries.owner_id(owner_id)
    places = queries.locations(line.location_id for line in lines)
    counts: dict[tuple[UUID, UUID, UUID | None], steps.Counted] = {}
    for index, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        location = _countable(places.get(line.location_id), line.location_id, field=f"lines.{index}.location_id")
        _check_counted(line, variant, field=f"lines.{index}")
        lot_id = _counted_lot(entry, variant, line, field=f"lines.{index}")
        key = (variant.id, location.id, lot_id)
        if key in counts:
            raise Invalid(field=f"lines.{index}", reason=_("This place and lot was counted in a line before; give the sum once."))
        counts[key] = steps.Counted(entry, variant.id, location, owner, lot_id, line.counted)
    changes = steps.count(list(counts.values()))
    entry.about("location", *dict.fromkeys(location_id for _variant, location_id, _lot_id in counts))
    entry.about("variant", *(variant.id for variant in variants))
    told = [
        CountedLine(variant_id=one.variant_id, location_id=one.location.id, lot_id=one.lot_id, counted=one.counted, change=change)
        for one, change in zip(counts.values(), changes, strict=True)
    ]
    return StockCounted(lines=tuple(told))


def _countable(location: Location | None, asked: UUID, *, field: str) -> Location:
    if location is None:
        raise NotFound(field=field, what="location", id=asked)
    if location.kind in BOUNDLESS or location.kind == LocationKind.TRANSIT:
        raise Invalid(field=field, reason=_("Only places inside a node are counted, and goods in transit when they arrive."))
    return location


def _check_counted(line: CountedGoods, variant: Sellable, *, field: str) -> None:
    if type(line.counted) is not int or not 0 <= line.counted <= LARGEST_QUANTITY:
        raise QuantityOutOfRange(field=f"{field}.counted", quantity=str(line.counted)[:30])
    if variant.tracking == Tracking.SERIAL and line.counted > 1:
        raise OneSerialOnePiece(field=f"{field}.counted", sku=variant.sku, code=line.lot_code, quantity=line.counted)


def _counted_lot(entry: Entry, variant: Sellable, line: CountedGoods, *, field: str) -> UUID | None:
    # A lot that the books have never seen may be found by counting.
    piece = StockChange(line.sku, 1, line.lot_code)
    code = checked_lot(variant, piece, field=field)
    return _lot(entry, variant, piece, code, field) if code else None


@command
def expire_lots(entry: Entry, *, limit: int = 200) -> LotsExpired:
    """Take lots that are past their date out of the sellable stock, to the damaged goods of their node.

    Orders that had some of them reserved wait again, the newest first; holds of carts become smaller.
    """
    spoiled, disappointed = steps.expire(entry, on=entry.at.date(), limit=limit)
    for kind, document_id in disappointed.documents:
        entry.about(kind, document_id)
    entry.about("variant", *dict.fromkeys(one.variant_id for one in spoiled))
    told = [
        ExpiredLine(variant_id=one.variant_id, node_id=one.node_id, lot_id=one.lot_id, quantity=one.quantity) for one in spoiled
    ]
    return LotsExpired(lines=tuple(told), demand_ids=disappointed.demand_ids)
