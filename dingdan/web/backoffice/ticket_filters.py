"""What the queue of tickets can be asked for, in which orders it comes, and the views that come with the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.trade.tickets import queries
from dingdan.trade.tickets.lifecycle import ALIVE, TICKET_LIFE, CameBy, Priority
from dingdan.trade.tickets.models import Ticket
from dingdan.web.backoffice.arranged import Ready
from dingdan.web.backoffice.base import account_names
from dingdan.web.backoffice.filters import Ask, Asked, Choices, asked_by
from dingdan.web.backoffice.keyset import Sort
from dingdan.web.backoffice.words import word

DUE_FIRST: Final = (F("due_at").asc(nulls_last=True), "-id")
"""What is due next on top; what has no deadline comes last."""

SORTS: Final = {
    "due": Sort(_("What is due first"), DUE_FIRST),
    "newest": Sort(_("Newest first"), ("-opened_at", "-id")),
}

READY: Final = {
    "mine": Ready(_("Mine"), "queue=mine"),
    "unassigned": Ready(_("Nobody's"), "queue=unassigned"),
    "overdue": Ready(_("Overdue"), "queue=overdue"),
    "over": Ready(_("Solved and closed"), "queue=over&sort=newest"),
}


def overdue() -> QuerySet[Ticket]:
    """The tickets whose deadline has passed."""
    return Ticket.objects.filter(state__in=ALIVE, due_at__lt=clock.now())


def _in_queue(request: HttpRequest, found: QuerySet[Ticket], asked: str) -> QuerySet[Ticket]:
    if asked == "all":
        return found
    if asked == "over":
        return found.exclude(state__in=ALIVE)
    rows = found.filter(state__in=ALIVE)
    if asked == "mine":
        return rows.filter(owner_id=request.user.pk)
    if asked == "unassigned":
        return rows.filter(owner_id=None)
    return rows.filter(due_at__lt=clock.now()) if asked == "overdue" else rows


def _queues(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [
        ("mine", _("Mine")),
        ("unassigned", _("Nobody's")),
        ("overdue", _("Overdue")),
        ("over", _("Solved and closed")),
        ("all", _("All of them")),
    ]


class Queue(Asked):
    """Whose turn it is: what is open, unless something else is asked for."""

    ask = Ask("queue", _("Queue"), "choice", _in_queue, choices=_queues, otherwise=_("Open"))
    title = ask.label

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """The tickets that are asked for."""
        return _in_queue(request, queryset, self.value)


def _codes(codes: Iterable[str]) -> Choices:
    known = tuple(str(code) for code in codes)
    return lambda _request: [(code, word(code)) for code in known]


def _topics(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [(code, str(one.name)) for code, one in queries.all_topics().items()]


def _owners(_request: HttpRequest) -> list[tuple[str, Any]]:
    return [(str(id_), name) for id_, name in account_names().items()]


def _asked(name: str, label: Any, choices: Choices) -> type[Asked]:
    """A filter by a column of tickets."""

    def fit(_request: HttpRequest, found: QuerySet[Ticket], value: str) -> QuerySet[Ticket]:
        return found.filter(**{name: value})

    return asked_by(Ask(name, label, "choice", fit, choices=choices))


ASKS: Final = (
    Queue,
    _asked("state", _("State"), _codes(TICKET_LIFE.states)),
    _asked("priority", _("Priority"), _codes(Priority)),
    _asked("owner_id", _("Owner"), _owners),
    _asked("topic", _("Topic"), _topics),
    _asked("came_by", _("Came by"), _codes(CameBy)),
)
