"""What keeps a day open: what nobody knows yet, what differs, what is missing, what was not counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from dingdan.ledgers.payments.queries import makes_bills, unknown_attempts
from dingdan.masterdata.methods.queries import accounts_at
from dingdan.trade.closing.lifecycle import PointKind
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.queries.days import DayStanding
from dingdan.trade.closing.rules import OpenPoint
from dingdan.trade.reconciliation.lifecycle import BANK
from dingdan.trade.reconciliation.queries import open_discrepancies, open_lines

A_PAYOUT_TAKES: Final = timedelta(days=7)
"""A payout that is longer on its way is asked about."""


def open_points(standing: DayStanding) -> list[OpenPoint]:
    """Everything that keeps a day open in its currency, kind by kind, the oldest first."""
    return [
        *_unknown(standing),
        *_bills(standing),
        *_lines(standing),
        *_discrepancies(standing),
        *_statement_lines(standing),
        *_payouts(standing),
        *_cash(standing),
    ]


def _unknown(standing: DayStanding) -> Iterator[OpenPoint]:
    for one in unknown_attempts(before=standing.ends_at, currency=standing.currency):
        yield OpenPoint(
            kind=PointKind.UNKNOWN_ATTEMPT,
            reference=str(one.id),
            source=one.gateway,
            currency=standing.currency,
            amount=one.amount,
        )


def _bills(standing: DayStanding) -> Iterator[OpenPoint]:
    """The bills of the day that are not here, of every account in use whose firm makes bills; and older ones that are awaited."""
    there = set(Bill.objects.filter(moved_on=standing.day, state="fetched").values_list("account_id", flat=True))
    billed = accounts_at(makes_bills(), before=standing.ends_at)
    missing = {(one.gateway, str(one.id), standing.day) for one in billed if one.id not in there}
    late = Bill.objects.filter(moved_on__lt=standing.day, state="awaited").values_list("gateway", "account_id", "moved_on")
    missing |= {(gateway, str(account_id), day) for gateway, account_id, day in late}
    for gateway, account_id, day in sorted(missing, key=lambda one: (one[2], one[0], one[1])):
        yield OpenPoint(kind=PointKind.BILL_MISSING, reference=f"{account_id}:{day.isoformat()}", source=gateway)


def _lines(standing: DayStanding) -> Iterator[OpenPoint]:
    rows = BillLine.objects.filter(state__in=("missing", "differing"), at__lt=standing.ends_at, currency=standing.currency)
    for row in rows.order_by("id"):
        yield OpenPoint(
            kind=PointKind.BILL_LINE, reference=str(row.id), source=row.gateway, currency=row.currency, amount=row.amount
        )


def _discrepancies(standing: DayStanding) -> Iterator[OpenPoint]:
    for row in open_discrepancies().filter(currency__in=("", standing.currency)):
        yield OpenPoint(
            kind=PointKind.DISCREPANCY, reference=str(row.id), source=row.source, currency=row.currency, amount=row.amount
        )


def _statement_lines(standing: DayStanding) -> Iterator[OpenPoint]:
    for row in open_lines().filter(currency=standing.currency, booked_on__lte=standing.day):
        yield OpenPoint(
            kind=PointKind.STATEMENT_LINE, reference=str(row.id), source=BANK, currency=row.currency, amount=row.amount
        )


def _payouts(standing: DayStanding) -> Iterator[OpenPoint]:
    rows = Payout.objects.exclude(state="arrived").filter(currency=standing.currency, at__lt=standing.ends_at - A_PAYOUT_TAKES)
    for row in rows.order_by("at", "id"):
        yield OpenPoint(
            kind=PointKind.PAYOUT_MISSING, reference=str(row.id), source=row.gateway, currency=row.currency, amount=row.amount
        )


def _cash(standing: DayStanding) -> Iterator[OpenPoint]:
    lies_there = any(one.account == "cash" and (one.closing or one.debits or one.credits) for one in standing.accounts)
    if lies_there and standing.cash is None:
        yield OpenPoint(
            kind=PointKind.CASH_NOT_COUNTED,
            reference=standing.day.isoformat(),
            currency=standing.currency,
            amount=standing.closing("cash"),
        )
