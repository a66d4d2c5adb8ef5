"""Whose a ticket is, how urgent it is, what it is filed under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.changes import changes
from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.text import one_of
from dingdan.masterdata.staff import queries as staff
from dingdan.trade.tickets import queries, steps
from dingdan.trade.tickets.events import TicketAssigned, TicketChanged, TicketEscalated, TicketTagged
from dingdan.trade.tickets.lifecycle import ALIVE, Priority
from dingdan.trade.tickets.models import Ticket, TicketTag
from dingdan.trade.tickets.rules import MOST_TAGS, NotStaff, TooManyTags, TopicDraft, clean_tags, escalated, raised, retermed


class AlreadyTaken(Refusal):
    """Somebody else was faster."""

    sentence = _("Somebody else looks after this ticket already.")
    remedy = _("Choose another one; whoever has it can hand it over.")


class TicketOver(Refusal):
    """What is solved or closed is nobody's task."""

    sentence = _("The ticket is {state}: there is nothing to look after.")
    remedy = _("Reopen it first.")


class NotOverdue(Refusal):
    """The deadline was met meanwhile, or somebody was told before."""

    sentence = _("No deadline of this ticket has passed that nobody was told of.")
    remedy = _("Nothing is to be done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket:
    """Give a ticket to an account, or to nobody. With `only_if_free` not away from somebody else: that is how one takes it."""

    ticket_id: UUID
    owner_id: int | None = None
    only_if_free: bool = False


@batch_command(TicketAssigned)
def assign_tickets(batch: Batch[AssignTicket]) -> None:
    """Give tickets to whoever shall look after them. Refuses each `NotStaff`, `AlreadyTaken`, `TicketOver`, an unknown one."""
    found = queries.lock_tickets(item.intent.ticket_id for item in batch.items)
    works = staff.working(item.intent.owner_id for item in batch.items if item.intent.owner_id is not None)
    kept = []
    for item in batch.items:
        try:
            kept.append(_assign(item, _found(found, item.intent.ticket_id), works))
        except Refusal as refusal:
            item.refuse(refusal)
    steps.keep(kept)


def _found(found: dict[UUID, Ticket], ticket_id: UUID) -> Ticket:
    if ticket_id not in found:
        raise NotFound(field="ticket_id", what="ticket", id=ticket_id)
    return found[ticket_id]


def _assign(item: Item[AssignTicket], ticket: Ticket, works: set[int]) -> steps.Kept:
    owner_id, before_id = item.intent.owner_id, ticket.owner_id
    if owner_id is not None and owner_id not in works:
        raise NotStaff(field="owner_id", user_id=owner_id)
    if ticket.state not in ALIVE:
        raise TicketOver(field="ticket_id", state=ticket.state)
    if item.intent.only_if_free and before_id not in (None, owner_id):
        raise AlreadyTaken(field="ticket_id")
    ticket.owner_id = owner_id
    item.entry.about("ticket", ticket.id)
    item.accept(TicketAssigned(ticket_id=ticket.id, owner_id=owner_id, before_id=before_id))
    return steps.Kept(item.entry, ticket)


@command
def change_ticket(entry: Entry, *, ticket_id: UUID, topic: str = "", priority: str = "") -> TicketChanged:
    """File a ticket under another topic, with that topic's deadlines, or make it more or less urgent. Empty: as it was.

    Refuses `UnknownTopic`.
    """
    ticket = queries.lock_ticket(ticket_id)
    before = {"topic": ticket.topic, "priority": ticket.priority}
    if priority:
        ticket.priority = one_of(priority, "priority", Priority)
    if topic and topic != ticket.topic:
        _file_under(entry, ticket, queries.topic(topic))
    entry.about("ticket", ticket.id)
    steps.keep([steps.Kept(entry, ticket)])
    return TicketChanged(
        ticket_id=ticket.id,
        topic=ticket.topic,
        priority=ticket.priority,
        answer_by_at=ticket.answer_by_at,
        solve_by_at=ticket.solve_by_at,
        changes=changes(before, {"topic": ticket.topic, "priority": ticket.priority}),
    )


def _file_under(entry: Entry, ticket: Ticket, topic: TopicDraft) -> None:
    clocks = queries.clocks([ticket.topic, topic.code])
    course = queries.course_of(ticket)
    now = retermed(course, topic.terms, at=entry.at, clock=clocks[topic.code], before=clocks[ticket.topic])
    ticket.topic = topic.code
    steps.follow(entry, ticket=ticket, course=now)


@command
def tag_ticket(entry: Entry, *, ticket_id: UUID, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> TicketTagged:
    """Put tags on a ticket, and take others off. Refuses `TooManyTags`."""
    added, removed = clean_tags(add, remove)
    ticket = queries.lock_ticket(ticket_id)
    known = set(TicketTag.objects.filter(ticket=ticket).values_list("tag", flat=True))
    if len((known - set(removed)) | set(added)) > MOST_TAGS:
        raise TooManyTags(field="add", most=MOST_TAGS)
    insert((TicketTag, [{"id": new_id(), "ticket_id": ticket.id, "tag": tag} for tag in added]), skip_existing=True)
    TicketTag.objects.filter(ticket=ticket, tag__in=removed).delete()
    entry.about("ticket", ticket.id)
    return TicketTagged(ticket_id=ticket.id, added=added, removed=removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateTicket:
    """A deadline of a ticket has passed."""

    ticket_id: UUID


@batch_command(TicketEscalated)
def escalate_tickets(batch: Batch[EscalateTicket]) -> None:
    """Make tickets whose deadline has passed more urgent, and give them to whom their topic names for that, if it does.

    Refuses each `NotOverdue`, decided under the ticket's lock.
    """
    found = queries.lock_tickets(item.intent.ticket_id for item in batch.items)
    topics = queries.all_topics()
    works = staff.working(_named(topics[row.topic].escalates_to_id for row in found.values() if row.topic in topics))
    kept = []
    for item in batch.items:
        try:
            ticket = _found(found, item.intent.ticket_id)
            _check_overdue(ticket, item.entry.at)
        except Refusal as refusal:
            item.refuse(refusal)
            continue
        kept.append(_escalate(item, ticket, topics.get(ticket.topic), works))
    steps.keep(kept)


def _named(user_ids: Iterable[int | None]) -> set[int]:
    return {user_id for user_id in user_ids if user_id is not None}


def _check_overdue(ticket: Ticket, at: datetime) -> None:
    if ticket.state not in ALIVE or ticket.escalates_at is None or ticket.escalates_at > at:
        raise NotOverdue(field="ticket_id")


def _escalate(item: Item[EscalateTicket], ticket: Ticket, topic: TopicDraft | None, works: set[int]) -> steps.Kept:
    course, before_id = queries.course_of(ticket), ticket.owner_id
    steps.follow(item.entry, ticket=ticket, course=escalated(course, item.entry.at))
    steps.tell_of(item.entry, ticket=ticket)
    ticket.priority, ticket.escalated_at = raised(ticket.priority), item.entry.at
    if topic is not None and topic.escalates_to_id in works:
        ticket.owner_id = topic.escalates_to_id
    item.accept(
        TicketEscalated(
            ticket_id=ticket.id,
            number=ticket.number,
            late=course.late,
            level=ticket.level,
            priority=ticket.priority,
            owner_id=ticket.owner_id,
            before_id=before_id,
        )
    )
    return steps.Kept(item.entry, ticket)
