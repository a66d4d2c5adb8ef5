"""A promotion is written down, and changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.register import KeyTaken
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.models import Coupon, Promotion
from dingdan.masterdata.promotions.queries import by_coupon, in_force
from dingdan.masterdata.promotions.rules import PromotionDraft, Tier, promotion_of
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote

DOZENS = PromotionDraft(
    code="dozens", name="Dozens", name_i18n={"zh-Hant": "整打優惠"}, gives="by_quantity", skus=("BEER-*",), channels=("web",),
    tiers=(Tier(least=6, percent=Decimal("0.05")), Tier(least=12, percent=Decimal("0.1"))), starts_on=date(2026, 11, 1),
    priority=3, combines=("free",), most_each=4,
)  # fmt: skip


def test_it_works(shop: Shop) -> None:
    told = save_promotion(shop.call(), promotion=DOZENS)
    assert told.created
    assert in_force() == (promotion_of(replace(DOZENS, id=told.promotion_id)),)
    assert kit.breaches() == []


def test_coupons_bring_it(shop: Shop) -> None:
    id_ = promote(shop, coupons=("autumn10", "TEN"))
    assert in_force() == ()
    assert {coupon: one.id for coupon, one in by_coupon(["AUTUMN10", "TEN", "TYPO"]).items()} == {"AUTUMN10": id_, "TEN": id_}

    told = save_promotion(
        shop.call(),
        promotion=PromotionDraft(code="autumn", name="Autumn", gives="percent", percent=Decimal("0.1"), coupons=("TEN",)),
    )
    assert (told.promotion_id, told.created) == (id_, False)
    assert [(one.field, one.before, one.after) for one in told.changes] == [("coupons", '["AUTUMN10","TEN"]', '["TEN"]')]
    assert list(Coupon.objects.values_list("code", flat=True)) == ["TEN"]


def test_what_changes_is_told(shop: Shop) -> None:
    id_ = promote(shop)
    told = save_promotion(
        shop.call(), promotion=PromotionDraft(code="fall", name="Autumn", gives="percent", percent=Decimal("0.2"), id=id_)
    )
    assert {(one.field, one.after) for one in told.changes} == {("code", "fall"), ("percent", '"0.2"')}


def test_a_coupon_or_code_of_another_one_is_refused(shop: Shop) -> None:
    promote(shop, coupons=("TEN",))
    other = promote(shop, "other")
    with pytest.raises(KeyTaken) as caught:
        promote(shop, "third", coupons=("TEN",))
    assert caught.value.field == "coupons"
    with pytest.raises(KeyTaken):
        promote(shop, "autumn", id=other)
    assert sorted(Promotion.objects.values_list("code", flat=True)) == ["autumn", "other"]


def test_one_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        promote(shop, id=new_id())
