"""The shop says no to a claim."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.kernel.text import TextMissing
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import deny_claim
from dingdan.trade.aftersales.models import Claim
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 2)
    claim_id = sold.claim(shop, order, 2)
    deny_claim(shop.call(), claim_id=claim_id, reason="As described")
    assert Claim.objects.values_list("state", "answer").get() == ("denied", "As described")
    assert [(one.returnable, one.claimable) for one in queries.options(order.order_id)] == [(2, 2)]
    assert kit.breaches() == []


def test_a_second_time_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    deny_claim(shop.call(), claim_id=claim_id, reason="As described")
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        deny_claim(shop.call(), claim_id=claim_id, reason="As described")


def test_an_unknown_claim_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        deny_claim(shop.call(), claim_id=new_id(), reason="As described")


def test_why_not_is_needed(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    claim_id = sold.claim(shop, bought(shop, 1), 1)
    with sold.nothing_changes(shop), pytest.raises(TextMissing):
        deny_claim(shop.call(), claim_id=claim_id, reason=" ")
