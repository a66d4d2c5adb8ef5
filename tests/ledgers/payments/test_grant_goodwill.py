import pytest

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_goodwill
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.queries import credit_of
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(10_00)
    told = grant_goodwill(desk.call(), customer_id=customer, money=Money(2_00, "GBP"), document=document)
    assert (told.kind, told.party_id, told.amount, told.left) == ("goodwill", customer, 2_00, 2_00)
    assert desk.posted() == [("goodwill_granted", "goodwill_expense", "customer_payable", 2_00)]
    assert desk.counters(document) == ("unpaid", 10_00, 0, 0)
    assert [(one.payable_id, one.due) for one in credit_of(customer, kind=PayableKind.GOODWILL)] == [(told.payable_id, 2_00)]
    assert credit_of(customer) == []


def test_twice_for_one_document_adds_up(desk: Desk) -> None:
    customer, document = new_id(), desk.claim(10_00)
    first, second = (grant_goodwill(desk.call(), customer_id=customer, money=Money(2_00, "GBP"), document=document) for _ in "ab")
    assert (second.payable_id, second.left) == (first.payable_id, 4_00)


def test_for_no_document_each_is_its_own(desk: Desk) -> None:
    customer = new_id()
    first, second = (grant_goodwill(desk.call(), customer_id=customer, money=Money(2_00, "GBP")) for _ in "ab")
    assert first.payable_id != second.payable_id


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_refused(desk: Desk, amount: int) -> None:
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        grant_goodwill(desk.call(), customer_id=new_id(), money=Money(amount, "GBP"))
