"""What happened to channels."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSaved(Event):
    """A channel was written down or changed."""

    channel_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTurned(Event):
    """A channel takes no more orders, or takes them again."""

    channel_id: UUID
    state: str
