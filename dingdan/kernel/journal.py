"""Who asks (`Actor`), what is asked for (`Call`), what is being done (`Entry`), what happened (`Event`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from dingdan.kernel.ids import new_id

ActorKind = Literal["system", "staff", "customer", "api_key", "rule", "import"]


class Ceiling(NamedTuple):
    """No more than so much (minor units) of something by the command of that name, in that currency: in one act, or in a day."""

    what: str
    command: str
    currency: str
    most: int
    per: str = "act"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. `permissions` are command names or patterns of them (`orders.*`); `ceilings` bound amounts, where any do."""

    kind: ActorKind
    id: str
    permissions: frozenset[str] = frozenset()
    ceilings: frozenset[Ceiling] = frozenset()

    def may(self, command: str) -> bool:
        """Whether this actor may give the command of that name."""
        # Names are looked up: a key may have hundreds, and each would be made a pattern anew.
        return command in self.permissions or any(fnmatchcase(command, one) for one in self.permissions if "*" in one)

    def most(self, what: str, command: str, currency: str, per: str = "act") -> int | None:
        """How much of something this actor may do by that command, in one act or in a day; None for any amount.

        Whose amounts are bounded may do nothing in a currency of which nothing was said.
        """
        bounds = [one for one in self.ceilings if one.what == what and one.command == command and one.per == per]
        return max((one.most for one in bounds if one.currency == currency), default=0) if bounds else None


SYSTEM = Actor("system", "", frozenset({"*"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a door hands to a command besides its arguments.

    `key` makes a repeat harmless; a door that has none invents one. `at` is the business time (default: now).
    `quiet` marks what is brought over from elsewhere: it sends no notice and meets no schedule. `said` is what the caller
    sent, where the arguments hold more than that (a group looked up, a default): a repeat is judged by it alone. `as_of` is
    the version of the registers by which the door let the caller in and understood it, where it kept what it had read of them.
    """

    tenant_id: UUID
    actor: Actor
    key: str = field(default_factory=lambda: str(new_id()))
    at: datetime | None = None
    quiet: bool = False
    said: Any = None
    as_of: int | None = None


class Subject(NamedTuple):
    """A thing that an entry is about: the timeline of that thing shows the entry."""

    kind: str
    id: UUID


class Entry:
    """One thing being done, open while its command runs. The capability that every step asks for."""

    __slots__ = ("actor", "at", "command", "id", "key", "quiet", "recorded_at", "subjects", "tenant_id")

    def __init__(self, call: Call, command: str, at: datetime) -> None:
        self.tenant_id = call.tenant_id
        self.id = new_id()
        self.command = command
        self.key = call.key
        self.actor = call.actor
        self.at = call.at or at
        self.recorded_at = at
        self.quiet = call.quiet
        self.subjects: dict[Subject, None] = {}

    def about(self, kind: str, *ids: UUID) -> None:
        """Put this entry on the timeline of the things named."""
        for id_ in ids:
            self.subjects[Subject(kind, id_)] = None


class Event:
    """A fact, past tense: ids, amounts, states, never a name, address, phone or mail.

    Subclasses are frozen dataclasses whose fields survive JSON (UUID, int, str, bool, datetime, tuples and other such
    dataclasses). What a command returns *is* its event.
    """

    __slots__ = ()
    kinds: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A slotted dataclass is made twice, the second class replacing the first under the same name.
        Event.kinds[cls.__name__] = cls


@cache
def _reader(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(Event.kinds[kind])


def encode(event: Event) -> str:
    """The event as JSON text."""
    return orjson.dumps(event, default=str).decode()


def decode(kind: str, body: Any) -> Event:
    """The event that `encode` wrote, whether it comes back as parsed JSON or as text."""
    reader = _reader(kind)
    event: Event = reader.validate_json(body) if isinstance(body, (str, bytes)) else reader.validate_json(orjson.dumps(body))
    return event
