from __future__ import annotations

from uuid import UUID

from dingdan.trade.closing.commands import finish_bill
from dingdan.trade.closing.models import Bill
from tests.trade.closing.till import MONDAY, Till, noon


def test_it_works(till: Till, account: UUID) -> None:
    told = finish_bill(till.call(at=noon(MONDAY)), account_id=account, day=MONDAY)
    assert (told.gateway, told.day, told.lines) == ("biller", MONDAY, 0)
    assert list(Bill.objects.values_list("state", "fetched_at")) == [("fetched", noon(MONDAY))]


def test_a_bill_that_was_here_before_stays_as_it_was(till: Till, account: UUID) -> None:
    finish_bill(till.call(at=noon(MONDAY)), account_id=account, day=MONDAY)
    finish_bill(till.call(), account_id=account, day=MONDAY)
    assert Bill.objects.values_list("fetched_at", flat=True).get() == noon(MONDAY)
