"""What customers were told: mails and short messages, what they say, and what became of them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from dingdan.automation.commands import retry_notice, skip_notice
from dingdan.automation.lifecycle import NOTICE_LIFE, NoticeKind, Way
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.automation.short_texts import short_of
from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.wording.rules import parts_of
from dingdan.web.backoffice import show
from dingdan.web.backoffice.acting import Act, Acting, fresh_key
from dingdan.web.backoffice.base import badge, history, link, listed_badge
from dingdan.web.backoffice.filters import by_day, by_state
from dingdan.web.backoffice.naming import language_named
from dingdan.web.backoffice.pages import Button, Cell, Facts, Form, Frame, Hint, Page
from dingdan.web.backoffice.words import way, word


def _retry(call: Call, row: Notice, _sent: QueryDict) -> Event:
    return retry_notice(call, notice_id=row.id)


def _skip(call: Call, row: Notice, _sent: QueryDict) -> Event:
    return skip_notice(call, notice_id=row.id)


class Mails(Acting):
    """The notices. They hold nothing personal: what is shown is written anew from the order each time."""

    many = _("Mails and messages")
    permission = "automation.read"
    list_display = ("queued", "kind_shown", "way_shown", "order_number", "language_shown", "notice_state", "error_shown")
    asks = (
        by_state("state", _("State"), NOTICE_LIFE.states),
        by_state("kind", _("Mail"), NoticeKind),
        by_state("way", _("Way"), Way, say=way),
        *by_day("queued_at"),
    )
    search_fields = ("order__number", "ticket__number")
    search_help_text = _("Number of the order or ticket")
    ordering = ("-queued_at", "-id")
    sortable_by = ()
    acts: ClassVar = {
        "retry": Act("automation.retry_notice", _retry, lambda _event: _("It is sent again.")),
        "skip": Act("automation.skip_notice", _skip, lambda _event: _("It is not sent.")),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        found: QuerySet[Notice] = super().get_queryset(request)
        return found.select_related("order", "ticket", "wish__variant")

    @display(description=_("Date"))
    def queued(self, row: Notice) -> str:
        return show.moment(row.sent_at or row.queued_at)

    @display(description=_("Mail"))
    def kind_shown(self, row: Notice) -> str:
        return word(row.kind)

    @display(description=_("Way"))
    def way_shown(self, row: Notice) -> str:
        return way(row.way)

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

    def page_for(self, request: HttpRequest, row: Notice) -> Page:
        """What was told, and what can be done about it."""
        page = self.page(row) if row.way == Way.MAIL else _message(row)
        turns = [turn for turn in self.acts if NOTICE_LIFE.may(turn, row.state) and turn in self.allowed(request, turn)]
        lead = str(_UNSURE) if row.state == "unknown" else ""
        forms = [Form("", self.do(row, turn), fresh_key(), (), [Button(word(turn))]) for turn in turns]
        warned = [Hint(word(row.state), lead)] if lead else []
        return replace(page, sections=[*page.sections[:1], *warned, *forms, *page.sections[1:]])

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


_UNSURE = _(
    "The firm did not answer, so nobody knows whether it was sent. Look at the firm's own pages before you send it again."
)


def _message(row: Notice) -> Page:
    """A short message: to whom, what it says, what the firm calls it."""
    short = short_of(row)
    facts = [
        (_("Way"), way(row.way)),
        (_("Recipient"), short.to if short else _("Forgotten")),
        (_("Text"), short.text if short else ""),
        (_("Messages, as they are billed"), str(parts_of(short.text)) if short and row.way == Way.SMS else ""),
        (_("About"), _matter(row)),
        (_("Language"), language_named(row.language)),
        (_("Queued at"), show.moment(row.queued_at)),
        (_("Sent at"), show.moment(row.sent_at) if row.sent_at else ""),
        (_("Tries in vain"), str(row.attempts) if row.attempts else ""),
        (_("Last fault"), row.error),
        (_("Reference"), row.reference),
    ]
    return Page(word(row.kind), [badge(row.state)], lead=_lead(row), sections=[Facts(_("Message"), facts), history(row.id)])


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
