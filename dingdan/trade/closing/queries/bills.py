"""What can be asked of bills and payouts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.payments.lifecycle import OUT
from dingdan.masterdata.methods.queries import firm_of
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.rules import EARLIEST, LATEST, Awaited, Exchanged, Seen, filled, net
from dingdan.trade.reconciliation.lifecycle import DiscrepancyKind
from dingdan.trade.reconciliation.queries import open_lines
from dingdan.trade.reconciliation.rules import DiscrepancyFound


def bills() -> QuerySet[Bill]:
    """All bills, the last day first."""
    return Bill.objects.select_related("account").order_by("-moved_on", "-id")


def bill(bill_id: UUID) -> Bill:
    """One bill. Raises `NotFound`."""
    row = bills().filter(id=bill_id).first()
    if row is None:
        raise NotFound(field="bill_id", what="bill", id=bill_id)
    return row


def bill_of(account_id: UUID, day: date) -> Bill | None:
    """The bill of an account and a day, if it was ever asked for."""
    return Bill.objects.filter(account_id=account_id, moved_on=day).first()


def lines_of(bill_id: UUID) -> QuerySet[BillLine]:
    """The lines of a bill in its order."""
    return BillLine.objects.select_related("payment", "payout").filter(bill_id=bill_id).order_by("id")


def lines_by_state(bill_id: UUID) -> dict[str, int]:
    """How many lines of a bill are in each state."""
    rows = BillLine.objects.filter(bill_id=bill_id).order_by().values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}


def payouts() -> QuerySet[Payout]:
    """All payouts, the last first."""
    return Payout.objects.select_related("account").order_by("-at", "-id")


def payout(payout_id: UUID) -> Payout:
    """One payout. Raises `NotFound`."""
    row = payouts().filter(id=payout_id).first()
    if row is None:
        raise NotFound(field="payout_id", what="payout", id=payout_id)
    return row


def open_payouts(account_id: UUID | None = None) -> list[Payout]:
    """Payouts that have not arrived, the oldest first."""
    rows = Payout.objects.exclude(state="arrived").order_by("at", "id")
    return list(rows.filter(account_id=account_id) if account_id else rows)


def awaits_bills(account_id: UUID) -> bool:
    """Whether a bill of an account is awaited, so that lines may still come."""
    return Bill.objects.filter(account_id=account_id, state="awaited").exists()


def attempts_to_ask(bill_id: UUID) -> list[UUID]:
    """Attempts that a bill says were done and of which the books do not know it yet: the gateway is to be asked about them."""
    rows = BillLine.objects.filter(bill_id=bill_id, state="missing", attempt__state__in=OUT)
    return list(rows.order_by("attempt_id").values_list("attempt_id", flat=True).distinct())


def differences(bill_id: UUID) -> Iterator[DiscrepancyFound]:
    """What of a bill the books do not know, or say otherwise, for the exception queue."""
    rows = BillLine.objects.select_related("payment", "attempt").filter(bill_id=bill_id, state__in=("missing", "differing"))
    for row in rows.order_by("id"):
        currency_differs = row.state == "differing" and row.payment is not None and row.payment.currency != row.currency
        kind = DiscrepancyKind.CURRENCY_DIFFERS if currency_differs else DiscrepancyKind.AMOUNT_DIFFERS
        yield DiscrepancyFound(
            kind=(DiscrepancyKind.MISSING_IN_BOOKS if row.state == "missing" else kind).value,
            source=row.gateway,
            reference=row.reference,
            payment_reference=row.payment_reference,
            currency=row.currency,
            amount=row.amount,
            expected=row.attempt.amount if row.attempt and row.state == "differing" else None,
            payment_id=row.payment_id,
            attempt_id=row.attempt_id,
        )


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that the books say a gateway did, and that no bill has told of."""

    attempt_id: UUID
    payment_id: UUID
    gateway: str
    kind: str
    reference: str
    payment_reference: str
    amount: int
    currency: str


_UNTOLD: Final = """
SELECT attempt.id, attempt.payment_id, attempt.gateway, attempt.kind,
    coalesce(nullif(attempt.gateway_reference, ''), attempt.key), payment.gateway_reference, attempt.amount, payment.currency
FROM payments_payment AS payment
JOIN payments_attempt AS attempt ON attempt.tenant_id = %(tenant)s AND attempt.payment_id = payment.id
WHERE payment.tenant_id = %(tenant)s AND payment.account_id = %(account)s AND attempt.state = 'succeeded'
  AND attempt.kind IN ('capture', 'refund') AND attempt.answered_at >= %(since)s AND attempt.answered_at < %(until)s
  AND NOT EXISTS (
    SELECT FROM closing_billline AS line WHERE line.tenant_id = %(tenant)s AND line.attempt_id = attempt.id
  )
ORDER BY attempt.id
"""


def untold(account_id: UUID, *, since: datetime, until: datetime) -> list[Untold]:
    """What the books say that an account's gateway did in a time, and that no bill has told of."""
    with connection.cursor() as cursor:
        cursor.execute(_UNTOLD, {"tenant": current_tenant_id(), "account": account_id, "since": since, "until": until})
        return [Untold(*row) for row in cursor.fetchall()]


def missing_at_firm(found: Untold) -> DiscrepancyFound:
    """The same for the exception queue."""
    return DiscrepancyFound(
        kind=DiscrepancyKind.MISSING_AT_GATEWAY.value,
        source=found.gateway,
        reference=found.reference,
        payment_reference=found.payment_reference,
        currency=found.currency,
        expected=-found.amount if found.kind == "refund" else found.amount,
        payment_id=found.payment_id,
        attempt_id=found.attempt_id,
    )


def payments_in(payout: Payout) -> list[tuple[UUID, int, int]]:
    """The payments whose money is in a payout: each with what its lines add up to, fees taken off, and what the firm still holds.

    Where no line names the payout, it is of the payments that the firm has held longest.
    """
    if not payout.lines_currency:
        return filled(payout.amount if payout.amount > 0 else -payout.amount, _held_longest(payout))
    rows = BillLine.objects.filter(payout=payout, kind="payment", state="matched", payment__currency=payout.lines_currency)
    found: dict[UUID, tuple[int, int]] = {}
    columns = ("payment_id", "amount", "fee", "payment__captured", "payment__settled")
    for payment_id, amount, fee, captured, settled in rows.order_by("payment_id").values_list(*columns):
        before = found.get(payment_id, (0, 0))[0]
        found[payment_id] = before + amount - fee, captured - settled
    return [(payment_id, amount, held) for payment_id, (amount, held) in found.items()]


def on_their_way() -> list[Awaited]:
    """The payouts that were announced and have not arrived, the oldest first, as they are looked for in bank statements."""
    found = []
    for row in Payout.objects.filter(state="announced").order_by("at", "id"):
        firm = firm_of(row.gateway)
        found.append(
            Awaited(
                id=row.id,
                amount=net(row.amount, row.lines_total),
                currency=row.currency,
                sent_on=row.at.date(),
                reference=row.reference,
                names=(row.gateway, *((firm.name,) if firm else ())),
            )
        )
    return found


def lines_for(payouts: Sequence[Awaited]) -> list[Seen]:
    """The open lines of bank statements by which some payouts may have come, the first booked first."""
    if not payouts:
        return []
    rows = open_lines().filter(
        state="open",
        amount__in={one.amount for one in payouts},
        booked_on__gte=min(one.sent_on for one in payouts) - EARLIEST,
        booked_on__lte=max(one.sent_on for one in payouts) + LATEST,
    )
    return [
        Seen(
            id=row.id,
            amount=row.amount,
            currency=row.currency,
            booked_on=row.booked_on,
            says=f"{row.name} {row.text} {row.end_to_end} {row.bank_reference}",
        )
        for row in rows
    ]


def _held_longest(payout: Payout) -> Iterator[tuple[UUID, int]]:
    """The payments of an account whose money its firm had and has not given back or passed on, the oldest first."""
    rows = BillLine.objects.filter(
        account_id=payout.account_id, kind="payment", state="matched", at__lte=payout.at, currency=payout.currency,
        payment__captured__gt=F("payment__settled") + F("payment__refunded"),
    )  # fmt: skip
    columns = ("payment_id", "payment__captured", "payment__settled", "payment__refunded")
    known: set[UUID] = set()
    for payment_id, captured, settled, refunded in rows.order_by("at", "id").values_list(*columns).iterator():
        if payment_id not in known:
            known.add(payment_id)
            yield payment_id, captured - settled - refunded


def exchanged_in(payout: Payout) -> list[Exchanged]:
    """The payments in a payout that the firm settled in the currency of the payout's lines instead of their own."""
    rows = BillLine.objects.select_related("payment").filter(payout=payout, kind="payment", state="exchanged").order_by("id")
    found: dict[UUID, Exchanged] = {}
    for row in rows:
        if row.payment is None or row.payment_id is None:
            continue
        before = found.get(row.payment_id)
        held = row.payment.captured - row.payment.settled
        found[row.payment_id] = Exchanged(
            row.payment_id, row.payment.currency, held, row.amount + (before.taken if before else 0)
        )
    return list(found.values())


def payout_that_differs(row: Payout) -> DiscrepancyFound:
    """A payout that is not the sum of its lines, for the exception queue."""
    return DiscrepancyFound(
        kind=DiscrepancyKind.AMOUNT_DIFFERS.value,
        source=row.gateway,
        reference=row.reference,
        currency=row.currency,
        amount=row.amount,
        expected=row.lines_total,
    )
