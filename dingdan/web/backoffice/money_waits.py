"""Lists of money that show only what waits: what the payments desk counts, each under a name in the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.kernel import clock
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.closing import queries as closing

Fit = Callable[[HttpRequest], QuerySet[Any]]


def _of(attempts: QuerySet[Any]) -> QuerySet[Payment]:
    return Payment.objects.filter(id__in=attempts.order_by().values("payment_id"))


class Waits(SimpleListFilter):
    """What of a list waits, by name."""

    title = _("Waits")
    parameter_name = "waits"
    kinds: ClassVar[Mapping[str, tuple[Any, Fit]]] = {}

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """What can be asked for."""
        return [(name, label) for name, (label, _fit) in self.kinds.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are asked for."""
        kind = self.kinds.get(self.value() or "")
        return queryset.filter(id__in=kind[1](request).order_by().values("id")) if kind else queryset


class PaymentsWaiting(Waits):
    """Payments of which something is not settled."""

    kinds: ClassVar[Mapping[str, tuple[Any, Fit]]] = {
        "unknown": (_("Unknown outcome"), lambda _request: _of(payments.unknown())),
        "ending": (_("Held, and soon no longer"), lambda _request: payments.ending_holds(clock.now())),
        "by_hand": (_("Refunds to be paid by hand"), lambda _request: _of(payments.refunds_on_their_way(by_hand=True))),
        "refunds": (_("Refunds under way"), lambda _request: _of(payments.refunds_on_their_way(by_hand=False))),
        "disputes": (_("Open disputes"), lambda _request: _of(payments.open_disputes())),
        "nobodys": (_("Money that belongs to nobody yet"), lambda _request: payments.nobodys_money()),
        "carrier": (_("Collected by carriers"), lambda request: closing.collected_by(request.GET.get("carrier", "")[:60])),
    }


class CarrierNamed(SimpleListFilter):
    """Which carrier it is that collected: asked for from the payments desk, together with what waits."""

    title = _("Carrier")
    parameter_name = "carrier"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        """The carrier of the address alone: all of them are on the desk."""
        named = request.GET.get("carrier", "")[:60]
        return [(named, named)] if named else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Nothing is left out here: the other filter reads the name."""
        return queryset


class PayoutsWaiting(Waits):
    """Payouts that have not arrived."""

    kinds: ClassVar[Mapping[str, tuple[Any, Fit]]] = {
        "expected": (_("Expected"), lambda _request: closing.waiting_payouts(clock.now(), overdue=False)),
        "overdue": (_("Overdue"), lambda _request: closing.waiting_payouts(clock.now(), overdue=True)),
    }
