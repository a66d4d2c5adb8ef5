"""Lists of money that show only what waits: what the payments desk counts, each under a name in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.closing import queries as closing
from dingdan.web.backoffice.filters import Ask, Asked, asked_by

Fit = Callable[[HttpRequest], QuerySet[Any]]


def _of(attempts: QuerySet[Any]) -> QuerySet[Payment]:
    return Payment.objects.filter(id__in=attempts.order_by().values("payment_id"))


def _waits(kinds: Mapping[str, tuple[Any, Fit]]) -> type[Asked]:
    """What of a list waits, by name."""

    def fit(request: HttpRequest, found: QuerySet[Any], name: str) -> QuerySet[Any]:
        return found.filter(id__in=kinds[name][1](request).order_by().values("id"))

    return asked_by(
        Ask("waits", _("Waits"), "choice", fit, choices=lambda _request: [(name, label) for name, (label, _fit) in kinds.items()])
    )


PaymentsWaiting: Final = _waits(
    {
        "unknown": (_("Unknown outcome"), lambda _request: _of(payments.unknown())),
        "ending": (_("Held, and soon no longer"), lambda _request: payments.ending_holds(clock.now())),
        "by_hand": (_("Refunds to be paid by hand"), lambda _request: _of(payments.refunds_on_their_way(by_hand=True))),
        "refunds": (_("Refunds under way"), lambda _request: _of(payments.refunds_on_their_way(by_hand=False))),
        "disputes": (_("Open disputes"), lambda _request: _of(payments.open_disputes())),
        "nobodys": (_("Money that belongs to nobody yet"), lambda _request: payments.nobodys_money()),
        "carrier": (_("Collected by carriers"), lambda request: closing.collected_by(request.GET.get("carrier", "")[:60])),
    }
)
"""Payments of which something is not settled."""

CarrierNamed: Final = asked_by(Ask("carrier", _("Carrier"), "link", lambda _request, found, _name: found))
"""Which carrier it is that collected: asked for from the payments desk, together with what waits, which reads the name."""

PayoutsWaiting: Final = _waits(
    {
        "expected": (_("Expected"), lambda _request: closing.waiting_payouts(clock.now(), overdue=False)),
        "overdue": (_("Overdue"), lambda _request: closing.waiting_payouts(clock.now(), overdue=True)),
    }
)
"""Payouts that have not arrived."""
