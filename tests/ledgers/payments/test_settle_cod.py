import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import Arrived, CodCollected, collect_cod, settle_cod
from dingdan.ledgers.payments.steps.refusals import AmountNotPositive, ForeignCurrency, NotThisWay, SettledAboveCaptured
from tests.ledgers.payments.desk import Desk


def _collected(desk: Desk, amount: int) -> Arrived:
    intent = CodCollected(document=desk.claim(amount), money=Money(amount, "GBP"))
    return Arrived(payment_id=collect_cod.one(desk.call(), intent).payment_id, arrived=amount)


def test_it_works(desk: Desk) -> None:
    first, second = _collected(desk, 30_00), _collected(desk, 20_00)
    shares = (first, Arrived(payment_id=second.payment_id, arrived=18_50, fee=1_50))
    told = settle_cod(desk.call(), currency="GBP", shares=shares)
    assert (told.vault, told.arrived, told.fee, told.payments) == (
        "carrier", 48_50, 1_50, (first.payment_id, second.payment_id),
    )  # fmt: skip
    assert desk.posted(2) == [
        ("carrier_passed_on", "bank", "carrier_receivable", 30_00),
        ("carrier_passed_on", "bank", "carrier_receivable", 18_50),
        ("carrier_fee_kept", "payment_fees", "carrier_receivable", 1_50),
    ]
    assert desk.payment(second.payment_id).settled == 20_00


def test_more_than_was_collected_is_refused(desk: Desk) -> None:
    collected = _collected(desk, 30_00)
    settle_cod(desk.call(), currency="GBP", shares=(Arrived(payment_id=collected.payment_id, arrived=29_00),))
    with desk.nothing_changes(), pytest.raises(SettledAboveCaptured) as refused:
        settle_cod(desk.call(), currency="GBP", shares=(Arrived(payment_id=collected.payment_id, arrived=1_00, fee=1),))
    assert refused.value.facts["left"] == Money(1_00, "GBP")


def test_the_same_payment_twice_is_counted_twice(desk: Desk) -> None:
    collected = _collected(desk, 30_00)
    with desk.nothing_changes(), pytest.raises(SettledAboveCaptured):
        settle_cod(desk.call(), currency="GBP", shares=(collected, collected))


def test_money_that_no_carrier_has_is_refused(desk: Desk) -> None:
    paid = desk.pay(desk.claim(5_00), 5_00)
    with desk.nothing_changes(), pytest.raises(NotThisWay):
        settle_cod(desk.call(), currency="GBP", shares=(Arrived(payment_id=paid.payment_id, arrived=5_00),))


def test_another_currency_is_refused(desk: Desk) -> None:
    collected = _collected(desk, 30_00)
    with desk.nothing_changes(), pytest.raises(ForeignCurrency):
        settle_cod(desk.call(), currency="EUR", shares=(collected,))


@pytest.mark.parametrize(("arrived", "fee"), [(0, 0), (-1, 2), (5, -1)])
def test_nothing_or_less_is_refused(desk: Desk, arrived: int, fee: int) -> None:
    collected = _collected(desk, 30_00)
    shares = (Arrived(payment_id=collected.payment_id, arrived=arrived, fee=fee),)
    with desk.nothing_changes(), pytest.raises(AmountNotPositive):
        settle_cod(desk.call(), currency="GBP", shares=shares)


def test_no_payment_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(Invalid):
        settle_cod(desk.call(), currency="GBP", shares=())


def test_an_unknown_payment_is_refused(desk: Desk) -> None:
    with desk.nothing_changes(), pytest.raises(NotFound):
        settle_cod(desk.call(), currency="GBP", shares=(Arrived(payment_id=new_id(), arrived=1),))
