from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.closing.commands import compare_bill, record_bill_lines
from dingdan.trade.closing.models import BillLine
from dingdan.trade.closing.rules import FeeLine, LineTold, fees_of
from tests.trade.closing.charges import charge
from tests.trade.closing.till import MONDAY, Till, noon


def told(amount: int, reference: str, **more: Any) -> LineTold:
    said: dict[str, Any] = {"kind": "payment", "currency": "GBP", "at": noon(MONDAY), **more}
    return LineTold(reference=reference, amount=amount, **said)


def test_it_works(till: Till, account: UUID) -> None:
    charge(till, 10_00, reference="ch-1")
    charge(till, 20_00, reference="ch-2")
    lines = (told(10_00, "ch-1", fee=32), told(21_00, "ch-2"), told(1, "ch-3"), told(-5, "x", kind="other"))
    bill = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=lines)
    done = compare_bill(till.call(), bill_id=bill.bill_id)
    assert (done.matched, done.differing, done.missing, done.noted, done.fees_kept) == (1, 1, 1, 1, 32)
    rows = BillLine.objects.order_by("id").values_list("state", "expected", "fee_posted")
    assert list(rows) == [("matched", None, True), ("differing", 20_00, False), ("missing", None, False), ("noted", None, False)]


def test_a_movement_is_matched_with_one_line(till: Till, account: UUID) -> None:
    """The firm's own name is surer than our key, and what is matched stays matched."""
    _payment, attempt = charge(till, 10_00, reference="ch-1")
    lines = (told(10_00, "copy", key=str(attempt)), told(10_00, "ch-1"))
    bill = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=lines)
    compare_bill(till.call(), bill_id=bill.bill_id)
    compare_bill(till.call(), bill_id=bill.bill_id)
    assert dict(BillLine.objects.values_list("reference", "state")) == {"copy": "missing", "ch-1": "matched"}


def test_a_fee_above_what_the_firm_holds_stands_for_itself(till: Till, account: UUID) -> None:
    payment_id, _attempt = charge(till, 20, reference="ch-1")
    bill = record_bill_lines(till.call(), account_id=account, day=MONDAY, lines=(told(20, "ch-1", fee=35),))
    compare_bill(till.call(), bill_id=bill.bill_id)
    assert till.posted()[-2:] == [("gateway_fee_kept", 20, "GBP"), ("gateway_fee_kept", 15, "GBP")]
    assert Payment.objects.get(id=payment_id).settled == 20


def test_fees_are_divided_without_a_database() -> None:
    one = UUID(int=1)
    fees = fees_of(
        [
            FeeLine(id=new_id(), currency="GBP", kept=5, payment_id=one, room=7),
            FeeLine(id=new_id(), currency="GBP", kept=5, payment_id=one, room=7),
            FeeLine(id=new_id(), currency="JPY", kept=9),
            FeeLine(id=new_id(), currency="GBP", kept=-2),
        ]
    )
    assert (fees.of_payments, dict(fees.others), dict(fees.returned)) == ({one: ("GBP", 7)}, {"GBP": 3, "JPY": 9}, {"GBP": 2})
    assert (fees.kept_in_all, fees.returned_in_all) == (19, 2)


def test_a_strangers_bill_is_refused(till: Till) -> None:
    with till.nothing_changes(), pytest.raises(NotFound):
        compare_bill(till.call(), bill_id=new_id())
