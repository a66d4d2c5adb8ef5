"""A retired rate counts again."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.rates.commands import restore_rate, retire_rate, save_rate
from dingdan.masterdata.rates.models import Rate
from tests.masterdata.rates.drafts import euros_in_yen, rate
from tests.masterdata.shop import Shop


def test_it_works(shop: Shop) -> None:
    told = save_rate(shop.call(), rate=rate("EUR", "JPY", "160"))
    retire_rate(shop.call(), rate_id=told.rate_id)
    assert euros_in_yen() is None
    restore_rate(shop.call(), rate_id=told.rate_id)
    assert euros_in_yen() == 24000


def test_one_in_use_is_refused(shop: Shop) -> None:
    told = save_rate(shop.call(), rate=rate("EUR", "JPY", "160"))
    with pytest.raises(NotInThisState):
        restore_rate(shop.call(), rate_id=told.rate_id)
    assert Rate.objects.get().state == "active"
