"""The consumer of the feed: writes down which endpoint is to be told of what. It sends nothing, so it holds nobody up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from dingdan.integrations.webhooks import lines
from dingdan.integrations.webhooks.events import EndpointPinged
from dingdan.integrations.webhooks.messages import Numbered
from dingdan.integrations.webhooks.models import Delivery, Endpoint, Place
from dingdan.integrations.webhooks.rules import delivery_id, type_of, wants
from dingdan.kernel import clock, feed
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import across_tenants

CONSUMER = "webhooks"


def tenants() -> set[UUID]:
    """The tenants that have an endpoint. For all others nothing is read."""
    with across_tenants():
        return set(Endpoint.objects.exclude(state="retired").order_by().values_list("tenant_id", flat=True).distinct())


def collect(_tenant_id: UUID, entries: Sequence[feed.FeedEntry]) -> None:
    """Let every endpoint be told of the entries that it wants. A repeat adds nothing: an endpoint is told of an entry once."""
    endpoints = list(Endpoint.objects.exclude(state="retired"))
    made_at = feed.positions(endpoint.entry_id for endpoint in endpoints)
    listening = [(endpoint, made_at[endpoint.entry_id]) for endpoint in endpoints if endpoint.entry_id in made_at]
    pairs = [(endpoint, entry) for entry in entries for endpoint, since in listening if is_for(endpoint, since, entry)]
    if not pairs:
        return
    orders = feed.numbered("order", sorted({entry.position for _endpoint, entry in pairs}))
    with transaction.atomic():
        in_use = {row.id for row in lines.held(endpoint.id for endpoint, _entry in pairs).values() if row.state != "retired"}
        deliveries = [_delivery(endpoint, entry) for endpoint, entry in pairs if endpoint.id in in_use]
        places = [place for row in deliveries for place in _places(row, orders.get(row["position"], ()))]
        insert((Delivery, deliveries), (Place, places), skip_existing=True)
        lines.let_go([row["id"] for row in deliveries], clock.now())


def is_for(endpoint: Endpoint, since: int, entry: feed.FeedEntry) -> bool:
    """Whether an endpoint is told of an entry: of what comes behind the position since which it listens, and is of its types.

    Of a test only the endpoint is told that is tested; of what was brought over from elsewhere, nobody.
    """
    if entry.position <= since or entry.quiet:
        return False
    if isinstance(entry.event, EndpointPinged):
        return entry.event.endpoint_id == endpoint.id
    return wants(endpoint.types, type_of(type(entry.event)))


def _delivery(endpoint: Endpoint, entry: feed.FeedEntry) -> dict[str, Any]:
    return {
        "id": delivery_id(endpoint.id, entry.id),
        "endpoint_id": endpoint.id,
        "entry_id": entry.id,
        "position": entry.position,
        "type": type_of(type(entry.event)),
        "recorded_at": entry.recorded_at,
    }


def _places(delivery: dict[str, Any], orders: Numbered) -> Iterator[dict[str, Any]]:
    shared = {"delivery_id": delivery["id"], "endpoint_id": delivery["endpoint_id"], "position": delivery["position"]}
    for order_id, number in orders:
        yield shared | {"order_id": order_id, "sequence": number}
