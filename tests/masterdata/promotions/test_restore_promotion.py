"""A retired promotion is given again."""

from __future__ import annotations

import pytest

from dingdan.kernel.lifecycle import NotInThisState
from dingdan.masterdata.promotions.commands import restore_promotion, retire_promotion
from dingdan.masterdata.promotions.queries import by_coupon
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote


def test_it_works(shop: Shop) -> None:
    autumn = promote(shop, coupons=("TEN",))
    retire_promotion(shop.call(), promotion_id=autumn)
    assert restore_promotion(shop.call(), promotion_id=autumn).state == "active"
    assert list(by_coupon(["TEN"])) == ["TEN"]


def test_one_in_force_is_refused(shop: Shop) -> None:
    autumn = promote(shop)
    with pytest.raises(NotInThisState):
        restore_promotion(shop.call(), promotion_id=autumn)
