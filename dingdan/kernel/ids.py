"""Identifiers made by the program, so that a batch needs no round trip to learn them."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique without asking anybody, and sorted by the time it was made."""
    return uuid7()


def first_id(at: datetime) -> UUID:
    """The least id that can have been made at a time, for questions about ids since then."""
    return UUID(int=max(0, int(at.timestamp() * 1000)) << 80)


def id_beside(other: UUID) -> UUID:
    """A new id that sorts as if it had been made in the same millisecond as another one: whoever waits keeps their place."""
    return UUID(int=(other.int >> 80 << 80) | (new_id().int & ((1 << 80) - 1)))


def made_at(id: UUID) -> datetime:  # noqa: A002
    """When a UUIDv7 was made, to the millisecond."""
    return datetime.fromtimestamp((id.int >> 80) / 1000, UTC)
