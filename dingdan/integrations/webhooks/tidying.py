"""Once an hour: what nobody woke is woken, and what is long over is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.models import Delivery, Endpoint
from dingdan.kernel import clock

KEPT: Final = timedelta(days=30)
AT_ONCE: Final = 5_000

_FORGET = """
WITH over AS (
    SELECT delivery.id FROM webhooks_delivery AS delivery
    WHERE delivery.tenant_id = %(tenant)s AND delivery.finished_at < %(before)s
    ORDER BY delivery.finished_at LIMIT %(count)s FOR UPDATE SKIP LOCKED
), tries AS (
    DELETE FROM webhooks_attempt AS attempt USING over WHERE attempt.tenant_id = %(tenant)s AND attempt.delivery_id = over.id
), places AS (
    DELETE FROM webhooks_place AS place USING over WHERE place.tenant_id = %(tenant)s AND place.delivery_id = over.id
)
DELETE FROM webhooks_delivery AS delivery USING over WHERE delivery.tenant_id = %(tenant)s AND delivery.id = over.id
"""


def tidy(tenant_id: UUID) -> int:
    """Wake what nobody woke; forget old secrets, and some of what came to its end a month ago. Return how many went."""
    now = clock.now()
    with transaction.atomic():
        stuck = lines.stuck()
        lines.held(Delivery.objects.filter(id__in=stuck).values_list("endpoint_id", flat=True))
        lines.let_go(stuck, now)
    Endpoint.objects.filter(previous_expires_at__lt=now).update(previous_secret="", previous_expires_at=None)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"tenant": tenant_id, "before": now - KEPT, "count": AT_ONCE})
        return int(cursor.rowcount)
