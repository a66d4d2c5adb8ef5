"""Payouts: their lines are added up, and what arrived is booked payment by payment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import connection

from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.steps import PassedOn, Post, post, settle_clearing
from dingdan.trade.closing.lifecycle import PAYOUT_LIFE
from dingdan.trade.closing.models import Payout
from dingdan.trade.closing.rules import Arrival

# A payout may be told of before its lines or after them.
_LINK: Final = """
UPDATE closing_billline AS line SET payout_id = payout.id FROM closing_payout AS payout
WHERE payout.tenant_id = %(tenant)s AND payout.account_id = %(account)s AND payout.state <> 'arrived'
  AND line.tenant_id = %(tenant)s AND line.account_id = payout.account_id AND line.payout_id IS NULL
  AND line.payout_reference = payout.reference AND line.payout_reference <> ''
"""
_ADD_UP: Final = """
UPDATE closing_payout AS payout SET lines_total = summed.total, lines_currency = summed.currency
FROM (
    SELECT line.payout_id, sum(line.amount - line.fee)::bigint AS total, min(line.currency) AS currency
    FROM closing_billline AS line JOIN closing_payout AS open
        ON open.tenant_id = %(tenant)s AND open.id = line.payout_id AND open.state <> 'arrived' AND open.account_id = %(account)s
    WHERE line.tenant_id = %(tenant)s AND line.payout_id IS NOT NULL GROUP BY line.payout_id
    HAVING min(line.currency) = max(line.currency)
) AS summed
WHERE payout.tenant_id = %(tenant)s AND payout.id = summed.payout_id
"""


def link_lines(entry: Entry, *, account_id: UUID) -> None:
    """Put lines of an account to the payouts that they name, and add them up. Two statements."""
    with connection.cursor() as cursor:
        for statement in (_LINK, _ADD_UP):
            cursor.execute(statement, {"tenant": entry.tenant_id, "account": account_id})


def judge(_entry: Entry, *, payout: Payout, fits: bool) -> str:
    """A payout is the sum of its lines, or is not; return its state."""
    turn = "agree" if fits else "dispute"
    if not PAYOUT_LIFE.may(turn, payout.state):
        return payout.state
    state = PAYOUT_LIFE.turn(turn, payout.state)
    Payout.objects.filter(id=payout.id).update(state=state)
    return state


def arrive(entry: Entry, *, payout: Payout, line_id: UUID | None) -> None:
    """A payout is in our bank."""
    state = PAYOUT_LIFE.turn("arrive", payout.state)
    Payout.objects.filter(id=payout.id).update(state=state, arrived_at=entry.at, line_id=line_id)


def book_arrival(entry: Entry, *, payout: Payout, arrival: Arrival) -> None:
    """The money of a payout is in our bank: payment by payment, the rest as what was kept back or added, then exchanged."""
    if arrival.of_payments:
        shares = [
            PassedOn(entry=entry, payment_id=id_, currency=arrival.currency, arrived=amount)
            for id_, amount in arrival.of_payments
        ]
        settle_clearing(shares, vault="gateway")
    _settle_exchanged(entry, arrival)
    post([*_rest(entry, arrival), *_exchange(entry, payout, arrival)])


def _settle_exchanged(entry: Entry, arrival: Arrival) -> None:
    """Payments that the firm settled in another currency: each arrives in its own, and is given for what was taken for it."""
    shares = [
        PassedOn(entry=entry, payment_id=one.payment_id, currency=one.currency, arrived=one.given) for one in arrival.exchanged
    ]
    if shares:
        settle_clearing(shares, vault="gateway")
    post(
        [
            it
            for one in arrival.exchanged
            for it in (
                Post(entry, "currency_given", one.given, one.currency),
                Post(entry, "currency_taken", one.taken, arrival.currency),
            )
        ]
    )


def _rest(entry: Entry, arrival: Arrival) -> Iterable[Post]:
    if arrival.rest:
        rule = "gateway_payout_raised" if arrival.rest > 0 else "gateway_payout_reduced"
        yield Post(entry, rule, abs(arrival.rest), arrival.currency)


def _exchange(entry: Entry, payout: Payout, arrival: Arrival) -> Iterable[Post]:
    """What the lines are in is given for what arrived. Money that the firm takes from our bank goes the other way."""
    if payout.currency == arrival.currency:
        return
    given, taken = ("currency_given", "currency_taken") if arrival.total > 0 else ("currency_taken", "currency_given")
    yield Post(entry, given, abs(arrival.total), arrival.currency)
    yield Post(entry, taken, abs(payout.amount), payout.currency)
