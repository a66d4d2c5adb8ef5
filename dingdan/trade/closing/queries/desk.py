"""What whoever looks after money is to see to, beside what the money book itself waits for: banks, payouts, invoices, carriers,
days that nobody closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.models import Payment, Receivable
from dingdan.ledgers.payments.queries import Pile, at_carriers, pile, to_collect
from dingdan.trade.closing.models import Bill, Payout
from dingdan.trade.closing.queries.days import currencies_in_use, last_close
from dingdan.trade.closing.queries.points import A_PAYOUT_TAKES
from dingdan.trade.dunning.queries import on_account
from dingdan.trade.dunning.rules import OpenInvoice
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.reconciliation.models import StatementLine
from dingdan.trade.reconciliation.queries import open_lines


def waiting_payouts(at: datetime, *, overdue: bool) -> QuerySet[Payout]:
    """Payouts that have not arrived, the oldest first: those that are longer on their way than a payout takes, or the others."""
    rows, late = Payout.objects.exclude(state="arrived"), at - A_PAYOUT_TAKES
    return (rows.filter(at__lt=late) if overdue else rows.filter(at__gte=late)).order_by("at", "id")


def awaited_bills() -> QuerySet[Bill]:
    """Bills that firms have not made yet, or could not be asked for."""
    return Bill.objects.filter(state="awaited").order_by("moved_on", "id")


def proposed_lines(*, proposed: bool) -> QuerySet[StatementLine]:
    """Lines of bank statements that wait for a person, the oldest first: those for which something was found, or the others."""
    return open_lines().exclude(proposals=[]) if proposed else open_lines().filter(proposals=[])


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of bank statements that wait: how many, and what of them came in and went out."""

    count: int
    came: Mapping[str, int]
    went: Mapping[str, int]
    since: date | None


def waiting_lines(*, proposed: bool) -> Lines:
    """The same as piles. Two statements."""
    rows = proposed_lines(proposed=proposed)
    came = pile(rows.filter(amount__gt=0), amount=F("amount") - F("matched"), since="booked_on")
    went = pile(rows.filter(amount__lt=0), amount=-F("amount"), since="booked_on")
    since = min((one.since for one in (came, went) if one.since), default=None)
    return Lines(came.count + went.count, came.amounts, went.amounts, since)


def overdue_invoices(today: date) -> tuple[list[OpenInvoice], Pile]:
    """Invoices on account whose day is over, the longest overdue first, and what they come to."""
    found = on_account(due_before=today)
    amounts: Counter[str] = Counter()
    for one in found:
        amounts[one.currency] += one.open
    since = datetime.combine(found[0].due_on, time()) if found else None
    return found, Pile(len(found), dict(amounts), since)


# ── cash on delivery ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class WithCarrier:
    """What one carrier has of ours in one currency: parcels whose money it is to collect, payments that it has not passed on."""

    carrier: str
    currency: str
    parcels: int = 0
    to_collect: int = 0
    payments: int = 0
    collected: int = 0
    since: datetime | None = None


# An order that left in several parcels is with the carrier of the last.
_TO_COLLECT: Final = """
SELECT sent.carrier, owed.currency, count(*), sum(owed.due)::bigint, min(sent.shipped_at)
FROM payments_receivable AS owed
JOIN LATERAL (
    SELECT parcel.carrier, parcel.shipped_at FROM fulfillment_shipment AS parcel
    WHERE parcel.tenant_id = %(tenant)s AND parcel.order_id = owed.document_id AND parcel.state IN ('shipped', 'delivered')
    ORDER BY parcel.shipped_at DESC, parcel.id DESC LIMIT 1
) AS sent ON true
WHERE owed.tenant_id = %(tenant)s AND owed.document_kind = 'order' AND owed.terms = 'on_delivery' AND owed.due > 0
GROUP BY 1, 2
"""
_COLLECTED: Final = """
SELECT coalesce(sent.carrier, ''), paid.currency, count(*), sum(paid.captured - paid.settled)::bigint, min(paid.captured_at)
FROM payments_payment AS paid
LEFT JOIN LATERAL (
    SELECT parcel.carrier FROM payments_allocation AS share
    JOIN payments_receivable AS owed ON owed.tenant_id = %(tenant)s AND owed.id = share.receivable_id
    JOIN fulfillment_shipment AS parcel ON parcel.tenant_id = %(tenant)s AND parcel.order_id = owed.document_id
    WHERE share.tenant_id = %(tenant)s AND share.payment_id = paid.id AND parcel.state IN ('shipped', 'delivered')
    ORDER BY parcel.shipped_at DESC, parcel.id DESC LIMIT 1
) AS sent ON true
WHERE paid.tenant_id = %(tenant)s AND paid.gateway = 'cash_on_delivery' AND paid.captured > paid.settled
GROUP BY 1, 2
"""


def with_carriers() -> list[WithCarrier]:
    """What carriers have of ours, by carrier and currency. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_COLLECT, {"tenant": current_tenant_id()})
        out = {(carrier, currency): rest for carrier, currency, *rest in cursor.fetchall()}
        cursor.execute(_COLLECTED, {"tenant": current_tenant_id()})
        here = {(carrier, currency): rest for carrier, currency, *rest in cursor.fetchall()}
    found = []
    for carrier, currency in sorted(out.keys() | here.keys()):
        parcels, due, sent_at = out.get((carrier, currency), (0, 0, None))
        payments, collected, paid_at = here.get((carrier, currency), (0, 0, None))
        since = min((at for at in (sent_at, paid_at) if at), default=None)
        found.append(WithCarrier(carrier, currency, parcels, due, payments, collected, since))
    return found


def collected_by(carrier: str) -> QuerySet[Payment]:
    """What one carrier collected and has not passed on; of all carriers without one."""
    if not carrier:
        return at_carriers()
    parcels = _left(OuterRef("allocations__receivable__document_id")).order_by("-shipped_at", "-id")
    return at_carriers().annotate(carrier=Subquery(parcels.values("carrier")[:1])).filter(carrier=carrier).distinct()


def orders_to_collect() -> QuerySet[Receivable]:
    """Orders that left and whose money a carrier is to collect."""
    return to_collect().filter(Exists(_left(OuterRef("document_id"))))


def _left(order_id: OuterRef) -> QuerySet[Shipment]:
    """The parcels of an order that left."""
    return Shipment.objects.filter(order_id=order_id, state__in=("shipped", "delivered"))


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OpenDays:
    """How many days of a currency are over and not closed since the last one that was, and the first of them."""

    currency: str
    days: int
    first: date | None
    has_closed: bool


def days_not_closed(at: datetime, zone: str) -> Sequence[OpenDays]:
    """By currency: the days since the last one that was closed, today left out."""
    yesterday, found = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1), []
    for currency in currencies_in_use():
        last = last_close(currency)
        days = max(0, (yesterday - last.moved_on).days) if last else 0
        found.append(OpenDays(currency, days, last.moved_on + timedelta(days=1) if last and days else None, last is not None))
    return found
