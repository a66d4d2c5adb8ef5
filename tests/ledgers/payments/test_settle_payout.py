import pytest

from dingdan.ledgers.payments.commands import Arrived, RequestCapture, Told, record_capture, request_capture, settle_payout
from dingdan.ledgers.payments.steps.refusals import NotThisWay, SettledAboveCaptured
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    told = settle_payout(desk.call(), currency="GBP", shares=(Arrived(payment_id=held.payment_id, arrived=9_68, fee=32),))
    assert (told.vault, told.arrived, told.fee) == ("gateway", 9_68, 32)
    assert desk.posted(1) == [
        ("gateway_paid_out", "bank", "gateway_clearing", 9_68),
        ("gateway_fee_kept", "payment_fees", "gateway_clearing", 32),
    ]


def test_what_is_only_held_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(SettledAboveCaptured):
        settle_payout(desk.call(), currency="GBP", shares=(Arrived(payment_id=held.payment_id, arrived=1),))


def test_money_that_no_gateway_has_is_refused(desk: Desk) -> None:
    paid = desk.pay(desk.claim(5_00), 5_00)
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        settle_payout(desk.call(), currency="GBP", shares=(Arrived(payment_id=paid.payment_id, arrived=5_00),))
