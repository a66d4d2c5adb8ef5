from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import UnknownCurrency
from dingdan.kernel.text import TextMissing, TextTooLong, UnknownChoice
from dingdan.trade.closing.commands import record_bill_lines
from dingdan.trade.closing.models import Bill, BillLine, Payout
from dingdan.trade.closing.rules import LineTold
from tests.trade.closing.till import MONDAY, TUESDAY, Till, noon

SALE = LineTold(kind="payment", reference="ch-1", amount=10_00, currency="GBP", at=noon(MONDAY), fee=32, payout="po-1")
PAYOUT = LineTold(kind="payout", reference="po-1", amount=9_68, currency="GBP", at=noon(TUESDAY))


def test_it_works(till: Till, account: UUID) -> None:
    told = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(SALE, PAYOUT))
    assert told.fresh == 2
    assert told.payouts == tuple(Payout.objects.values_list("id", flat=True))
    rows = BillLine.objects.order_by("id").values_list("kind", "reference", "amount", "fee", "payout_reference", "state")
    assert list(rows) == [("payment", "ch-1", 10_00, 32, "po-1", "fetched"), ("payout", "po-1", 9_68, 0, "", "fetched")]


def test_lines_that_are_there_are_not_written_again(till: Till, account: UUID) -> None:
    """Not even when another day's bill tells them once more."""
    record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(SALE, PAYOUT))
    refund = replace(SALE, kind="refund", amount=-10_00)
    told = record_bill_lines(till.call(), account_id=account, day=TUESDAY, lines=(SALE, PAYOUT, refund))
    assert (told.fresh, told.payouts) == (1, ())
    assert list(Bill.objects.order_by("moved_on").values_list("lines", flat=True)) == [2, 1]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"kind": "gift"}, UnknownChoice),
        ({"currency": "XYZ"}, UnknownCurrency),
        ({"reference": ""}, TextMissing),
        ({"key": "k" * 65}, TextTooLong),
    ],
)
def test_lines_that_cannot_be_are_refused(till: Till, account: UUID, wrong: dict[str, Any], refusal: type[Refusal]) -> None:
    with till.nothing_changes(), pytest.raises(refusal):
        record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(SALE, replace(SALE, **wrong)))
