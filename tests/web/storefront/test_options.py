"""Colors and sizes are read in the reader's language where the product says what they are called."""

from __future__ import annotations

import pytest

from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.models import Product
from dingdan.masterdata.catalog.queries import names_in, variants_by_sku
from dingdan.masterdata.catalog.rules import MOST_OPTION_WORDS, ProductDraft, TooMany, VariantDraft, clean_product, said_options
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer

WORDS = {"zh-Hant": {"Color": "顏色", "Red": "紅色", "Blue": "藍色"}, "zh-Hans": {"Color": "颜色", "Red": "红色"}}


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    two = [VariantDraft(sku=f"MUG-{color[0]}", options={"Color": color}) for color in ("Red", "Blue")]
    put_on_offer(shop, "mug", *two, pieces=9, name_i18n={"zh-Hant": "馬克杯"}, options_i18n=WORDS)
    put_on_offer(shop, "bowl", VariantDraft(sku="BOWL", options={"Color": "Red"}), pieces=9)
    hant, hans, english = (Visitor(shop, language) for language in ("zh-hant", "zh-hans", "en"))
    assert "紅色" in hant.look("p/mug/")
    assert "Red" not in hant.look("p/mug/")
    assert "Red" in english.look("p/mug/")

    listed = hant.look("search/")
    assert "顏色 紅色 2 藍色 1" in listed, "the bowl, which says nothing, reads as the mug"
    assert "颜色 红色 2 Blue 1" in hans.look("search/")
    assert "Color Red 2 Blue 1" in english.look("search/")
    assert 'value="Color:Blue" checked' in hant.html("search/", o="Color:Blue"), "what is sent is the same in every language"

    hant.send("cart/", act="add", sku="MUG-B", quantity="1")
    assert "馬克杯 藍色" in hant.look("cart/")
    blue = variants_by_sku(["MUG-B"])["MUG-B"].id
    assert names_in("zh-Hant", [blue]) == {blue: "馬克杯 · 藍色"}


def test_what_is_kept(shop: Shop) -> None:
    draft = ProductDraft(slug="mug", name="Mug", options_i18n={" zh-Hant ": {" Red ": " 紅 "}, "de": {}})
    save_product(shop.call(), product=draft)
    assert Product.objects.get().options_i18n == {"zh-Hant": {"Red": "紅"}}
    many = {str(number): "x" for number in range(MOST_OPTION_WORDS + 1)}
    with pytest.raises(TooMany) as refused:
        clean_product(ProductDraft(slug="mug", name="Mug", options_i18n={"zh-Hant": many}))
    assert refused.value.field == "options_i18n.zh-Hant"
    assert said_options({"Color": "Red", "Size": "S"}, WORDS, "zh-hans") == [("颜色", "红色"), ("Size", "S")]
