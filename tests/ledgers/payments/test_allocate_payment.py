import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import allocate_payment
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.steps.refusals import (
    AllocationAboveDue,
    AllocationAboveUnapplied,
    AmountNotPositive,
    ForeignCurrency,
)
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    told = allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(4_00))
    assert (told.unapplied, told.applied[0].document_id, told.applied[0].payment_status) == (1_00, document.id, "paid")
    assert desk.posted(2) == [("unapplied_put_to_document", "unapplied_money", "customer_deposits", 4_00)]


def test_it_covers_what_is_invoiced_already(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    desk.invoice(document, goods=4_00)
    allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(3_00))
    assert desk.posted(3) == [
        ("unapplied_put_to_document", "unapplied_money", "customer_deposits", 3_00),
        ("deposit_settled", "customer_deposits", "accounts_receivable", 3_00),
    ]


def test_twice_to_one_document_is_one_allocation(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    for amount in (1_00, 3_00):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(amount))
    assert [(one.id, one.shares[0].amount) for one in desk.payments(document)] == [(payment_id, 4_00)]


def test_more_than_is_free_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(90_00)
    with desk.nothing_changes(), pytest.raises(AllocationAboveUnapplied) as refused:
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(5_01))
    assert refused.value.facts == {"asked": _pounds(5_01), "left": _pounds(5_00)}
    assert refused.value.detail == "5.01 GBP cannot be put to documents: 5.00 GBP of this payment is free."


def test_more_than_is_due_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    with desk.nothing_changes(), pytest.raises(AllocationAboveDue):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(4_01))


def test_money_that_is_promised_as_a_refund_is_not_free(desk: Desk) -> None:
    from dingdan.ledgers.payments.commands import MoneyReturned, request_refund

    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    request_refund(desk.call(), refund=MoneyReturned(payment_id=payment_id, money=_pounds(5_00)))
    document = desk.claim(4_00)
    with desk.nothing_changes(), pytest.raises(AllocationAboveUnapplied):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(1))


def test_a_foreign_document_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00, currency="EUR")
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(1_00))


def test_foreign_money_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=Money(1_00, "EUR"))


def test_nothing_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    document = desk.claim(4_00)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        allocate_payment(desk.call(), payment_id=payment_id, document=document, money=_pounds(0))


def test_an_unknown_payment_is_refused(desk: Desk) -> None:
    document = desk.claim(4_00)
    with desk.nothing_changes(), pytest.raises(NotFound):
        allocate_payment(desk.call(), payment_id=new_id(), document=document, money=_pounds(1_00))


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    payment_id = desk.pay(desk.claim(10_00), 15_00).payment_id
    with desk.nothing_changes(), pytest.raises(NotFound):
        allocate_payment(desk.call(), payment_id=payment_id, document=Document("order", new_id()), money=_pounds(1_00))
