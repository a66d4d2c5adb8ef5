"""What can be filled in on the page of a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dingdan.trade.tickets import queries
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, Priority
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import MOST_TEXT
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.acting import fresh_key
from dingdan.web.backoffice.pages import Button, Cell, Field, Form, Hint
from dingdan.web.backoffice.words import word


def say(request: HttpRequest, row: Ticket) -> Iterator[Form | Hint]:
    """What can be said in a ticket now: an answer, what the customer said, or a note."""
    if row.erased_at is not None or row.merged_into_id is not None:
        return
    if row.state in OVER:
        yield Hint(_("This ticket is over"), _("Reopen it to write to the customer again; a note can be left at any time."))
    buttons = _ways_to_say(request, row)
    if not buttons:
        return
    templates = queries.templates(topic=row.topic, language=row.language)
    chosen = next((one for one in templates if one.code == request.GET.get("template")), None)
    begun = queries.written_out(chosen, row, agent=request.user.get_username()) if chosen else ""
    size = _("Photos or PDF, up to 8 MiB each, 12 MiB at once, ten on a message.")
    yield Form(
        pgettext_lazy("ticket", "Answer"),
        reverse("admin:tickets_say", args=[row.id]),
        fresh_key(),
        [
            Field("text", _("What you write"), "text", begun, is_required=True, most=MOST_TEXT),
            Field("files", _("Files"), "files", note=size),
        ],
        buttons,
        links=[Cell(one.name, url=f"?template={one.code}") for one in templates],
        links_label=_("Begin with:"),
    )


def _ways_to_say(request: HttpRequest, row: Ticket) -> list[Button]:
    buttons: list[Button] = []
    if TICKET_LIFE.may("ask", row.state) and may(request, "tickets.answer_ticket"):
        buttons += [
            Button(_("Send and wait for the customer"), "", "say", "ask"),
            Button(_("Send and go on working"), "quiet", "say", "work"),
            Button(_("Send and solve"), "quiet", "say", "solve"),
        ]
    if may(request, "tickets.note_ticket"):
        buttons.append(Button(_("Note for staff"), "quiet", "say", "note"))
    if TICKET_LIFE.may("reply", row.state) and may(request, "tickets.reply_ticket"):
        buttons.append(Button(_("Write down what the customer says"), "quiet", "say", "reply"))
    return buttons


def turn(request: HttpRequest, row: Ticket, names: Mapping[int, str], topics: Mapping[str, Any]) -> Iterator[Form]:
    """What can be done with a ticket now, besides saying something."""

    def form(fields: list[Field], *buttons: Button) -> Form:
        return Form("", reverse("admin:tickets_turn", args=[row.id]), fresh_key(), fields, buttons)

    if buttons := _turns(request, row):
        yield form([], *buttons)
    if may(request, "tickets.assign_tickets") and row.state not in OVER:
        owner = str(row.owner_id) if row.owner_id is not None else ""
        yield form(
            [Field("owner", _("Owner"), "choice", owner, owner_choices(names))],
            _act("assign", pgettext_lazy("ticket", "Hand over")),
        )
    if may(request, "tickets.change_ticket") and row.erased_at is None:
        known = [(code, draft.name) for code, draft in topics.items()]
        priorities = [(one.value, word(one)) for one in Priority]
        fields = [
            Field("topic", _("Topic"), "choice", row.topic, known),
            Field("priority", _("Priority"), "choice", row.priority, priorities),
        ]
        yield form(fields, _act("change", _("Save")))
    if may(request, "tickets.tag_ticket"):
        tag = Field("tag", _("Tag"), is_required=True, most=40)
        yield form([tag], _act("tag", _("Put on")), _act("untag", _("Take off")))
    if may(request, "tickets.merge_tickets") and row.merged_into_id is None:
        double = Field("double", _("Number of a double, which is merged into this one"), is_required=True, most=32)
        yield form([double], _act("merge", _("Merge")))


def _turns(request: HttpRequest, row: Ticket) -> list[Button]:
    buttons: list[Button] = []
    if row.state not in OVER and row.owner_id != request.user.pk and may(request, "tickets.assign_tickets"):
        buttons.append(_act("take", _("Take it"), tone=""))
    if TICKET_LIFE.may("solve", row.state) and may(request, "tickets.solve_ticket"):
        buttons.append(_act("solve", _("Solved")))
    if TICKET_LIFE.may("reopen", row.state) and row.merged_into_id is None and may(request, "tickets.reopen_ticket"):
        buttons.append(_act("reopen", _("Reopen")))
    if TICKET_LIFE.may("close", row.state) and may(request, "tickets.close_tickets"):
        buttons.append(_act("close", _("Close")))
    return buttons


def _act(name: str, words: Any, *, tone: str = "quiet") -> Button:
    return Button(words, tone, "act", name)


def owner_choices(names: Mapping[int, str]) -> list[tuple[str, Any]]:
    """To whom tickets can be given."""
    return [("", _("Nobody")), *((str(pk), name) for pk, name in names.items())]
