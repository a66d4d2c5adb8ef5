"""What lay in the nodes on a day, what came and went in a period, and for how long it has been there.

Only goods of the shop itself: what sellers and consignors own is not its own. All of it is worked back from what is there now, so
that how much is read depends on how long ago the day is, never on how old the shop is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.queries.stock import own_owner_id

Lying = tuple[UUID, UUID]
"""Variant and node."""

_NOW = """
SELECT holding.variant_id, place.node_id, sum(holding.on_hand)::bigint AS pieces FROM inventory_holding AS holding
JOIN inventory_location AS place ON place.tenant_id = %(tenant)s AND place.id = holding.location_id AND place.node_id IS NOT NULL
WHERE holding.tenant_id = %(tenant)s AND holding.owner_id = %(owner)s AND NOT holding.boundless AND holding.on_hand <> 0
GROUP BY 1, 2
"""
# Between nodes, or between a node and the outside; from place to place inside of a node nothing comes or goes.
_MOVED = """
SELECT move.id, move.at, move.variant_id, move.quantity, source.node_id AS source_node, target.node_id AS target_node,
       source.kind AS source_kind, target.kind AS target_kind
FROM inventory_move AS move
LEFT JOIN inventory_location AS source ON source.tenant_id = %(tenant)s AND source.id = move.source_id
LEFT JOIN inventory_location AS target ON target.tenant_id = %(tenant)s AND target.id = move.target_id
WHERE move.tenant_id = %(tenant)s AND move.owner_id = %(owner)s AND move.at >= %(since)s::timestamptz
  AND source.node_id IS DISTINCT FROM target.node_id
"""
_AT = f"""
WITH moved AS ({_MOVED})
SELECT variant_id, node_id, sum(pieces)::bigint FROM (
    {_NOW}
    UNION ALL SELECT variant_id, target_node, -quantity FROM moved WHERE target_node IS NOT NULL
    UNION ALL SELECT variant_id, source_node, quantity FROM moved WHERE source_node IS NOT NULL
) AS both_ways (variant_id, node_id, pieces) GROUP BY 1, 2 HAVING sum(pieces) <> 0
"""  # noqa: S608 (constants of this module)


def _rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    with whole_tables(), connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), "owner": own_owner_id(), **params})
        return list(cursor.fetchall())


def lying(*, before: datetime | None = None) -> dict[Lying, int]:
    """How many pieces lay in each node before a moment, or lie there now, sellable or not; by variant and node."""
    rows = _rows(_NOW) if before is None else _rows(_AT, since=before)
    return {(variant_id, node_id): pieces for variant_id, node_id, pieces in rows}


CAUSES: Final = {
    "received": "target_node = node_id AND source_kind IN ('supplier', 'production')",
    "returned": "target_node = node_id AND source_kind = 'customer'",
    "found": "target_node = node_id AND source_kind = 'scrap'",
    "moved_in": "target_node = node_id AND source_node IS NOT NULL",
    "sent": "source_node = node_id AND target_kind = 'customer'",
    "lost": "source_node = node_id AND target_kind = 'scrap'",
    "moved_out": "source_node = node_id AND target_node IS NOT NULL",
    "given_back": "source_node = node_id AND target_kind IN ('supplier', 'production')",
}
"""Why goods come to a node and go from it: the first four come."""
_CAUSED = ", ".join(f"coalesce(sum(quantity) FILTER (WHERE {when}), 0)::bigint" for when in CAUSES.values())
_BY_CAUSE = f"""
WITH moved AS ({_MOVED} AND move.at < %(until)s::timestamptz), told AS (
    SELECT moved.*, node_id FROM moved CROSS JOIN LATERAL (VALUES (source_node), (target_node)) AS of (node_id)
    WHERE node_id IS NOT NULL
)
SELECT variant_id, node_id, {_CAUSED} FROM told GROUP BY 1, 2
"""  # noqa: S608 (constants of this module)


def moved_by_cause(since: datetime, until: datetime) -> dict[Lying, dict[str, int]]:
    """How many pieces came to nodes and went from them in a period, by cause; by variant and node."""
    rows = _rows(_BY_CAUSE, since=since, until=until)
    return {(row[0], row[1]): dict(zip(CAUSES, row[2:], strict=True)) for row in rows}


_ARRIVED = f"""
WITH moved AS ({_MOVED})
SELECT variant_id, target_node, (SELECT count(*) FROM unnest(%(bounds)s::timestamptz[]) AS bound (at) WHERE moved.at <= bound.at)
    AS age, sum(quantity)::bigint
FROM moved WHERE target_node IS NOT NULL AND moved.at < %(until)s::timestamptz GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 (constants of this module)


def ages(there: Mapping[Lying, int], *, until: datetime, days: Sequence[int]) -> dict[Lying, list[int]]:
    """Of what lay in nodes before a moment: how many pieces came so many whole days ago at most, in the order of `days`, and how
    many came before that.

    First in, first out: what is left is what came last.
    """
    bounds = [until - timedelta(days=most + 1) for most in days]
    found = {key: [0] * (len(days) + 1) for key in there}
    left = dict(there)
    for variant_id, node_id, age, quantity in _rows(_ARRIVED, since=bounds[-1], until=until, bounds=bounds):
        pieces = min(quantity, left.get((variant_id, node_id), 0))
        if pieces > 0:
            left[variant_id, node_id] -= pieces
            found[variant_id, node_id][age] += pieces
    for key, pieces in left.items():
        found[key][-1] += max(0, pieces)
    return {key: one for key, one in found.items() if any(one)}
