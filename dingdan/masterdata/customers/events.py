"""What happened to customers. Nothing here tells who they are: of what is personal only the names of changed fields are told."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSaved(Event):
    """A customer was written down or changed."""

    customer_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()
    addresses_added: int = 0
    addresses_retired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTurned(Event):
    """A customer may not order for now, or may again."""

    customer_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoted(Event):
    """Somebody wrote something down about a customer. What, is told nowhere."""

    customer_id: UUID
    note_id: UUID
    is_pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNotePinned(Event):
    """A note is kept above the others, or no longer is."""

    customer_id: UUID
    note_id: UUID
    is_pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTagged(Event):
    """A customer was sorted by other words."""

    customer_id: UUID
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Event):
    """Two customers turned out to be one. ``filled`` names what the one that goes on learned from the other."""

    kept_id: UUID
    merged_id: UUID
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerContactErased(Event):
    """What was known of a person was erased. ``user_ids``: the accounts that were theirs here."""

    customer_id: UUID
    user_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLinked(Event):
    """An account belongs to a customer from now on; ``created`` tells whether the customer is new."""

    customer_id: UUID
    login_id: UUID
    created: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginUnlinked(Event):
    """An account belongs to a customer no longer."""

    customer_id: UUID
    login_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSignedOut(Event):
    """An account has to sign in again, wherever it was signed in here."""

    customer_id: UUID
    login_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerExported(Event):
    """All that is known of a person was handed out."""

    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecorded(Event):
    """A customer agreed to something, or no longer does."""

    customer_id: UUID
    consent_id: UUID
    purpose: str
    granted: bool
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSaved(Event):
    """A contact is watched from now on, or otherwise than before. Which one it is, is told nowhere."""

    watch_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTurned(Event):
    """A contact is no longer watched, or is again."""

    watch_id: UUID
    state: str
