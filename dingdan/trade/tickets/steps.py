"""Verbs on tickets, inside a command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel import numbering
from dingdan.kernel.errors import Refusal
from dingdan.kernel.files import TooManyFiles
from dingdan.kernel.filing import ERASED, filed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.models import Attachment, Message, Ticket, TicketContact
from dingdan.trade.tickets.rules import (
    MOST_FILES,
    MOST_FILES_OF_TICKET,
    MOST_MESSAGES,
    Clock,
    Course,
    TicketDraft,
    turned,
)

NUMBERS: Final = "ticket"
_COURSE: Final = tuple(one.name for one in fields(Course))
_KEPT: Final = (
    *(name for name in _COURSE if name != "opened_at"),
    *("due_at", "escalated_at", "topic", "priority", "owner_id", "customer", "merged_into"),
    *("messages_count", "files_count", "rating", "rating_word", "rated_at", "title", "erased_at"),
)


class TooManyParts(Refusal):
    """A ticket is no diary."""

    sentence = _("The ticket has {most} messages already.")
    remedy = _("Close it, and go on in another ticket.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket that is locked, changed in memory and to be written back."""

    entry: Entry
    ticket: Ticket


def write_ticket(entry: Entry, *, draft: TicketDraft, course: Course, priority: str, owner_id: int | None) -> Ticket:
    """Write a new ticket with who writes; it has no message yet."""
    (number,) = numbering.take(entry, NUMBERS, prefix="T", first=1001)
    about = draft.about
    row = Ticket(
        id=new_id(), tenant_id=entry.tenant_id, number=number, title=draft.title, topic=draft.topic, came_by=draft.came_by,
        customer_id=draft.customer_id, language=draft.language, about_kind=about.kind if about else "",
        about_id=about.id if about else None, about_number=about.number if about else "",
        order_id=about.order_id if about else None, priority=priority, owner_id=owner_id,
        **{name: getattr(course, name) for name in _COURSE},
    )  # fmt: skip
    row.due_at = course.due_at
    Ticket.objects.bulk_create([row])
    insert((TicketContact, [{"id": new_id(), "ticket_id": row.id, **asdict(draft.contact)}]))
    tell_of(entry, ticket=row)
    return row


def tell_of(entry: Entry, *, ticket: Ticket) -> None:
    """Put the entry on the timelines of the ticket, its customer, and what it is about."""
    entry.about("ticket", ticket.id)
    if ticket.customer_id:
        entry.about("customer", ticket.customer_id)
    if ticket.about_id:
        entry.about(ticket.about_kind, ticket.about_id)
    if ticket.order_id:
        entry.about("order", ticket.order_id)


def say(entry: Entry, *, ticket: Ticket, kind: str, text: str) -> UUID:
    """Write a message into a ticket that is locked, and count it there; `keep` writes the count. Returns the message's id."""
    if ticket.messages_count >= MOST_MESSAGES:
        raise TooManyParts(field="text", most=MOST_MESSAGES)
    message_id = new_id()
    author = f"{entry.actor.kind}:{entry.actor.id}"[:80]
    row = {"id": message_id, "ticket_id": ticket.id, "kind": kind, "text": text, "author": author, "written_at": entry.at}
    insert((Message, [row]))
    ticket.messages_count += 1
    return message_id


def turn(entry: Entry, *, ticket: Ticket, name: str, clock: Clock) -> Course:
    """Turn a ticket that is locked by its life cycle, with what that means for its deadlines; `keep` writes it.

    Raises `NotInThisState`.
    """
    course = turned(queries.course_of(ticket), name, at=entry.at, clock=clock)
    follow(entry, ticket=ticket, course=course)
    tell_of(entry, ticket=ticket)
    return course


def follow(entry: Entry, *, ticket: Ticket, course: Course) -> None:
    """Put a ticket that is locked where its course is now; `keep` writes it."""
    for name in _COURSE:
        setattr(ticket, name, getattr(course, name))
    ticket.due_at = course.due_at
    entry.about("ticket", ticket.id)


def keep(kept: Sequence[Kept]) -> None:
    """Write back tickets that are locked, in one statement."""
    rows = {one.ticket.id: one.ticket for one in kept}
    if rows:
        Ticket.objects.bulk_create(rows.values(), update_conflicts=True, unique_fields=("tenant_id", "id"), update_fields=_KEPT)


def attach(entry: Entry, *, ticket: Ticket, message: Message, name: str, content: bytes) -> Attachment:
    """Hang a file on a message of a ticket that is locked, and count it there; `keep` writes the count.

    Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable` and `TooManyFiles`.
    """
    values = filed(name, content, at=entry.at)
    if ticket.files_count >= MOST_FILES_OF_TICKET:
        raise TooManyFiles(field="content", most=MOST_FILES_OF_TICKET)
    if Attachment.objects.filter(message=message).count() >= MOST_FILES:
        raise TooManyFiles(field="content", most=MOST_FILES)
    row = Attachment(id=new_id(), tenant_id=entry.tenant_id, message=message, **values)
    Attachment.objects.bulk_create([row])
    ticket.files_count += 1
    entry.about("ticket", ticket.id)
    return row


def erase(kept: Sequence[Kept]) -> dict[UUID, tuple[int, int]]:
    """Empty everything that can be read in tickets that are locked; `keep` writes the rest. Of how many messages and files."""
    ids = [one.ticket.id for one in kept]
    readable = Message.objects.filter(ticket_id__in=ids, erased_at=None)
    held = Attachment.objects.filter(message__ticket_id__in=ids, erased_at=None)
    messages = Counter(readable.values_list("ticket_id", flat=True))
    files = list(held.values_list("id", "message__ticket_id"))
    files_of = Counter(ticket_id for _file, ticket_id in files)
    for one in kept:
        one.ticket.title = one.ticket.rating_word = ""
        one.ticket.erased_at = one.ticket.erased_at or one.entry.at
        tell_of(one.entry, ticket=one.ticket)
    if kept:
        TicketContact.objects.filter(ticket_id__in=ids).update(name="", email="", phone="")
        Attachment.objects.filter(id__in=[file for file, _ in files]).update(**ERASED, erased_at=kept[0].entry.at)
        readable.update(text="", erased_at=kept[0].entry.at)
    return {id_: (messages[id_], files_of[id_]) for id_ in ids}


def pour(entry: Entry, *, merged: Ticket, kept: Ticket) -> tuple[int, int]:
    """Let what was said in one ticket stand in another; both are locked. `keep` writes the counts, which are returned."""
    Message.objects.filter(ticket=merged).update(ticket=kept)
    moved = merged.messages_count, merged.files_count
    kept.messages_count += moved[0]
    kept.files_count += moved[1]
    merged.messages_count = merged.files_count = 0
    entry.about("ticket", merged.id, kept.id)
    return moved
