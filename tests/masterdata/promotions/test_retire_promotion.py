"""A promotion is given no more."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.promotions.commands import retire_promotion
from dingdan.masterdata.promotions.queries import by_coupon, in_force
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote


def test_it_works(shop: Shop) -> None:
    autumn, other = promote(shop), promote(shop, "other", coupons=("TEN",))
    assert retire_promotion(shop.call(), promotion_id=autumn).state == "retired"
    retire_promotion(shop.call(), promotion_id=other)
    assert (in_force(), by_coupon(["TEN"])) == ((), {})


def test_one_that_is_retired_or_not_there_is_refused(shop: Shop) -> None:
    autumn = promote(shop)
    retire_promotion(shop.call(), promotion_id=autumn)
    with pytest.raises(NotInThisState):
        retire_promotion(shop.call(), promotion_id=autumn)
    with pytest.raises(NotFound):
        retire_promotion(shop.call(), promotion_id=new_id())
