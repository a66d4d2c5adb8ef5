import pytest

from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_store_credit
from dingdan.ledgers.payments.models import Payable
from dingdan.ledgers.payments.queries import credit_of
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive
from tests.ledgers.payments.desk import Desk


def test_it_works(desk: Desk) -> None:
    customer = new_id()
    told = grant_store_credit(desk.call(), customer_id=customer, money=Money(2_00, "GBP"))
    assert (told.kind, told.amount, told.left) == ("store_credit", 2_00, 2_00)
    assert desk.posted() == [("store_credit_granted", "goodwill_expense", "store_credit", 2_00)]
    grant_store_credit(desk.call(), customer_id=customer, money=Money(3_00, "GBP"))
    grant_store_credit(desk.call(), customer_id=customer, money=Money(1_00, "EUR"))
    assert [(one.currency, one.due) for one in credit_of(customer)] == [("EUR", 1_00), ("GBP", 5_00)]


def test_nothing_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        grant_store_credit(desk.call(), customer_id=new_id(), money=Money(0, "GBP"))


def test_twenty_first_grants_at_once_are_one_pot(desk: Desk) -> None:
    customer = new_id()
    desk.together(*[lambda: grant_store_credit(desk.call(), customer_id=customer, money=Money(1_00, "GBP"))] * 20)
    assert Payable.objects.get().amount == 20_00
