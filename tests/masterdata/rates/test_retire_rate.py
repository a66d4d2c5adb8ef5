"""A rate that was wrong is retired: the one before counts again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.rates.commands import retire_rate, save_rate
from dingdan.masterdata.rates.models import Rate
from tests.masterdata.rates.drafts import TODAY, euros_in_yen, rate
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    save_rate(shop.call(), rate=rate("EUR", "JPY", "160", on=TODAY - timedelta(days=1)))
    wrong = save_rate(shop.call(), rate=rate("EUR", "JPY", "1600"))
    retire_rate(shop.call(), rate_id=wrong.rate_id)
    assert euros_in_yen() == 24000


def test_one_that_is_retired_stays_so(shop: Shop) -> None:
    wrong = save_rate(shop.call(), rate=rate("EUR", "JPY", "1600"))
    retire_rate(shop.call(), rate_id=wrong.rate_id)
    with pytest.raises(NotInThisState):
        retire_rate(shop.call(), rate_id=wrong.rate_id)
    assert Rate.objects.get().state == "retired"
