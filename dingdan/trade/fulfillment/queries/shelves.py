"""What the books have on shelves and nobody finds there: it lies in totes and packages that have not left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.queries import Place
from dingdan.ledgers.inventory.rules import pick
from dingdan.trade.fulfillment.lifecycle import OPEN
from dingdan.trade.fulfillment.models import ShipmentLine

_PICKED = """
SELECT demand.variant_id, errand.location_id, demand.owner_id, errand.lot_id,
       sum(errand.picked - coalesce(later.pieces, 0))::bigint
FROM fulfillment_shipment AS shipment
JOIN fulfillment_shipmentline AS line ON line.tenant_id = %(tenant)s AND line.shipment_id = shipment.id
JOIN fulfillment_errand AS errand ON errand.tenant_id = %(tenant)s AND errand.line_id = line.id
JOIN inventory_demand AS demand ON demand.tenant_id = %(tenant)s AND demand.id = line.demand_id
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN pick.at > %(at)s::timestamptz THEN pick.quantity ELSE -pick.quantity END) AS pieces
    FROM fulfillment_pick AS pick
    WHERE pick.tenant_id = %(tenant)s AND pick.errand_id = errand.id
      AND ((pick.at > %(at)s::timestamptz AND pick.undone_at IS NULL)
        OR (pick.at <= %(at)s::timestamptz AND pick.undone_at > %(at)s::timestamptz))
) AS later ON true
WHERE shipment.tenant_id = %(tenant)s AND shipment.node_id = %(node)s AND demand.variant_id = ANY(%(variants)s::uuid[])
  AND (shipment.state = ANY(%(open)s) OR shipment.shipped_at > %(at)s::timestamptz)
GROUP BY 1, 2, 3, 4
"""
# What was packed without a round and has left since: from where, its moves say.
_LEFT_SINCE = """
SELECT move.variant_id, move.source_id, move.owner_id, move.lot_id, sum(move.quantity)::bigint
FROM fulfillment_shipment AS shipment
JOIN fulfillment_shipmentline AS line ON line.tenant_id = %(tenant)s AND line.shipment_id = shipment.id
JOIN inventory_move AS move ON move.tenant_id = %(tenant)s AND move.demand_id = line.demand_id AND move.at = shipment.shipped_at
WHERE shipment.tenant_id = %(tenant)s AND shipment.node_id = %(node)s AND shipment.shipped_at > %(at)s::timestamptz
  AND shipment.packed_at <= %(at)s::timestamptz AND move.reason = 'issue' AND move.variant_id = ANY(%(variants)s::uuid[])
  AND NOT EXISTS (SELECT FROM fulfillment_errand AS errand WHERE errand.tenant_id = %(tenant)s AND errand.line_id = line.id)
GROUP BY 1, 2, 3, 4
"""


def off_shelf(node_id: UUID, variant_ids: Collection[UUID], *, now: datetime, at: datetime | None = None) -> dict[Place, int]:
    """How many pieces of articles were taken from places of a node and have not left the books, at a moment or now.

    A round says from where they were taken. What was packed without one is taken to come from where the books will take it
    when it leaves.
    """
    found: dict[Place, int] = defaultdict(int)
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "node": node_id, "variants": list(variant_ids), "open": list(OPEN), "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_PICKED, _LEFT_SINCE) if at else (_PICKED,):
            cursor.execute(statement, params)
            for variant_id, location_id, owner_id, lot_id, pieces in cursor.fetchall():
                found[variant_id, location_id, owner_id, lot_id] += pieces
    for place, pieces in _packed(node_id, variant_ids, at or now).items():
        found[place] += pieces
    return {place: pieces for place, pieces in found.items() if pieces > 0}


def _packed(node_id: UUID, variant_ids: Collection[UUID], at: datetime) -> dict[Place, int]:
    """What lies in packages and was taken without a round: from the places from which it would leave."""
    rows = ShipmentLine.objects.filter(
        shipment__node_id=node_id, shipment__state="packed", shipment__packed_at__lte=at, demand__variant_id__in=list(variant_ids)
    )
    rows = rows.select_related("demand").prefetch_related("errands").order_by("shipment__packed_at", "id")
    lines = [line for line in rows if _loose(line)]
    if not lines:
        return {}
    chosen = inventory_queries.open_allocations_of({line.demand_id for line in lines})
    bins = inventory_queries.bins({line.demand.variant_id for line in lines}, [node_id])
    found: dict[Place, int] = defaultdict(int)
    for line in lines:
        demand, left = line.demand, _loose(line)
        for row in chosen.get(demand.id, ()):
            count = min(left, row.quantity) if row.holding.location.node_id == node_id else 0
            left -= count
            found[demand.variant_id, row.holding.location_id, row.holding.owner_id, row.holding.lot_id] += count
        for bin_, count in pick(bins.get((demand.variant_id, node_id, demand.owner_id), []), left, on=at.date()):
            found[demand.variant_id, bin_.location_id, demand.owner_id, bin_.lot_id] += count
    return found


def _loose(line: ShipmentLine) -> int:
    """How many pieces of a line no round took."""
    return max(0, line.quantity - sum(errand.planned for errand in line.errands.all()))
