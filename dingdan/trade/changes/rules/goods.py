"""Which goods a change needs and lets go, and what answers them. Pure: stock comes in as shelves, which it takes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.ledgers.inventory.rules import (
    Need,
    Shelves,
    Sourced,
    Spot,
    give_back,
    loosened,
    owe,
    source,
)
from dingdan.masterdata.catalog.rules import Sellable
from dingdan.trade.changes.rules.plans import Plan
from dingdan.trade.orders.rules import OutOfStock, may_owe


class Owing(Protocol):
    """A demand of the order."""

    @property
    def id(self) -> UUID: ...
    @property
    def variant_id(self) -> UUID: ...
    @property
    def owner_id(self) -> UUID: ...
    @property
    def per_line_unit(self) -> int: ...
    @property
    def quantity(self) -> int: ...
    @property
    def canceled(self) -> int: ...
    @property
    def issued(self) -> int: ...
    @property
    def pegged(self) -> int: ...


class Answering(Protocol):
    """A peg of the order's."""

    @property
    def quantity(self) -> int: ...
    @property
    def supply_id(self) -> UUID | None: ...
    @property
    def balance_id(self) -> UUID | None: ...
    @property
    def id(self) -> UUID: ...
    @property
    def balance(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Stock:
    """What an order has and what its articles are, as far as goods go."""

    demands: Mapping[UUID, Sequence[Owing]]
    """By order line."""
    pegs: Mapping[UUID, Sequence[Answering]]
    """By demand."""
    articles: Mapping[UUID, Sellable]
    own_owner_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Goods that a change needs: of a line that is added, or (`is_again`) canceled ones of a demand, whose id is the key."""

    key: UUID
    line_id: UUID
    of: Sellable
    owner_id: UUID
    quantity: int
    per_line_unit: int
    at: str
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """So many pieces of a demand leave from other stock than the peg says that answers them."""

    line_id: UUID
    demand_id: UUID
    peg_id: UUID
    balance_id: UUID
    node_id: UUID
    quantity: int
    to: Spot


@dataclass(frozen=True, slots=True)
class Found:
    """What answers the pieces, when each is there, and what leaves from elsewhere."""

    pieces: tuple[Piece, ...] = ()
    sourced: Sourced = field(default_factory=lambda: Sourced((), {}))
    ready: Mapping[UUID, datetime | None] = field(default_factory=dict)
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def backordered(self) -> int:
        """Pieces that stock does not give."""
        return sum(self.sourced.missing.values())


def pieces(plan: Plan, stock: Stock) -> tuple[Piece, ...]:
    """The goods that a plan needs; what is handed on needs none."""
    return (*_of_added(plan, stock), *_of_restored(plan, stock))


def _of_restored(plan: Plan, stock: Stock) -> Iterator[Piece]:
    for line_id in plan.restored:
        holder, units = plan.again(line_id)
        for demand in stock.demands.get(holder, ()) if units else ():
            yield Piece(
                key=demand.id, line_id=line_id, of=stock.articles[demand.variant_id], owner_id=demand.owner_id,
                quantity=units * demand.per_line_unit, per_line_unit=demand.per_line_unit, at="changes", is_again=True,
            )  # fmt: skip


def _of_added(plan: Plan, stock: Stock) -> Iterator[Piece]:
    handed = plan.handed_to
    for added in plan.added:
        line = added.line
        if line.variant is None or line.id in handed:
            continue
        like = [demand.owner_id for demand in stock.demands.get(added.like or added.replaces or line.id, ())]
        owner_id = like[0] if like and line.seller_id else stock.own_owner_id
        for of, quantity in line.variant.stocked(line.priced.quantity):
            yield Piece(
                key=new_id(), line_id=line.id, of=of, owner_id=owner_id, quantity=quantity,
                per_line_unit=quantity // line.priced.quantity, at=added.at or "changes",
            )  # fmt: skip


def concerned(plan: Plan, stock: Stock) -> set[UUID]:
    """The variants whose stock a plan touches."""
    loose = [demand.variant_id for demand, _quantity in freed(plan, stock)]
    moved = [demand.variant_id for line_id in plan.nodes for demand in stock.demands.get(line_id, ())]
    return {*loose, *moved, *(piece.of.id for piece in pieces(plan, stock))}


def freed(plan: Plan, stock: Stock) -> list[tuple[Owing, int]]:
    """How many pieces of which demands are let go; those that are handed on are not."""
    handed = plan.handed_units
    return [
        (demand, (units - handed.get(line_id, 0)) * demand.per_line_unit)
        for line_id, units in plan.canceled.items()
        if units > handed.get(line_id, 0)
        for demand in stock.demands.get(line_id, ())
    ]


def let_go(plan: Plan, stock: Stock, shelves: Shelves, *, sign: int = 1) -> None:
    """Put what a plan lets go back on the shelves; with a sign of -1, take it off again."""
    for demand, quantity in freed(plan, stock):
        from_stock = 0
        for peg, taken in loosened(demand, stock.pegs.get(demand.id, ()), quantity):
            if peg.supply_id is None:
                from_stock += taken
                for spot in shelves.spots.get(demand.variant_id, ()):
                    spot.free += sign * taken if spot.balance_id == peg.balance_id else 0
            for incoming in shelves.coming.get(demand.variant_id, ()):
                incoming.free += sign * taken if incoming.supply_id == peg.supply_id else 0
        shelves.owed[demand.variant_id] = shelves.owed.get(demand.variant_id, 0) - sign * (quantity - from_stock)


def find(wanted: Sequence[Piece], shelves: Shelves, *, channel_id: UUID | None, at: datetime) -> tuple[Found, list[Refusal]]:
    """Answer pieces from the shelves: stock, then goods to come, as far as that may be owed. Refuses `OutOfStock`."""
    needs = [Need(piece.key, piece.of.id, piece.owner_id, piece.quantity) for piece in wanted]
    sourced = source(needs, shelves.spots, channel_id=channel_id)
    refused = list(_short(wanted, sourced, shelves))
    if refused:
        give_back(sourced)
        return Found(tuple(wanted)), refused
    if sourced.missing:
        sourced = owe(needs, sourced, shelves)
    return Found(tuple(wanted), sourced, sourced.ready(needs, at)), []


def _short(wanted: Iterable[Piece], sourced: Sourced, shelves: Shelves) -> Iterator[Refusal]:
    more: dict[UUID, int] = defaultdict(int)
    for piece in wanted:
        missing = sourced.missing.get(piece.key, 0)
        room = may_owe(piece.of, shelves.owed.get(piece.of.id, 0) + more[piece.of.id])
        if missing > room:
            yield OutOfStock(
                field=f"{piece.at}.quantity", sku=piece.of.sku, asked=piece.quantity, available=piece.quantity - missing + room
            )
        more[piece.of.id] += missing


class NotFreeThere(Refusal):
    """The node has too little."""

    sentence = _("Only {available} of {sku} are free there, not {asked}.")
    remedy = _("Choose another node, or move goods there first.")


class LetGoElsewhere(Refusal):
    """Goods of a line are let go by the same change set."""

    status = 422
    sentence = _("A line that is made smaller cannot leave from another node at once.")
    remedy = _("Make it smaller first, and name the node by a second change.")


def sent_from_elsewhere(
    plan: Plan, stock: Stock, shelves: Shelves, *, channel_id: UUID | None
) -> tuple[tuple[Elsewhere, ...], list[Refusal]]:
    """Which pegs give way to stock of the nodes that a plan names; takes from the shelves. Refuses `NotFreeThere`."""
    found: list[Elsewhere] = []
    refused: list[Refusal] = []
    shrinking = {demand.id for demand, _quantity in freed(plan, stock)}
    for line_id, node_id in plan.nodes.items():
        for demand in stock.demands.get(line_id, ()):
            if demand.id in shrinking:
                refused.append(LetGoElsewhere(field="changes"))
                continue
            spots = [
                spot
                for spot in shelves.spots.get(demand.variant_id, ())
                if (spot.node_id, spot.owner_id) == (node_id, demand.owner_id)
            ]
            pegs = [peg for peg in stock.pegs.get(demand.id, ()) if peg.balance and peg.balance.node_id != node_id]
            asked, free = sum(peg.quantity for peg in pegs), sum(max(0, spot.free_for(channel_id)) for spot in spots)
            if asked > free:
                refused.append(
                    NotFreeThere(field="changes", sku=stock.articles[demand.variant_id].sku, available=free, asked=asked)
                )
                continue
            for peg in pegs:
                spots[0].free -= peg.quantity
                found.append(
                    Elsewhere(line_id, demand.id, peg.id, peg.balance.id, peg.balance.node_id, peg.quantity, spots[0])
                )  # fmt: skip
    return tuple(found), refused


def put_back(found: Found, shelves: Shelves) -> None:
    """Put back what was taken for pieces, when the change was refused after all."""
    give_back(found.sourced)
    for one in found.elsewhere:
        one.to.free += one.quantity
    for later in found.sourced.later:
        later.incoming.free += later.quantity
    missing = found.sourced.missing
    for piece in found.pieces:
        shelves.owed[piece.of.id] = shelves.owed.get(piece.of.id, 0) - missing.get(piece.key, 0)
