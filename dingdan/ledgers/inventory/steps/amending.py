"""Owing more, or for another line: what a document demands is changed after it was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.command import Short
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Demand, Tally
from dingdan.ledgers.inventory.rules import Spot
from dingdan.ledgers.inventory.steps.allocating import deallocate
from dingdan.ledgers.inventory.steps.counters import Loosened, change_demands, owe, peg_supplies, reserve
from dingdan.ledgers.inventory.steps.promising import Answer, Want, rows


@dataclass(frozen=True, slots=True)
class Again:
    """So many canceled pieces of a demand are owed again; `limit` is the most that may be owed of the variant beyond stock."""

    entry: Entry
    demand: Demand
    quantity: int
    limit: int | None = None


def owe_more(wants: Sequence[Want], *, again: Sequence[Again] = (), answers: Sequence[Answer]) -> None:
    """Write further demands of documents, and owe canceled pieces again; answers name a want or a demand by its id.

    Whoever asks holds the documents, the demands, goods to come, stock and what is owed, and has decided. Raises `Short`
    where that was not so.
    """
    owing = [(one.entry, one.id, one.variant_id, one.quantity, one.limit) for one in wants]
    owing += [(one.entry, one.demand.id, one.demand.variant_id, one.quantity, one.limit) for one in again]
    if not owing:
        return
    entry, change = owing[0][0], Loosened()
    insert((Tally, _tallies(wants)), skip_existing=True)
    insert(*rows(wants, answers=answers))
    demand_more(entry, _demanded(wants))
    stock, supply, answered = _asked(answers)
    for one in again:
        change.cancel(one.demand.id, one.demand.document_id, -one.quantity)
        change.answer(one.demand.id, answered[one.demand.id][0])
    change_demands(entry, change)
    owed: dict[UUID, tuple[int, int | None]] = {}
    for _entry, id_, variant_id, quantity, limit in owing:
        owed[variant_id] = (owed.get(variant_id, (0, None))[0] + quantity - answered[id_][1], limit)
    if not (peg_supplies(entry, supply) and reserve(entry, stock, certain=True) and owe(entry, owed)):
        raise Short


def _tallies(wants: Sequence[Want]) -> list[dict[str, object]]:
    kinds = {want.document_id: want.document_kind for want in wants}
    return [{"id": document_id, "document_kind": kind} for document_id, kind in kinds.items()]


_DEMAND_MORE = """
UPDATE inventory_tally AS tally SET demanded = tally.demanded + asked.quantity
FROM unnest(%(documents)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


def _demanded(wants: Sequence[Want]) -> dict[UUID, int]:
    sums: dict[UUID, int] = defaultdict(int)
    for want in wants:
        sums[want.document_id] += want.quantity
    return sums


def demand_more(entry: Entry, sums: Mapping[UUID, int]) -> None:
    """Count so many more pieces as demanded by documents."""
    if sums:
        params: dict[str, Any] = {
            "tenant": current_tenant_id(), "documents": list(sums), "quantities": list(sums.values())
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_DEMAND_MORE, params)


_Answered = dict[UUID, tuple[int, int]]


def _asked(answers: Sequence[Answer]) -> tuple[dict[UUID, tuple[int, int]], dict[UUID, int], _Answered]:
    """What is asked of balances and of supplies; and by want or demand, how many pieces are answered, and how many by stock."""
    stock: dict[UUID, tuple[int, int]] = {}
    supply: dict[UUID, int] = defaultdict(int)
    answered: _Answered = defaultdict(lambda: (0, 0))
    for answer in answers:
        in_all, from_stock = answered[answer.want_id]
        if isinstance(answer.source, Spot):
            stock[answer.source.balance_id] = (stock.get(answer.source.balance_id, (0, 0))[0] + answer.quantity, 0)
            answered[answer.want_id] = (in_all + answer.quantity, from_stock + answer.quantity)
        else:
            supply[answer.source.supply_id] += answer.quantity
            answered[answer.want_id] = (in_all + answer.quantity, from_stock)
    return stock, supply, answered


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A demand of which nothing has left is for another line of its document, which orders so many pieces less some canceled."""

    entry: Entry
    demand_id: UUID
    line_id: UUID
    quantity: int
    canceled: int


_HAND_ON = """
WITH asked AS (
    SELECT * FROM unnest(%(demands)s::uuid[], %(lines)s::uuid[], %(quantities)s::bigint[], %(canceled)s::bigint[])
        AS asked (id, line_id, quantity, canceled)
), before AS (
    SELECT demand.document_id, asked.quantity - demand.quantity AS demanded, asked.canceled - demand.canceled AS canceled
    FROM inventory_demand AS demand JOIN asked ON asked.id = demand.id WHERE demand.tenant_id = %(tenant)s
), handed AS (
    UPDATE inventory_demand AS demand SET line_id = asked.line_id, quantity = asked.quantity, canceled = asked.canceled
    FROM asked WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
), summed AS (
    SELECT document_id, sum(demanded) AS demanded, sum(canceled) AS canceled FROM before GROUP BY document_id
)
UPDATE inventory_tally AS tally SET demanded = tally.demanded + summed.demanded, canceled = tally.canceled + summed.canceled
FROM summed WHERE tally.tenant_id = %(tenant)s AND tally.id = summed.document_id
"""


def hand_on(handed: Sequence[HandedOn]) -> None:
    """Let demands that are locked be for other lines of their documents. What answers them, and since when they wait, stays."""
    if not handed:
        return
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "demands": [one.demand_id for one in handed], "lines": [one.line_id for one in handed],
        "quantities": [one.quantity for one in handed], "canceled": [one.canceled for one in handed],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_HAND_ON, params)


@dataclass(frozen=True, slots=True)
class Resourced:
    """So many pieces of a demand that a peg answers from stock are taken from other stock instead."""

    entry: Entry
    demand_id: UUID
    peg_id: UUID
    balance_id: UUID
    node_id: UUID
    quantity: int
    to: Spot


def resource(resourced: Sequence[Resourced]) -> None:
    """Answer pieces of demands from other stock; no place is chosen for them any more.

    All of it is locked and decided. Raises `Short` where that was not so.
    """
    if not resourced:
        return
    entry, change = resourced[0].entry, Loosened()
    stock: dict[UUID, tuple[int, int]] = {}
    for one in resourced:
        change.take_off(one.peg_id, one.demand_id, one.quantity)
        change.answer(one.demand_id, one.quantity)
        for balance_id, quantity in ((one.balance_id, -one.quantity), (one.to.balance_id, one.quantity)):
            stock[balance_id] = (stock.get(balance_id, (0, 0))[0] + quantity, 0)
    insert(*rows([], answers=[Answer(one.demand_id, one.to, one.quantity) for one in resourced]))
    change_demands(entry, change)
    if not reserve(entry, stock, certain=True):
        raise Short
    deallocate(entry, most={(one.demand_id, one.node_id): 0 for one in resourced})
