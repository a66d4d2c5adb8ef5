"""What happened to those who work here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSaved(Event):
    """A role was written down or changed."""

    role_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRetired(Event):
    """A role gives nobody anything any more."""

    role_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRolesMade(Event):
    """Ready roles that were not there were written down; those that nobody had changed allow what they allow now."""

    role_ids: tuple[UUID, ...]
    renewed: tuple[UUID, ...] = ()
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorWanted(Event):
    """A second factor is wanted of everybody who works here, or of nobody any more; these roles changed for it."""

    wanted: bool
    role_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipSaved(Event):
    """An account works here with these roles."""

    membership_id: UUID
    user_id: int
    created: bool
    role_ids: tuple[UUID, ...] = ()
    before: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipTurned(Event):
    """An account may do nothing here for now, or works again."""

    membership_id: UUID
    user_id: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCreated(Event):
    """A program was given a key. The token itself is nowhere."""

    api_key_id: UUID
    prefix: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked(Event):
    """A key opens nothing any more."""

    api_key_id: UUID
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyUsed(Event):
    """A key was used, for the first time since long."""

    api_key_id: UUID
