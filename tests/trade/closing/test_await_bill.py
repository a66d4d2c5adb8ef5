from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.closing.commands import await_bill, finish_bill
from dingdan.trade.closing.models import Bill
from tests.trade.closing.till import MONDAY, Till


def test_it_works(till: Till, account: UUID) -> None:
    for error in ("bill_not_ready", "TimeoutError"):
        told = await_bill(till.call(), account_id=account, day=MONDAY, error=error)
        assert (told.day, told.error) == (MONDAY, error)
    assert list(Bill.objects.values_list("state", "asked", "error")) == [("awaited", 2, "TimeoutError")]


def test_a_bill_that_is_here_is_refused(till: Till, account: UUID) -> None:
    finish_bill(till.call(), account_id=account, day=MONDAY)
    with till.nothing_changes(), pytest.raises(NotInThisState):
        await_bill(till.call(), account_id=account, day=MONDAY, error="late")


def test_a_strangers_account_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(NotFound):
        await_bill(till.call(), account_id=new_id(), day=MONDAY, error="late")
