"""How time runs while somebody waits."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dingdan.trade.tickets.rules import (
    AroundTheClock,
    HoursDraft,
    HoursNotUsable,
    Span,
    TooManyDays,
    WeekTooShort,
    WorkingTime,
    shown,
    week_of,
)

HOUR = 3600
DAY_AND_NIGHT = ((Span(0, 1440),),) * 7


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-03-02T10:00+00:00", 4, "2026-03-02T14:00+00:00"),
        ("2026-03-02T10:00+00:00", 8, "2026-03-02T18:00+00:00"),  # to the minute when work ends
        ("2026-03-02T10:00+00:00", 9, "2026-03-03T10:00+00:00"),
        ("2026-03-02T06:00+00:00", 1, "2026-03-02T10:00+00:00"),  # before work
        ("2026-03-02T18:00+00:00", 1, "2026-03-03T10:00+00:00"),  # as it ends
        ("2026-03-06T17:00+00:00", 2, "2026-03-09T10:00+00:00"),  # over a weekend
        ("2026-03-07T12:00+00:00", 0, "2026-03-09T09:00+00:00"),  # no time at all, on a Saturday
    ],
)
def test_only_hours_of_work_count(start: str, hours: int, end: str) -> None:
    working = WorkingTime(zone="Europe/London")
    assert working.after(at(start), hours * HOUR) == at(end)
    assert working.between(at(start), at(end)) == hours * HOUR


def test_a_shop_in_taipei_works_by_its_own_clock() -> None:
    working = WorkingTime(zone="Asia/Taipei")
    assert working.after(at("2026-03-02T23:00+00:00"), HOUR) == at("2026-03-03T10:00+08:00")


def test_the_night_that_is_an_hour_shorter_is_measured_in_real_time() -> None:
    working = WorkingTime(zone="Europe/London", week=DAY_AND_NIGHT)
    saturday, sunday = at("2026-03-28T12:00+00:00"), at("2026-03-29T12:00+01:00")
    assert working.between(saturday, sunday) == 23 * HOUR
    assert working.after(saturday, 23 * HOUR) == sunday


def test_the_night_that_is_an_hour_longer_is_measured_in_real_time() -> None:
    working = WorkingTime(zone="Europe/London", week=DAY_AND_NIGHT)
    saturday, sunday = at("2026-10-24T12:00+01:00"), at("2026-10-25T12:00+00:00")
    assert working.between(saturday, sunday) == 25 * HOUR


def test_an_hour_that_the_clock_skips_is_no_work_and_one_that_it_shows_twice_is_two() -> None:
    night = ((Span(60, 120),),) * 7  # from one to two at night
    working = WorkingTime(zone="Europe/London", week=night)
    assert working.between(at("2026-10-25T00:00+01:00"), at("2026-10-25T12:00+00:00")) == 2 * HOUR
    assert working.between(at("2026-03-29T00:30+00:00"), at("2026-03-29T12:00+01:00")) == 0


def test_work_begins_at_nine_before_and_after_the_clocks_change() -> None:
    working = WorkingTime(zone="Europe/London")
    assert working.after(at("2026-03-27T17:30+00:00"), HOUR) == at("2026-03-30T09:30+01:00")


def test_days_off_and_days_that_make_up_for_them() -> None:
    # The National Day of 2026 falls on a Saturday: Friday is free, and in this shop the Saturday after makes up for it.
    working = WorkingTime(zone="Asia/Taipei", days_off=frozenset([date(2026, 10, 9)]), days_on=frozenset([date(2026, 10, 17)]))
    assert working.after(at("2026-10-08T17:00+08:00"), 2 * HOUR) == at("2026-10-12T10:00+08:00")
    assert working.after(at("2026-10-16T17:00+08:00"), 2 * HOUR) == at("2026-10-17T10:00+08:00")


def test_a_lunch_break_is_no_work() -> None:
    week = week_of(HoursDraft(monday=(("09:00", "12:00"), ("13:00", "18:00"))))
    working = WorkingTime(zone="Europe/London", week=week)
    assert working.after(at("2026-03-02T11:00+00:00"), 2 * HOUR) == at("2026-03-02T14:00+00:00")
    assert working.after(at("2026-03-02T17:00+00:00"), 2 * HOUR) == at("2026-03-09T10:00+00:00")


def test_nothing_passes_backwards() -> None:
    start, end = at("2026-03-03T10:00+00:00"), at("2026-03-02T10:00+00:00")
    assert WorkingTime(zone="UTC").between(start, end) == 0
    assert AroundTheClock().between(start, end) == 0


def test_around_the_clock_every_hour_counts() -> None:
    start = at("2026-03-28T12:00+00:00")
    assert AroundTheClock().after(start, 48 * HOUR) == at("2026-03-30T12:00+00:00")
    assert AroundTheClock().between(start, at("2026-03-30T12:00+00:00")) == 48 * HOUR


def test_midnight_is_the_end_of_a_day() -> None:
    week = week_of(HoursDraft(monday=(("18:00", "24:00"),), tuesday=(("00:00", "02:00"),)))
    working = WorkingTime(zone="Asia/Taipei", week=week)
    assert working.after(at("2026-03-02T23:00+08:00"), 2 * HOUR) == at("2026-03-03T01:00+08:00")
    assert [shown(span) for span in week[0]] == [("18:00", "24:00")]


@pytest.mark.parametrize(
    "spans",
    [
        (("18:00", "09:00"),),
        (("09:00", "09:00"),),
        (("09:00", "13:00"), ("12:00", "18:00")),
        (("9:00", "18:00"),),
        (("09:00", "24:01"),),
        (("09:00", "12:60"),),
        (("09:00", "１８:00"),),
        (("", ""),),
        (("09:00",),),
    ],
)
def test_hours_that_cannot_be_are_refused(spans: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(HoursNotUsable) as refused:
        week_of(HoursDraft(tuesday=spans))
    assert refused.value.field == "tuesday"


def test_a_week_without_work_is_refused() -> None:
    with pytest.raises(WeekTooShort):
        week_of(HoursDraft())
    with pytest.raises(WeekTooShort):
        week_of(HoursDraft(monday=(("09:00", "09:59"),)))


def test_a_calendar_of_years_is_refused() -> None:
    days = tuple(date(2026, 1, 1) for _ in range(401))
    with pytest.raises(TooManyDays):
        week_of(HoursDraft(monday=(("09:00", "18:00"),), days_off=days))
