import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import Told, Towards, record_capture, request_charge
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, NothingDue, UnknownMethod
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    asked = request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))
    payment = desk.payment(asked.payment_id)
    assert (payment.state, payment.authorizes, payment.requested, payment.capturing) == ("requested", False, 10_00, 10_00)

    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id, money=Money(10_00, "GBP")))

    payment.refresh_from_db()
    assert (payment.state, payment.capturing, payment.captured, payment.authorized) == ("captured", 0, 10_00, 0)
    assert desk.counters(document) == ("paid", 0, 10_00, 0)
    assert desk.posted() == [("gateway_received", "gateway_clearing", "customer_deposits", 10_00)]


def test_an_unknown_gateway_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(UnknownMethod):
        request_charge(desk.call(), gateway="nowhere", currency="GBP", towards=(Towards(document=document),))


def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        request_charge(desk.call(), gateway="silent", currency="EUR", towards=(Towards(document=document),))


def test_a_paid_document_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    with desk.nothing_changes(), pytest.raises(NothingDue):
        request_charge(desk.call(), gateway="silent", currency="GBP", towards=(Towards(document=document),))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    towards = (Towards(document=Document("order", new_id())),)
    with desk.nothing_changes(), pytest.raises(NotFound):
        request_charge(desk.call(), gateway="silent", currency="GBP", towards=towards)
