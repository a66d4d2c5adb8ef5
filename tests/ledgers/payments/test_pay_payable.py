import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import grant_goodwill, grant_store_credit, pay_payable
from dingdan.ledgers.payments.events import PayablePaid
from dingdan.ledgers.payments.models import Payable
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotEnoughCredit, NotThisWay
from tests.ledgers.payments.desk import Desk


def _pounds(amount: int) -> Money:
    return Money(amount, "GBP")


def test_it_works(desk: Desk) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    told = pay_payable(desk.call(), payable_id=payable_id, method="bank_transfer", money=_pounds(2_00))
    assert (told.kind, told.amount, told.left) == ("goodwill", 2_00, 3_00)
    pay_payable(desk.call(), payable_id=payable_id, method="cash", money=_pounds(3_00))
    assert desk.posted(1) == [
        ("bank_paid_to_customer", "customer_payable", "bank", 2_00),
        ("cash_paid_to_customer", "customer_payable", "cash", 3_00),
    ]


def test_store_credit_is_paid_out_through_the_bank(desk: Desk) -> None:
    payable_id = grant_store_credit(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    pay_payable(desk.call(), payable_id=payable_id, method="bank_transfer", money=_pounds(5_00))
    assert desk.posted(1) == [("store_credit_paid_out", "store_credit", "bank", 5_00)]


def test_more_than_is_owed_is_refused(desk: Desk) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    with desk.nothing_changes(), pytest.raises(NotEnoughCredit):
        pay_payable(desk.call(), payable_id=payable_id, method="bank_transfer", money=_pounds(5_01))


@pytest.mark.parametrize("method", ["store_credit", "on_account", "silent", "cash_on_delivery"])
def test_another_way_is_refused(desk: Desk, method: str) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        pay_payable(desk.call(), payable_id=payable_id, method=method, money=_pounds(1))


def test_foreign_money_is_refused(desk: Desk) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        pay_payable(desk.call(), payable_id=payable_id, method="cash", money=Money(1, "EUR"))


def test_nothing_is_refused(desk: Desk) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        pay_payable(desk.call(), payable_id=payable_id, method="cash", money=_pounds(0))


def test_an_unknown_payable_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        pay_payable(desk.call(), payable_id=new_id(), method="cash", money=_pounds(1))


def test_twenty_at_once_never_pay_more_than_is_owed(desk: Desk) -> None:
    payable_id = grant_goodwill(desk.call(), customer_id=new_id(), money=_pounds(5_00)).payable_id
    told = desk.together(*[lambda: pay_payable(desk.call(), payable_id=payable_id, method="cash", money=_pounds(2_00))] * 20)
    assert sum(isinstance(one, PayablePaid) for one in told) == 2
    assert Payable.objects.get().paid == 4_00
