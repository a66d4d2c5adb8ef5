from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.trade.closing import queries
from dingdan.trade.closing.commands import count_cash
from dingdan.trade.closing.commands.days import DayIsClosed
from tests.trade.closing.till import MONDAY, Till, noon


def test_it_works(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    told = till.count(9_70, on=MONDAY)
    assert (told.day, told.expected, told.counted, told.difference) == (MONDAY, 10_00, 9_70, -30)
    assert till.posted() == [("cash_unapplied", 10_00, "GBP"), ("cash_short", 30, "GBP")]
    assert till.balances(till.close(MONDAY)) == {
        "cash": (0, 0, 10_00, 30, 9_70),
        "cash_difference": (0, 0, 30, 0, 30),
        "unapplied_money": (0, 0, 0, 10_00, -10_00),
    }


def test_what_was_found_before_is_expected_the_next_time(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    till.count(10_50, on=MONDAY)
    again = till.count(10_50, on=MONDAY)
    assert (again.expected, again.difference) == (10_50, 0)
    assert till.posted() == [("cash_unapplied", 10_00, "GBP"), ("cash_over", 50, "GBP")]
    count = queries.cash_count(MONDAY, "GBP")
    assert count is not None
    assert (count.number, count.difference) == (again.cash_count_id, 0)


def test_what_comes_later_on_the_day_is_not_expected(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    told = count_cash(till.call(at=noon(MONDAY) - timedelta(hours=1)), currency="GBP", counted=0)
    assert (told.expected, told.difference) == (0, 0)


def test_less_than_nothing_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(Invalid):
        till.count(-1, on=MONDAY)


def test_a_closed_day_is_refused(till: Till) -> None:
    till.close(MONDAY)
    with till.nothing_changes(), pytest.raises(DayIsClosed):
        till.count(0, on=MONDAY)
