"""When something is due that happens again and again by a shop's clock. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

FARTHEST: Final = 40
"""Days within which anything is due once more."""


class Rhythm(StrEnum):
    """How often it is due."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Due at an hour, every day, on a weekday (0 is Monday) or on a day of the month; of shorter months on their last."""

    rhythm: str
    hour: int
    weekday: int = 0
    month_day: int = 1

    def is_on(self, day: date) -> bool:
        """Whether it is due on a day."""
        if self.rhythm == Rhythm.WEEKLY:
            return day.weekday() == self.weekday
        if self.rhythm == Rhythm.MONTHLY:
            return day.day == min(self.month_day, monthrange(day.year, day.month)[1])
        return True


def next_due(plan: Plan, *, zone: str, after: datetime) -> datetime:
    """The first moment after another at which it is due.

    Each day has one such moment at most: an hour that a clock leaves out is taken for the one after it, and of an hour that it
    shows twice the first counts.
    """
    here = ZoneInfo(zone)
    first = after.astimezone(here).date()
    days = (first + timedelta(days=number) for number in range(FARTHEST))
    moments = (datetime.combine(day, time(plan.hour), here).astimezone(UTC) for day in days if plan.is_on(day))
    return next(moment for moment in moments if moment > after)


def last_due(plan: Plan, *, zone: str, due: datetime, until: datetime) -> datetime:
    """Of a moment at which it was due and of all after it, the last one that is not after `until`."""
    while (later := next_due(plan, zone=zone, after=due)) <= until:
        due = later
    return due
