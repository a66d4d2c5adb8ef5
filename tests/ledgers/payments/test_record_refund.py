import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, Told, record_decline, record_refund, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import AlreadyRecorded, AmountDiffers, BeyondLimit, ReferenceUsed
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def _promised(desk: Desk, document: Document, amount: int | None = None) -> list[Told]:
    asked = request_refund(
        desk.call(), refund=MoneyReturned(document=document, money=None if amount is None else _pounds(amount))
    )
    return [Told(attempt_id=one.attempt_id) for one in asked.refunds]


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.reclaim(document, 7_00)
    (told,) = _promised(desk, document, 3_00)

    done = record_refund.one(desk.call(), told)

    assert (done.method, done.amount, done.applied[0].amount, done.applied[0].payment_status) == (
        "bank_transfer", 3_00, 3_00, "partly_refunded",
    )  # fmt: skip
    assert desk.posted(1) == [("bank_refunded", "customer_deposits", "bank", 3_00)]
    assert desk.counters(document) == ("partly_refunded", 0, 10_00, 3_00)


def test_a_refund_of_what_was_invoiced_opens_the_invoice_again(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.invoice(document, goods=10_00)
    (told,) = _promised(desk, document, 3_00)
    record_refund.one(desk.call(), told)
    assert desk.posted(3) == [
        ("bank_refunded", "customer_deposits", "bank", 3_00),
        ("deposit_restored", "accounts_receivable", "customer_deposits", 3_00),
    ]
    assert desk.counters(document) == ("partly_paid", 3_00, 10_00, 3_00)


def test_everything_of_a_canceled_document(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    desk.reclaim(document, 0)
    (told,) = _promised(desk, document)
    record_refund.one(desk.call(), told)
    assert desk.counters(document) == ("refunded", 0, 10_00, 10_00)


def test_unapplied_money(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 12_00).payment_id
    asked = request_refund(desk.call(), refund=MoneyReturned(payment_id=payment_id, money=_pounds(2_00)))
    done = record_refund.one(desk.call(), Told(attempt_id=asked.refunds[0].attempt_id))
    assert done.applied == ()
    assert desk.posted(2) == [("bank_unapplied_refunded", "unapplied_money", "bank", 2_00)]
    assert desk.counters(document) == ("paid", 0, 10_00, 0)


def test_a_yes_after_a_no_counts(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (told,) = _promised(desk, document, 3_00)
    record_decline.one(desk.call(), told)
    record_refund.one(desk.call(), told)
    assert desk.owed(document).refunded == 3_00


def test_a_yes_after_a_no_when_the_money_is_gone_is_refused_loudly(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (told,) = _promised(desk, document, 3_00)
    record_decline.one(desk.call(), told)
    _promised(desk, document, 8_00)
    with desk.nothing_changes(), pytest.raises(BeyondLimit):
        record_refund.one(desk.call(), told)


def test_a_second_yes_changes_nothing(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (told,) = _promised(desk, document, 3_00)
    record_refund.one(desk.call(), told)
    with desk.nothing_changes(), pytest.raises(AlreadyRecorded):
        record_refund.one(desk.call(), told)


def test_another_amount_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (told,) = _promised(desk, document, 3_00)
    with desk.nothing_changes(), pytest.raises(AmountDiffers):
        record_refund.one(desk.call(), Told(attempt_id=told.attempt_id, money=_pounds(3_01)))


def test_one_bank_movement_is_one_refund(desk: Desk) -> None:
    document = desk.claim(10_00)
    desk.pay(document, 10_00)
    (first,), (second,) = _promised(desk, document, 3_00), _promised(desk, document, 3_00)
    record_refund.one(desk.call(), Told(attempt_id=first.attempt_id, reference="OUT-1"))
    with desk.nothing_changes(), pytest.raises(ReferenceUsed):
        record_refund.one(desk.call(), Told(attempt_id=second.attempt_id, reference="OUT-1"))


def test_an_unknown_attempt_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        record_refund.one(desk.call(), Told(attempt_id=new_id()))
