"""What can be done with goods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.ledgers.inventory import queries, steps
from dingdan.ledgers.inventory.events import (
    BackordersFilled,
    NodeSaved,
    StockAdjusted,
    StockLineChanged,
    StockReceived,
    StockTransferred,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Demand, Node
from dingdan.ledgers.inventory.rules import Need, source
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable


class ReservedStock(Refusal):
    """Stock that is promised to customers was to be taken away."""

    sentence = _("Pieces that are reserved for orders cannot be taken away.")
    remedy = _("Release reservations first: cancel or re-source the orders that hold them.")


refuses("reserved_never_exceeds_on_hand", ReservedStock)


class NoSuchStock(Refusal):
    """The variant is not kept in stock, or unknown."""

    status = 422
    sentence = _("{sku} is not kept in stock here.")
    remedy = _("Create the variant first, with needs_stock set.")


@dataclass(frozen=True, slots=True)
class StockChange:
    """So many pieces of a SKU; for corrections it may be negative."""

    sku: str
    quantity: int


def _variants(lines: Sequence[StockChange]) -> dict[str, Sellable]:
    if not lines:
        raise Invalid(field="lines", reason=_("There are no lines."))
    found = variants_by_sku({line.sku for line in lines})
    for index, line in enumerate(lines):
        if line.sku not in found or not found[line.sku].needs_stock:
            raise NoSuchStock(field=f"lines.{index}.sku", sku=line.sku)
    return found


def _node(node_id: UUID | None) -> Node:
    if node_id is None:
        return queries.default_node()
    node = Node.objects.filter(id=node_id).first()
    if node is None:
        raise NotFound(what="node", id=node_id)
    return node


def _changed(lines: Sequence[StockChange], variants: dict[str, Sellable], node_id: UUID) -> tuple[StockLineChanged, ...]:
    return tuple(StockLineChanged(variant_id=variants[line.sku].id, node_id=node_id, quantity=line.quantity) for line in lines)


@command
def receive_stock(
    entry: Entry, *, lines: tuple[StockChange, ...], node_id: UUID | None = None, owner_id: UUID | None = None
) -> StockReceived:
    """Take goods from a supplier into the stock of a node (the first one, unless said)."""
    variants, node = _variants(lines), _node(node_id)
    for index, line in enumerate(lines):
        checked_quantity(line.quantity, field=f"lines.{index}.quantity")
    owner = owner_id or queries.own_owner_id()
    steps.receive([steps.Arrival(entry, variants[line.sku].id, node.id, line.quantity, owner) for line in lines])
    entry.about("node", node.id)
    entry.about("variant", *(variant.id for variant in variants.values()))
    return StockReceived(lines=_changed(lines, variants, node.id))


@command
def adjust_stock(
    entry: Entry, *, lines: tuple[StockChange, ...], reason: str, node_id: UUID | None = None, owner_id: UUID | None = None
) -> StockAdjusted:
    """Correct what is on hand by so much more or less, with a reason (e.g. `count`, `damage`, `theft`, `found`)."""
    variants, node = _variants(lines), _node(node_id)
    if not reason or len(reason) > 32:
        raise Invalid(field="reason", reason=_("Say why in 1 to 32 characters."))
    for index, line in enumerate(lines):
        checked_quantity(abs(line.quantity), field=f"lines.{index}.quantity")
    owner = owner_id or queries.own_owner_id()
    steps.adjust([steps.Correction(entry, variants[line.sku].id, node.id, line.quantity, owner, reason) for line in lines])
    entry.about("node", node.id)
    entry.about("variant", *(variant.id for variant in variants.values()))
    return StockAdjusted(reason=reason, lines=_changed(lines, variants, node.id))


@command
def transfer_stock(
    entry: Entry, *, lines: tuple[StockChange, ...], source_node_id: UUID, target_node_id: UUID
) -> StockTransferred:
    """Move free stock from one node to another at once."""
    variants, here, there = _variants(lines), _node(source_node_id), _node(target_node_id)
    if here.id == there.id:
        raise Invalid(field="target_node_id", reason=_("Source and target are the same node."))
    places, owner = queries.location_ids(), queries.own_owner_id()
    steps.move(
        [
            steps.Pieces(
                entry=entry, variant_id=variants[line.sku].id, source_id=places[here.id, LocationKind.STOCK],
                target_id=places[there.id, LocationKind.STOCK],
                quantity=checked_quantity(line.quantity, field=f"lines.{index}.quantity"), reason="transfer", owner_id=owner,
            )
            for index, line in enumerate(lines)
        ]
    )  # fmt: skip
    entry.about("node", here.id, there.id)
    entry.about("variant", *(variant.id for variant in variants.values()))
    return StockTransferred(source_node_id=here.id, target_node_id=there.id, lines=_changed(lines, variants, there.id))


@command
def save_node(entry: Entry, *, code: str, name: str, country: str, priority: int = 100) -> NodeSaved:
    """Open a place that can ship, or change its name and priority when the code is known."""
    node = Node.objects.select_for_update(no_key=True).filter(code=code).first()
    if node is None:
        node_id = steps.open_node(entry, code=code, name=name, country=country, priority=priority)
    else:
        Node.objects.filter(id=node.id).update(name=name, country=country, priority=priority)
        node_id = node.id
    entry.about("node", node_id)
    return NodeSaved(node_id=node_id, code=code)


@command
def fill_backorders(entry: Entry, *, variant_ids: tuple[UUID, ...]) -> BackordersFilled:
    """Answer open demands for these variants with free stock, oldest demand first."""
    demands = list(Demand.objects.filter(id__in=queries.unanswered(variant_ids)).order_by("id").select_for_update(no_key=True))
    spots = queries.spots({demand.variant_id for demand in demands}, lock=True)
    owner, answers = queries.own_owner_id(), []
    for demand in demands:
        left = demand.quantity - demand.canceled - demand.issued - demand.pegged
        if left > 0:
            sourced = source([Need(demand.id, demand.variant_id, owner, left)], spots)
            answers += [steps.Answer(demand.id, share.spot, share.quantity) for share in sourced.shares]
    steps.reanswer(entry, answers=answers)
    documents = {demand.id: demand.document_id for demand in demands}
    filled = tuple(dict.fromkeys(answer.want_id for answer in answers))
    entry.about("variant", *variant_ids)
    entry.about("order", *dict.fromkeys(documents[demand_id] for demand_id in filled))
    return BackordersFilled(
        demand_ids=filled,
        document_ids=tuple(dict.fromkeys(documents[demand_id] for demand_id in filled)),
        quantity=sum(answer.quantity for answer in answers),
    )
