"""What happened to notices, and to imports of registers. Never an address, never what a mail or a row said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQueued(Event):
    """A notice is to be sent."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    about_id: UUID
    language: str
    ticket_id: UUID | None = None
    wish_id: UUID | None = None
    way: str = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandedOver(Event):
    """A firm that keeps no keys is asked to send it: from now on nobody knows, until it has answered."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None
    wish_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """A mail server took it."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None
    wish_id: UUID | None = None


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
    wish_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSkipped(Event):
    """There was nobody left to send it to: the person was forgotten meanwhile."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None
    wish_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRetried(Event):
    """A mail that had failed is to be sent again."""

    notice_id: UUID
    order_id: UUID | None
    kind: str
    ticket_id: UUID | None = None
    wish_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImportStarted(Event):
    """Rows of a register are to be looked at."""

    import_id: UUID
    register: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImportConfirmed(Event):
    """What would come of the rows was seen, and is wanted."""

    import_id: UUID
    register: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImportAdvanced(Event):
    """Some rows were looked at, or written."""

    import_id: UUID
    state: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterImportStopped(Event):
    """Nothing more is done of an import."""

    import_id: UUID
    register: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScheduleSaved(Event):
    """A report is to be sent again and again, or otherwise than before."""

    schedule_id: UUID
    created: bool
    next_at: datetime
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScheduleTurned(Event):
    """A report is not sent for now, is sent again, or is sent no more."""

    schedule_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailsQueued(Event):
    """A report is to be sent to its readers: it was due, or somebody wants it now."""

    schedule_id: UUID
    due_at: datetime
    mail_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailSent(Event):
    """A mail server took a report."""

    schedule_id: UUID
    mail_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailFailed(Event):
    """A try to send a report came to nothing. `given_up`: there will be no other."""

    schedule_id: UUID
    mail_id: UUID
    attempts: int
    error: str
    given_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMailSkipped(Event):
    """A report was not sent: whoever was to get it may not see it any more, or has no address."""

    schedule_id: UUID
    mail_id: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingTried(Event):
    """Somebody sent a mail of a kind to look at it. Where to is not told."""

    kind: str
