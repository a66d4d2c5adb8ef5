"""What happened to endpoints. Never an address or a secret, and nothing about single tries: the log of deliveries tells those."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCreated(Event):
    """Events go to another endpoint from here on. The secret itself is nowhere."""

    endpoint_id: UUID
    types: tuple[str, ...]
    secret_fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChanged(Event):
    """An endpoint has another address or wants other types of events."""

    endpoint_id: UUID
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRotated(Event):
    """An endpoint has a new secret. The one before signs as well until then."""

    endpoint_id: UUID
    secret_fingerprint: str
    previous_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPaused(Event):
    """Nothing is sent to an endpoint for now: asked, failing (nothing arrived for the whole schedule) or gone (it said so)."""

    endpoint_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointResumed(Event):
    """An endpoint goes on where it stopped."""

    endpoint_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRetired(Event):
    """Nothing is sent to an endpoint again. What waited was given up."""

    endpoint_id: UUID
    given_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPinged(Event):
    """Somebody tries an endpoint: this very event goes to it, and to no other."""

    endpoint_id: UUID
    delivery_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReplayed(Event):
    """A delivery is sent again, or sooner."""

    delivery_id: UUID
    endpoint_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesReplayed(Event):
    """What was recorded in a time and had come to an end is sent to an endpoint again."""

    endpoint_id: UUID
    since: datetime
    until: datetime
    states: tuple[str, ...]
    count: int
