import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import RequestCapture, RequestVoid, Towards, request_capture, request_charge, request_void
from dingdan.ledgers.payments.steps.refusals import NothingToVoid
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    held = desk.authorize(document)
    asked = request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))
    assert (asked.payment_id, asked.amount) == (held.payment_id, 10_00)
    payment = desk.payment(held.payment_id)
    assert (payment.state, payment.voiding, payment.voided) == ("authorized", 10_00, 0)
    assert desk.owed(document).authorized == 10_00


def test_only_what_is_not_captured(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id, money=Money(4_00, "GBP")))
    assert request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id)).amount == 6_00


def test_nothing_held_is_refused(desk: Desk) -> None:
    held = desk.authorize(desk.claim(10_00))
    request_capture.one(desk.call(), RequestCapture(payment_id=held.payment_id))
    with desk.nothing_changes(), pytest.raises(NothingToVoid):
        request_void.one(desk.call(), RequestVoid(payment_id=held.payment_id))


def test_a_charge_at_once_has_nothing_to_void(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    with desk.nothing_changes(), pytest.raises(NothingToVoid):
        request_void.one(desk.call(), RequestVoid(payment_id=asked.payment_id))


def test_an_unknown_payment_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        request_void.one(desk.call(), RequestVoid(payment_id=new_id()))
