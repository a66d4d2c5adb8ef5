"""What is low, measured by the threshold that says it closest, and who is in charge of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.rows import whole_tables
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Low, Threshold


@dataclass(frozen=True, slots=True)
class LowStock:
    """Stock with so many pieces available, or fewer, as its threshold says."""

    balance_id: UUID
    variant_id: UUID
    node_id: UUID
    threshold_id: UUID
    available: int
    low_at: int


# An article at a node, an article anywhere, a node, everything: four small tables looked up by their keys, so that a shop with a
# threshold for each article asks as fast as one with a single one.
_LOW = """
WITH watched AS MATERIALIZED (
    SELECT balance.id, balance.variant_id, balance.node_id, balance.on_hand - balance.reserved - balance.safety AS available,
           coalesce(exact.id, article.id, place.id, everything.id) AS threshold_id,
           CASE WHEN exact.id IS NOT NULL THEN exact.low_at WHEN article.id IS NOT NULL THEN article.low_at
                WHEN place.id IS NOT NULL THEN place.low_at ELSE everything.low_at END AS low_at
    FROM inventory_balance AS balance
    JOIN catalog_variant AS variant ON variant.tenant_id = %(tenant)s AND variant.id = balance.variant_id
     AND variant.state = 'active' AND variant.needs_stock
    JOIN inventory_node AS node ON node.tenant_id = %(tenant)s AND node.id = balance.node_id AND node.active
    LEFT JOIN inventory_threshold AS exact ON exact.tenant_id = %(tenant)s
     AND exact.variant_id = balance.variant_id AND exact.node_id = balance.node_id
    LEFT JOIN inventory_threshold AS article ON article.tenant_id = %(tenant)s
     AND article.variant_id = balance.variant_id AND article.node_id IS NULL
    LEFT JOIN inventory_threshold AS place ON place.tenant_id = %(tenant)s
     AND place.node_id = balance.node_id AND place.variant_id IS NULL
    LEFT JOIN inventory_threshold AS everything ON everything.tenant_id = %(tenant)s
     AND everything.node_id IS NULL AND everything.variant_id IS NULL
    WHERE balance.tenant_id = %(tenant)s
), low AS (SELECT * FROM watched WHERE available <= low_at)
"""
_FALLEN = (
    _LOW
    + """
SELECT low.id, low.variant_id, low.node_id, low.threshold_id, low.available, low.low_at FROM low
WHERE NOT EXISTS (SELECT FROM inventory_low AS mark WHERE mark.tenant_id = %(tenant)s AND mark.id = low.id)
ORDER BY low.id LIMIT %(limit)s
"""
)
_RISEN = (
    _LOW
    + """
SELECT mark.id FROM inventory_low AS mark WHERE mark.tenant_id = %(tenant)s
AND NOT EXISTS (SELECT FROM low WHERE low.id = mark.id) ORDER BY mark.id LIMIT %(limit)s
"""
)


def is_watched() -> bool:
    """Whether any threshold is said, or anything is marked that none is said for any more."""
    return Threshold.objects.filter(low_at__isnull=False).exists() or Low.objects.exists()


def fallen(*, limit: int) -> list[LowStock]:
    """Stock that is low and not marked as low yet."""
    return [LowStock(*row) for row in _asked(_FALLEN, limit)]


def risen(*, limit: int) -> list[UUID]:
    """Balances that are marked as low and are not any more."""
    return [balance_id for (balance_id,) in _asked(_RISEN, limit)]


def _asked(sql: str, limit: int) -> list[Any]:
    with whole_tables(), connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id(), "limit": limit})
        found: list[Any] = cursor.fetchall()
        return found


def thresholds_at(variant_id: UUID, node_ids: Iterable[UUID]) -> dict[UUID, Threshold]:
    """The threshold that counts for an article at each of these nodes, where one does. One statement."""
    rows = Threshold.objects.filter(variant_id=variant_id) | Threshold.objects.filter(variant__isnull=True)
    found = sorted(rows, key=lambda row: (row.variant_id is None, row.node_id is None))
    counts = {node_id: next((row for row in found if row.node_id in (node_id, None)), None) for node_id in node_ids}
    return {node_id: row for node_id, row in counts.items() if row is not None}


def thresholds_by_id(ids: Iterable[UUID]) -> dict[UUID, Threshold]:
    """Thresholds by id; what is not there is left out."""
    return Threshold.objects.in_bulk(list(ids))
