"""What articles cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel.tenancy import current_tenant_id

_COSTS = """
SELECT asked.id, cost.unit_cost FROM unnest(%(variants)s::uuid[]) AS asked (id)
JOIN LATERAL (
    SELECT cost.unit_cost FROM inventory_cost AS cost
    WHERE cost.tenant_id = %(tenant)s AND cost.variant_id = asked.id
      AND (%(before)s::timestamptz IS NULL OR cost.at < %(before)s::timestamptz)
    ORDER BY cost.id DESC LIMIT 1
) AS cost ON true
"""


def unit_costs(variant_ids: Iterable[UUID], *, before: datetime | None = None) -> dict[UUID, Decimal]:
    """What one unit of each article cost before a moment, or costs now, in minor units; only of those of which that is known."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "variants": list(variant_ids), "before": before}
    with connection.cursor() as cursor:
        cursor.execute(_COSTS, params)
        return dict(cursor.fetchall())
