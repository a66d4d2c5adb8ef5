"""How time runs while somebody waits: around the clock, or only while the shop works. Pure.

Spans of work are said by the clock on the wall and measured in real time, so that a day on which the clocks change is as long
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT: Final = 24 * 60
LEAST_MINUTES: Final = 60
MOST_DAYS: Final = 400


class HoursNotUsable(Refusal):
    """The spans of a day do not follow each other, or leave the day."""

    status = 422
    sentence = _("The hours of {day} are no spans that follow each other.")
    remedy = _("Give each span as an opening and a closing time, such as 09:00 and 18:00 (24:00 is midnight), in order.")


class WeekTooShort(Refusal):
    """Nobody ever works, so that no deadline would ever come."""

    status = 422
    sentence = _("The week has less than an hour of work.")
    remedy = _("Give the hours of at least one day; deadlines that run around the clock belong to the topic.")


class TooManyDays(Refusal):
    """More days off, or days on, than a calendar needs."""

    status = 422
    sentence = _("{count} days are too many; {most} is the most.")
    remedy = _("Leave out days that are long over.")


class Clock(Protocol):
    """How waiting is measured."""

    def after(self, start: datetime, seconds: int) -> datetime:
        """The moment when so many seconds have passed."""

    def between(self, start: datetime, end: datetime) -> int:
        """How many seconds passed; 0 where the end is before the start."""


@dataclass(frozen=True, slots=True)
class AroundTheClock:
    """Every hour counts."""

    def after(self, start: datetime, seconds: int) -> datetime:
        """The moment when so many seconds have passed."""
        return start + timedelta(seconds=seconds)

    def between(self, start: datetime, end: datetime) -> int:
        """How many seconds passed; 0 where the end is before the start."""
        return max(0, int((end - start).total_seconds()))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one minute of the day to another, counted from midnight by the clock on the wall."""

    opens: int
    closes: int


NINE_TO_SIX: Final = Span(9 * 60, 18 * 60)
Week = tuple[tuple[Span, ...], ...]
USUAL_WEEK: Final[Week] = (*[(NINE_TO_SIX,)] * 5, (), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """Only the hours of work count: a week from Monday on, without the days off, and with days on that make up for others."""

    zone: str
    week: Week = USUAL_WEEK
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    def after(self, start: datetime, seconds: int) -> datetime:
        """The moment when so many seconds of work have passed."""
        left = timedelta(seconds=seconds)
        for opens, closes in self._spans_from(start):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        raise AssertionError("work never ends")

    def between(self, start: datetime, end: datetime) -> int:
        """How many seconds of work passed; 0 where the end is before the start."""
        passed = timedelta(0)
        for opens, closes in self._spans_from(start):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return int(passed.total_seconds())

    def spans_on(self, day: date) -> Sequence[Span]:
        """When the shop works on a day. A day on that has no hours of its own has those of the first day that does."""
        usual = self.week[day.weekday()]
        if day in self.days_on:
            return usual or next(spans for spans in self.week if spans)
        return () if day in self.days_off else usual

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the work after a moment, span by span, in real time. Does not end by itself."""
        day = start.astimezone(ZoneInfo(self.zone)).date()
        while True:
            for span in self.spans_on(day):
                opens, closes = max(start, self._moment(day, span.opens)), self._moment(day, span.closes, is_end=True)
                if opens < closes:
                    yield opens, closes
            day += timedelta(days=1)

    def _moment(self, day: date, minute: int, *, is_end: bool = False) -> datetime:
        """A minute of the day as a moment. What the clock shows twice begins the first time and ends the second."""
        shown = datetime.combine(day, time(), ZoneInfo(self.zone)) + timedelta(minutes=minute)
        first = shown.astimezone(UTC)
        return max(first, shown.replace(fold=1).astimezone(UTC)) if is_end else first


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursDraft:
    """When the shop works: spans of each weekday as pairs of times (`["09:00", "12:30"]`), days off, and days on that make up.

    A weekday that is left out is free. Time zone is the shop's.
    """

    monday: tuple[tuple[str, ...], ...] = ()
    tuesday: tuple[tuple[str, ...], ...] = ()
    wednesday: tuple[tuple[str, ...], ...] = ()
    thursday: tuple[tuple[str, ...], ...] = ()
    friday: tuple[tuple[str, ...], ...] = ()
    saturday: tuple[tuple[str, ...], ...] = ()
    sunday: tuple[tuple[str, ...], ...] = ()
    days_off: tuple[date, ...] = ()
    days_on: tuple[date, ...] = ()


def week_of(draft: HoursDraft) -> Week:
    """The week that a draft means. Refuses `HoursNotUsable`, `WeekTooShort` and `TooManyDays`."""
    for name, days in (("days_off", draft.days_off), ("days_on", draft.days_on)):
        if len(days) > MOST_DAYS:
            raise TooManyDays(field=name, count=len(days), most=MOST_DAYS)
    week = tuple(_spans(getattr(draft, name), name) for name in WEEKDAYS)
    if sum(span.closes - span.opens for spans in week for span in spans) < LEAST_MINUTES:
        raise WeekTooShort(field="monday")
    return week


def _spans(pairs: Sequence[Sequence[str]], day: str) -> tuple[Span, ...]:
    if any(len(pair) != 2 for pair in pairs):
        raise HoursNotUsable(field=day, day=day)
    spans = tuple(Span(_minute(opens, day), _minute(closes, day)) for opens, closes in pairs)
    edges = [edge for span in spans for edge in (span.opens, span.closes)]
    if any(first >= second for first, second in pairwise(edges)):
        raise HoursNotUsable(field=day, day=day)
    return spans


def _minute(text: object, day: str) -> int:
    """The minute of the day that `18:30` names."""
    hour, colon, minute = text.partition(":") if isinstance(text, str) else ("", "", "")
    parts = (hour, minute)
    if colon and all(len(part) == 2 and part.isascii() and part.isdecimal() for part in parts):
        found = int(hour) * 60 + int(minute)
        if int(minute) < 60 and found <= MIDNIGHT:
            return found
    raise HoursNotUsable(field=day, day=day)


def shown(span: Span) -> tuple[str, ...]:
    """A span as people write it: `("09:00", "18:00")`."""
    return tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in (span.opens, span.closes))
