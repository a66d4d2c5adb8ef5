"""The business day: when it begins and ends, what moved on it, and what keeps it open. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dingdan.ledgers.payments.rules import RULES
from dingdan.trade.closing.lifecycle import PointKind

BY_PARTY: Final = frozenset({"gateway_clearing", "dispute_holding"})
"""Accounts that are told for each gateway."""

MONEY: Final = (
    *("cash", "bank", "gateway_clearing", "carrier_receivable", "dispute_holding", "accounts_receivable"),
    *("customer_deposits", "unapplied_money", "customer_payable", "gift_cards", "store_credit"),
)
"""The accounts that finance looks at every day, in that order."""


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """When a day begins by a clock, and when the next one does."""
    there = ZoneInfo(zone)
    start, end = (datetime.combine(one, time(), there) for one in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def evening(day: date, zone: str) -> datetime:
    """The last second of a day by a clock."""
    return bounds(day, zone)[1] - timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What moved by one rule and one method: `before` the day (late, or before there was any close), or on it."""

    rule: str
    method: str
    before: bool
    postings: int
    amount: int


@dataclass(slots=True, kw_only=True)
class AccountDay:
    """An account on a day. Debits count up, credits down."""

    account: str
    party: str
    opening: int = 0
    late: int = 0
    debits: int = 0
    credits: int = 0

    @property
    def closing(self) -> int:
        """What it holds at the end."""
        return self.opening + self.late + self.debits - self.credits


def party_of(account: str, method: str) -> str:
    """Whose part of an account it is."""
    return method if account in BY_PARTY else ""


def accounts_of(opening: Mapping[tuple[str, str], int], moved: Iterable[Moved], *, is_first: bool) -> list[AccountDay]:
    """The accounts of a day, from what the close before left and what moved since.

    What lies before the very first close is no late movement: it is what that day opens with.
    """
    found: dict[tuple[str, str], AccountDay] = {}

    def at(account: str, party: str) -> AccountDay:
        return found.setdefault((account, party), AccountDay(account=account, party=party))

    for (account, party), amount in opening.items():
        at(account, party).opening = amount
    for one in moved:
        rule = RULES[one.rule]
        debit, credit = (at(account, party_of(account, one.method)) for account in (rule.debit, rule.credit))
        if one.before:
            for side, sign in ((debit, 1), (credit, -1)):
                if is_first:
                    side.opening += sign * one.amount
                else:
                    side.late += sign * one.amount
        else:
            debit.debits += one.amount
            credit.credits += one.amount
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """Something that keeps a day open. `reference` names it among its kind; the rest tells people what it is."""

    kind: PointKind
    reference: str
    source: str = ""
    currency: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A point, or with no reference all of a kind, that may stay open, and why."""

    kind: str
    note: str
    reference: str = ""


def left_open(points: Sequence[OpenPoint], said: Sequence[Acknowledged]) -> tuple[list[OpenPoint], list[tuple[OpenPoint, str]]]:
    """The points of which nothing was said, and the others each with what was said of it; the closest word counts."""
    notes = {(one.kind, one.reference): one.note for one in said}
    silent, told = [], []
    for point in points:
        note = notes.get((point.kind, point.reference)) or notes.get((point.kind, ""))
        if note:
            told.append((point, note))
        else:
            silent.append(point)
    return silent, told


def counted_by_kind(points: Iterable[OpenPoint]) -> dict[PointKind, int]:
    """How many of each kind."""
    found: dict[PointKind, int] = defaultdict(int)
    for point in points:
        found[point.kind] += 1
    return dict(found)
