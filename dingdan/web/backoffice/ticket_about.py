"""Tickets about a return or a claim, on its page: those that there are, and the way to a new one."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from dingdan.trade.tickets import queries
from dingdan.web.backoffice import show
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.base import badge, link
from dingdan.web.backoffice.pages import Cell, Table

MOST_SHOWN = 10


def new_ticket(request: HttpRequest, kind: str, number: str) -> list[Cell]:
    """The way to a new ticket about a thing, for whoever may open one."""
    if not may(request, "tickets.open_ticket"):
        return []
    return [Cell(_("Open a ticket"), url=f"{reverse('admin:tickets_new')}?{urlencode({'about_kind': kind, 'about': number})}")]


def tickets_about(request: HttpRequest, id: UUID) -> Iterator[Table]:  # noqa: A002
    """The tickets about a thing, for whoever may look at them."""
    found = list(queries.about_thing(id)[:MOST_SHOWN]) if may(request, "tickets.read") else []
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
