"""Webhooks: where events are sent, what is to be delivered, and what came of every try."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from dingdan.integrations.webhooks.commands import (
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    ping_endpoint,
    replay_deliveries,
    replay_delivery,
    resume_endpoint,
    retire_endpoint,
    rotate_secret,
)
from dingdan.integrations.webhooks.events import EndpointCreated, SecretRotated
from dingdan.integrations.webhooks.lifecycle import DELIVERY_LIFE, ENDPOINT_LIFE
from dingdan.integrations.webhooks.models import Attempt, Delivery, Endpoint
from dingdan.integrations.webhooks.outbox import orders_of
from dingdan.integrations.webhooks.queries import Preview, preview
from dingdan.integrations.webhooks.rules import EndpointDraft, event_types
from dingdan.integrations.webhooks.signing import BYTES, fingerprint, secret_of
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Call, Event
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, Position, page, read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG, PERMISSION = "Webhooks", "webhooks.read"

DeliveryState = Annotated[str, OneOf(DELIVERY_LIFE.states)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """An address that is told of events. Its secret was shown when it was made; it is known by its fingerprint."""

    id: UUID
    url: str
    description: str
    types: list[str]
    state: str
    paused_because: str
    secret_fingerprint: str
    previous_expires_at: datetime | None
    created_at: datetime
    delivered_at: datetime | None
    failures: int
    down_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """An order that an event is about, and the how-manieth event about that order it is."""

    order_id: UUID
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """An event on its way to an endpoint. Its id is the `webhook-id` of every try. `due_at` is null behind an earlier one."""

    id: UUID
    endpoint_id: UUID
    entry_id: UUID
    position: int
    type: str
    recorded_at: datetime
    state: str
    due_at: datetime | None
    attempts: int
    finished_at: datetime | None
    status: int | None
    error: str
    orders: list[PlaceView]


@dataclass(frozen=True, slots=True, kw_only=True)
class TryView:
    """One try: when it was, how long it took, what was answered or why not."""

    number: int
    at: datetime
    duration_ms: int
    status: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLogView:
    """A delivery with all its tries."""

    delivery: DeliveryView
    tries: list[TryView]


registers(
    Register(
        plural="webhook-endpoints",
        singular="endpoint",
        states=ENDPOINT_LIFE.states,
        view=EndpointView,
        rows=lambda: Endpoint.objects.order_by("id"),
        permission=PERMISSION,
        tag=TAG,
    )
)


@read("/webhook-event-types", permission=PERMISSION, tag=TAG)
def list_event_types() -> dict[str, str]:
    """Every type of event that an endpoint can be told of, with what it means."""
    return event_types()


@read("/webhook-endpoints/{endpoint_id}/preview", permission=PERMISSION, tag=TAG)
def preview_webhook(endpoint_id: str, *, position: Position) -> Preview:
    """What an endpoint would be sent about the event at a position of the feed: nothing is written, and nothing sent."""
    return preview(found(Endpoint.objects.all(), "endpoint_id", endpoint_id), position)


@read("/webhook-deliveries", permission=PERMISSION, tag=TAG)
def list_deliveries(
    *,
    endpoint: str | None = None,
    state: DeliveryState | None = None,
    type: str | None = None,  # noqa: A002 - the parameter's name in the address
    order: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[DeliveryView]:
    """What was sent or waits to be, newest first. `order` takes an id or number, `endpoint` an id."""
    rows = Delivery.objects.order_by("-position", "-id")
    if endpoint is not None:
        rows = rows.filter(endpoint_id=id_of("endpoint_id", endpoint, field="endpoint"))
    if order is not None:
        rows = rows.filter(places__order_id=id_of("order_id", order, field="order"))
    rows = rows.filter(**({"state": state} if state else {}), **({"type": type} if type else {}))
    return page(rows, _views, after=after, limit=limit)


@read("/webhook-deliveries/{delivery_id}", permission=PERMISSION, tag=TAG)
def get_delivery(delivery_id: str) -> DeliveryLogView:
    """One delivery with every try that was made."""
    row = found(Delivery.objects.all(), "delivery_id", delivery_id)
    tries = Attempt.objects.filter(delivery_id=row.id).order_by("number")
    return DeliveryLogView(delivery=_views([row])[0], tries=[shaped(TryView, one) for one in tries])


def _views(rows: Sequence[Delivery]) -> list[DeliveryView]:
    orders = orders_of(row.id for row in rows)
    names = [one.name for one in fields(DeliveryView) if one.name != "orders"]
    return [DeliveryView(**{name: getattr(row, name) for name in names}, orders=_placed(orders.get(row.id, ()))) for row in rows]


def _placed(orders: Iterable[tuple[UUID, int]]) -> list[PlaceView]:
    return [PlaceView(order_id=order_id, sequence=sequence) for order_id, sequence in orders]


# ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class SecretNotShownAgain(Refusal):
    """The secret was made by this very request long ago, when the server's own secret was another one."""

    sentence = _("This secret was made before, and was shown then.")
    remedy = _("Rotate the secret with another Idempotency-Key.")


class EndpointSent(BaseModel):
    """An endpoint to be made: where events are sent, of which types (patterns such as orders.* too), and what it is for."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(examples=["https://shop.example/hooks"])
    types: tuple[str, ...] = ("*",)
    description: str = ""


class RotationSent(BaseModel):
    """For how many hours the old secret signs beside the new one."""

    model_config = ConfigDict(extra="forbid")

    overlap_hours: int = 24


def _secret(call: Call) -> str:
    """A secret that follows from the request's own key, so that a repeated request is answered with the same one again."""
    made = hmac.new(settings.SECRET_KEY.encode(), f"webhook {call.tenant_id} {call.key}".encode(), hashlib.sha512).digest()
    return secret_of(made[:BYTES])


def _create(call: Call, _ids: Mapping[str, Any], sent: EndpointSent) -> Event:
    draft = EndpointDraft(url=sent.url, types=sent.types, description=sent.description)
    return create_endpoint(call, endpoint=draft, secret=_secret(call))


def _rotate(call: Call, ids: Mapping[str, Any], sent: RotationSent) -> Event:
    return rotate_secret(call, endpoint_id=ids["endpoint_id"], secret=_secret(call), overlap_hours=sent.overlap_hours)


def _shown(call: Call, event: Event) -> str:
    secret = _secret(call)
    if not isinstance(event, (EndpointCreated, SecretRotated)) or event.secret_fingerprint != fingerprint(secret):
        raise SecretNotShownAgain(field="Idempotency-Key")
    return secret


ONE = "/webhook-endpoints/{endpoint_id}"
mount(
    Write(
        path="/webhook-endpoints",
        command=create_endpoint,
        makes=ONE,
        body=EndpointSent,
        give=_create,
        beside={"secret": (str, _shown)},
        tag=TAG,
    ),
    Write(method="PUT", path=ONE, command=change_endpoint, tag=TAG),
    Write(
        path=f"{ONE}/rotate-secret",
        command=rotate_secret,
        body=RotationSent,
        give=_rotate,
        beside={"secret": (str, _shown)},
        tag=TAG,
    ),
    Write(path=f"{ONE}/pause", command=pause_endpoint, tag=TAG),
    Write(path=f"{ONE}/resume", command=resume_endpoint, tag=TAG),
    Write(path=f"{ONE}/retire", command=retire_endpoint, tag=TAG),
    Write(path=f"{ONE}/ping", command=ping_endpoint, tag=TAG),
    Write(path=f"{ONE}/replay", command=replay_deliveries, tag=TAG),
    Write(path="/webhook-deliveries/{delivery_id}/replay", command=replay_delivery, tag=TAG),
)
