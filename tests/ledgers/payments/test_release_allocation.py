import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import MoneyReturned, allocate_payment, release_allocation, request_refund
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, ReleaseAboveAllocated
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    told = release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(4_00))
    assert (told.unapplied, told.applied[0].payment_status) == (4_00, "partly_paid")
    assert desk.posted(1) == [("taken_from_document", "customer_deposits", "unapplied_money", 4_00)]
    assert desk.counters(document) == ("partly_paid", 4_00, 6_00, 0)


def test_money_of_one_document_can_pay_another_one(desk: Desk) -> None:
    document, other = desk.claim(10_00), desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    desk.reclaim(document, 0)
    release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(10_00))
    allocate_payment(desk.call(), payment_id=payment_id, document=other, money=_pounds(10_00))
    assert desk.counters(document) == ("nothing_due", 0, 0, 0)
    assert desk.counters(other) == ("paid", 0, 10_00, 0)


def test_what_was_settled_is_open_again(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    desk.invoice(document, goods=10_00)
    release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(4_00))
    assert desk.posted(3) == [
        ("taken_from_document", "customer_deposits", "unapplied_money", 4_00),
        ("deposit_restored", "accounts_receivable", "customer_deposits", 4_00),
    ]


def test_more_than_is_there_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    with desk.nothing_changes(), pytest.raises(ReleaseAboveAllocated):
        release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(10_01))


def test_what_is_promised_as_a_refund_is_not_released(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    request_refund(desk.call(), refund=MoneyReturned(document=document, money=_pounds(7_00)))
    with desk.nothing_changes(), pytest.raises(ReleaseAboveAllocated) as refused:
        release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(3_01))
    assert refused.value.facts["left"] == _pounds(3_00)


def test_a_document_that_the_payment_does_not_pay_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 10_00).payment_id
    other = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(ReleaseAboveAllocated):
        release_allocation(desk.call(), payment_id=payment_id, document=other, money=_pounds(1))


def test_nothing_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        release_allocation(desk.call(), payment_id=payment_id, document=document, money=_pounds(-1))


def test_foreign_money_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        release_allocation(desk.call(), payment_id=payment_id, document=document, money=Money(1_00, "EUR"))


def test_an_unknown_payment_or_document_is_refused(desk: Desk) -> None:
    document = desk.claim(10_00)
    payment_id = desk.pay(document, 10_00).payment_id
    with desk.nothing_changes():
        with pytest.raises(NotFound):
            release_allocation(desk.call(), payment_id=new_id(), document=document, money=_pounds(1))
        with pytest.raises(NotFound):
            release_allocation(desk.call(), payment_id=payment_id, document=Document("order", new_id()), money=_pounds(1))
