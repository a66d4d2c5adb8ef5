"""What the list of customers is asked by, in which orders it is read, and the views that it comes with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.insight.rollups.queries import buyers
from dingdan.insight.rollups.rules import Segment
from dingdan.kernel import clock
from dingdan.masterdata.customers.models import Consent, Customer, CustomerTag
from dingdan.masterdata.customers.queries import consents_in_use, groups_in_use, tags_in_use
from dingdan.masterdata.customers.rules import CustomerKind
from dingdan.trade.tickets.lifecycle import ALIVE
from dingdan.trade.tickets.models import Ticket
from dingdan.web.backoffice.access import may
from dingdan.web.backoffice.arranged import Ready
from dingdan.web.backoffice.filters import Ask, Asked, asked_by
from dingdan.web.backoffice.keyset import Sort
from dingdan.web.backoffice.words import word

Found = QuerySet[Customer]
FORGOTTEN: Final = "forgotten"
STATE: Final = "state"


def _asked(name: str, label: Any, fit: Callable[[Found, str], Found | None], codes: Callable[[], list[str]]) -> type[Asked]:
    """A filter by one of some codes, each under its word."""
    return asked_by(
        Ask(
            name, label, "choice", lambda _request, found, value: fit(found, value),
            choices=lambda _request: [(code, word(code)) for code in codes()],
        )
    )  # fmt: skip


def _named(name: str, label: Any, fit: Callable[[Found, str], Found | None], names: Callable[[], list[str]]) -> type[Asked]:
    """A filter by one of the shop's own words."""
    return asked_by(
        Ask(
            name, label, "choice", lambda _request, found, value: fit(found, value),
            choices=lambda _request: [(one, one) for one in names()],
        )
    )  # fmt: skip


def _state(found: Found, code: str) -> Found:
    return found.filter(erased_at__isnull=False) if code == FORGOTTEN else found.filter(state=code)


def _segment(found: Found, code: str) -> Found | None:
    with suppress(ValueError):
        return found.filter(id__in=buyers(Segment(code), at=clock.now()).values("id"))
    return None


def _tag(found: Found, tag: str) -> Found:
    return found.filter(Exists(CustomerTag.objects.filter(customer=OuterRef("id"), tag=tag)))


def _agrees(found: Found, purpose: str) -> Found:
    return found.filter(Exists(Consent.objects.filter(customer=OuterRef("id"), purpose=purpose, withdrawn_at=None)))


def _with_tickets(request: HttpRequest, found: Found, _value: str) -> Found | None:
    """Those who wait for an answer: nothing that whoever may not look at tickets is told."""
    if not may(request, "tickets.read"):
        return None
    return found.filter(id__in=Ticket.objects.filter(state__in=ALIVE, customer__isnull=False).values("customer_id"))


ASKS: Final = (
    _asked(STATE, _("State"), _state, lambda: ["active", "blocked", "merged", FORGOTTEN]),
    _asked("segment", _("Segment"), _segment, lambda: [*Segment]),
    _asked("kind", _("Kind"), lambda found, kind: found.filter(kind=kind), lambda: [*CustomerKind]),
    _named("group", _("Group"), lambda found, group: found.filter(group=group), groups_in_use),
    _named("tag", _("Tag"), _tag, tags_in_use),
    _asked("agrees", _("Agrees to"), _agrees, consents_in_use),
    asked_by(Ask("tickets", _("With open tickets"), "tick", _with_tickets, choices=lambda _request: [("1", _("Yes"))])),
)

SORTS: Final = {"newest": Sort(_("Newest first"), ("-id",)), "oldest": Sort(_("Oldest first"), ("id",))}

READY: Final = {
    "regulars": Ready(_("Regular customers"), "segment=regular"),
    "gone_quiet": Ready(_("Gone quiet"), "segment=gone_quiet"),
    "tickets": Ready(_("With open tickets"), "tickets=1"),
    "blocked": Ready(_("Blocked"), "state=blocked"),
}
