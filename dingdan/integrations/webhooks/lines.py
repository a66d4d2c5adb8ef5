"""Who may be sent next: entries about one order are told to an endpoint one after another.

Every delivery has a place in the line of each order that its entry is about, and is due once it stands at the head of all of
them. Whoever adds or closes places holds the endpoint's row meanwhile, so that nobody waits behind one who has just gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from dingdan.integrations.webhooks.models import Endpoint
from dingdan.kernel.tenancy import current_tenant_id

AT_THE_HEAD: Final = """NOT EXISTS (
    SELECT FROM webhooks_place AS place
    JOIN webhooks_place AS ahead ON ahead.tenant_id = place.tenant_id AND ahead.endpoint_id = place.endpoint_id
      AND ahead.order_id = place.order_id AND ahead.is_open AND ahead.position < place.position
    WHERE place.tenant_id = %(tenant)s AND place.delivery_id = delivery.id
)"""

_LET_GO = f"""
UPDATE webhooks_delivery AS delivery SET due_at = %(at)s
WHERE delivery.tenant_id = %(tenant)s AND delivery.id = ANY(%(ids)s::uuid[])
  AND delivery.state = 'waiting' AND delivery.due_at IS NULL AND {AT_THE_HEAD}
"""  # noqa: S608 - fixed text only

_CLOSE = """
UPDATE webhooks_place AS place SET is_open = false
WHERE place.tenant_id = %(tenant)s AND place.delivery_id = ANY(%(ids)s::uuid[]) AND place.is_open
RETURNING place.endpoint_id, place.order_id
"""

_LET_NEXT_GO = f"""
WITH next AS (
    SELECT DISTINCT first.delivery_id FROM unnest(%(endpoints)s::uuid[], %(orders)s::uuid[]) AS line (endpoint_id, order_id)
    CROSS JOIN LATERAL (
        SELECT place.delivery_id FROM webhooks_place AS place
        WHERE place.tenant_id = %(tenant)s AND place.endpoint_id = line.endpoint_id AND place.order_id = line.order_id
          AND place.is_open
        ORDER BY place.position LIMIT 1
    ) AS first
)
UPDATE webhooks_delivery AS delivery SET due_at = %(at)s FROM next
WHERE delivery.tenant_id = %(tenant)s AND delivery.id = next.delivery_id
  AND delivery.state = 'waiting' AND delivery.due_at IS NULL AND {AT_THE_HEAD}
"""  # noqa: S608 - fixed text only

_STUCK = f"""
SELECT DISTINCT delivery.id FROM webhooks_place AS waiting
JOIN webhooks_delivery AS delivery ON delivery.tenant_id = waiting.tenant_id AND delivery.id = waiting.delivery_id
WHERE waiting.tenant_id = %(tenant)s AND waiting.is_open AND delivery.due_at IS NULL AND {AT_THE_HEAD} LIMIT 1000
"""  # noqa: S608 - fixed text only


def held(endpoint_ids: Iterable[UUID]) -> dict[UUID, Endpoint]:
    """The endpoints, locked to the end of the transaction, always in one order."""
    rows = Endpoint.objects.select_for_update(no_key=True).filter(id__in=set(endpoint_ids)).order_by("id")
    return {row.id: row for row in rows}


def let_go(delivery_ids: Sequence[UUID], at: datetime) -> None:
    """Of deliveries that wait, let those be sent that stand at the head of all their lines."""
    with connection.cursor() as cursor:
        cursor.execute(_LET_GO, {"tenant": current_tenant_id(), "ids": list(delivery_ids), "at": at})


def leave(delivery_ids: Sequence[UUID], at: datetime) -> None:
    """Take deliveries that came to their end out of their lines, and let those be sent that stood behind them."""
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"tenant": current_tenant_id(), "ids": list(delivery_ids)})
        left = cursor.fetchall()
        if left:
            lines = {"endpoints": [endpoint for endpoint, _ in left], "orders": [order for _, order in left]}
            cursor.execute(_LET_NEXT_GO, {"tenant": current_tenant_id(), "at": at, **lines})


def stuck() -> list[UUID]:
    """Deliveries of the tenant in scope that wait although nobody is before them. There should be none."""
    with connection.cursor() as cursor:
        cursor.execute(_STUCK, {"tenant": current_tenant_id()})
        return [delivery_id for (delivery_id,) in cursor.fetchall()]
