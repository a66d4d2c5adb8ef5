"""What can be filled in on the page of a ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.ids import new_id
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.lifecycle import OVER, TICKET_LIFE, Priority
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.tickets.rules import MOST_TEXT
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.pages import Cell, Field, Form, Hint
from dingdan.web.backoffice.words import word

Button = tuple[str, str, Any, str]


def say(request: HttpRequest, row: Ticket) -> Iterator[Form | Hint]:
    """What can be said in a ticket now: an answer, what the customer said, or a note."""
    if row.erased_at is not None or row.merged_into_id is not None:
        return
    buttons: list[Button] = []
    if TICKET_LIFE.may("ask", row.state) and may(request, "tickets.answer_ticket"):
        buttons += [
            ("say", "ask", _("Send and wait for the customer"), ""),
            ("say", "work", _("Send and go on working"), "quiet"),
            ("say", "solve", _("Send and solve"), "quiet"),
        ]
    if may(request, "tickets.note_ticket"):
        buttons.append(("say", "note", _("Note for staff"), "quiet"))
    if TICKET_LIFE.may("reply", row.state) and may(request, "tickets.reply_ticket"):
        buttons.append(("say", "reply", _("Write down what the customer says"), "quiet"))
    if row.state in OVER:
        yield Hint(_("This ticket is over"), _("Reopen it to write to the customer again; a note can be left at any time."))
    if not buttons:
        return
    templates = queries.templates(topic=row.topic, language=row.language)
    chosen = next((one for one in templates if one.code == request.GET.get("template")), None)
    agent = request.user.get_username()
    yield Form(
        title=_("Answer"),
        url=reverse("admin:tickets_say", args=[row.id]),
        key=str(new_id()),
        links=[Cell(one.name, url=f"?template={one.code}") for one in templates],
        links_label=_("Begin with:"),
        fields=[
            Field(
                name="text", label=_("What you write"), kind="text", is_needed=True, most=MOST_TEXT,
                value=queries.written_out(chosen, row, agent=agent) if chosen else "",
            ),
            Field(
                name="files", label=_("Files"), kind="files",
                hint=_("Photos or PDF, up to 8 MiB each, 12 MiB at once, ten on a message."),
            ),
        ],
        buttons=buttons,
    )  # fmt: skip


def turn(request: HttpRequest, row: Ticket, names: Mapping[int, str], topics: Mapping[str, Any]) -> Iterator[Form]:
    """What can be done with a ticket now, besides saying something."""
    url = reverse("admin:tickets_turn", args=[row.id])
    buttons = _turns(request, row)
    if buttons:
        yield Form(title="", url=url, key=str(new_id()), buttons=buttons)
    if may(request, "tickets.assign_tickets") and row.state not in OVER:
        owners = [("", _("Nobody")), *((str(pk), name) for pk, name in names.items())]
        field = Field(
            name="owner",
            label=_("Owner"),
            kind="choice",
            choices=owners,
            value=str(row.owner_id) if row.owner_id is not None else "",
        )
        yield Form(title="", url=url, key=str(new_id()), fields=[field], buttons=[("act", "assign", _("Hand over"), "quiet")])
    if may(request, "tickets.change_ticket") and row.erased_at is None:
        known = [(code, draft.name) for code, draft in topics.items()]
        fields = [
            Field(name="topic", label=_("Topic"), kind="choice", choices=known, value=row.topic),
            Field(
                name="priority",
                label=_("Priority"),
                kind="choice",
                choices=[(one.value, word(one)) for one in Priority],
                value=row.priority,
            ),
        ]
        yield Form(title="", url=url, key=str(new_id()), fields=fields, buttons=[("act", "change", _("Save"), "quiet")])
    if may(request, "tickets.tag_ticket"):
        field = Field(name="tag", label=_("Tag"), is_needed=True, most=40)
        tags = [("act", "tag", _("Put on"), "quiet"), ("act", "untag", _("Take off"), "quiet")]
        yield Form(title="", url=url, key=str(new_id()), fields=[field], buttons=tags)
    if may(request, "tickets.merge_tickets") and row.merged_into_id is None:
        field = Field(name="double", label=_("Number of a double, which is merged into this one"), is_needed=True, most=32)
        yield Form(title="", url=url, key=str(new_id()), fields=[field], buttons=[("act", "merge", _("Merge"), "quiet")])


def _turns(request: HttpRequest, row: Ticket) -> list[Button]:
    buttons: list[Button] = []
    if row.state not in OVER and row.owner_id != request.user.pk and may(request, "tickets.assign_tickets"):
        buttons.append(("act", "take", _("Take it"), ""))
    if TICKET_LIFE.may("solve", row.state) and may(request, "tickets.solve_ticket"):
        buttons.append(("act", "solve", _("Solved"), "quiet"))
    if TICKET_LIFE.may("reopen", row.state) and row.merged_into_id is None and may(request, "tickets.reopen_ticket"):
        buttons.append(("act", "reopen", _("Reopen"), "quiet"))
    if TICKET_LIFE.may("close", row.state) and may(request, "tickets.close_tickets"):
        buttons.append(("act", "close", _("Close"), "quiet"))
    return buttons
