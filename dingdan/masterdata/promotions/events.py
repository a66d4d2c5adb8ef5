"""What happened to promotions."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionSaved(Event):
    """A promotion was written down or changed."""

    promotion_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionTurned(Event):
    """A promotion is given no more, or again."""

    promotion_id: UUID
    state: str
