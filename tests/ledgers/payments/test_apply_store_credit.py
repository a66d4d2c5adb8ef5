import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import apply_store_credit, grant_store_credit
from dingdan.ledgers.payments.events import Document, PaymentRecorded
from dingdan.ledgers.payments.queries import credit_of
from dingdan.ledgers.payments.steps.refusals import ForeignCurrency, NotEnoughCredit, NothingDue
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(5_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(8_00, "GBP"))
    told = apply_store_credit(desk.call(), document=document, customer_id=customer)
    assert (told.method, told.amount, told.unapplied, told.applied[0].payment_status) == ("store_credit", 5_00, 0, "paid")
    assert desk.posted(1) == [("store_credit_received", "store_credit", "customer_deposits", 5_00)]
    assert [(one.amount, one.paid, one.due) for one in credit_of(customer)] == [(8_00, 5_00, 3_00)]


def test_as_much_as_there_is(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(5_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "GBP"))
    assert apply_store_credit(desk.call(), document=document, customer_id=customer).amount == 3_00
    assert desk.counters(document) == ("partly_paid", 2_00, 3_00, 0)


@pytest.mark.parametrize("amount", [3_01, 0, -1])
def test_more_than_there_is_or_nothing_is_refused(desk: Desk, amount: int) -> None:
    customer, document = new_id(), desk.claim(5_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "GBP"))
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        apply_store_credit(desk.call(), document=document, customer_id=customer, money=Money(amount, "GBP"))


def test_somebody_without_credit_is_refused(desk: Desk) -> None:
    document = desk.claim(5_00)
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        apply_store_credit(desk.call(), document=document, customer_id=new_id())


def test_credit_in_another_currency_is_refused(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(5_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "EUR"))
    with desk.nothing_changes():
        with pytest.raises(NotEnoughCredit):
            apply_store_credit(desk.call(), document=document, customer_id=customer)
        with pytest.raises(ForeignCurrency):
            apply_store_credit(desk.call(), document=document, customer_id=customer, money=Money(1_00, "EUR"))


def test_a_paid_document_is_refused(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(5_00)
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "GBP"))
    desk.pay(document, 5_00)
    with desk.nothing_changes(), pytest.raises(NothingDue):
        apply_store_credit(desk.call(), document=document, customer_id=customer)


def test_an_unknown_document_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        apply_store_credit(desk.call(), document=Document("order", new_id()), customer_id=new_id())


def test_twenty_documents_at_once_never_spend_more_than_there_is(desk: Desk) -> None:
    customer = new_id()
    documents = [desk.claim(3_00) for _ in range(20)]
    grant_store_credit(desk.call(), customer_id=customer, money=Money(10_00, "GBP"))
    told = desk.together(
        *[
            lambda document=document: apply_store_credit(
                desk.call(), document=document, customer_id=customer, money=Money(3_00, "GBP")
            )
            for document in documents
        ]
    )
    assert sum(isinstance(one, PaymentRecorded) for one in told) == 3
    assert sum(isinstance(one, NotEnoughCredit) for one in told) == 17
    assert [one.due for one in credit_of(customer)] == [1_00]
