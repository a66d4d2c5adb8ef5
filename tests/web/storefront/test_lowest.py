"""What is reduced says what it cost at least in the thirty days before, wherever it is told, and every day anew."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

from dingdan.insight.shopfront.fronts import front_of, product_of
from dingdan.insight.shopfront.promises import promises_of
from dingdan.kernel import clock
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.pricing.commands import retire_price_list, save_price_list, set_prices
from dingdan.masterdata.pricing.models import PastList, PastPrice
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.masterdata.promotions.commands import retire_promotion, save_promotion
from dingdan.masterdata.promotions.models import PastTerms
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.web.storefront.addresses import Addresses
from dingdan.web.storefront.reader import Reader
from dingdan.web.storefront.shop_pages import page_of
from tests import kit
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front

SAID = "Lowest price of the last 30 days before the reduction: {}"


def _priced(shop: Shop, *spells: tuple[int, int]) -> None:
    """A mug and a jar at such prices, each from so many days ago on."""
    ids = save_product(
        shop.call(), product=ProductDraft(slug="mug", name="Mug", variants=(VariantDraft(sku="MUG"), VariantDraft(sku="JAR")))
    ).variant_ids
    channel, now = channel_by_code("web"), clock.now()
    assert channel is not None
    begun = shop.call(at=now - timedelta(days=spells[0][0]))
    draft = PriceListDraft(code="front", name="Front", currency="GBP", channel_id=channel.id)
    price_list = save_price_list(begun, price_list=draft).price_list_id
    for days, price in spells:
        rows = (PriceDraft(variant_id=ids[0], unit_price=Decimal(price)), PriceDraft(variant_id=ids[1], unit_price=Decimal(5000)))
        set_prices(shop.call(at=now - timedelta(days=days)), price_list_id=price_list, prices=rows)


def _promote(shop: Shop, code: str, percent: str, *days: int) -> object:
    first, last = (clock.now().date() + timedelta(days=one) for one in days) if days else (None, None)
    draft = PromotionDraft(
        code=code, name=code, gives="percent", percent=Decimal(percent), skus=("MUG",), starts_on=first, ends_on=last
    )
    return save_promotion(shop.call(), promotion=draft).promotion_id


def test_it_works(shop: Shop) -> None:
    open_front(shop, origins=("https://blog.example",))
    _priced(shop, (60, 1200), (20, 800), (10, 1000))
    visitor = Visitor(shop)
    assert "30 days" not in visitor.look("p/mug/")
    promotion = _promote(shop, "autumn", "0.1")
    page = visitor.look("p/mug/")
    assert "£10.00 £9.00" in page
    assert SAID.format("£8.00") in page
    assert "30-day lowest before: £8.00" in visitor.look()
    body = json.dumps({"lines": [{"sku": "MUG"}, {"sku": "JAR"}]})
    cart = visitor.client.post(visitor.path("api/carts"), body, content_type="application/json").json()
    assert [one["lowest_30_days"] for one in cart["lines"]] == ["£8.00", ""]
    retire_promotion(shop.call(), promotion_id=promotion)  # type: ignore[arg-type]
    assert "30 days" not in visitor.look("p/mug/")
    assert kit.breaches() == []


def test_it_is_right_on_every_day(shop: Shop) -> None:
    open_front(shop)
    _priced(shop, (60, 1200), (20, 800), (5, 1000))
    _promote(shop, "soon", "0.1", 20, 22)
    _promote(shop, "later", "0.2", 27, 80)
    front = front_of(shop.tenant.slug)
    assert front is not None
    told = {}
    with tenant_scope(front.tenant_id):
        for days in (0, 20, 22, 23, 27, 60, 81):
            reader = Reader(front, "en", clock.now() + timedelta(days=days), Addresses(front.slug))
            product = product_of(front, "mug", reader.on)
            assert product is not None
            html = page_of(reader, product, promises_of([one.of for one in product.articles], front.channel, at=reader.at)).html
            told[days] = next((price for price in ("£8.00", "£9.00", "£10.00") if SAID.format(price) in html), "")
    assert told == {0: "", 20: "£8.00", 22: "£8.00", 23: "", 27: "£9.00", 60: "£9.00", 81: ""}


def test_what_was_is_remembered_and_what_is_the_same_is_not_written_twice(shop: Shop) -> None:
    _priced(shop, (60, 1200), (20, 800), (10, 800))
    rows = PastPrice.objects.filter(variant__sku="MUG").order_by("began_at")
    assert [(int(row.unit_price), row.ended_at is None) for row in rows] == [(1200, False), (800, True)]
    assert rows[0].ended_at == rows[1].began_at
    said = PastList.objects.get()
    channel = channel_by_code("web")
    assert channel is not None
    draft = PriceListDraft(code="front", name="Another name", currency="GBP", channel_id=channel.id)
    save_price_list(shop.call(), price_list=draft)
    assert PastList.objects.get() == said
    retire_price_list(shop.call(), price_list_id=said.price_list_id)
    assert [(row.is_active, row.ended_at is None) for row in PastList.objects.order_by("began_at")] == [
        (True, False),
        (False, True),
    ]
    _promote(shop, "autumn", "0.1")
    _promote(shop, "autumn", "0.2")
    terms = PastTerms.objects.order_by("began_at")
    assert [(float(row.terms["percent"]), row.ended_at is None) for row in terms] == [(0.1, False), (0.2, True)]
    assert kit.breaches() == []
