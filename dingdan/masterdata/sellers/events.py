"""What happened to sellers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerSaved(Event):
    """A seller was written down or changed. Of name, mail and tax number it is only told that they changed."""

    seller_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SellerTurned(Event):
    """A seller was suspended, sells again, or has left."""

    seller_id: UUID
    state: str
