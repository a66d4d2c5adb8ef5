"""Whom goods are for: waiting demands are answered, carts hold stock for a time, shipments choose places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_code, clean_text
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import (
    AllocatedLine,
    BackordersFilled,
    HoldsExpired,
    HoldsReleased,
    StockAllocated,
    StockDeallocated,
    StockHeld,
)
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.inventory.rules import (
    Brought,
    ChosenPlace,
    NoSuchStock,
    StockChange,
    checked_lines,
    checked_moment,
    shared_out,
)
from dingdan.masterdata.catalog.queries import variants_by_sku


@dataclass(frozen=True, slots=True)
class FillBackorders:
    """Look whether anything is there, or coming, for those who wait for these variants."""

    variant_ids: tuple[UUID, ...]


@batch_command(BackordersFilled)
def fill_backorders(batch: Batch[FillBackorders]) -> None:
    """Answer demands that wait for these variants with free stock, then with goods to come, oldest demand first."""
    asked = [Brought(item.entry.id, variant_id) for item in batch.items for variant_id in item.intent.variant_ids]
    answered = steps.fill(batch.items[0].entry, {one.variant_id for one in asked})
    # Whoever asks for a variant first is told what there was for it: for the next one there is nothing left.
    first = {one.variant_id: one for one in reversed(asked)}
    given = shared_out(answered.given, list(first.values()))
    for item in batch.items:
        told = steps.Answered(given.get(item.entry.id, ()))
        told.tell(item.entry)
        item.entry.about("variant", *item.intent.variant_ids)
        item.accept(
            BackordersFilled(
                demand_ids=told.demand_ids, document_ids=told.order_ids, quantity=told.from_stock, promised=told.from_supply
            )
        )


@command
def hold_stock(
    entry: Entry,
    *,
    document_id: UUID,
    lines: tuple[StockChange, ...],
    until: datetime,
    document_kind: str = "cart",
    channel_id: UUID | None = None,
) -> StockHeld:
    """Hold stock for a document for a time, in place of what it held before; all of it or nothing.

    Kits hold their components. An order that names the cart takes over what it holds.
    """
    checked_lines(lines)
    until = checked_moment(until, field="until")
    if until <= entry.at:
        raise Invalid(field="until", reason=_("The time is over already."))
    wants = _wants(entry, lines, document=(clean_code(document_kind, "document_kind", 32), document_id), until=until)
    steps.hold(wants, channel_id=channel_id)
    entry.about("variant", *dict.fromkeys(want.variant_id for want in wants))
    return StockHeld(
        document_kind=document_kind, document_id=document_id, quantity=sum(want.quantity for want in wants), until=until
    )


def _wants(entry: Entry, lines: Sequence[StockChange], *, document: tuple[str, UUID], until: datetime) -> list[steps.Want]:
    skus = [clean_text(line.sku, f"lines.{index}.sku", 64) for index, line in enumerate(lines)]
    found, own, wants = variants_by_sku(set(skus)), queries.own_owner_id(), []
    for index, (line, sku) in enumerate(zip(lines, skus, strict=True)):
        quantity = checked_quantity(line.quantity, field=f"lines.{index}.quantity")
        if sku not in found:
            raise NoSuchStock(field=f"lines.{index}.sku", sku=sku)
        line_id = new_id()
        for of, pieces in found[sku].stocked(quantity):
            wants.append(
                steps.Want(
                    entry=entry, id=new_id(), document_kind=document[0], document_id=document[1], line_id=line_id,
                    variant_id=of.id, owner_id=own, quantity=pieces, per_line_unit=pieces // quantity, expires_at=until,
                )
            )  # fmt: skip
    if not wants:
        raise NoSuchStock(field="lines", sku=", ".join(skus)[:100])
    return wants


@command
def release_holds(entry: Entry, *, document_ids: tuple[UUID, ...]) -> HoldsReleased:
    """Let go what documents (carts) hold; nothing happens to those that hold nothing."""
    released, variants = steps.release(entry, document_ids)
    entry.about("variant", *variants)
    return HoldsReleased(document_ids=tuple(released), variant_ids=tuple(variants), quantity=sum(released.values()))


@command
def expire_holds(entry: Entry, *, limit: int = 500) -> HoldsExpired:
    """Let go what documents hold whose time is over, the earliest first."""
    due = queries.due_to_let_go(entry.at, limit=limit)
    released, variants = steps.release(entry, due, over_at=entry.at)
    entry.about("variant", *variants)
    return HoldsExpired(document_ids=tuple(released), variant_ids=tuple(variants), quantity=sum(released.values()))


@command
def allocate_stock(
    entry: Entry, *, document_id: UUID, node_id: UUID | None = None, choices: tuple[ChosenPlace, ...] = ()
) -> StockAllocated:
    """Choose the places and lots that a document's reserved pieces at a node are taken from.

    Without choices, everything that is reserved there and not chosen yet is chosen, first expired first out.
    """
    node = queries.node(node_id)
    demands = {demand.id: demand for demand in queries.demands_of([document_id]).get(document_id, [])}
    if not demands:
        raise NotFound(field="document_id", what="document", id=document_id)
    wanted = _chosen(entry, choices, demands, node.id) if choices else _everything(entry, demands, node.id)
    chosen = steps.allocate(wanted)
    for demand in demands.values():
        entry.about(demand.document_kind, document_id)
    lines = [
        AllocatedLine(demand_id=one.demand_id, location_id=one.location_id, lot_id=one.lot_id, quantity=one.quantity)
        for one in chosen
    ]
    return StockAllocated(document_id=document_id, lines=tuple(lines))


def _chosen(entry: Entry, choices: Sequence[ChosenPlace], demands: dict[UUID, Demand], node_id: UUID) -> list[steps.Choice]:
    wanted = []
    for index, choice in enumerate(choices):
        field = f"choices.{index}"
        quantity = checked_quantity(choice.quantity, field=f"{field}.quantity")
        demand = demands.get(choice.demand_id)
        if demand is None:
            raise NotFound(field=f"{field}.demand_id", what="demand", id=choice.demand_id)
        lot = queries.lot(demand.variant_id, choice.lot_code, field=f"{field}.lot_code")
        wanted.append(steps.Choice(entry, demand.id, node_id, quantity, choice.location_id, lot.id if lot else None))
    return wanted


def _everything(entry: Entry, demands: dict[UUID, Demand], node_id: UUID) -> list[steps.Choice]:
    queries.lock_demands(demands)
    free = queries.unchosen(demands, node_id)
    return [steps.Choice(entry, demand_id, node_id, quantity) for demand_id, quantity in free.items() if quantity]


@command
def deallocate_stock(entry: Entry, *, document_id: UUID, node_id: UUID | None = None) -> StockDeallocated:
    """Choose no places for a document's pieces at a node any longer; they stay reserved."""
    node = queries.node(node_id)
    demands = queries.lock_demands(demand.id for demand in queries.demands_of([document_id]).get(document_id, []))
    if not demands:
        raise NotFound(field="document_id", what="document", id=document_id)
    quantity = steps.deallocate(entry, most={(demand_id, node.id): 0 for demand_id in demands})
    for demand in demands.values():
        entry.about(demand.document_kind, document_id)
    return StockDeallocated(document_id=document_id, quantity=quantity)
