"""How much may be missing is said once, by currency."""

import pytest

from dingdan.kernel.money import UnknownCurrency
from dingdan.trade.reconciliation.commands import save_tolerances
from dingdan.trade.reconciliation.queries import tolerance_of
from dingdan.trade.reconciliation.rules.tolerances import ToleranceNotUsable
from tests.conftest import Shop


def test_it_works(shop: Shop) -> None:
    assert tolerance_of("EUR") == 0
    told = save_tolerances(shop.call(), amounts={"EUR": 100, "JPY": 50, "GBP": 0})
    assert [(one.before, one.after) for one in told.changes] == [("{}", '{"EUR":100,"JPY":50}')]
    assert (tolerance_of("EUR"), tolerance_of("JPY"), tolerance_of("GBP")) == (100, 50, 0)
    save_tolerances(shop.call(), amounts={})
    assert tolerance_of("EUR") == 0


@pytest.mark.parametrize("amount", [-1, 5001])
def test_an_amount_that_is_not_small_is_refused(shop: Shop, amount: int) -> None:
    with pytest.raises(ToleranceNotUsable):
        save_tolerances(shop.call(), amounts={"EUR": amount})
    assert tolerance_of("EUR") == 0


def test_an_unknown_currency_is_refused(shop: Shop) -> None:
    with pytest.raises(UnknownCurrency):
        save_tolerances(shop.call(), amounts={"XXQ": 1})
