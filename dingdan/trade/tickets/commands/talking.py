"""What is said in a ticket, and what hangs on it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import NotText, clean_text, one_of
from dingdan.trade.tickets import queries, steps
from dingdan.trade.tickets.events import FileAttached, TicketAnswered, TicketNoted, TicketRated, TicketReplied
from dingdan.trade.tickets.lifecycle import OVER, MessageKind, Then
from dingdan.trade.tickets.rules import MOST_TEXT, clean_rating


class NotSolvedYet(Refusal):
    """Only what is over can be judged."""

    sentence = _("The ticket is not solved yet, so that nothing can be rated.")
    remedy = _("Write what is still open; rate it when it is solved.")


class NotYourMessage(Refusal):
    """A customer adds files to what the customer said."""

    status = 403
    sentence = _("Files can be added to one's own messages only.")
    remedy = _("Write a message first, and add the file to it.")


@command
def answer_ticket(entry: Entry, *, ticket_id: UUID, text: str, then: str = Then.ASK.value) -> TicketAnswered:
    """Write to the customer, who gets it by mail.

    `then` says what comes next: wait for the customer (`ask`), go on working (`work`), or nothing, because it is settled
    (`solve`). Refuses a ticket that is over.
    """
    name = one_of(then, "then", Then)
    text = clean_text(text, "text", MOST_TEXT, multiline=True)
    ticket = queries.lock_to_write(ticket_id)
    is_first = ticket.answered_at is None
    course = steps.turn(entry, ticket=ticket, name=name, clock=queries.clock(ticket.topic))
    message_id = steps.say(entry, ticket=ticket, kind=MessageKind.STAFF, text=text)
    steps.keep([steps.Kept(entry, ticket)])
    return TicketAnswered(
        ticket_id=ticket.id,
        message_id=message_id,
        is_first=is_first,
        is_late=is_first and course.was_answered_late,
        state=ticket.state,
        due_at=ticket.due_at,
    )


@command
def reply_ticket(entry: Entry, *, ticket_id: UUID, text: str) -> TicketReplied:
    """Write what the customer says: by the customer, or by staff after a call.

    Takes up again what was solved; refuses a ticket that is closed.
    """
    text = clean_text(text, "text", MOST_TEXT, multiline=True)
    ticket = queries.lock_to_write(ticket_id)
    steps.turn(entry, ticket=ticket, name="reply", clock=queries.clock(ticket.topic))
    message_id = steps.say(entry, ticket=ticket, kind=MessageKind.CUSTOMER, text=text)
    steps.keep([steps.Kept(entry, ticket)])
    return TicketReplied(ticket_id=ticket.id, message_id=message_id, state=ticket.state, due_at=ticket.due_at)


@command
def note_ticket(entry: Entry, *, ticket_id: UUID, text: str) -> TicketNoted:
    """Leave a note for staff, which the customer never sees. It moves nothing."""
    text = clean_text(text, "text", MOST_TEXT, multiline=True)
    ticket = queries.lock_to_write(ticket_id)
    message_id = steps.say(entry, ticket=ticket, kind=MessageKind.NOTE, text=text)
    entry.about("ticket", ticket.id)
    steps.keep([steps.Kept(entry, ticket)])
    return TicketNoted(ticket_id=ticket.id, message_id=message_id)


@command
def attach_file(entry: Entry, *, ticket_id: UUID, message_id: UUID, name: str, content: bytes) -> FileAttached:
    """Hang a photo or a PDF on a message. What it is is read from its bytes; the name is made harmless.

    Refuses `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `TooManyFiles`, and files of a customer on what others said
    (`NotYourMessage`).
    """
    if not isinstance(name, str):
        raise NotText(field="name")
    ticket = queries.lock_to_write(ticket_id)
    message = queries.message(message_id, ticket_id=ticket.id)
    if entry.actor.kind == "customer" and message.kind != MessageKind.CUSTOMER:
        raise NotYourMessage(field="message_id")
    file = steps.attach(entry, ticket=ticket, message=message, name=name, content=content)
    steps.keep([steps.Kept(entry, ticket)])
    return FileAttached(
        ticket_id=ticket.id,
        message_id=message.id,
        attachment_id=file.id,
        media_type=file.media_type,
        size=file.size,
        digest=file.digest,
    )


@command
def rate_ticket(entry: Entry, *, ticket_id: UUID, rating: int, word: str = "") -> TicketRated:
    """Write down how satisfied the customer is, from 1 to 5, with a word about it. A second time it replaces the first.

    Refuses `NotSolvedYet` and `RatingNotUsable`.
    """
    rating, word = clean_rating(rating), clean_text(word, "word", 1000, required=False, multiline=True)
    ticket = queries.lock_to_write(ticket_id)
    if ticket.state not in OVER or ticket.solved_at is None:
        raise NotSolvedYet(field="rating")
    before = ticket.rating
    ticket.rating, ticket.rating_word, ticket.rated_at = rating, word, entry.at
    steps.tell_of(entry, ticket=ticket)
    steps.keep([steps.Kept(entry, ticket)])
    return TicketRated(ticket_id=ticket.id, rating=rating, before=before)
