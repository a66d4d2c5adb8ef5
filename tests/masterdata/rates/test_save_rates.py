"""Lists of rates."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dingdan.kernel.money import UnknownCurrency
from dingdan.masterdata.rates.commands import save_rates
from dingdan.masterdata.rates.models import Rate
from dingdan.masterdata.rates.rules import MOST_AT_ONCE, TooManyRates
from tests.masterdata.rates.drafts import rate
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    told = save_rates(shop.call(), rates=(rate("EUR", "JPY", "162.38"), rate("EUR", "USD", "1.0843")))
    assert (told.count, [(one.currency, one.before, one.after) for one in told.changed]) == (
        2,
        [("JPY", None, Decimal("162.38")), ("USD", None, Decimal("1.0843"))],
    )
    again = save_rates(shop.call(), rates=(rate("EUR", "JPY", "162.38"), rate("EUR", "USD", "1.09"), rate("EUR", "USD", "1.1")))
    assert (again.count, [(one.currency, one.before, one.after) for one in again.changed]) == (
        2,
        [("USD", Decimal("1.0843"), Decimal("1.1"))],
    )
    assert Rate.objects.count() == 2


def test_one_that_cannot_be_refuses_the_list(shop: Shop) -> None:
    with pytest.raises(UnknownCurrency) as caught:
        save_rates(shop.call(), rates=(rate("EUR", "JPY", "162.38"), rate("EUR", "XTS", "1")))
    assert (caught.value.field, Rate.objects.exists()) == ("rates.1.currency", False)


@pytest.mark.parametrize("count", [0, MOST_AT_ONCE + 1])
def test_a_list_has_its_bounds(shop: Shop, count: int) -> None:
    with pytest.raises(TooManyRates):
        save_rates(shop.call(), rates=(rate("EUR", "JPY", "162.38"),) * count)
    assert not Rate.objects.exists()
