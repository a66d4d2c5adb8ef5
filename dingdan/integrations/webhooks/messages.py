"""What an endpoint is sent: the entry as `GET /events` tells it, its type, and its number in the line of every order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dingdan.integrations.webhooks import signing
from dingdan.integrations.webhooks.models import Endpoint
from dingdan.integrations.webhooks.rules import type_of
from dingdan.kernel import feed
from dingdan.kernel.sealing import seal, unseal
from dingdan.kernel.wire import wire_bytes

PURPOSE = "webhook secret"

Numbered = Sequence[tuple[UUID, int]]
"""Orders, with the how-manieth entry about each it is."""


def body_of(entry: feed.FeedEntry, orders: Numbered) -> bytes:
    """The message about an entry: the same bytes in every try and replay."""
    placed = [{"order_id": order_id, "sequence": number} for order_id, number in orders]
    data = {**feed.told(entry), "orders": placed}
    return wire_bytes({"type": type_of(type(entry.event)), "timestamp": entry.at, "data": data})


def sealed(secret: str) -> str:
    """A secret as it is kept."""
    return seal(secret, purpose=PURPOSE)


def secrets_of(endpoint: Endpoint, at: datetime) -> list[str]:
    """The secrets that sign at that time, the newer first. Raises `Unsealable`."""
    kept = [endpoint.secret]
    if endpoint.previous_expires_at is not None and at < endpoint.previous_expires_at:
        kept.append(endpoint.previous_secret)
    return [unseal(one, purpose=PURPOSE) for one in kept]


def headers_of(secrets: Sequence[str], *, delivery_id: UUID, at: datetime, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows a message, and knows that it is ours."""
    return signing.signed(secrets, id=str(delivery_id), timestamp=int(at.timestamp()), body=body)
