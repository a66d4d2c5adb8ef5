"""The counters that everybody wants: each changed by one conditional statement, its rows locked in one order for all.

The order of the house inside the goods book: demands, goods to come, balances, places, what is owed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.journal import Entry
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory.models import Backlog


def lock_and_change(entry: Entry, *, lock: str, change: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Lock rows by one statement, change them by the next; returns what the second one tells.

    Two, because one statement that waits for its locks goes on to write the versions it had seen before it waited, and there
    meets those who wait for its own locks.
    """
    params = {"tenant": entry.tenant_id, **params}
    with ready_cursor() as cursor:
        cursor.execute(lock, params)
        cursor.execute(change, params)
        return list(cursor.fetchall())


_LOCK_BALANCES = """
SELECT FROM inventory_balance AS balance WHERE balance.tenant_id = %(tenant)s AND balance.id = ANY(%(balances)s::uuid[])
ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE
"""
_RESERVE = """
UPDATE inventory_balance AS balance SET reserved = balance.reserved + asked.quantity
FROM unnest(%(balances)s::uuid[], %(quantities)s::bigint[], %(kept)s::bigint[]) AS asked (id, quantity, kept)
WHERE balance.tenant_id = %(tenant)s AND balance.id = asked.id
  AND (asked.quantity <= 0 OR asked.quantity <= balance.on_hand - balance.reserved
                              - CASE WHEN %(certain)s THEN 0 ELSE balance.safety + asked.kept END)
RETURNING balance.id
"""


def reserve(entry: Entry, asked: Mapping[UUID, tuple[int, int]], *, certain: bool) -> bool:
    """Reserve on balances, of which so much must stay free (or let go, where less than nothing is asked).

    Tells whether there was enough on all. A caller that is `certain` holds the locks and has kept what must stay free.
    """
    changed = {balance_id: change for balance_id, change in asked.items() if change[0]}
    if not changed:
        return True
    params = {
        "balances": list(changed), "certain": certain,
        "quantities": [quantity for quantity, _kept in changed.values()], "kept": [kept for _quantity, kept in changed.values()],
    }  # fmt: skip
    return len(lock_and_change(entry, lock=_LOCK_BALANCES, change=_RESERVE, params=params)) == len(changed)


_LOCK_SUPPLIES = """
SELECT FROM inventory_supply AS supply WHERE supply.tenant_id = %(tenant)s AND supply.id = ANY(%(supplies)s::uuid[])
ORDER BY supply.id FOR NO KEY UPDATE
"""
_PEG_SUPPLIES = """
UPDATE inventory_supply AS supply SET pegged = supply.pegged + asked.quantity
FROM unnest(%(supplies)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
WHERE supply.tenant_id = %(tenant)s AND supply.id = asked.id
  AND supply.quantity - supply.received - supply.canceled - supply.pegged >= asked.quantity
RETURNING supply.id
"""


def peg_supplies(entry: Entry, asked: Mapping[UUID, int]) -> bool:
    """Promise goods to come (or take the promise back); tell whether there was enough of all."""
    changed = {supply_id: quantity for supply_id, quantity in asked.items() if quantity}
    if not changed:
        return True
    params = {"supplies": list(changed), "quantities": list(changed.values())}
    return len(lock_and_change(entry, lock=_LOCK_SUPPLIES, change=_PEG_SUPPLIES, params=params)) == len(changed)


_LOCK_BACKLOGS = """
SELECT FROM inventory_backlog AS backlog WHERE backlog.tenant_id = %(tenant)s AND backlog.id = ANY(%(variants)s::uuid[])
ORDER BY backlog.id FOR NO KEY UPDATE
"""
_OWE = """
UPDATE inventory_backlog AS backlog SET owed = backlog.owed + asked.change
FROM unnest(%(variants)s::uuid[], %(changes)s::bigint[], %(limits)s::bigint[]) AS asked (id, change, most)
WHERE backlog.tenant_id = %(tenant)s AND backlog.id = asked.id
  AND (asked.most IS NULL OR asked.change <= 0 OR backlog.owed + asked.change <= asked.most)
RETURNING backlog.id
"""


def owe(entry: Entry, asked: Mapping[UUID, tuple[int, int | None]]) -> bool:
    """Count pieces as owed beyond stock (or no longer), by variant; tell whether all stayed within their limits."""
    changed = {variant_id: change for variant_id, change in asked.items() if change[0]}
    missing = _owed_more(entry, changed)
    if missing:
        insert((Backlog, [{"id": variant_id} for variant_id in sorted(missing)]), skip_existing=True)
        missing = _owed_more(entry, {variant_id: changed[variant_id] for variant_id in missing})
    return not missing


def _owed_more(entry: Entry, asked: Mapping[UUID, tuple[int, int | None]]) -> set[UUID]:
    if not asked:
        return set()
    params = {
        "variants": list(asked), "changes": [change for change, _limit in asked.values()],
        "limits": [limit for _change, limit in asked.values()],
    }  # fmt: skip
    return set(asked) - {id_ for (id_,) in lock_and_change(entry, lock=_LOCK_BACKLOGS, change=_OWE, params=params)}


@dataclass(slots=True)
class Loosened:
    """What happens to demands that are locked: pieces taken off pegs; answered, canceled and promised by demand."""

    pegs: dict[UUID, int] = field(default_factory=dict)
    pegged: dict[UUID, int] = field(default_factory=dict)
    canceled: dict[UUID, int] = field(default_factory=dict)
    due_at: dict[UUID, datetime] = field(default_factory=dict)
    documents: dict[UUID, int] = field(default_factory=dict)
    """Pieces canceled by document."""

    def take_off(self, peg_id: UUID, demand_id: UUID, quantity: int) -> None:
        """Take pieces off a peg of a demand."""
        self.pegs[peg_id] = self.pegs.get(peg_id, 0) + quantity
        self.pegged[demand_id] = self.pegged.get(demand_id, 0) - quantity

    def answer(self, demand_id: UUID, quantity: int) -> None:
        """Count pieces of a demand as answered by a new peg."""
        self.pegged[demand_id] = self.pegged.get(demand_id, 0) + quantity

    def cancel(self, demand_id: UUID, document_id: UUID, quantity: int) -> None:
        """Count pieces of a demand as no longer owed."""
        self.canceled[demand_id] = self.canceled.get(demand_id, 0) + quantity
        self.documents[document_id] = self.documents.get(document_id, 0) + quantity


_CHANGE_DEMANDS = """
WITH loosened AS (
    UPDATE inventory_peg AS peg SET quantity = peg.quantity - asked.quantity
    FROM unnest(%(pegs)s::uuid[], %(quantities)s::bigint[]) AS asked (id, quantity)
    WHERE peg.tenant_id = %(tenant)s AND peg.id = asked.id
), counted AS (
    UPDATE inventory_demand AS demand
    SET pegged = demand.pegged + asked.pegged, canceled = demand.canceled + asked.canceled,
        due_at = coalesce(demand.due_at, asked.due_at)
    FROM unnest(%(demands)s::uuid[], %(pegged)s::bigint[], %(canceled)s::bigint[], %(due_at)s::timestamptz[])
        AS asked (id, pegged, canceled, due_at)
    WHERE demand.tenant_id = %(tenant)s AND demand.id = asked.id
)
UPDATE inventory_tally AS tally SET canceled = tally.canceled + asked.quantity
FROM unnest(%(documents)s::uuid[], %(document_quantities)s::bigint[]) AS asked (id, quantity)
WHERE tally.tenant_id = %(tenant)s AND tally.id = asked.id
"""


def change_demands(entry: Entry, change: Loosened) -> None:
    """Write what happens to demands that are locked."""
    demands = list(dict.fromkeys([*change.pegged, *change.canceled, *change.due_at]))
    if not demands:
        return
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "pegs": list(change.pegs), "quantities": list(change.pegs.values()), "demands": demands,
        "pegged": [change.pegged.get(id_, 0) for id_ in demands], "canceled": [change.canceled.get(id_, 0) for id_ in demands],
        "due_at": [change.due_at.get(id_) for id_ in demands],
        "documents": list(change.documents), "document_quantities": list(change.documents.values()),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE_DEMANDS, params)
