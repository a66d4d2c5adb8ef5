from __future__ import annotations

import pytest

from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing
from dingdan.trade.closing.commands import reopen_day
from dingdan.trade.closing.commands.days import LaterDayClosed, SamePerson
from dingdan.trade.closing.models import DayClose
from tests.trade.closing.till import AMY, BEN, MONDAY, TUESDAY, Till


def test_it_works(till: Till) -> None:
    till.receive(10_00, on=MONDAY)
    first = till.close(MONDAY)
    told = reopen_day(till.call(actor=BEN), day_close_id=first.day_close_id, note="a receipt was found")
    assert (told.day, told.currency) == (MONDAY, "GBP")
    till.receive(5_00, on=MONDAY)
    second = till.close(MONDAY)
    assert till.balances(first)["cash"] == (0, 0, 10_00, 0, 10_00)
    assert till.balances(second)["cash"] == (0, 0, 15_00, 0, 15_00)
    assert list(DayClose.objects.order_by("id").values_list("state", "note")) == [
        ("reopened", "a receipt was found"),
        ("closed", ""),
    ]


def test_who_runs_the_server_may_open_what_it_closed(till: Till) -> None:
    closed = till.close(MONDAY, actor=SYSTEM)
    assert reopen_day(till.call(actor=SYSTEM), day_close_id=closed.day_close_id, note="alone here").day == MONDAY


def test_whoever_closed_it_is_refused(till: Till) -> None:
    closed = till.close(MONDAY, actor=AMY)
    with till.nothing_changes(), pytest.raises(SamePerson):
        reopen_day(till.call(actor=AMY), day_close_id=closed.day_close_id, note="I was wrong")


def test_a_day_with_a_closed_one_behind_it_is_refused(till: Till) -> None:
    closed = till.close(MONDAY)
    till.close(TUESDAY)
    with till.nothing_changes(), pytest.raises(LaterDayClosed, match="Reopen 2026-11-24 first"):
        reopen_day(till.call(actor=BEN), day_close_id=closed.day_close_id, note="why")


def test_a_reopened_day_is_refused(till: Till) -> None:
    closed = till.close(MONDAY)
    reopen_day(till.call(actor=BEN), day_close_id=closed.day_close_id, note="why")
    with till.nothing_changes(), pytest.raises(NotInThisState):
        reopen_day(till.call(actor=BEN), day_close_id=closed.day_close_id, note="why")


def test_no_reason_is_refused(till: Till) -> None:
    closed = till.close(MONDAY)
    with till.nothing_changes(), pytest.raises(TextMissing):
        reopen_day(till.call(actor=BEN), day_close_id=closed.day_close_id, note="")
