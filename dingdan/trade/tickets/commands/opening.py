"""A ticket begins: somebody asks, or complains."""

from __future__ import annotations

from dataclasses import replace

from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.customers import queries as customers
from dingdan.masterdata.staff import queries as staff
from dingdan.trade.tickets import queries, steps
from dingdan.trade.tickets.events import TicketOpened
from dingdan.trade.tickets.lifecycle import MessageKind
from dingdan.trade.tickets.rules import ContactDraft, TicketDraft, TopicDraft, begun, clean_ticket


@command
def open_ticket(entry: Entry, *, ticket: TicketDraft) -> TicketOpened:
    """Write down what somebody asks or complains about, with its deadlines, and give it to whoever looks after the topic.

    Refuses `UnknownTopic`, `NotStaff`, an unknown customer (404), and texts, mails and phones that cannot be, naming the field.
    """
    tenant = tenant_in_scope()
    draft = _of_customer(clean_ticket(ticket, country=tenant.country))
    topic = queries.topic(draft.topic)
    row = steps.write_ticket(
        entry,
        draft=draft if draft.language else replace(draft, language=tenant.language),
        course=begun(entry.at, topic.terms, queries.clock(topic.code)),
        priority=draft.priority or topic.priority,
        owner_id=_owner(draft, topic),
    )
    message_id = steps.say(entry, ticket=row, kind=MessageKind.CUSTOMER, text=draft.text)
    steps.keep([steps.Kept(entry, row)])
    return TicketOpened(
        ticket_id=row.id, number=row.number, message_id=message_id, topic=row.topic, came_by=row.came_by, priority=row.priority,
        customer_id=row.customer_id, about_kind=row.about_kind, about_id=row.about_id, order_id=row.order_id,
        owner_id=row.owner_id, answer_by_at=row.answer_by_at, solve_by_at=row.solve_by_at,
    )  # fmt: skip


def _of_customer(draft: TicketDraft) -> TicketDraft:
    """The draft with what is known of the customer, where it says nothing itself."""
    if draft.customer_id is None:
        return draft
    customer_id = customers.going_on(draft.customer_id)
    customer = customers.customers_by_id([customer_id]).get(customer_id)
    if customer is None:
        raise NotFound(field="customer_id", what="customer", id=draft.customer_id)
    contact, known = draft.contact, customers.contact_of(customer_id)
    if known is not None and contact == ContactDraft():
        contact = ContactDraft(name=known.name or known.company, email=known.email, phone=known.phone)
    return replace(draft, customer_id=customer_id, contact=contact, language=draft.language or customer.language)


def _owner(draft: TicketDraft, topic: TopicDraft) -> int | None:
    """Who looks after the ticket: who is named, else the topic's owner as long as that account works here."""
    if draft.owner_id is not None:
        return queries.working_owner(draft.owner_id, "owner_id")
    known = staff.working([topic.owner_id]) if topic.owner_id is not None else set()
    return topic.owner_id if topic.owner_id in known else None
