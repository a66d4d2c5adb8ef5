"""What happened to notices. Never an address, never what a mail said."""

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQueued(Event):
    """A mail is to be sent."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    about_id: UUID
    language: str
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """A mail server took it."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFailed(Event):
    """A try came to nothing. `given_up`: there will be no other, unless somebody asks for it."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    attempts: int
    error: str
    given_up: bool
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSkipped(Event):
    """There was nobody left to send it to: the person was forgotten meanwhile."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRetried(Event):
    """A mail that had failed is to be sent again."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None
