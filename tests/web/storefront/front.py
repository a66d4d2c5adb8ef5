"""A shop that is open to everybody, and somebody who looks around in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.masterdata.catalog.commands import save_category, save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import CategoryDraft, ProductDraft, VariantDraft
from dingdan.masterdata.channels.queries import channel_by_code
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of


def open_front(shop: Shop, **look: Any) -> None:
    """Open the storefront of the web channel, with a tax and a way to ship."""
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", **look))
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    rates = (ShippingRateDraft(currency="GBP", price=395),)
    names = {"zh-hant": "郵寄", "zh-hans": "邮寄"}
    save_shipping_method(
        shop.call(), method=ShippingMethodDraft(code="post", name="Post", name_i18n=names, min_days=1, max_days=3, rates=rates)
    )


def put_on_offer(
    shop: Shop, slug: str, *variants: VariantDraft, pieces: int = 0, price: int = 1000, category: str = "", **product: Any
) -> list[UUID]:
    """A product with its variants in stock and a price of all of them; returns the ids of the variants."""
    if category:
        save_category(shop.call(), category=CategoryDraft(slug=category, name=category.title()))
    drafts = variants or (VariantDraft(sku=slug.upper()),)
    told = {"name": slug.title()} | product
    save_product(shop.call(), product=ProductDraft(slug=slug, category=category, variants=drafts, **told))
    skus = [one.sku for one in drafts]
    ids = {sku: one.id for sku, one in variants_by_sku(skus).items()}
    channel = channel_by_code("web")
    assert channel is not None
    prices = PriceListDraft(code="front", name="Front", currency="GBP", channel_id=channel.id)
    saved = save_price_list(shop.call(), price_list=prices)
    rows = tuple(PriceDraft(variant_id=ids[sku], unit_price=Decimal(price)) for sku in skus)
    set_prices(shop.call(), price_list_id=saved.price_list_id, prices=rows)
    if pieces:
        receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange(sku, pieces) for sku in skus)))
    return [ids[sku] for sku in skus]


@dataclass
class Visitor:
    """Somebody at a browser without scripts."""

    shop: Shop
    language: str = ""
    client: Client = field(default_factory=lambda: Client(SERVER_NAME="localhost"))

    def path(self, path: str = "") -> str:
        """Where a page of the shop is."""
        return f"/shop/~{self.shop.tenant.slug}/" + (f"{self.language}/" if self.language else "") + path

    def get(self, path: str = "", **asked: Any) -> HttpResponse:
        """What is answered."""
        return self.client.get(self.path(path), asked)  # type: ignore[return-value]

    def html(self, path: str = "", **asked: Any) -> str:
        """A page as it is sent."""
        answer = self.get(path, **asked)
        assert answer.status_code == 200
        return answer.content.decode()

    def look(self, path: str = "", **asked: Any) -> str:
        """What a page says."""
        return text_of(self.html(path, **asked))

    def send(self, path: str, **sent: Any) -> HttpResponse:
        """What is answered to a form."""
        return self.client.post(self.path(path), sent)  # type: ignore[return-value]
