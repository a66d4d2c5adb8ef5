"""What is due is claimed for a while, sent outside any transaction, and its outcome written down (see `outcomes`).

A claim is a lease: whoever dies with it loses nothing, because the delivery is due again when the lease is over. Only who still
holds the lease may write an outcome down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.integrations.webhooks.messages import body_of, headers_of, secrets_of
from dingdan.integrations.webhooks.models import Endpoint, Place
from dingdan.kernel import clock, feed
from dingdan.kernel.ids import new_id
from dingdan.kernel.sealing import Unsealable
from dingdan.kernel.tenancy import across_tenants, current_tenant_id

LEASE: Final = timedelta(seconds=60)
"""Longer than any try takes, and how long nobody sends what a worker had in hand when it was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A delivery in hand: all that is needed to send it. `fault` says why it cannot even be tried."""

    tenant_id: UUID
    endpoint_id: UUID
    delivery_id: UUID
    lease: UUID
    step: int
    strikes: int
    first_tried_at: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes
    fault: Fault | None = None


_DUE = """
SELECT endpoint.tenant_id, endpoint.id, endpoint.failures FROM webhooks_endpoint AS endpoint
WHERE endpoint.state = 'active' AND EXISTS (
    SELECT FROM webhooks_delivery AS delivery
    WHERE delivery.tenant_id = endpoint.tenant_id AND delivery.endpoint_id = endpoint.id AND delivery.due_at <= %(at)s
)
"""

_CLAIM = f"""
WITH due AS (
    SELECT delivery.id FROM webhooks_delivery AS delivery
    WHERE delivery.tenant_id = %(tenant)s AND delivery.endpoint_id = %(endpoint)s AND delivery.due_at <= %(at)s
      AND {lines.AT_THE_HEAD}
    ORDER BY delivery.due_at, delivery.position LIMIT %(count)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE webhooks_delivery AS delivery
SET due_at = %(until)s, lease = %(lease)s, first_tried_at = coalesce(delivery.first_tried_at, %(at)s)
FROM due WHERE delivery.tenant_id = %(tenant)s AND delivery.id = due.id
RETURNING delivery.id, delivery.position, delivery.step, delivery.strikes, delivery.first_tried_at
"""  # noqa: S608 - fixed text only


def due_endpoints(tenant_id: UUID | None = None) -> list[tuple[UUID, UUID, int]]:
    """Tenant, id and failures of every active endpoint for which something is due; of one tenant, or of all."""
    only = " AND endpoint.tenant_id = %(tenant)s" if tenant_id else ""
    with across_tenants(), connection.cursor() as cursor:
        cursor.execute(_DUE + only, {"at": clock.now(), "tenant": tenant_id})
        return list(cursor.fetchall())


def claim(endpoint_id: UUID, count: int) -> list[Message]:
    """Take up to so many due deliveries of an endpoint in hand; nobody else does while the lease lasts."""
    now, lease = clock.now(), new_id()
    asked: dict[str, Any] = {"tenant": current_tenant_id(), "endpoint": endpoint_id, "count": count, "at": now, "lease": lease}
    endpoint = Endpoint.objects.filter(id=endpoint_id, state="active").first()
    if endpoint is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {**asked, "until": now + LEASE})
        rows = cursor.fetchall()
    return list(_messages(endpoint, rows, lease, now)) if rows else []


def _messages(endpoint: Endpoint, rows: Sequence[tuple[Any, ...]], lease: UUID, now: datetime) -> Iterator[Message]:
    fault, secrets = None, list[str]()
    try:
        secrets = secrets_of(endpoint, now)
    except Unsealable:
        fault = Fault.UNSEALABLE
    entries = feed.read_at(position for _id, position, *_rest in rows)
    orders = orders_of(delivery_id for delivery_id, *_rest in rows)
    for delivery_id, position, step, strikes, first_tried_at in rows:
        body = body_of(entries[position], orders.get(delivery_id, ()))
        headers = headers_of(secrets, delivery_id=delivery_id, at=now, body=body)
        yield Message(
            tenant_id=endpoint.tenant_id, endpoint_id=endpoint.id, delivery_id=delivery_id, lease=lease, step=step,
            strikes=strikes, first_tried_at=first_tried_at, url=endpoint.url, headers=headers, body=body, fault=fault,
        )  # fmt: skip


def orders_of(delivery_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, int]]]:
    """By delivery: the orders that it is about, with its number in the line of each."""
    found: dict[UUID, list[tuple[UUID, int]]] = {}
    rows = Place.objects.filter(delivery_id__in=list(delivery_ids)).order_by("id")
    for delivery_id, order_id, sequence in rows.values_list("delivery_id", "order_id", "sequence"):
        found.setdefault(delivery_id, []).append((order_id, sequence))
    return found
