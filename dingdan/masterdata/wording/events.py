"""What happened to the shop's own wording of its mails. Texts may name people: events tell which fields changed and not how."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSaved(Event):
    """The shop worded a kind of notice in a language and a way, of reminders perhaps one level; ``version`` counts from 1."""

    wording_id: UUID
    kind: str
    language: str
    version: int
    created: bool
    way: str = "mail"
    level: int = 0
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingTurned(Event):
    """Mails are worded by the program again, or by the shop."""

    wording_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingFailed(Event):
    """A mail could not be written in the shop's words and went out in the program's."""

    wording_id: UUID
    version: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSwitched(Event):
    """Mails of a kind are written no longer, or again."""

    mail_switch_id: UUID
    kind: str
    is_on: bool
