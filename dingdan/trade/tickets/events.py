"""What happened to tickets: ids, states, times and counts, never a word of what was said."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    """Somebody asks or complains. `about_kind` is empty where it is about nothing in particular."""

    ticket_id: UUID
    number: str
    message_id: UUID
    topic: str
    came_by: str
    priority: str
    customer_id: UUID | None
    about_kind: str
    about_id: UUID | None
    order_id: UUID | None
    owner_id: int | None
    answer_by_at: datetime | None
    solve_by_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswered(Event):
    """Staff wrote to the customer. `is_first`: nobody had answered before."""

    ticket_id: UUID
    message_id: UUID
    is_first: bool
    is_late: bool
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReplied(Event):
    """The customer wrote again, or staff wrote down what the customer said."""

    ticket_id: UUID
    message_id: UUID
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNoted(Event):
    """Staff left a note for staff."""

    ticket_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAttached(Event):
    """A file hangs on a message. What it is called is not told."""

    ticket_id: UUID
    message_id: UUID
    attachment_id: UUID
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned(Event):
    """A ticket has another owner, or none."""

    ticket_id: UUID
    owner_id: int | None
    before_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(Event):
    """Topic or priority changed; with the topic the deadlines did."""

    ticket_id: UUID
    topic: str
    priority: str
    answer_by_at: datetime | None
    solve_by_at: datetime | None
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTagged(Event):
    ticket_id: UUID
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsAdopted(Event):
    """Tickets of nobody known belong to a customer from now on."""

    customer_id: UUID
    ticket_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSolved(Event):
    """The matter is settled, without another word to the customer, or (`by_customer`) because the customer says so."""

    ticket_id: UUID
    is_late: bool
    by_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened(Event):
    """Staff took a ticket up again."""

    ticket_id: UUID
    solve_by_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed(Event):
    """Nothing more is said here. `was_solved` is false where it was closed without a solution."""

    ticket_id: UUID
    was_solved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketsMerged(Event):
    """Two tickets were about the same: what was said in one stands in the other from now on."""

    kept_id: UUID
    merged_id: UUID
    messages: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRated(Event):
    """The customer said how it went, from 1 to 5."""

    ticket_id: UUID
    rating: int
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEscalated(Event):
    """A deadline passed: `late` says which one. The ticket is more urgent now, and perhaps somebody else's."""

    ticket_id: UUID
    number: str
    late: str
    level: int
    priority: str
    owner_id: int | None
    before_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketErased(Event):
    """What was said in a ticket and who said it is gone; that there was one, and how long it took, stays."""

    ticket_id: UUID
    messages: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSaved(Event):
    """A topic was written down or changed; tickets that are open keep their deadlines."""

    topic: str
    created: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRetired(Event):
    """No new ticket has this topic."""

    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTemplateSaved(Event):
    """A template for answers was written down or changed."""

    template_id: UUID
    created: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTemplateRetired(Event):
    """A template for answers is offered no more."""

    template_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHoursSaved(Event):
    """The hours in which tickets are worked on changed; deadlines that were set stay."""

    changes: tuple[FieldChange, ...]
