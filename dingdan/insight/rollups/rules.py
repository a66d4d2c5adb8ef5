"""Days, periods and how long things took. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

A_DAY: Final = timedelta(days=1)
TOOK: Final = {"day": 1, "two": 2, "three": 3, "week": 7, "over": None}
"""How long a shipment took from placing to leaving: within so many times 24 hours, or longer."""

MOST_ORDERS: Final = 10
"""So many orders make somebody a regular customer, and no more are counted."""
A_WHILE: Final = timedelta(days=365)
"""Whoever bought nothing for so long may have gone elsewhere."""


class Segment(StrEnum):
    """Into which of these a customer falls by how often and when they bought."""

    NO_ORDER = "no_order"
    ONE_ORDER = "one_order"
    RETURNING = "returning"
    REGULAR = "regular"
    GONE_QUIET = "gone_quiet"


def segment_of(orders: int, last_at: datetime | None, *, at: datetime) -> Segment:
    """The segment of somebody who bought so often, and then last."""
    if not orders or last_at is None:
        return Segment.NO_ORDER
    if last_at < at - A_WHILE:
        return Segment.GONE_QUIET
    if orders >= MOST_ORDERS:
        return Segment.REGULAR
    return Segment.ONE_ORDER if orders == 1 else Segment.RETURNING


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """The period of equal length that ends where this one begins; of whole months, as many whole months."""
        if self._is_months():
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            return Period(months_on(self.first, -months), self.first - A_DAY)
        return Period(self.first - timedelta(days=self.days), self.first - A_DAY)

    def _is_months(self) -> bool:
        return self.first.day == 1 and (self.last + A_DAY).day == 1

    def each_day(self) -> Iterator[date]:
        """Its days."""
        for number in range(self.days):
            yield self.first + timedelta(days=number)

    def parts(self) -> tuple[list[date], list[date]]:
        """The first days of its whole months, and the days that are left over: what sums by day and by month it is made of."""
        months: list[date] = []
        days: list[date] = []
        day = self.first
        while day <= self.last:
            end = months_on(day, 1)
            if day.day == 1 and end - A_DAY <= self.last:
                months.append(day)
                day = end
            else:
                days.append(day)
                day += A_DAY
        return months, days


def months_on(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)
