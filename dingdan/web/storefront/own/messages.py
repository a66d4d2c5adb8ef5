"""Messages between a customer and the shop about an order: what is said stands in tickets, of which nobody here needs to know."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from dingdan.automation.own_pages import is_of_buyer
from dingdan.automation.reacting import part_of
from dingdan.kernel.errors import NotFound, Refusal
from dingdan.kernel.guessing import counted_deed
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.commands import attach_file, open_ticket, reply_ticket
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, AboutKind, CameBy, MessageKind
from dingdan.trade.tickets.models import Message, Ticket
from dingdan.trade.tickets.rules import About, ContactDraft, TicketDraft
from dingdan.web.shared.clients import address_of
from dingdan.web.shared.downloads import download, picture
from dingdan.web.storefront.own.opening import Own, own_page
from dingdan.web.storefront.own.words import told
from dingdan.web.storefront.reader import TAGS
from dingdan.web.storefront.writing.talks import Ways, rated, sent_files, settled, talk_told

TOPIC: Final = "question"


# ── whose they are ───────────────────────────────────────────────────────────────────────────────────────────────────────


def tickets_of(order: Order) -> list[Ticket]:
    """What was written about an order by whoever it is for, oldest first; what others wrote about it is not theirs to read."""
    rows = {row.id: row for row in queries.about_order(order.id).filter(erased_at=None).prefetch_related("contacts")}
    mine = [row for row in rows.values() if is_of_buyer(row, next(iter(row.contacts.all()), None), order)]
    going_on = dict.fromkeys(row.id if row.merged_into_id is None else queries.going_on(row.id) for row in mine)
    found = [rows.get(id_) or queries.ticket(id_) for id_ in going_on]
    return sorted((row for row in found if row.erased_at is None), key=lambda row: (row.opened_at, row.id))


def messages_told(order: Order) -> int:
    """How many messages there are, whoever wrote them: told beside the way to them."""
    ids = [row.id for row in tickets_of(order)]
    return Message.objects.filter(ticket_id__in=ids).exclude(kind=MessageKind.NOTE).count() if ids else 0


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@own_page("POST")
def messages(own: Own) -> HttpResponse:
    """What was said, and a form to say more."""
    if own.request.method != "POST":
        return _shown(own)
    try:
        _say(own)
    except Refusal as refusal:
        return _shown(own, trouble=refusal, text=own.request.POST.get("text", ""))
    return own.went("messages", anchor="write")


def _shown(own: Own, *, trouble: Refusal | None = None, text: str = "") -> HttpResponse:
    rows = tickets_of(own.order)
    talks = [_talk(own, row) for row in rows]
    return own.shown(
        "messages", "messages", status=trouble.status if trouble else 200, trouble=told(trouble), talks=talks, text=text,
        goes_on=any(TICKET_LIFE.may("reply", row.state) and row.state not in OVER for row in rows),
    )  # fmt: skip


def _talk(own: Own, row: Ticket) -> dict[str, Any]:
    def file_at(file_id: UUID) -> str:
        return own.at("messages", "files", str(file_id))

    below = ("messages", str(row.id))
    return talk_told(own.reader, row, Ways(file_at, own.at(*below, "rating"), own.at(*below, "settled")))


# ── saying something ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _say(own: Own) -> None:
    """Go on in the ticket that is open, or open one; then hang the files on what was said."""
    sent = own.request.POST
    files = sent_files(own.request.FILES.getlist("files"))
    text = sent.get("text", "")
    if not text.strip() and files:
        text = _("A file is attached.")
    for client in (address_of(own.request), str(own.order.id)):
        counted_deed("message", client=client, at=own.reader.at)
    ticket_id, message_id = _said(own, text)
    for place, (name, content) in enumerate(files):
        attach_file(part_of(own.call, f"file {place}"), ticket_id=ticket_id, message_id=message_id, name=name, content=content)


def _said(own: Own, text: str) -> tuple[UUID, UUID]:
    """Write it down once, however often the form is sent: whether a ticket was open then does not count the second time."""
    there = [row for row in tickets_of(own.order) if TICKET_LIFE.may("reply", row.state)]
    begins, goes_on = part_of(own.call, "open"), part_of(own.call, "reply")
    before = JournalEntry.objects.filter(key__in=(begins.key, goes_on.key), event__isnull=False).first()
    if before is not None and before.event is not None:
        return UUID(before.event["ticket_id"]), UUID(before.event["message_id"])
    if there:
        said = reply_ticket(goes_on, ticket_id=there[-1].id, text=text)
        return said.ticket_id, said.message_id
    begun = open_ticket(begins, ticket=_draft(own, text))
    return begun.ticket_id, begun.message_id


def _draft(own: Own, text: str) -> TicketDraft:
    order, topics = own.order, queries.topics()
    person = order.bill_to if order.bill_to.email else order.ship_to
    about = About(kind=AboutKind.ORDER.value, id=order.id, number=order.number, order_id=order.id)
    return TicketDraft(
        topic=TOPIC if TOPIC in topics else next(iter(topics)), text=text, came_by=CameBy.STOREFRONT.value, about=about,
        customer_id=order.customer_id, language=TAGS[own.reader.language],
        contact=ContactDraft(name=person.name or person.company, email=person.email, phone=person.phone),
    )  # fmt: skip


# ── what hangs on it, and how it went ────────────────────────────────────────────────────────────────────────────────────


@own_page()
def file(own: Own, file_id: UUID) -> HttpResponse:
    """A file of a message that the customer may read."""
    for row in tickets_of(own.order):
        try:
            found = queries.attachment(file_id, ticket_id=row.id, for_customer=True)
        except NotFound:
            continue
        return picture(found) or download(found)
    raise NotFound(what="attachment", id=file_id)


@own_page("POST")
def rating(own: Own, ticket_id: UUID) -> HttpResponse:
    """Say how it went, once it is settled."""
    _mine(own, ticket_id)
    if own.request.method == "POST":
        sent = own.request.POST
        try:
            rated(own.call, ticket_id, rating=sent.get("rating", ""), word=sent.get("word", ""))
        except Refusal as refusal:
            return _shown(own, trouble=refusal)
    return own.went("messages")


@own_page("POST")
def is_settled(own: Own, ticket_id: UUID) -> HttpResponse:
    """Say that what was written about is settled."""
    row = _mine(own, ticket_id)
    refused = settled(own.call, row) if own.request.method == "POST" else None
    return _shown(own, trouble=refused) if refused else own.went("messages")


def _mine(own: Own, ticket_id: UUID) -> Ticket:
    found = next((row for row in tickets_of(own.order) if row.id == ticket_id), None)
    if found is None:
        raise NotFound(what="ticket", id=ticket_id)
    return found
