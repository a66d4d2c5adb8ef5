"""What can be asked about tickets and the registers that they go by. Never writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import NotFound
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.staff import queries as staff
from dingdan.trade.tickets.lifecycle import ALIVE, MessageKind
from dingdan.trade.tickets.models import AnswerTemplate, Attachment, Message, Ticket, TicketContact, Topic, WorkingHours
from dingdan.trade.tickets.rules import (
    CLOSED_AFTER,
    USUAL_TOPICS,
    USUAL_WEEK,
    WEEKDAYS,
    AroundTheClock,
    Clock,
    Course,
    HoursDraft,
    NotStaff,
    Span,
    TicketForgotten,
    TicketMerged,
    TopicDraft,
    UnknownTopic,
    WorkingTime,
    begun,
    filled,
    shown,
)

GENERAL: Final = "question"
"""The topic of what is about nothing in particular, in shops that have not retired it."""
COURSE: Final = tuple(one.name for one in fields(Course))
_TOPIC: Final = tuple(one.name for one in fields(TopicDraft))


# ── tickets ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def lock_tickets(ticket_ids: Iterable[UUID]) -> dict[UUID, Ticket]:
    """Those of the tickets that are here, locked until the transaction ends, in one order for all."""
    wanted = Ticket.objects.filter(id__in=list(ticket_ids)).order_by("id")
    return {ticket.id: ticket for ticket in wanted.select_for_update(no_key=True)}


def lock_ticket(ticket_id: UUID) -> Ticket:
    """One ticket, locked until the transaction ends. Raises `NotFound`."""
    found = lock_tickets([ticket_id]).get(ticket_id)
    if found is None:
        raise NotFound(field="ticket_id", what="ticket", id=ticket_id)
    return found


def lock_to_write(ticket_id: UUID) -> Ticket:
    """One ticket in which something is to be said, locked until the transaction ends.

    Refuses one that was forgotten, and one that was merged (`TicketMerged`): what is said belongs where the rest is.
    """
    found = lock_ticket(ticket_id)
    check_not_forgotten(found, "ticket_id")
    check_not_merged(found, "ticket_id")
    return found


def check_not_merged(row: Ticket, field: str) -> None:
    """Refuse a ticket that goes on in another."""
    if row.merged_into_id is not None:
        raise TicketMerged(field=field, number=ticket(going_on(row.id)).number)


def check_not_forgotten(row: Ticket, field: str) -> None:
    """Refuse a ticket of which everything was erased: nothing may be said there again (`TicketForgotten`)."""
    if row.erased_at is not None:
        raise TicketForgotten(field=field, number=row.number)


def ticket(ticket_id: UUID) -> Ticket:
    """One ticket. Raises `NotFound`."""
    found = Ticket.objects.filter(id=ticket_id).first()
    if found is None:
        raise NotFound(field="ticket_id", what="ticket", id=ticket_id)
    return found


def going_on(ticket_id: UUID) -> UUID:
    """The id of the ticket that goes on: itself, or the one that it was merged into, however often."""
    seen = {ticket_id}
    while merged := Ticket.objects.filter(id=ticket_id).values_list("merged_into_id", flat=True).first():
        if merged in seen:
            break
        seen.add(merged)
        ticket_id = merged
    return ticket_id


def readable(ticket_id: UUID) -> bool:
    """Whether the ticket is here, and was not forgotten."""
    return Ticket.objects.filter(id=ticket_id, erased_at=None).exists()


def course_of(row: Ticket) -> Course:
    """Where a ticket stands in time."""
    return Course(**{name: getattr(row, name) for name in COURSE})


def contact_of(ticket_id: UUID) -> TicketContact | None:
    """Who writes in a ticket, and how to answer."""
    return TicketContact.objects.filter(ticket_id=ticket_id).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message with its files, whose bytes are left where they lie."""

    message: Message
    files: Sequence[Attachment]


def conversation(ticket_id: UUID, *, with_notes: bool = True) -> list[Said]:
    """What was said in a ticket, oldest first; for the customer without what staff says among itself."""
    rows = Message.objects.filter(ticket_id=ticket_id).order_by("written_at", "id")
    if not with_notes:
        rows = rows.exclude(kind=MessageKind.NOTE)
    messages = list(rows)
    files: dict[UUID, list[Attachment]] = {}
    held = Attachment.objects.filter(message_id__in=[one.id for one in messages]).defer("content").order_by("attached_at", "id")
    for one in held:
        files.setdefault(one.message_id, []).append(one)
    return [Said(message=one, files=files.get(one.id, [])) for one in messages]


def message(message_id: UUID, *, ticket_id: UUID) -> Message:
    """A message of a ticket. Raises `NotFound`."""
    found = Message.objects.filter(id=message_id, ticket_id=ticket_id).first()
    if found is None:
        raise NotFound(field="message_id", what="message", id=message_id)
    return found


def attachment(attachment_id: UUID, *, ticket_id: UUID, for_customer: bool = False) -> Attachment:
    """A file of a ticket with its bytes; the customer gets none of a note. Raises `NotFound`, also for one that was erased."""
    rows = Attachment.objects.filter(id=attachment_id, message__ticket_id=ticket_id, erased_at=None)
    if for_customer:
        rows = rows.exclude(message__kind=MessageKind.NOTE)
    found = rows.first()
    if found is None:
        raise NotFound(field="attachment_id", what="attachment", id=attachment_id)
    return found


def due_to_escalate(now: datetime, *, limit: int = 200) -> list[tuple[UUID, datetime]]:
    """Tickets whose deadline has passed, and since when they are to be escalated, longest first."""
    late = Ticket.objects.filter(escalates_at__lte=now, state__in=ALIVE).order_by("escalates_at", "id")
    return [(row.id, row.escalates_at) for row in late.only("id", "escalates_at")[:limit] if row.escalates_at]


def due_to_close(now: datetime, *, limit: int = 200) -> list[tuple[UUID, datetime]]:
    """Tickets that were solved long enough ago, with when that was."""
    done = Ticket.objects.filter(state="solved", solved_at__lte=now - CLOSED_AFTER).order_by("solved_at", "id")
    return [(row.id, row.solved_at) for row in done.only("id", "solved_at")[:limit] if row.solved_at]


def written_with(email: str) -> list[UUID]:
    """The tickets of nobody known, and not forgotten, that were written with an address."""
    key = email_key(email)
    rows = TicketContact.objects.filter(email__iexact=email, ticket__customer=None, ticket__erased_at=None).order_by("ticket_id")
    return [ticket_id for ticket_id, wrote in rows.values_list("ticket_id", "email") if key and email_key(wrote) == key]


def to_be_erased(customer_id: UUID) -> list[UUID]:
    """The tickets of a customer, and of those who were merged into that one, in which something can still be read."""
    theirs = Q(customer_id=customer_id) | Q(customer__merged_into_id=customer_id)
    return list(Ticket.objects.filter(theirs, erased_at=None).order_by("id").values_list("id", flat=True))


def about_thing(about_id: UUID) -> QuerySet[Ticket]:
    """The tickets about one thing (an order, shipment, return or claim) itself, newest first."""
    return Ticket.objects.filter(about_id=about_id, merged_into=None).order_by("-opened_at", "-id")


def about_order(order_id: UUID) -> QuerySet[Ticket]:
    """The tickets about an order or anything that belongs to it, newest first."""
    return Ticket.objects.filter(order_id=order_id).order_by("-opened_at", "-id")


def found_by(text: str) -> Q:
    """What a ticket is found by: its number, the number of what it is about, its title, or who wrote."""
    people = TicketContact.objects.filter(Q(name__icontains=text) | Q(email__iexact=text) | Q(phone=text)).values("ticket_id")
    return Q(number__iexact=text) | Q(about_number__iexact=text) | Q(title__icontains=text) | Q(id__in=people)


def working_owner(user_id: int, field: str) -> int:
    """The account, which must work here. Refuses `NotStaff`."""
    if user_id not in staff.working([user_id]):
        raise NotStaff(field=field, user_id=user_id)
    return user_id


# ── registers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def all_topics() -> dict[str, TopicDraft]:
    """Every topic by its code, retired ones too: the shop's own in the place of those that every shop has."""
    own = {row.code: _draft(row) for row in Topic.objects.order_by("code")}
    usual = {draft.code: own.pop(draft.code, draft) for draft in USUAL_TOPICS}
    return usual | own


def retired_topics() -> set[str]:
    """The codes of topics that no new ticket has."""
    return set(Topic.objects.filter(state="retired").values_list("code", flat=True))


def topics() -> dict[str, TopicDraft]:
    """The topics that a new ticket may have, by code."""
    gone = retired_topics()
    return {code: draft for code, draft in all_topics().items() if code not in gone}


def topic(code: str) -> TopicDraft:
    """The topic of a new ticket. Refuses one that is not there or retired (`UnknownTopic`)."""
    known = topics()
    if code not in known:
        raise UnknownTopic(field="topic", topic=str(code)[:40], known=", ".join(known))
    return known[code]


def topic_by_code(code: str) -> TopicDraft:
    """A topic, retired or not. Raises `NotFound`."""
    found = all_topics().get(code)
    if found is None:
        raise NotFound(field="topic", what="topic", id=code[:80])
    return found


def _draft(row: Topic) -> TopicDraft:
    return TopicDraft(**{name: getattr(row, name) for name in _TOPIC})


def clocks(codes: Iterable[str]) -> dict[str, Clock]:
    """By the code of a topic: how waiting is measured under it."""
    known = all_topics()
    works = {code for code in codes if code not in known or known[code].in_working_time}
    working: Clock = working_time() if works else AroundTheClock()
    return {code: working if code in works else AroundTheClock() for code in codes}


def clock(code: str) -> Clock:
    """How waiting is measured under a topic."""
    return clocks([code])[code]


def answer_by(codes: Iterable[str], *, at: datetime) -> datetime | None:
    """By when the shop answers who writes about these topics at that moment, the latest; None where one has no deadline.

    A code that is no topic counts as a general question.
    """
    known = topics()
    usual = GENERAL if GENERAL in known else next(iter(known), "")
    wanted = {code if code in known else usual for code in codes} & known.keys()
    measured = clocks(wanted)
    found = [begun(at, known[code].terms, measured[code]).answer_by_at for code in wanted]
    return max((one for one in found if one is not None), default=None) if None not in found else None


def working_time() -> WorkingTime:
    """When the shop works on tickets, by its own clock; from Monday to Friday where it never said."""
    zone = tenant_in_scope().time_zone
    row = WorkingHours.objects.filter(id=current_tenant_id()).first()
    if row is None:
        return WorkingTime(zone=zone, week=USUAL_WEEK)
    week = tuple(tuple(Span(opens, closes) for opens, closes in spans) for spans in row.week)
    return WorkingTime(zone=zone, week=week, days_off=frozenset(row.days_off), days_on=frozenset(row.days_on))


def hours_as_they_are() -> HoursDraft:
    """The hours of work as they are, to be shown or to be changed and saved again."""
    working = working_time()
    week: dict[str, Any] = {name: tuple(map(shown, spans)) for name, spans in zip(WEEKDAYS, working.week, strict=True)}
    return HoursDraft(**week, days_off=tuple(sorted(working.days_off)), days_on=tuple(sorted(working.days_on)))


def templates(*, topic: str = "", language: str = "") -> list[AnswerTemplate]:
    """The templates that are in use: those for the topic first, then those in the language."""
    rows = AnswerTemplate.objects.filter(state="active")
    return sorted(rows, key=lambda row: (row.topic != topic, row.language != language, row.code))


def written_out(template: AnswerTemplate, row: Ticket, *, agent: str) -> str:
    """A template as it would be sent in a ticket, by whoever goes by that name."""
    contact = contact_of(row.id)
    facts = {
        "customer": contact.name if contact else "",
        "number": row.number,
        "order": row.about_number,
        "shop": tenant_in_scope().name,
        "agent": agent,
    }
    return filled(template.text, facts)
