"""Answering demands that wait, when goods arrive or are announced, and taking answers back, when goods go or do not come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.command import Short
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.models import Peg
from dingdan.ledgers.inventory.queries import Queue
from dingdan.ledgers.inventory.rules import Given, Served, Shelves, Waiting, serve
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe, peg_supplies, reserve


@dataclass(frozen=True, slots=True)
class Answered:
    """Which demands have goods now, or have them promised, and how many pieces."""

    given: Sequence[Given] = ()

    @property
    def demand_ids(self) -> tuple[UUID, ...]:
        """The demands, those that got stock first."""
        return tuple(dict.fromkeys(one.demand_id for one in self.given))

    @property
    def order_ids(self) -> tuple[UUID, ...]:
        """The orders that got stock."""
        return tuple(dict.fromkeys(one.document[1] for one in self.given if one.is_stock and one.document[0] == "order"))

    @property
    def from_stock(self) -> int:
        """Pieces that are there."""
        return sum(one.quantity for one in self.given if one.is_stock)

    @property
    def from_supply(self) -> int:
        """Pieces that will come."""
        return sum(one.quantity for one in self.given if not one.is_stock)

    def tell(self, entry: Entry) -> None:
        """Put the entry on the timelines of the documents whose demands these are."""
        for kind, document_id in dict.fromkeys(one.document for one in self.given):
            entry.about(kind, document_id)


def answer(entry: Entry, *, queue: Queue, node_ids: Iterable[UUID] = (), served: Served | None = None) -> Answered:
    """Answer demands that wait, oldest first: from free stock (of these nodes, or of all), then from goods to come.

    `served` is what was decided before and is written with it. Takes the locks on stock.
    """
    variants = {one.variant_id for one in queue.waiting}
    if not variants:
        return Answered()
    here = queries.spots(variants, lock=True, node_ids=node_ids)
    for one, spot, quantity in served.stock if served else ():
        for there in here.get(one.variant_id, ()):
            there.free -= quantity if there.balance_id == spot.balance_id else 0
    coming = queries.incoming(queue.supplies.values())
    result = serve(queue.waiting, Shelves(here, coming), served)
    return write(entry, queue=queue, served=result)


def write(entry: Entry, *, queue: Queue, served: Served) -> Answered:
    """Write which stock and which goods to come answer which demands from now on; all of it is locked. Raises `Short`."""
    change, balances, supplies, owed = Loosened(), dict[UUID, tuple[int, int]](), defaultdict[UUID, int](int), _Owed()
    owner_of = {peg.peg_id: one for one in queue.waiting for peg in one.pegs}
    for peg_id, (supply_id, quantity) in served.loosened.items():
        change.take_off(peg_id, owner_of[peg_id].demand_id, quantity)
        supplies[supply_id] -= quantity
    for one, spot, quantity in served.stock:
        change.answer(one.demand_id, quantity)
        balances[spot.balance_id] = (balances.get(spot.balance_id, (0, 0))[0] + quantity, 0)
        owed.less(one.variant_id, quantity)
    for one, incoming, quantity in served.supply:
        change.answer(one.demand_id, quantity)
        supplies[incoming.supply_id] += quantity
    for one, due_at in _now_known(entry, queue, served):
        change.due_at[one.demand_id] = due_at
    insert((Peg, _pegs(served)))
    change_demands(entry, change)
    if not (peg_supplies(entry, supplies) and reserve(entry, balances, certain=True) and owe(entry, owed.changes)):
        raise Short
    return Answered(_given(served))


class _Owed:
    def __init__(self) -> None:
        self.changes: dict[UUID, tuple[int, int | None]] = {}

    def less(self, variant_id: UUID, quantity: int) -> None:
        self.changes[variant_id] = (self.changes.get(variant_id, (0, None))[0] - quantity, None)


def _pegs(served: Served) -> list[dict[str, object]]:
    stock: list[dict[str, object]] = [
        {"id": new_id(), "demand_id": one.demand_id, "balance_id": spot.balance_id, "supply_id": None, "quantity": quantity}
        for one, spot, quantity in served.stock
    ]
    supply: list[dict[str, object]] = [
        {"id": new_id(), "demand_id": one.demand_id, "balance_id": None, "supply_id": goods.supply_id, "quantity": quantity}
        for one, goods, quantity in served.supply
    ]
    return stock + supply


def _now_known(entry: Entry, queue: Queue, served: Served) -> list[tuple[Waiting, datetime]]:
    """Demands that are answered in full now, and when their goods are there; a promise that was made before stays."""
    dates: dict[UUID, list[datetime | None]] = defaultdict(list)
    touched = {one.demand_id: one for one, _source, _quantity in (*served.stock, *served.supply)}
    for one, incoming, _quantity in served.supply:
        dates[one.demand_id].append(incoming.expected_at)
    found = []
    for one in touched.values():
        expected = dates[one.demand_id] + [peg.expected_at for peg in one.pegs if peg.quantity]
        if not one.unanswered and None not in expected:
            found.append((one, max([entry.at, *(date for date in expected if date)])))
    return found


def _given(served: Served) -> list[Given]:
    stock = [(one, quantity, True) for one, _spot, quantity in served.stock]
    coming = [(one, quantity, False) for one, _goods, quantity in served.supply]
    return [
        Given(one.variant_id, one.demand_id, (one.document_kind, one.document_id), quantity, is_stock)
        for one, quantity, is_stock in stock + coming
    ]


def fill(entry: Entry, variant_ids: Collection[UUID]) -> Answered:
    """Answer whatever waits for these variants with free stock and with goods to come, oldest demand first."""
    owing = queries.owed(variant_ids)
    return answer(entry, queue=queries.queue(owing)) if owing else Answered()
