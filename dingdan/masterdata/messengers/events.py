"""What happened to accounts at firms that carry messages. Of secrets it is told only that they changed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerSaved(Event):
    """An account was written down or changed."""

    messenger_id: UUID
    firm: str
    way: str
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerTurned(Event):
    """Nothing is sent by an account any more, or it is used again."""

    messenger_id: UUID
    state: str
