"""A promotion of a category: what stands in it, or inside of it, gets it, at every door, as the shelves are then."""

from __future__ import annotations

from decimal import Decimal

from dingdan.masterdata.catalog.commands import save_category, save_product
from dingdan.masterdata.catalog.rules import CategoryDraft, ProductDraft, VariantDraft
from dingdan.masterdata.promotions.models import PromotionShare
from dingdan.trade.orders.commands import place_orders
from tests import kit
from tests.conftest import Shop
from tests.masterdata.promotions.promoting import promote


def _shelve(shop: Shop, sku: str, category: str) -> None:
    draft = ProductDraft(slug=sku.lower(), name=sku, category=category, variants=(VariantDraft(sku=sku),))
    save_product(shop.call(), product=draft)


def test_it_works(shop: Shop) -> None:
    save_category(shop.call(), category=CategoryDraft(slug="pottery", name="Pottery"))
    save_category(shop.call(), category=CategoryDraft(slug="teapots", name="Teapots", parent="pottery"))
    for sku, category in (("POT", "teapots"), ("CUP", "pottery"), ("TEA", "")):
        _shelve(shop, sku, category)
        kit.stock(shop, sku, 20)
        kit.price(shop, sku, 1000)
    promote(shop, "pots", categories=("pottery",), percent=Decimal("0.2"), priority=1)
    promote(shop, "tea", categories=("teapots",), percent=Decimal("0.5"), coupons=("TEAPOT",))
    wanted = kit.wanted(shop, ("POT", 1), ("CUP", 2), ("TEA", 3), price=None)
    assert place_orders.one(shop.call(), wanted).total == 6000 - 200 - 400
    assert sorted(PromotionShare.objects.values_list("amount", flat=True)) == [200, 400]
    with_coupon = kit.wanted(shop, ("POT", 1), ("TEA", 1), price=None, coupon_codes=("TEAPOT",))
    assert place_orders.one(shop.call(), with_coupon).total == 2000 - 200 - 400
    _shelve(shop, "POT", "")  # it stands nowhere any more
    assert place_orders.one(shop.call(), kit.wanted(shop, ("POT", 1), price=None)).total == 1000
    assert kit.breaches() == []
