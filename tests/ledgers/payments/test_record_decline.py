import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    MoneyReturned,
    RequestCapture,
    RequestVoid,
    Told,
    Towards,
    record_capture,
    record_decline,
    request_authorization,
    request_capture,
    request_charge,
    request_refund,
    request_void,
)
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    told = record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="insufficient_funds"))
    assert (told.kind, told.amount, told.error) == ("authorize", 10_00, "insufficient_funds")
    assert desk.payment(asked.payment_id).state == "declined"
    assert desk.counters(document) == ("unpaid", 10_00, 0, 0)


def test_a_charge(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))
    payment = desk.payment(asked.payment_id)
    assert (payment.state, payment.capturing, payment.captured) == ("declined", 0, 0)


def test_a_capture_leaves_the_hold(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.capturing, payment.authorized) == ("authorized", 0, 10_00)


def test_a_void_leaves_the_hold(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.voiding, payment.voided) == ("authorized", 0, 0)


def test_a_refund_leaves_the_money_with_its_document(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    capture = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_capture.one(desk.call(), Told(attempt_id=capture.attempt_id))
    (refund,) = request_refund(desk.call(), refund=MoneyReturned(document=document, money=Money(3_00, "GBP"))).refunds
    record_decline.one(desk.call(), Told(attempt_id=refund.attempt_id, error="too_old"))
    payment = desk.payment(held.payment_id)
    assert (payment.refunding, payment.refunded, payment.applied) == (0, 0, 10_00)
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_a_no_after_a_yes_changes_nothing(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_decline.one(desk.call(), Told(attempt_id=held.attempt_id, error="late"))


def test_a_second_no_changes_nothing(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="no"))


def test_an_unknown_attempt_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        record_decline.one(desk.call(), Told(attempt_id=new_id()))
