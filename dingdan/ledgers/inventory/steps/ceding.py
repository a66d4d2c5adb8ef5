"""Ceding: pieces that are owed to one document are owed to another one from now on, and what answers them goes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Demand, Peg, Tally
from dingdan.ledgers.inventory.rules import loosened
from dingdan.ledgers.inventory.steps.allocating import deallocate
from dingdan.ledgers.inventory.steps.amending import demand_more
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands


@dataclass(frozen=True, slots=True, kw_only=True)
class Cession:
    """So many open pieces of a demand that is locked go to another one: a new one, or one that is locked and had them before.

    What has no answer yet goes first, then goods to come, then stock; with a node, what is reserved there goes first.
    """

    entry: Entry
    demand: Demand
    pieces: int
    to_id: UUID
    document_id: UUID
    line_id: UUID
    is_new: bool
    node_id: UUID | None = None


@dataclass(slots=True)
class _Ceded:
    change: Loosened = field(default_factory=Loosened)
    demands: list[dict[str, Any]] = field(default_factory=list)
    pegs: list[dict[str, Any]] = field(default_factory=list)
    demanded: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))


def cede(cessions: Sequence[Cession]) -> dict[tuple[UUID, UUID], int]:
    """Let documents owe what others owed. Stock, goods to come and what is owed in all stay as they are.

    Returns how many pieces of each demand that gave are still reserved at each node, where any were.
    """
    if not cessions:
        return {}
    entry, ceded = cessions[0].entry, _Ceded()
    given = {one.demand.id for one in cessions}
    pegs = queries.open_pegs_of(given)
    reserved = {(id_, peg.balance.node_id): 0 for id_ in given for peg in pegs.get(id_, ()) if peg.balance}
    for one in cessions:
        _give(ceded, one, pegs.get(one.demand.id, []))
    for id_ in given:
        for peg in pegs.get(id_, ()):
            if peg.balance:
                reserved[id_, peg.balance.node_id] += peg.quantity
    kinds = {one.document_id: one.demand.document_kind for one in cessions}
    insert((Tally, [{"id": id_, "document_kind": kind} for id_, kind in kinds.items()]), skip_existing=True)
    insert((Demand, ceded.demands), (Peg, ceded.pegs))
    demand_more(entry, ceded.demanded)
    change_demands(entry, ceded.change)
    deallocate(entry, most=reserved)
    return reserved


def _give(ceded: _Ceded, one: Cession, pegs: Sequence[Peg]) -> None:
    """Work out what goes over; the pegs (in memory) are that much smaller afterwards."""
    demand, change, answered = one.demand, ceded.change, 0
    change.cancel(demand.id, demand.document_id, one.pieces)
    for peg, taken in _taken(one, pegs):
        change.take_off(peg.id, demand.id, taken)
        peg.quantity -= taken
        demand.pegged -= taken
        answered += taken
        ceded.pegs.append(
            {
                "id": new_id(), "demand_id": one.to_id, "balance_id": peg.balance_id, "supply_id": peg.supply_id,
                "quantity": taken,
            }
        )  # fmt: skip
    demand.canceled += one.pieces
    if one.is_new:
        ceded.demanded[one.document_id] += one.pieces
        ceded.demands.append(
            {
                "id": one.to_id, "document_kind": demand.document_kind, "document_id": one.document_id, "line_id": one.line_id,
                "variant_id": demand.variant_id, "owner_id": demand.owner_id, "quantity": one.pieces,
                "per_line_unit": demand.per_line_unit, "pegged": answered, "due_at": demand.due_at,
            }
        )  # fmt: skip
    else:
        change.cancel(one.to_id, one.document_id, -one.pieces)
        change.answer(one.to_id, answered)


def _taken(one: Cession, pegs: Sequence[Peg]) -> list[tuple[Peg, int]]:
    """Which pegs give how much."""
    here = [peg for peg in pegs if one.node_id and peg.balance and peg.balance.node_id == one.node_id]
    left, found = one.pieces, list[tuple[Peg, int]]()
    for peg in here:
        found.append((peg, min(peg.quantity, left)))
        left -= found[-1][1]
    if left:
        found += loosened(one.demand, [peg for peg in pegs if peg not in here], left)
    return [(peg, taken) for peg, taken in found if taken]
