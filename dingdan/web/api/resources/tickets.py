"""Tickets: what customers ask and complain about, for those who look after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field

from dingdan.automation.ticket_letters import ticket_link
from dingdan.kernel import clock
from dingdan.kernel.journal import Call, Event
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import (
    answer_ticket,
    assign_tickets,
    attach_file,
    change_ticket,
    close_tickets,
    erase_tickets,
    merge_tickets,
    note_ticket,
    open_ticket,
    reopen_ticket,
    reply_ticket,
    solve_ticket,
    tag_ticket,
)
from dingdan.trade.tickets.lifecycle import ALIVE, TICKET_LIFE, Priority
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import ContactDraft, TicketDraft
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.resources.files import FileSent, content_of
from dingdan.web.api.resources.ticket_views import TicketLogView, TicketView, log_view, ticket_views, with_people
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download
from dingdan.web.shared.matters import matter

TAG: Final = "Tickets"
ONE: Final = "/tickets/{ticket_id}"
TicketState = Annotated[str, OneOf(TICKET_LIFE.states)]
TicketPriority = Annotated[str, OneOf(Priority)]


@read("/tickets", permission="tickets.read", tag=TAG)
def list_tickets(
    *,
    state: TicketState | None = None,
    priority: TicketPriority | None = None,
    topic: str | None = None,
    owner: int | None = None,
    unassigned: bool = False,
    overdue: bool = False,
    customer: str | None = None,
    order: str | None = None,
    tag: str | None = None,
    q: Annotated[str | None, Field(min_length=1, max_length=100)] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[TicketView]:
    """Tickets, newest first. `owner` is an account; `order` and `customer` take an id or number.

    `overdue` finds those whose deadline has passed, `q` finds by the number, the title, the name or address of who writes,
    and the number of what it is about.
    """
    rows = with_people(Ticket.objects.order_by("-id"))
    asked = {"state": state, "priority": priority, "topic": topic, "owner_id": owner, "tags__tag": tag}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    if unassigned:
        rows = rows.filter(owner_id=None, state__in=ALIVE)
    if overdue:
        rows = rows.filter(due_at__lt=clock.now(), state__in=ALIVE)
    if customer is not None:
        rows = rows.filter(customer_id=id_of("customer_id", customer, field="customer"))
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    if q is not None:
        rows = rows.filter(queries.found_by(q))
    return page(rows, ticket_views, after=after, limit=limit)


@read(ONE, permission="tickets.read", tag=TAG)
def get_ticket(ticket_id: str) -> TicketLogView:
    """One ticket with everything that was said in it. Its number will do for its id."""
    return log_view(found(with_people(Ticket.objects.all()), "ticket_id", ticket_id))


@read(ONE + "/attachments/{attachment_id}", permission="tickets.read", tag=TAG, media=MEDIA_TYPE)
def get_attachment(ticket_id: str, attachment_id: str) -> HttpResponse:
    """The bytes of a file on a ticket, as a download."""
    row = found(Ticket.objects.all(), "ticket_id", ticket_id)
    return download(queries.attachment(id_of("attachment_id", attachment_id), ticket_id=row.id))


@read(ONE + "/link", permission="tickets.link", tag=TAG)
def get_ticket_link(ticket_id: str) -> dict[str, str]:
    """The link by which the customer follows the ticket: the bearer of the operations under `/my/ticket`, for half a year."""
    row = found(Ticket.objects.filter(erased_at=None), "ticket_id", ticket_id)
    return {"link": ticket_link(row.id, at=clock.now())}


@read(ONE + "/templates", permission="tickets.read", tag=TAG)
def fill_templates(ticket_id: str) -> dict[str, str]:
    """Every template for answers by its code, filled in for the ticket; those for its topic and language first."""
    row = found(Ticket.objects.all(), "ticket_id", ticket_id)
    known = queries.templates(topic=row.topic, language=row.language)
    return {one.code: queries.written_out(one, row, agent="") for one in known}


class AboutSent(BaseModel):
    """What a ticket is about: `order`, `shipment`, `return` and `claim` by id or number, `line` by its id."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(examples=["order"])
    id: str = Field(max_length=80, examples=["1001"])


class WriterSent(BaseModel):
    """Who writes, and how to answer."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    email: str = ""
    phone: str = ""


class TicketSent(BaseModel):
    """A ticket to be opened. What is left out is taken from what it is about, the customer, and the topic."""

    model_config = ConfigDict(extra="forbid")

    topic: str = Field(examples=["damaged"])
    text: str
    title: str = ""
    came_by: str = Field("storefront", description="mail, phone, storefront, marketplace or chat.")
    about: AboutSent | None = None
    customer: str = Field("", description="Id or number.")
    contact: WriterSent | None = None
    priority: str = ""
    owner_id: int | None = None
    language: str = Field("", description="For mails: en, zh-Hant, zh-Hans.")


class MergeSent(BaseModel):
    """The ticket that is the double, by id or number."""

    model_config = ConfigDict(extra="forbid")

    double: str


def _open(call: Call, _ids: Mapping[str, Any], sent: TicketSent) -> Event:
    thing = matter(sent.about.kind, sent.about.id, field="about") if sent.about else None
    customer_id = id_of("customer_id", sent.customer, field="customer") if sent.customer else None
    contact = ContactDraft(**sent.contact.model_dump()) if sent.contact else None
    draft = TicketDraft(
        topic=sent.topic,
        text=sent.text,
        title=sent.title,
        came_by=sent.came_by,
        about=thing.about if thing else None,
        customer_id=customer_id or (thing.customer_id if thing else None),
        contact=contact or (thing.contact if thing and customer_id in (None, thing.customer_id) else ContactDraft()),
        priority=sent.priority,
        owner_id=sent.owner_id,
        language=sent.language or (thing.language if thing else ""),
    )
    return open_ticket(call, ticket=draft)


def _merge(call: Call, ids: Mapping[str, Any], sent: MergeSent) -> Event:
    return merge_tickets(call, kept_id=ids["ticket_id"], merged_id=id_of("ticket_id", sent.double, field="double"))


def attach(call: Call, ids: Mapping[str, Any], sent: FileSent) -> Event:
    """Hang a file that was sent on a message."""
    content = content_of(sent)
    return attach_file(call, ticket_id=ids["ticket_id"], message_id=ids["message_id"], name=sent.name, content=content)


mount(
    Write(path="/tickets", command=open_ticket, body=TicketSent, give=_open, makes=ONE, tag=TAG),
    Write(path=f"{ONE}/answers", command=answer_ticket, tag=TAG),
    Write(path=f"{ONE}/replies", command=reply_ticket, tag=TAG),
    Write(path=f"{ONE}/notes", command=note_ticket, tag=TAG),
    Write(
        path=ONE + "/messages/{message_id}/attachments",
        command=attach_file,
        body=FileSent,
        give=attach,
        makes=ONE + "/attachments/{attachment_id}",
        tag=TAG,
    ),
    Write(method="PUT", path=ONE, command=change_ticket, tag=TAG),
    Write(path=f"{ONE}/tags", command=tag_ticket, tag=TAG),
    Write(path=f"{ONE}/assign", command=assign_tickets, name="assign_ticket", tag=TAG),
    Write(path=f"{ONE}/solve", command=solve_ticket, tag=TAG),
    Write(path=f"{ONE}/reopen", command=reopen_ticket, tag=TAG),
    Write(path=f"{ONE}/close", command=close_tickets, name="close_ticket", tag=TAG),
    Write(path=f"{ONE}/merge", command=merge_tickets, body=MergeSent, give=_merge, tag=TAG),
    Write(path=f"{ONE}/erase", command=erase_tickets, name="erase_ticket", tag=TAG),
)
mount_many(
    Many(path="/tickets/assign", single=f"{ONE}/assign", command=assign_tickets, name="assign_tickets", tag=TAG),
    Many(path="/tickets/close", single=f"{ONE}/close", command=close_tickets, name="close_tickets", tag=TAG),
)
