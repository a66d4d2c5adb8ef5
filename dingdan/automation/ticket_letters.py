"""What customers are written about their tickets: that something came in, what staff answers, and that it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dingdan.automation.imprint import imprint
from dingdan.automation.letters import Fact, Letter, Note, Recipient
from dingdan.automation.lifecycle import NoticeKind
from dingdan.automation.looks import look_of
from dingdan.automation.models import Notice
from dingdan.automation.notices import reader_locale, shop_name
from dingdan.automation.own_pages import is_of_buyer, messages_page, ticket_page
from dingdan.kernel.links import link_to
from dingdan.kernel.models import Tenant
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.trade.orders import queries as orders
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.models import Message, Ticket, TicketContact

LINK: Final = "ticket"
LINK_LASTS: Final = timedelta(days=180)
VISITOR: Final = "visitor"
"""The id of the customer who writes by a form that is open to everybody."""


def ticket_link(ticket_id: UUID, *, at: datetime) -> str:
    """The link by which a customer follows a ticket, good for half a year from that moment."""
    return link_to(LINK, ticket_id, until=at + LINK_LASTS)


def letter_of_ticket(notice: Notice) -> Letter | None:
    """What a notice about a ticket says now; None when the person, or what was said, was forgotten."""
    assert notice.ticket_id is not None  # noqa: S101 (the database says so)
    ticket = queries.ticket(queries.going_on(notice.ticket_id))
    contact = queries.contact_of(notice.ticket_id)
    said = Message.objects.filter(id=notice.about_id).first()
    if contact is None or not contact.email or ticket.erased_at or (said is not None and said.erased_at):
        return None
    tenant = Tenant.objects.get(id=notice.tenant_id)
    name = shop_name(tenant)
    # Whoever fills in a form may name the address of anybody: nothing of what they typed goes there.
    is_anybodys = Message.objects.filter(ticket_id=ticket.id, author=f"customer:{VISITOR}").exists()
    if is_anybodys and notice.kind == NoticeKind.TICKET_OPENED:
        said = None
    letter = Letter(
        Recipient("" if is_anybodys else contact.name, contact.email),
        name,
        notice.language,
        look=look_of(name),
        is_about_order=False,
    )
    with translation.override(notice.language.lower()):
        _write(letter, NoticeKind(notice.kind), ticket, said)
        if settings.TICKET_PAGE:
            page = settings.TICKET_PAGE.replace("{link}", ticket_link(ticket.id, at=notice.queued_at))
            letter.names["ticket"]["page"] = page
            letter.button = Fact(_("Say how it went") if notice.kind == NoticeKind.TICKET_SOLVED else _("Write to us"), "", page)
        elif page := _messages(ticket, notice, contact) or _page(ticket, notice):
            letter.names["ticket"]["page"] = page
            letter.button = Fact(_("Read and write messages"), "", page)
        profile = profile_in_force()
        if profile is not None:
            letter.imprint = imprint(profile, reader_locale(notice.language, tenant.country))
            letter.reply_to = profile.email
    return letter


def _messages(ticket: Ticket, notice: Notice, contact: TicketContact) -> str:
    """The messages on the page of the order, for whoever it is for; others who wrote about it are not let in there."""
    order = orders.order(ticket.order_id) if ticket.order_id else None
    if order is None or not is_of_buyer(ticket, contact, order):
        return ""
    return messages_page(order, at=notice.queued_at, language=notice.language)


def _page(ticket: Ticket, notice: Notice) -> str:
    """The page of the ticket itself in the storefront, for whoever wrote it."""
    if settings.ORDER_PAGE:
        return ""
    link = ticket_link(ticket.id, at=notice.queued_at.replace(microsecond=0))
    return ticket_page(link, language=notice.language)


def _write(letter: Letter, kind: NoticeKind, ticket: Ticket, said: Message | None) -> None:
    facts = {"number": ticket.number, "shop": letter.shop}
    letter.names["ticket"] = {"number": ticket.number, "about": ticket.about_number or None, "page": None}
    if kind == NoticeKind.TICKET_OPENED:
        letter.subject = _("We have your message {number} at {shop}").format(**facts)
        letter.heading = _("We have received your message")
        told = (
            _("We look into it and write to you. This is what you told us:") if said else _("We look into it and write to you.")
        )
        letter.paragraphs.append(told)
    elif kind == NoticeKind.TICKET_ANSWERED:
        letter.subject = _("An answer to your message {number} at {shop}").format(**facts)
        letter.heading = _("We have an answer for you")
    else:
        letter.subject = _("Your message {number} at {shop} is settled").format(**facts)
        letter.heading = _("We hope that all is well now")
    letter.paragraphs += [Note(line) for line in said.text.split("\n") if line.strip()] if said is not None else []
    if kind == NoticeKind.TICKET_SOLVED:
        letter.paragraphs.append(_("We take the matter to be settled. If it is not, please write to us again."))
    letter.facts.append(Fact(_("Your message"), ticket.number))
    if ticket.about_number:
        letter.facts.append(Fact(_("About"), ticket.about_number))
