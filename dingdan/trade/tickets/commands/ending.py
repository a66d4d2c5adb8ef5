"""A ticket is settled, put away, taken up again, merged with its double, or forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.files import TooManyFiles
from dingdan.kernel.journal import Entry
from dingdan.trade.tickets import queries, steps
from dingdan.trade.tickets.events import TicketClosed, TicketErased, TicketReopened, TicketsAdopted, TicketsMerged, TicketSolved
from dingdan.trade.tickets.lifecycle import TICKET_LIFE
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import MOST_FILES_OF_TICKET, MOST_MESSAGES, Clock


class NotTheSameTicket(Refusal):
    """A ticket has no double in itself."""

    status = 422
    sentence = _("A ticket cannot be merged into itself.")
    remedy = _("Name two different tickets.")


class NotTheSameCustomer(Refusal):
    """What one customer wrote must not be shown to another."""

    sentence = _("The two tickets are not of the same customer.")
    remedy = _("Merge only what one person wrote: the same customer, or the same e-mail address.")


@command
def solve_ticket(entry: Entry, *, ticket_id: UUID) -> TicketSolved:
    """Settle a ticket without another word, as after a call; the customer is asked how it went. Refuses one that is over.

    Customers settle their own; what nobody has answered until then stays unanswered.
    """
    ticket, by_customer = queries.lock_ticket(ticket_id), entry.actor.kind == "customer"
    name = "settle" if by_customer else "solve"
    course = steps.turn(entry, ticket=ticket, name=name, clock=queries.clock(ticket.topic))
    steps.keep([steps.Kept(entry, ticket)])
    return TicketSolved(ticket_id=ticket.id, is_late=course.was_solved_late, by_customer=by_customer)


@command
def reopen_ticket(entry: Entry, *, ticket_id: UUID) -> TicketReopened:
    """Take up again what was solved or closed, with a new deadline for the solution. Refuses `TicketMerged`."""
    ticket = queries.lock_to_write(ticket_id)
    steps.turn(entry, ticket=ticket, name="reopen", clock=queries.clock(ticket.topic))
    steps.keep([steps.Kept(entry, ticket)])
    return TicketReopened(ticket_id=ticket.id, solve_by_at=ticket.solve_by_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTicket:
    """Put a ticket away."""

    ticket_id: UUID


@batch_command(TicketClosed)
def close_tickets(batch: Batch[CloseTicket]) -> None:
    """Put tickets away: those that are settled, and those that need no solution. Refuses each that is closed, or not there."""
    found = queries.lock_tickets(item.intent.ticket_id for item in batch.items)
    clocks = queries.clocks({ticket.topic for ticket in found.values()})
    kept = []
    for item in batch.items:
        try:
            kept.append(_close(item, found.get(item.intent.ticket_id), clocks))
        except Refusal as refusal:
            item.refuse(refusal)
    steps.keep(kept)


def _close(item: Item[CloseTicket], ticket: Ticket | None, clocks: dict[str, Clock]) -> steps.Kept:
    if ticket is None:
        raise NotFound(field="ticket_id", what="ticket", id=item.intent.ticket_id)
    course = steps.turn(item.entry, ticket=ticket, name="close", clock=clocks[ticket.topic])
    item.accept(TicketClosed(ticket_id=ticket.id, was_solved=course.solved_at is not None))
    return steps.Kept(item.entry, ticket)


@command
def merge_tickets(entry: Entry, *, kept_id: UUID, merged_id: UUID) -> TicketsMerged:
    """Make two tickets about the same thing one: what was said in one stands in the other, and the one is closed.

    Refuses `NotTheSameTicket`, `NotTheSameCustomer`, one that was merged before, and more messages or files than a ticket holds.
    """
    if kept_id == merged_id:
        raise NotTheSameTicket(field="merged_id")
    found = queries.lock_tickets([kept_id, merged_id])
    for name, id_ in (("kept_id", kept_id), ("merged_id", merged_id)):
        if id_ not in found:
            raise NotFound(field=name, what="ticket", id=id_)
        queries.check_not_merged(found[id_], name)
        queries.check_not_forgotten(found[id_], name)
    kept, merged = found[kept_id], found[merged_id]
    if not _same_person(kept, merged):
        raise NotTheSameCustomer(field="merged_id")
    _check_room(kept, merged)
    messages, files = steps.pour(entry, merged=merged, kept=kept)
    merged.merged_into = kept
    # One person: whoever is forgotten as a customer is forgotten in both.
    kept.customer_id = merged.customer_id = kept.customer_id or merged.customer_id
    if TICKET_LIFE.may("close", merged.state):
        steps.turn(entry, ticket=merged, name="close", clock=queries.clock(merged.topic))
    steps.tell_of(entry, ticket=kept)
    steps.keep([steps.Kept(entry, kept), steps.Kept(entry, merged)])
    return TicketsMerged(kept_id=kept.id, merged_id=merged.id, messages=messages, files=files)


def _check_room(kept: Ticket, merged: Ticket) -> None:
    if kept.messages_count + merged.messages_count > MOST_MESSAGES:
        raise steps.TooManyParts(field="merged_id", most=MOST_MESSAGES)
    if kept.files_count + merged.files_count > MOST_FILES_OF_TICKET:
        raise TooManyFiles(field="merged_id", most=MOST_FILES_OF_TICKET)


def _same_person(kept: Ticket, merged: Ticket) -> bool:
    """Whether two tickets were written by one person: the same customer, or the same address where one is of nobody known."""
    if kept.customer_id is not None and merged.customer_id is not None:
        return kept.customer_id == merged.customer_id
    contacts = [queries.contact_of(one.id) for one in (kept, merged)]
    keys = {email_key(one.email) if one else "" for one in contacts}
    return len(keys) == 1 and "" not in keys


@command
def adopt_tickets(entry: Entry, *, customer_id: UUID, email: str) -> TicketsAdopted:
    """Let a customer have the tickets of nobody known that were written with their address, which the door has proven."""
    found = queries.lock_tickets(queries.written_with(email))
    rows = [ticket for ticket in found.values() if ticket.customer_id is None]
    for ticket in rows:
        ticket.customer_id = customer_id
    steps.keep([steps.Kept(entry, ticket) for ticket in rows])
    entry.about("customer", customer_id)
    entry.about("ticket", *(ticket.id for ticket in rows))
    return TicketsAdopted(customer_id=customer_id, ticket_ids=tuple(ticket.id for ticket in rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseTicket:
    """Forget what was said in a ticket, and by whom."""

    ticket_id: UUID


@batch_command(TicketErased)
def erase_tickets(batch: Batch[EraseTicket]) -> None:
    """Forget what was said in tickets and who said it: words, names and files.

    That there was a ticket, and how long it took, stays; one that is not over is closed. Doing it again changes nothing more.
    """
    found = queries.lock_tickets(item.intent.ticket_id for item in batch.items)
    clocks = queries.clocks({ticket.topic for ticket in found.values()})
    kept = []
    for item in batch.items:
        ticket = found.get(item.intent.ticket_id)
        if ticket is None:
            item.refuse(NotFound(field="ticket_id", what="ticket", id=item.intent.ticket_id))
            continue
        if TICKET_LIFE.may("close", ticket.state):
            steps.turn(item.entry, ticket=ticket, name="close", clock=clocks[ticket.topic])
        kept.append(steps.Kept(item.entry, ticket))
    counts = steps.erase(kept)
    for item in batch.open:
        messages, files = counts.get(item.intent.ticket_id, (0, 0))
        item.accept(TicketErased(ticket_id=item.intent.ticket_id, messages=messages, files=files))
    steps.keep(kept)
