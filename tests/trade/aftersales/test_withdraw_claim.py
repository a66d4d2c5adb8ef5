"""A claim is taken back."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import withdraw_claim
from dingdan.trade.aftersales.models import Claim
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2)
    claim_id = sold.claim(shop, order, 2)
    withdraw_claim(shop.call(), claim_id=claim_id)
    assert Claim.objects.values_list("state", "answer").get() == ("withdrawn", "")
    assert [(one.returnable, one.claimable) for one in queries.options(order.order_id)] == [(2, 2)]
    assert kit.breaches() == []


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    withdraw_claim(shop.call(), claim_id=claim_id)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        withdraw_claim(shop.call(), claim_id=claim_id)


def test_an_unknown_claim_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        withdraw_claim(shop.call(), claim_id=new_id())
