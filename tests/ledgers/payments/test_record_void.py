import pytest

from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    RequestCapture,
    RequestVoid,
    Told,
    record_capture,
    record_void,
    request_capture,
    request_void,
)
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    told = record_void.one(desk.call(), Told(attempt_id=asked.attempt_id))
    assert (told.payment_id, told.amount) == (held.payment_id, 10_00)
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.voiding, payment.voided, payment.authorized) == ("voided", 0, 10_00, 10_00)
    assert (desk.owed(document).authorized, desk.owed(document).payment_status) == (0, "unpaid")
    assert desk.posted() == []


def test_the_rest_of_a_capture(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    capture = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=Money(4_00, "GBP")))
    record_capture.one(desk.call(), Told(attempt_id=capture.attempt_id))
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    record_void.one(desk.call(), Told(attempt_id=asked.attempt_id))
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.captured, payment.voided) == ("captured", 4_00, 6_00)
    assert desk.counters(document) == ("partly_paid", 6_00, 4_00, 0)


def test_a_second_yes_changes_nothing(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    record_void.one(desk.call(), Told(attempt_id=asked.attempt_id))
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_void.one(desk.call(), Told(attempt_id=asked.attempt_id))


def test_another_amount_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    with desk.nothing_changes(), pytest.raises(AmountDiffers):
        record_void.one(desk.call(), Told(attempt_id=asked.attempt_id, money=Money(1, "GBP")))
