"""Goods come, and are announced to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_code
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.commands.lines import Line, StockCall, StockCalls
from dingdan.ledgers.inventory.events import (
    AnnouncedLine,
    StockLineChanged,
    StockReceived,
    SupplyAnnounced,
    SupplyCanceled,
    SupplyReceived,
    SupplyRevised,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Supply
from dingdan.ledgers.inventory.rules import (
    ArrivedGoods,
    ExpectedGoods,
    StockChange,
    checked_lines,
    checked_lot,
    checked_moment,
)
from dingdan.masterdata.catalog.queries import variants_by_id
from dingdan.masterdata.catalog.rules import Sellable, Tracking


class BelongsToTransfer(Refusal):
    """Goods between two nodes are changed by their transfer."""

    sentence = _("These goods are on their way from another node.")
    remedy = _("Receive the transfer, and say there what is missing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveStock:
    """Goods of a supplier have come to a node (the first one, unless said)."""

    lines: tuple[StockChange, ...]
    node_id: UUID | None = None
    owner_id: UUID | None = None


@batch_command(StockReceived)
def receive_stock(batch: Batch[ReceiveStock]) -> None:
    """Take goods from a supplier into a node (the first one, unless said), and give them to whoever waits for them."""
    read = StockCalls(batch, check=checked_quantity)
    lots = read.lots()
    arrivals = {call.item.entry.id: [_arrival(call, line, lots) for line in call.lines] for call in read.calls}
    answered = steps.receive([arrival for its in arrivals.values() for arrival in its])
    for call in read.calls:
        call.about()
        entry_id = call.item.entry.id
        call.item.accept(StockReceived(lines=_changed(arrivals[entry_id]), document_ids=answered[entry_id].order_ids))


def _arrival(call: StockCall[ReceiveStock], line: Line, lots: Mapping[tuple[UUID, str], UUID]) -> steps.Arrival:
    return steps.Arrival(
        call.item.entry, line.variant.id, call.node.id, line.quantity, call.owner_id, lots.get((line.variant.id, line.code)),
        location_id=line.location.id,
    )  # fmt: skip


def _named(
    entry: Entry, lines: Sequence[ArrivedGoods], variants: Sequence[Sellable], codes: Sequence[str]
) -> dict[tuple[UUID, str], UUID]:
    return steps.name_lots(
        [
            steps.NamedLot(entry, variant.id, code, variant.tracking == Tracking.SERIAL, line.expires_on)
            for line, variant, code in zip(lines, variants, codes, strict=True)
            if code
        ]
    )


def _changed(arrivals: Sequence[steps.Arrival]) -> tuple[StockLineChanged, ...]:
    return tuple(StockLineChanged(variant_id=one.variant_id, node_id=one.node_id, quantity=one.quantity) for one in arrivals)


@command
def announce_supply(
    entry: Entry,
    *,
    lines: tuple[ExpectedGoods, ...],
    node_id: UUID | None = None,
    owner_id: UUID | None = None,
    document_kind: str = "supply",
    document_id: UUID | None = None,
) -> SupplyAnnounced:
    """Say that goods will come to a node (the first one, unless said), and promise them to whoever waits, oldest first."""
    checked_lines(lines)
    variants, node, owner = queries.variants_in_stock(lines), queries.node(node_id), queries.owner_id(owner_id)
    kind, document = clean_code(document_kind, "document_kind", 32), document_id or new_id()
    if kind == "transfer":
        raise BelongsToTransfer(field="document_kind")
    expected = [
        steps.Expected(
            entry=entry, id=new_id(), document_kind=kind, document_id=document, variant_id=variant.id, node_id=node.id,
            owner_id=owner, quantity=checked_quantity(line.quantity, field=f"lines.{index}.quantity"),
            expected_at=_moment(line.expected_at, field=f"lines.{index}.expected_at"),
        )
        for index, (line, variant) in enumerate(zip(lines, variants, strict=True))
    ]  # fmt: skip
    answered = steps.announce(expected)
    entry.about(kind, document)
    entry.about("variant", *(variant.id for variant in variants))
    told = [
        AnnouncedLine(
            supply_id=one.id, variant_id=one.variant_id, node_id=one.node_id, quantity=one.quantity, expected_at=one.expected_at
        )
        for one in expected
    ]
    return SupplyAnnounced(
        document_kind=kind,
        document_id=document,
        lines=tuple(told),
        demand_ids=answered.demand_ids,
        document_ids=answered.order_ids,
    )


def _moment(value: datetime | None, *, field: str) -> datetime | None:
    return None if value is None else checked_moment(value, field=field)


def _supply(supply_id: UUID, *, field: str = "supply_id") -> Supply:
    found = queries.supplies_by_id([supply_id]).get(supply_id)
    if found is None:
        raise NotFound(field=field, what="supply", id=supply_id)
    if found.document_kind == "transfer":
        raise BelongsToTransfer(field=field)
    return found


@command
def revise_supply(entry: Entry, *, supply_id: UUID, quantity: int, expected_at: datetime | None) -> SupplyRevised:
    """Say how many pieces of a supply there are in all, and when they come. Who loses goods by it waits again."""
    checked_quantity(quantity)
    supply = _supply(supply_id)
    answered = steps.revise([steps.Revision(entry, supply_id, quantity, _moment(expected_at, field="expected_at"))])
    late = queries.late([supply_id])
    entry.about(supply.document_kind, supply.document_id)
    entry.about("variant", supply.variant_id)
    return SupplyRevised(
        supply_id=supply_id, quantity=quantity, expected_at=expected_at, document_ids=answered.order_ids,
        late_document_ids=tuple(dict.fromkeys(line.document_id for line in late)),
    )  # fmt: skip


@command
def cancel_supply(entry: Entry, *, supply_id: UUID) -> SupplyCanceled:
    """Say that what has not come of a supply will not come. Whoever was promised some of it waits again."""
    supply = _supply(supply_id)
    left = supply.quantity - supply.received - supply.canceled
    answered = steps.revise([steps.Revision(entry, supply_id, None, supply.expected_at, gives_up=None)])
    entry.about(supply.document_kind, supply.document_id)
    entry.about("variant", supply.variant_id)
    return SupplyCanceled(supply_id=supply_id, quantity=left, document_ids=answered.order_ids)


@command
def receive_supply(entry: Entry, *, lines: tuple[ArrivedGoods, ...]) -> SupplyReceived:
    """Take announced goods into stock, and give them to those to whom they were promised, then to whoever waits."""
    checked_lines(lines)
    supplies = [_supply(line.supply_id, field=f"lines.{index}.supply_id") for index, line in enumerate(lines)]
    sellables = variants_by_id({supply.variant_id for supply in supplies})
    variants = [sellables[supply.variant_id] for supply in supplies]
    codes = []
    for index, (line, variant) in enumerate(zip(lines, variants, strict=True)):
        checked_quantity(line.quantity, field=f"lines.{index}.quantity")
        codes.append(checked_lot(variant, line, field=f"lines.{index}"))
    lots = _named(entry, lines, variants, codes)
    arrivals = []
    for index, (line, supply, code) in enumerate(zip(lines, supplies, codes, strict=True)):
        where = queries.place(line.location_id, supply.node_id, field=f"lines.{index}.location_id", kind=LocationKind.STOCK)
        lot_id = lots.get((supply.variant_id, code))
        arrivals.append(
            steps.Arrival(
                entry, supply.variant_id, supply.node_id, line.quantity, supply.owner_id, lot_id,
                location_id=where, supply_id=supply.id,
            )
        )  # fmt: skip
    answered = steps.receive(arrivals)[entry.id]
    for supply in supplies:
        entry.about(supply.document_kind, supply.document_id)
        entry.about("variant", supply.variant_id)
    ids = tuple(dict.fromkeys(supply.id for supply in supplies))
    return SupplyReceived(supply_ids=ids, lines=_changed(arrivals), document_ids=answered.order_ids)
