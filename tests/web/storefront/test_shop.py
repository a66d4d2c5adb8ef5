"""The shop for everybody: first page, shelves, searches, products, and what may be kept of them."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import ExpectedGoods, announce_supply
from dingdan.masterdata.catalog.commands import add_product_image, retire_product
from dingdan.masterdata.catalog.models import Product
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.pricing.commands import set_prices
from dingdan.masterdata.pricing.models import PriceList
from dingdan.masterdata.pricing.rules import PriceDraft
from dingdan.masterdata.shop.commands import retire_storefront
from dingdan.masterdata.shop.queries import storefront
from tests import kit
from tests.conftest import Shop
from tests.masterdata.catalog.pictures import png
from tests.web.storefront.front import Visitor, open_front, put_on_offer


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    open_front(shop, tagline="Small things", tagline_i18n={"zh-Hant": "小東西"})
    return Visitor(shop)


def test_it_works(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "mug", pieces=40, category="cups", name_i18n={"zh-Hant": "馬克杯"}, description="Holds tea.\nAnd milk.")
    home = visitor.look()
    assert "Small things" in home
    assert "Mug £10.00" in home
    page = visitor.look("p/mug/")
    assert "Mug £10.00 incl. 20% VAT In stock" in page
    assert "Post 1–3 days £3.95" in page
    assert "Holds tea. And milk." in page
    assert "Mug £10.00" in visitor.look("c/cups/")
    visitor.language = "zh-hant"
    page = visitor.look("p/mug/")
    assert "馬克杯 £10.00 含 20% VAT 現貨" in page
    assert "郵寄 1–3 天 £3.95" in page


def test_nothing_is_shown_before_it_opens_and_after_it_closes(shop: Shop) -> None:
    visitor = Visitor(shop)
    assert visitor.get().status_code == 404
    open_front(shop)
    put_on_offer(shop, "mug")
    assert visitor.get("p/mug/").status_code == 200
    there = storefront()
    assert there is not None
    retire_storefront(shop.call(), storefront_id=there.id)
    assert [visitor.get(path).status_code for path in ("", "p/mug/", "search/", "theme.css")] == [404] * 4
    assert Visitor(shop).client.get("/shop/~nobody-here/").status_code == 404


def test_what_is_not_on_offer_is_not_there(shop: Shop, visitor: Visitor) -> None:
    kit.stock(shop, "TEA", 5)  # without a price in this channel
    put_on_offer(shop, "mug")
    retire_product(shop.call(), product_id=Product.objects.get(slug="mug").id)
    assert [visitor.get(path).status_code for path in ("p/tea/", "p/mug/", "p/no/", "c/no/")] == [404] * 4
    assert "Nothing was found" in visitor.look("search/")
    assert "mug" not in visitor.html("sitemap.xml")


def test_a_promise_is_never_older_than_the_page(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "mug", pieces=4)
    first = visitor.get("p/mug/")
    again = visitor.client.get(visitor.path("p/mug/"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Only 4 left" in visitor.look("p/mug/")
    kit.place(shop, ("MUG", 3))
    assert "Only 1 left" in visitor.look("p/mug/")
    kit.place(shop, ("MUG", 1))
    sold = visitor.look("p/mug/")
    assert "Sold out" in sold
    assert "Add to cart" not in sold
    changed = visitor.client.get(visitor.path("p/mug/"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_price_is_never_older_than_the_page(shop: Shop, visitor: Visitor) -> None:
    (mug,) = put_on_offer(shop, "mug", pieces=4)
    assert "£10.00" in visitor.look("p/mug/")
    prices = (PriceDraft(variant_id=mug, unit_price=Decimal(1250)),)
    set_prices(shop.call(), price_list_id=PriceList.objects.get(code="front").id, prices=prices)
    assert "£12.50" in visitor.look("p/mug/")
    assert "£10.00" not in visitor.look("p/mug/")


def test_what_comes_later_is_promised_with_its_day(shop: Shop, visitor: Visitor) -> None:
    variants = [
        VariantDraft(sku="A", options={"Size": "S"}, shortage="backorder"),
        VariantDraft(sku="B", options={"Size": "M"}, shortage="preorder"),
        VariantDraft(sku="C", options={"Size": "L"}, shortage="backorder"),
    ]
    put_on_offer(shop, "coat", *variants)
    at = clock.now().replace(year=clock.now().year + 1, month=5, day=17)
    announce_supply(shop.call(), lines=(ExpectedGoods("A", 5, at), ExpectedGoods("B", 5, at)))
    page = visitor.look("p/coat/")
    assert f"S £10.00 On backorder · ships by 18 May {at.year}" in page
    assert f"M £10.00 Preorder · ships by 18 May {at.year}" in page
    assert "L £10.00 On backorder · the day is not known yet" in page


def test_search_engines_read_what_people_read(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "mug", pieces=3, name="</script><b>Mug</b>", description='"><img src=x>')
    page = visitor.html("p/mug/")
    assert "<b>Mug" not in page
    assert "<img src=x" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found[1])
    assert data["name"] == "</script><b>Mug</b>"
    (offer,) = data["offers"]
    assert (offer["price"], offer["priceCurrency"], offer["availability"]) == (
        "10.00", "GBP", "https://schema.org/LimitedAvailability",
    )  # fmt: skip
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{visitor.path("p/mug/")}">' in page
    assert 'hreflang="zh-Hans"' in page
    assert "p/mug/" in visitor.html("sitemap.xml")


def test_a_picture_is_shown_while_its_product_is_sold(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "mug")
    mug = Product.objects.get(slug="mug")
    image = add_product_image(shop.call(), product_id=mug.id, name="mug.png", content=png(), alt="A blue mug")
    assert 'alt="A blue mug"' in visitor.html("p/mug/")
    shown = visitor.get(f"pictures/{image.image_id}")
    assert (shown["Content-Type"], shown.content, "immutable" in shown["Cache-Control"]) == ("image/png", png(), True)
    retire_product(shop.call(), product_id=mug.id)
    assert visitor.get(f"pictures/{image.image_id}").status_code == 404


def test_a_list_is_narrowed_and_sorted(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "bowl", VariantDraft(sku="BOWL", options={"Color": "Red"}), price=2000, pieces=1)
    put_on_offer(shop, "mug", VariantDraft(sku="MUG", options={"Color": "Blue"}), price=500)
    assert "2 products" in visitor.look("search/")
    assert "Mug" not in re.sub("Color:.*", "", visitor.look("search/", o="Color:Red")).split("1 product")[1]
    assert "1 product " in visitor.look("search/", there="1")
    assert "1 product " in visitor.look("search/", most="5")
    listed = visitor.look("search/", order="cheap")
    assert listed.index("Mug £5.00") < listed.index("Bowl £20.00")
    assert visitor.get("search/", page="x", least="x", order="x", o="x").status_code == 200


def test_a_colors_file_is_made_of_the_look(shop: Shop, visitor: Visitor) -> None:
    css = visitor.html("theme.css")
    assert "--accent:#14566b;" in css
    assert "prefers-color-scheme:dark" in css


def test_what_nobody_types_is_no_trouble(shop: Shop, visitor: Visitor) -> None:
    put_on_offer(shop, "mug")
    for path in ("p/%00/", "c/%00/", "search/?q=%00", "search/?q=%F0%9F%92%A9&o=%00:x", "p/a%2Fb/"):
        assert visitor.client.get(visitor.path(path)).status_code in (200, 404), path
    assert visitor.send("cart/", act="add", sku="\0", quantity="\0").status_code == 422
