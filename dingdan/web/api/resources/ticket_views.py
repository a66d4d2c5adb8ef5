"""Tickets as the API tells them: to staff, and to the customer whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, MessageKind
from dingdan.trade.tickets.models import Attachment, Ticket, TicketContact
from dingdan.web.api.reads import shaped
from dingdan.web.api.resources.files import AttachmentView


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketContactView:
    """Who writes, and how to answer. Empty once the person is forgotten."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutView:
    """What a ticket is about: `order`, `line`, `shipment` or `return`, by its id and the number that people know."""

    kind: str
    id: UUID
    number: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """What somebody asks or complains about, whose it is, and by when. `due_at` is the next deadline that staff has to meet.

    `answer_seconds` and `solve_seconds` are counted by the topic's clock, the latter without waiting for the customer.
    """

    id: UUID
    number: str
    title: str
    topic: str
    came_by: str
    customer_id: UUID | None
    contact: TicketContactView
    language: str
    about: AboutView | None
    state: str
    priority: str
    owner_id: int | None
    tags: list[str]
    merged_into_id: UUID | None
    opened_at: datetime
    answer_by_at: datetime | None
    answered_at: datetime | None
    answer_seconds: int | None
    solve_by_at: datetime | None
    paused_at: datetime | None
    solved_at: datetime | None
    solve_seconds: int | None
    closed_at: datetime | None
    due_at: datetime | None
    level: int
    escalated_at: datetime | None
    messages_count: int
    files_count: int
    rating: int | None
    rating_word: str
    rated_at: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """Something said: by the customer, by staff to the customer, or among staff (`note`)."""

    id: UUID
    kind: str
    text: str
    author: str
    written_at: datetime
    erased_at: datetime | None
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLogView:
    """A ticket with everything that was said in it, oldest first."""

    ticket: TicketView
    messages: list[MessageView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessageView:
    """Something said, as the customer sees it: by the customer, or by the shop."""

    id: UUID
    is_mine: bool
    text: str
    written_at: datetime
    attachments: list[AttachmentView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTicketView:
    """A ticket as the customer sees it: without notes, deadlines and who in the shop looks after it."""

    number: str
    title: str
    topic: str
    about: str
    state: str
    language: str
    opened_at: datetime
    solved_at: datetime | None
    may_reply: bool
    may_rate: bool
    rating: int | None
    rating_word: str
    messages: list[OwnMessageView]


_COPIED = [name for name in TicketView.__dataclass_fields__ if name not in ("about", "contact", "tags")]
_NOBODY = TicketContactView(name="", email="", phone="")


def with_people(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The tickets with everything that `ticket_views` tells read along."""
    return rows.prefetch_related("contacts", "tags")


def ticket_views(rows: Iterable[Ticket]) -> list[TicketView]:
    """The tickets as they are told."""
    return [
        TicketView(
            **{name: getattr(row, name) for name in _COPIED},
            about=_about(row),
            contact=_contact(list(row.contacts.all())),
            tags=sorted(one.tag for one in row.tags.all()),
        )
        for row in rows
    ]


def _about(row: Ticket) -> AboutView | None:
    if row.about_id is None:
        return None
    return AboutView(kind=row.about_kind, id=row.about_id, number=row.about_number, order_id=row.order_id)


def _contact(rows: list[TicketContact]) -> TicketContactView:
    return shaped(TicketContactView, rows[0]) if rows else _NOBODY


def log_view(row: Ticket) -> TicketLogView:
    """A ticket with everything that was said in it."""
    messages = [
        MessageView(
            id=one.message.id,
            kind=one.message.kind,
            text=one.message.text,
            author=one.message.author,
            written_at=one.message.written_at,
            erased_at=one.message.erased_at,
            attachments=_files(one.files),
        )
        for one in queries.conversation(row.id)
    ]
    return TicketLogView(ticket=ticket_views([row])[0], messages=messages)


def own_view(row: Ticket) -> OwnTicketView:
    """A ticket as its customer sees it."""
    topic = queries.all_topics().get(row.topic)
    messages = [
        OwnMessageView(
            id=one.message.id,
            is_mine=one.message.kind == MessageKind.CUSTOMER,
            text=one.message.text,
            written_at=one.message.written_at,
            attachments=_files(one.files),
        )
        for one in queries.conversation(row.id, with_notes=False)
    ]
    return OwnTicketView(
        **{name: getattr(row, name) for name in ("number", "title", "state", "language", "opened_at", "solved_at")},
        topic=str(topic.name) if topic else row.topic,
        about=row.about_number,
        may_reply=TICKET_LIFE.may("reply", row.state),
        may_rate=row.state in OVER and row.solved_at is not None,
        rating=row.rating,
        rating_word=row.rating_word,
        messages=messages,
    )


def _files(rows: Iterable[Attachment]) -> list[AttachmentView]:
    return [shaped(AttachmentView, one) for one in rows]
