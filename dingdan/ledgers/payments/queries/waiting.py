"""What money waits for: how much of each kind there is, and the rows themselves. Each reads what waits, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from dingdan.ledgers.payments.lifecycle import OUT, AttemptKind, AttemptState, DisputeState, PaymentState, Terms
from dingdan.ledgers.payments.models import Attempt, Dispute, Payment, Receivable
from dingdan.ledgers.payments.ports import gateways
from dingdan.masterdata.methods.queries import hold_days

ON_DELIVERY: Final = "cash_on_delivery"
SOON: Final = timedelta(days=3)
"""A hold that ends within this time is to be looked at."""


@dataclass(frozen=True, slots=True)
class Pile:
    """What waits of one kind: how many things, what they come to by currency in minor units, and since when the oldest does."""

    count: int = 0
    amounts: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None


def pile(rows: QuerySet[Any], *, amount: Combinable | str, currency: str = "currency", since: str = "", of: str = "id") -> Pile:
    """The rows as a pile: their amounts added up, and each of what they are `of` counted once. One statement."""
    asked: dict[str, Any] = {"things": Count(of, distinct=True), "total": Sum(amount)}
    if since:
        asked["oldest"] = Min(since)
    found = list(rows.order_by().values(currency).annotate(**asked))
    return Pile(
        sum(one["things"] for one in found),
        {one[currency]: int(one["total"] or 0) for one in found if one[currency]},
        min((one["oldest"] for one in found), default=None) if since else None,
    )


def of_attempts(rows: QuerySet[Attempt]) -> Pile:
    """Attempts as a pile of the payments that they are of."""
    return pile(rows, amount="amount", currency="payment__currency", since="requested_at", of="payment")


def unknown() -> QuerySet[Attempt]:
    """Attempts of which nobody knows whether a gateway did them, the oldest first."""
    rows = Attempt.objects.filter(state=AttemptState.UNKNOWN.value).select_related("payment")
    return rows.order_by("requested_at", "id")


def refunds_on_their_way(*, by_hand: bool) -> QuerySet[Attempt]:
    """Refunds that were promised and are not back yet: those that a person is to pay, or those that are at gateways."""
    rows = Attempt.objects.filter(kind=AttemptKind.REFUND.value, state__in=OUT)
    rows = rows.exclude(gateway__in=list(gateways)) if by_hand else rows.filter(gateway__in=list(gateways))
    return rows.order_by("requested_at", "id")


def open_disputes() -> QuerySet[Dispute]:
    """Disputes that are not decided, the next one to be answered first."""
    rows = Dispute.objects.filter(state=DisputeState.OPEN.value).select_related("payment")
    return rows.order_by(F("answer_due_at").asc(nulls_last=True), "id")


def ending_holds(at: datetime) -> QuerySet[Payment]:
    """Payments that firms hold for us and will soon hold no longer, or do not any more, the longest held first."""
    ending = Q(pk__in=[])
    for days, codes in _by_days(gateways).items():
        ending |= Q(gateway__in=codes, requested_at__lt=at + SOON - timedelta(days=days))
    return Payment.objects.filter(ending, state=PaymentState.AUTHORIZED.value).order_by("requested_at", "id")


def _by_days(codes: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for code in codes:
        found.setdefault(hold_days(code), []).append(code)
    return found


def held_until(row: Payment) -> datetime:
    """Until when its firm holds a payment, counted from when it was asked to."""
    return row.requested_at + timedelta(days=hold_days(row.gateway))


def nobodys_money() -> QuerySet[Payment]:
    """Payments with money that no document took, the oldest first."""
    return Payment.objects.filter(unapplied__gt=0).order_by("id")


def at_carriers() -> QuerySet[Payment]:
    """What carriers collected and have not passed on, the oldest first."""
    return Payment.objects.filter(gateway=ON_DELIVERY, captured__gt=F("settled")).order_by("id")


def to_collect() -> QuerySet[Receivable]:
    """What carriers are to collect for orders, whether these have left or not."""
    return Receivable.objects.filter(terms=Terms.ON_DELIVERY.value, due__gt=0, document_kind="order")
