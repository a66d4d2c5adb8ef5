"""What happened to the shop itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileSaved(Event):
    """The shop said who it is. Of what may be personal it is only told that it changed; `profile_id` is what papers name now."""

    profile_id: int
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontSaved(Event):
    """A storefront was written down or changed."""

    storefront_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontLogoPut(Event):
    """A storefront got a logo, in place of the one that it had. `digest` is the SHA-256 of its bytes."""

    storefront_id: UUID
    logo_id: UUID
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontLogoRemoved(Event):
    """The logo of a storefront was taken away."""

    storefront_id: UUID
    logo_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontTurned(Event):
    """A storefront was closed, or opened again."""

    storefront_id: UUID
    state: str
