"""Mails to customers: which there were, and what they say."""

from __future__ import annotations

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.automation.lifecycle import NOTICE_LIFE, NoticeKind
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import Shown, badge, history, link, listed_badge
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.naming import language_named
from dingdan.web.backoffice.pages import Cell, Facts, Frame, Page
from dingdan.web.backoffice.words import word


class Mails(Shown):
    """The notices. They hold nothing personal: what is shown is written anew from the order each time."""

    many = _("Mails")
    permission = "automation.read"
    list_display = ("queued", "kind_shown", "order_number", "language_shown", "notice_state", "error_shown")
    asks = (
        by_state("state", _("State"), NOTICE_LIFE.states),
        by_state("kind", _("Mail"), NoticeKind),
        *by_day("queued_at"),
    )
    search_fields = ("order__number", "ticket__number")
    search_help_text = _("Number of the order or ticket")
    ordering = ("-queued_at", "-id")
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        found: QuerySet[Notice] = super().get_queryset(request)
        return found.select_related("order", "ticket", "wish__variant")

    @display(description=_("Date"))
    def queued(self, row: Notice) -> str:
        return show.moment(row.sent_at or row.queued_at)

    @display(description=_("Mail"))
    def kind_shown(self, row: Notice) -> str:
        return word(row.kind)

    @display(description=_("About"))
    def order_number(self, row: Notice) -> str:
        return str(_matter(row).text)

    @display(description=_("Language"))
    def language_shown(self, row: Notice) -> str:
        return language_named(row.language)

    @display(description=_("State"))
    def notice_state(self, row: Notice) -> str:
        return listed_badge(row.state)

    @display(description=_("Last fault"))
    def error_shown(self, row: Notice) -> str:
        return row.error or show.NOTHING

    def page(self, row: Notice) -> Page:
        letter = letter_of(row, to_staff=True)
        facts = Facts(
            _("Mail"),
            [
                (_("Recipient"), f"{letter.recipient.name} <{letter.recipient.email}>".strip() if letter else _("Forgotten")),
                (_("Subject"), letter.subject if letter else ""),
                (_("About"), _matter(row)),
                (_("Language"), row.language),
                (_("Queued at"), show.moment(row.queued_at)),
                (_("Sent at"), show.moment(row.sent_at) if row.sent_at else ""),
                (_("Tries in vain"), str(row.attempts) if row.attempts else ""),
                (_("Last fault"), row.error),
                (_("Message-ID"), row.message_id),
            ],
        )
        frames = [Frame(_("As the customer reads it"), letter.html, letter.text)] if letter else []
        return Page(
            word(row.kind),
            [badge(row.state)],
            lead=_lead(row),
            sections=[facts, *frames, history(row.id)],
        )


def _matter(row: Notice) -> Cell:
    """The order or the ticket that a mail is about."""
    if row.order is not None:
        return Cell(row.order.number, url=link("order", row.order_id))
    if row.wish is not None:
        return Cell(row.wish.variant.sku, url=link("wish", row.wish_id))
    return Cell(row.ticket.number if row.ticket else "", url=link("ticket", row.ticket_id))


def _lead(row: Notice) -> str:
    if row.wish is not None:
        return str(row.wish.variant.name)
    said = _("Order {number}") if row.order is not None else _("Ticket {number}")
    return str(said).format(number=_matter(row).text)
