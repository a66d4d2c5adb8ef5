"""What the books say is made to agree with what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import LARGEST_QUANTITY, QuantityOutOfRange
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.commands.lines import Line, StockCall, StockCalls
from dingdan.ledgers.inventory.events import (
    AdjustmentTakenBack,
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

TAKEN_BACK = "taken_back"
"""The reason of moves that undo an adjustment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """Correct what is on hand, by so much per line, for one reason; `note` says more where that is needed."""

    lines: tuple[StockChange, ...]
    reason: str
    note: str = ""
    node_id: UUID | None = None
    owner_id: UUID | None = None


@batch_command(StockAdjusted)
def adjust_stock(batch: Batch[AdjustStock]) -> None:
    """Correct what is on hand by so much more or less, with a reason (e.g. `damage`, `theft`, `found`)."""
    reasons = dict(batch.read(lambda item: (item.entry.id, clean_text(item.intent.reason, "reason", 32))))
    notes = dict(batch.read(lambda item: (item.entry.id, clean_text(item.intent.note, "note", 500, required=False))))
    read = StockCalls(batch, check=checked_change, kind=LocationKind.STOCK)
    lots = queries.lots((line.variant.id, line.code) for call in read.calls for line in call.lines if line.code)
    calls = _with_lots(read.calls, known=set(lots))
    ids = {key: lot.id for key, lot in lots.items()} | read.lots()
    corrected = [[_correction(call, line, ids, reasons) for line in call.lines] for call in calls]
    for call, corrections, refusal in zip(calls, corrected, steps.adjust(corrected), strict=True):
        if refusal:
            call.item.refuse(refusal)
            continue
        call.about()
        told = [StockLineChanged(variant_id=one.variant_id, node_id=call.node.id, quantity=one.change) for one in corrections]
        steps.remark(call.item.entry, notes[call.item.entry.id])
        call.item.accept(StockAdjusted(reason=reasons[call.item.entry.id], lines=tuple(told)))


def _with_lots(calls: Sequence[StockCall[AdjustStock]], *, known: set[tuple[UUID, str]]) -> list[StockCall[AdjustStock]]:
    """Those of the calls that take from lots which are there, or which are found by then."""
    for call in calls:
        found = {(line.variant.id, line.code) for line in call.lines if line.quantity > 0}
        lost = [line for line in call.lines if line.code and line.quantity < 0]
        missing = next((line for line in lost if (line.variant.id, line.code) not in known | found), None)
        if missing:
            call.item.refuse(NotFound(field=f"{missing.field}.lot_code", what="lot", id=missing.code))
        else:
            known |= found
    return [call for call in calls if call.item.outcome is None]


def _correction(
    call: StockCall[AdjustStock], line: Line, lots: Mapping[tuple[UUID, str], UUID], reasons: Mapping[UUID, str]
) -> steps.Correction:
    entry, lot_id = call.item.entry, lots.get((line.variant.id, line.code))
    return steps.Correction(entry, line.variant.id, line.location, line.quantity, call.owner_id, reasons[entry.id], lot_id)


class TakenBackBefore(Refusal):
    """An adjustment is taken back once."""

    sentence = _("This adjustment was taken back before.")
    remedy = _("Adjust the stock anew, if it is still wrong.")


@command
def take_back_adjustment(entry: Entry, *, entry_id: UUID) -> AdjustmentTakenBack:
    """Undo an adjustment by the opposite one, at the same places and lots. Refuses where the goods are gone or promised."""
    moves = queries.adjusted_by(entry_id, lock=True)
    if not moves:
        raise NotFound(field="entry_id", what="adjustment", id=entry_id)
    if queries.was_taken_back(entry_id):
        raise TakenBackBefore(field="entry_id")
    corrections = steps.opposites(entry, moves, reason=TAKEN_BACK)
    steps.adjust([corrections])
    entry.about("adjustment", entry_id)
    entry.about("variant", *dict.fromkeys(one.variant_id for one in corrections))
    told = [
        StockLineChanged(variant_id=one.variant_id, node_id=one.location.node_id, quantity=one.change)
        for one in corrections
        if one.location.node_id
    ]
    return AdjustmentTakenBack(entry_id=entry_id, lines=tuple(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountStock:
    """What was counted, per SKU, location and lot."""

    lines: tuple[CountedGoods, ...]
    owner_id: UUID | None = None


@batch_command(StockCounted)
def count_stock(batch: Batch[CountStock]) -> None:
    """Make the books agree with what was counted: per SKU, location and lot, without saying what they held before.

    Refuses to go below what is reserved, or chosen for shipments. What no line names stays as it is.
    """
    asked = [line for item in batch.items for line in item.intent.lines]
    owners = [item.intent.owner_id for item in batch.items]
    names = queries.Names(asked, owners=owners, locations=[line.location_id for line in asked])
    calls = batch.read(lambda item: _Counting(item, names))
    lots = steps.name_lots([lot for call in calls for lot in call.lots])
    counted = [call.counted(lots) for call in calls]
    for call, counts, changes in zip(calls, counted, steps.count(counted), strict=True):
        if isinstance(changes, Refusal):
            call.item.refuse(changes)
            continue
        told = [
            CountedLine(
                variant_id=one.variant_id, location_id=one.location.id, lot_id=one.lot_id, counted=one.counted, change=change
            )
            for one, change in zip(counts, changes, strict=True)
        ]
        call.item.entry.about("location", *dict.fromkeys(one.location.id for one in counts))
        call.item.entry.about("variant", *(one.variant_id for one in counts))
        call.item.accept(StockCounted(lines=tuple(told)))


class _Counting:
    """A call that tells what was counted, whose words mean something here."""

    def __init__(self, item: Item[CountStock], names: queries.Names) -> None:
        checked_lines(item.intent.lines)
        self.item = item
        self.lines: dict[tuple[UUID, UUID, str], tuple[Location, int]] = {}
        self.lots: list[steps.NamedLot] = []
        variants = names.variants(item.intent.lines)
        self.owner_id = names.owner_id(item.intent.owner_id)
        for index, (line, variant) in enumerate(zip(item.intent.lines, variants, strict=True)):
            self._read(line, variant, names.location(line.location_id, field=f"lines.{index}.location_id"), index=index)

    def _read(self, line: CountedGoods, variant: Sellable, location: Location, *, index: int) -> None:
        field = f"lines.{index}"
        if location.kind in BOUNDLESS or location.kind == LocationKind.TRANSIT:
            reason = _("Only places inside a node are counted, and goods in transit when they arrive.")
            raise Invalid(field=f"{field}.location_id", reason=reason)
        _check_counted(line, variant, field=field)
        code = checked_lot(variant, StockChange(line.sku, 1, line.lot_code), field=field)
        if code:  # a lot that the books have never seen may be found by counting
            self.lots.append(steps.NamedLot(self.item.entry, variant.id, code, variant.tracking == Tracking.SERIAL))
        if (variant.id, location.id, code) in self.lines:
            raise Invalid(field=field, reason=_("This place and lot was counted in a line before; give the sum once."))
        self.lines[variant.id, location.id, code] = (location, line.counted)

    def counted(self, lots: Mapping[tuple[UUID, str], UUID]) -> list[steps.Counted]:
        """What was counted, with the ids of its lots."""
        return [
            steps.Counted(self.item.entry, variant_id, location, self.owner_id, lots.get((variant_id, code)), counted)
            for (variant_id, _location_id, code), (location, counted) in self.lines.items()
        ]


def _check_counted(line: CountedGoods, variant: Sellable, *, field: str) -> None:
    if type(line.counted) is not int or not 0 <= line.counted <= LARGEST_QUANTITY:
        raise QuantityOutOfRange(field=f"{field}.counted", quantity=str(line.counted)[:30])
    if variant.tracking == Tracking.SERIAL and line.counted > 1:
        raise OneSerialOnePiece(field=f"{field}.counted", sku=variant.sku, code=line.lot_code, quantity=line.counted)


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
