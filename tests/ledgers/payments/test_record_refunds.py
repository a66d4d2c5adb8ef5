import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, record_refunds
from dingdan.ledgers.payments.events import Document, RefundRequested
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotThisWay, RefundAboveCaptured
from tests.ledgers.payments.desk import NOON, Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00, method="cash")
    desk.reclaim(document, 6_00)
    done = record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(4_00), reason="returned"))
    assert [(one.gateway, one.amount, one.state) for one in done.refunds] == [("cash", 4_00, "succeeded")]
    assert [(one.amount, one.payment_status) for one in done.applied] == [(4_00, "partly_refunded")]
    assert desk.posted(1) == [("cash_refunded", "customer_deposits", "cash", 4_00)]
    attempt = Attempt.objects.get()
    assert (attempt.kind, attempt.state, attempt.answered_at, attempt.reason) == ("refund", "succeeded", NOON, "returned")


def test_another_way_back(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00, method="cash")
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(4_00), method="bank_transfer"))
    assert desk.posted(1) == [("bank_refunded", "customer_deposits", "bank", 4_00)]


def test_many_in_one_batch(desk: Desk) -> None:
    documents = [desk.claim(10_00) for _ in range(3)]
    for document in documents:
        desk.pay(document, 10_00)
    told = record_refunds.many(
        [(desk.call(), MoneyReturned(document=document, money=_pounds(2_00))) for document in documents]
        + [(desk.call(), MoneyReturned(document=documents[0], money=_pounds(9_00)))]
        + [(desk.call(), MoneyReturned(document=documents[0], method="silent"))]
    )
    assert [type(one) for one in told] == [RefundRequested] * 3 + [RefundAboveCaptured, NotThisWay]
    assert [desk.owed(document).refunded for document in documents] == [2_00] * 3


def test_more_than_was_captured_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(RefundAboveCaptured):
        record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(5_01)))


def test_through_a_gateway_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        record_refunds.one(desk.call(), MoneyReturned(document=document, method="silent"))


def test_money_of_a_gateway_goes_back_by_hand_only_when_a_hand_is_named(desk: Desk) -> None:
    from dingdan.ledgers.payments.commands import RequestCapture, Told, record_capture, request_capture

    document = desk.claim(10_00)
    asked = request_capture.one(desk.call(), RequestCapture(payment_id=desk.authorize(document).payment_id))
    record_capture.one(desk.call(), Told(attempt_id=asked.attempt_id))
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(1_00)))
    record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(1_00), method="bank_transfer"))
    assert desk.posted(1) == [("bank_refunded", "customer_deposits", "bank", 1_00)]


def test_a_foreign_currency_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        record_refunds.one(desk.call(), MoneyReturned(document=document, money=Money(1, "EUR")))


def test_nothing_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(0)))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        record_refunds.one(desk.call(), MoneyReturned(document=Document("order", new_id()), money=_pounds(1)))


def test_neither_payment_nor_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(Invalid):
        record_refunds.one(desk.call(), MoneyReturned(money=_pounds(1)))


def test_twenty_at_once_never_exceed_what_was_captured(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    told = desk.together(*[lambda: record_refunds.one(desk.call(), MoneyReturned(document=document, money=_pounds(3_00)))] * 20)
    assert sum(isinstance(one, RefundRequested) for one in told) == 3
    assert (desk.owed(document).refunded, desk.owed(document).due) == (9_00, 9_00)
