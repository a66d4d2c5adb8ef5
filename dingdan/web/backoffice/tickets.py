"""Tickets: the queue, and a page with everything about one. What can be done with them is in `ticket_acts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from babel.dates import format_timedelta
from django.contrib.admin import display
from django.contrib.auth.models import User
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dingdan.kernel import clock
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.lifecycle import MessageKind
from dingdan.trade.tickets.models import Ticket, Topic
from dingdan.trade.tickets.queries import Said
from dingdan.trade.tickets.rules import USUAL_TOPICS
from dingdan.web.backoffice import show, ticket_acts, ticket_forms, ticket_report
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.base import Shown, account_names, badge, history, link, listed_badge
from dingdan.web.backoffice.pages import Cell, Conversation, Facts, Forms, Letter, Page, Section, Table
from dingdan.web.backoffice.ticket_filters import ASKS, DUE_FIRST, READY, SORTS
from dingdan.web.backoffice.ticket_order import order_beside
from dingdan.web.backoffice.words import word

OTHERS_SHOWN: Final = 10


class Tickets(Shown):
    """The queue, what is due first on top."""

    many = _("Tickets")
    permission = "tickets.read"
    list_display = ("pick", "ticket_shown", "writer", "topic_shown", "owner_shown", "priority_shown", "ticket_state", "deadline")
    more_columns = ("order_shown", "came_by_shown", "opened", "answered", "solved")
    list_display_links = ("ticket_shown",)
    ready_views = READY
    sorts = SORTS
    asks = ASKS
    plain_values: ClassVar = {
        "deadline": lambda row: row.due_at or "",
        "priority_shown": lambda row: word(row.priority),
        "ticket_state": lambda row: word(row.state),
        "opened": lambda row: row.opened_at,
        "answered": lambda row: row.answered_at or "",
        "solved": lambda row: row.solved_at or "",
    }
    search_fields = ("number",)
    search_help_text = _("Number, title, name, e-mail or number of the order")
    ordering = DUE_FIRST
    sortable_by = ()
    change_list_template = "backoffice/tickets.html"

    def get_urls(self) -> list[URLPattern]:
        """The queue and the pages, and beside them what can be done."""
        wrap = self.admin_site.admin_view
        return [
            path("new/", wrap(ticket_acts.new_view), name="tickets_new"),
            path("report/", wrap(require_safe(ticket_report.report_view)), name="tickets_report"),
            path("report/csv/", wrap(require_safe(ticket_report.csv_view)), name="tickets_report_csv"),
            path("bulk/", wrap(require_POST(ticket_acts.bulk_view)), name="tickets_bulk"),
            path("<uuid:object_id>/say/", wrap(require_POST(ticket_acts.say_view)), name="tickets_say"),
            path("<uuid:object_id>/turn/", wrap(require_POST(ticket_acts.turn_view)), name="tickets_turn"),
            path("<uuid:object_id>/files/<uuid:file_id>/", wrap(require_safe(ticket_acts.file_view)), name="tickets_file"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ticket]:
        found: QuerySet[Ticket] = super().get_queryset(request)
        accounts = User.objects.filter(pk=OuterRef("owner_id")).values("username")
        own = Topic.objects.filter(code=OuterRef("topic")).values("name")
        return found.prefetch_related("contacts").annotate(owner_name=Subquery(accounts), own_topic=Subquery(own))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        """By what people know of a ticket."""
        term = search_term.strip()
        return (queryset.filter(queries.found_by(term)) if term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue, with what can be done with several tickets at once."""
        new = reverse("admin:tickets_new") if may(request, "tickets.open_ticket") else ""
        more: dict[str, Any] = {"new_url": new, "new_text": _("Open a ticket"), "report_url": reverse("admin:tickets_report")}
        if may(request, "tickets.assign_tickets") and may(request, "tickets.close_tickets"):
            more["bulk"] = {
                "url": reverse("admin:tickets_bulk"),
                "key": fresh_key(),
                "owners": ticket_forms.owner_choices(account_names()),
            }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    @display(description="")
    def pick(self, row: Ticket) -> str:
        return format_html('<input type="checkbox" name="ticket" value="{}" form="bulk" aria-label="{}">', row.id, row.number)

    @display(description=_("Ticket"))
    def ticket_shown(self, row: Ticket) -> str:
        return f"{row.number} {row.title}"[:90]

    @display(description=_("Customer"))
    def writer(self, row: Ticket) -> str:
        contact = next(iter(row.contacts.all()), None)
        return (contact.name or contact.email or contact.phone if contact else "") or show.NOTHING

    @display(description=_("Topic"))
    def topic_shown(self, row: Any) -> str:
        return row.own_topic or topic_name(row.topic, {draft.code: draft for draft in USUAL_TOPICS})

    @display(description=_("Owner"))
    def owner_shown(self, row: Any) -> str:
        return row.owner_name or show.NOTHING

    @display(description=_("Priority"))
    def priority_shown(self, row: Ticket) -> str:
        return listed_badge(row.priority)

    @display(description=_("State"))
    def ticket_state(self, row: Ticket) -> str:
        return listed_badge(row.state)

    @display(description=_("Deadline"))
    def deadline(self, row: Ticket) -> str:
        text, color = remaining(row.due_at, clock.now())
        return format_html('<span class="bo-badge {}">{}</span>', color, text) if text else show.NOTHING

    @display(description=_("About"))
    def order_shown(self, row: Ticket) -> str:
        return row.about_number or show.NOTHING

    @display(description=_("Came by"))
    def came_by_shown(self, row: Ticket) -> str:
        return word(row.came_by)

    @display(description=_("Opened at"))
    def opened(self, row: Ticket) -> str:
        return show.moment(row.opened_at)

    @display(description=_("Answered"))
    def answered(self, row: Ticket) -> str:
        return show.moment(row.answered_at)

    @display(description=_("Solved"))
    def solved(self, row: Ticket) -> str:
        return show.moment(row.solved_at)

    def page_for(self, request: HttpRequest, row: Ticket) -> Page:
        names, topics = account_names(), queries.all_topics()
        text, color = remaining(row.due_at, clock.now())
        badges = [badge(row.state), badge(row.priority), Cell(text, badge=color)]
        said = queries.conversation(row.id)
        sections: list[Section] = [Conversation(_("Conversation"), [letter(row, one, names) for one in said])]
        sections += ticket_forms.say(request, row)
        beside: list[Section] = [_facts(row, names, topic_name(row.topic, topics))]
        forms = list(ticket_forms.turn(request, row, names, topics))
        beside += [Forms(_("What comes next"), forms)] if forms else []
        beside += [*order_beside(request, row), *_others(row), history(row.id)]
        return Page(
            title=f"{row.number} {row.title}".strip(),
            badges=[one for one in badges if one.text],
            lead=f"{topic_name(row.topic, topics)} · {word(row.came_by)} · {show.moment(row.opened_at)}",
            sections=sections,
            beside=beside,
        )


def remaining(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """How much time is left until a deadline, or since when it has passed, and in which tone to say so."""
    if due_at is None:
        return "", ""
    length = format_timedelta(due_at - now if due_at > now else now - due_at, locale=show.locale().replace("-", "_"))
    if due_at <= now:
        return str(_("Overdue by {time}")).format(time=length), "danger"
    is_near = (due_at - now).total_seconds() < 2 * 3600
    return str(_("{time} left")).format(time=length), "warning" if is_near else "info"


def topic_name(code: str, topics: Mapping[str, Any]) -> str:
    """What people call a topic."""
    return str(topics[code].name) if code in topics else code


def letter(row: Ticket, said: Said, names: Mapping[int, str]) -> Letter:
    """A message as it is shown to staff."""
    one, files = said.message, said.files
    kind, _colon, id_ = one.author.partition(":")
    author = names.get(int(id_), "") if kind == "staff" and id_.isdecimal() else word(kind)
    who = {
        MessageKind.CUSTOMER: str(_("The customer")) if kind == "customer" else f"{_('The customer')} ({author})",
        MessageKind.STAFF: author,
        MessageKind.NOTE: str(_("{name}, for staff alone")).format(name=author),
    }[MessageKind(one.kind)]
    shown = [
        Cell(str(_("Forgotten")))
        if file.erased_at
        else Cell(file.name, url=reverse("admin:tickets_file", args=[row.id, file.id]), small=_size(file.size))
        for file in files
    ]
    return Letter(who, show.moment(one.written_at), one.text if not one.erased_at else str(_("Forgotten")), one.kind, shown)


def _size(size: int) -> str:
    return f"{show.count(max(1, size // 1024))} KiB"


def _facts(row: Ticket, names: Mapping[int, str], topic: str) -> Facts:
    contact = queries.contact_of(row.id)
    merged = queries.ticket(row.merged_into_id) if row.merged_into_id else None
    rated = f"{row.rating} / 5 {row.rating_word}".strip() if row.rating else ""
    return Facts(
        _("Ticket"),
        [
            (_("Customer"), contact.name if contact else ""),
            (_("E-mail"), contact.email if contact else ""),
            (_("Phone"), contact.phone if contact else ""),
            (_("Customer's number"), Cell(row.customer.number, url=link("customer", row.customer_id)) if row.customer else ""),
            (_("About"), Cell(row.about_number, small=word(row.about_kind), url=_about_url(row))),
            (_("Topic"), topic),
            (_("Owner"), names.get(row.owner_id, "") if row.owner_id is not None else str(_("Nobody"))),
            (_("First answer by"), show.moment(row.answer_by_at) if row.answer_by_at else ""),
            (_("Answered"), show.moment(row.answered_at) if row.answered_at else ""),
            (_("To be solved by"), show.moment(row.solve_by_at) if row.solve_by_at and not row.paused_at else ""),
            (_("Waiting for the customer since"), show.moment(row.paused_at) if row.paused_at else ""),
            (_("Solved"), show.moment(row.solved_at) if row.solved_at else ""),
            (_("Escalated"), show.moment(row.escalated_at) if row.escalated_at else ""),
            (_("Satisfaction"), rated),
            (_("Tags"), ", ".join(row.tags.order_by("tag").values_list("tag", flat=True))),
            (_("Merged into"), Cell(merged.number, url=link("ticket", merged.id)) if merged else ""),
            (_("Forgotten"), show.moment(row.erased_at) if row.erased_at else ""),
        ],
    )


def _about_url(row: Ticket) -> str:
    """Where what a ticket is about is shown: a return or claim on a page of its own, all else on that of its order."""
    return link(row.about_kind, row.about_id) if row.about_kind in ("return", "claim") else link("order", row.order_id)


def _others(row: Ticket) -> Iterator[Table]:
    """What else the customer asked or complained about, or what else was said about the order."""
    wanted = Ticket.objects.none()
    if row.customer_id:
        wanted = Ticket.objects.filter(customer_id=row.customer_id)
    elif row.order_id:
        wanted = queries.about_order(row.order_id)
    found = list(wanted.exclude(id=row.id).order_by("-opened_at", "-id")[:OTHERS_SHOWN])
    if found:
        yield Table(
            _("Other tickets"),
            [_("Ticket"), _("State")],
            [
                [
                    Cell(f"{one.number} {one.title}"[:80], url=link("ticket", one.id), small=show.moment(one.opened_at)),
                    badge(one.state),
                ]
                for one in found
            ],
        )


def tickets_of_order(order_id: UUID) -> Iterator[Table]:
    """The tickets about an order, for its page."""
    found = list(queries.about_order(order_id)[:OTHERS_SHOWN])
    if found:
        yield Table(
            _("Tickets"),
            [_("Ticket"), _("State"), _("Date")],
            [
                [
                    Cell(f"{one.number} {one.title}"[:80], url=link("ticket", one.id)),
                    badge(one.state),
                    Cell(show.moment(one.opened_at)),
                ]
                for one in found
            ],
        )
