from __future__ import annotations

from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.closing.commands import check_payout, compare_bill, record_bill_lines
from dingdan.trade.closing.models import Payout
from dingdan.trade.closing.rules import LineTold, adds_up
from tests.trade.closing.till import MONDAY, Till, noon


def payout_of(till: Till, account: UUID, *amounts: int) -> UUID:
    """A payout of 9.68, with lines of these amounts."""
    head = LineTold(kind="payout", reference="po-1", amount=-9_68, currency="GBP", at=noon(MONDAY))
    lines = [
        LineTold(kind="payment", reference=f"ch-{number}", amount=amount, currency="GBP", at=noon(MONDAY), fee=32, payout="po-1")
        for number, amount in enumerate(amounts)
    ]
    told = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(*lines, head))
    compare_bill(till.call(), bill_id=told.bill_id)
    return told.payouts[0]


def test_it_works(till: Till, account: UUID) -> None:
    told = check_payout(till.call(), payout_id=payout_of(till, account, 10_00))
    assert (told.state, told.amount, told.lines) == ("announced", -9_68, 9_68)


def test_one_that_is_not_its_lines_differs_until_it_is(till: Till, account: UUID) -> None:
    payout_id = payout_of(till, account, 5_00)
    assert check_payout(till.call(), payout_id=payout_id).state == "differing"
    payout_of_more = LineTold(
        kind="payment", reference="ch-9", amount=5_32, currency="GBP", at=noon(MONDAY), fee=32, payout="po-1"
    )
    told = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(payout_of_more,))
    compare_bill(till.call(), bill_id=told.bill_id)
    assert check_payout(till.call(), payout_id=payout_id).state == "announced"
    assert Payout.objects.values_list("state", "lines_total").get() == ("announced", 9_68)


@pytest.mark.parametrize(("amount", "lines", "fits"), [(5, 5, True), (-5, 5, True), (5, -5, True), (5, 4, False), (0, 0, True)])
def test_firms_write_payouts_with_either_sign(amount: int, lines: int, fits: bool) -> None:
    assert adds_up(amount, lines) is fits


def test_a_strangers_payout_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(NotFound):
        check_payout(till.call(), payout_id=new_id())
