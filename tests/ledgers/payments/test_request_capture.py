import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    RequestCapture,
    RequestVoid,
    Told,
    Towards,
    record_decline,
    request_authorization,
    request_capture,
    request_void,
)
from dingdan.ledgers.payments.steps.refusals import CaptureAboveAuthorized, ForeignCurrency
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    assert (asked.payment_id, asked.gateway, asked.amount) == (held.payment_id, "silent", 10_00)
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.capturing, payment.captured) == ("authorized", 10_00, 0)
    assert desk.posted() == []


def test_in_parts(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    assert request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(3_00))).amount == 3_00
    assert request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id)).amount == 7_00


@pytest.mark.parametrize("amount", [10_01, 0, -1])
def test_more_than_is_held_or_nothing_is_refused(desk: Desk, amount: int) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized):
        request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(amount)))


def test_what_is_on_its_way_is_not_asked_for_again(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(6_00)))
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized) as refused:
        request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(4_01)))
    assert refused.value.facts["left"] == _pounds(4_00)


def test_what_is_being_voided_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized):
        request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))


def test_what_was_declined_may_be_asked_for_again(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    record_decline.one(desk.call(), Told(attempt_id=asked.attempt_id, error="later"))
    assert request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id)).amount == 10_00


def test_before_the_authorization_it_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_authorization(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized):
        request_capture.one(desk.call(), RequestCapture(payment_id=asked.payment_id, money=_pounds(1)))


def test_money_by_hand_has_nothing_to_capture(desk: Desk) -> None:
    paid = desk.pay(desk.claim(10_00), 10_00)
    with desk.nothing_changes(), pytest.raises(CaptureAboveAuthorized):
        request_capture.one(desk.call(), RequestCapture(payment_id=paid.payment_id))


def test_foreign_money_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=Money(1_00, "EUR")))


def test_an_unknown_payment_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        request_capture.one(desk.call(), RequestCapture(payment_id=new_id()))


def test_twenty_at_once_never_ask_for_more_than_is_held(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    told = desk.together(
        *[lambda: request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=_pounds(1_00)))] * 20
    )
    assert sum(isinstance(one, CaptureAboveAuthorized) for one in told) == 10
    assert desk.payment(held.payment_id).capturing == 10_00
