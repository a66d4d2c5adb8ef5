"""Price lists, taxes and shipping methods to try things on."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from dingdan.masterdata.catalog.commands import save_product
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from tests.masterdata.shop import Shop

TODAY = date(2026, 11, 23)
BASE = PriceListDraft(code="base", name="Base", currency="GBP")
GST = TaxRateDraft(country="CA", rate=Decimal("0.05"), name="GST")
COURIER = ShippingMethodDraft(
    code="courier", name="Courier", position=0, tax_class="standard", rates=(ShippingRateDraft(currency="GBP", price=1500),)
)


def base(shop: Shop) -> UUID:
    """The id of the price list `base`, written down in the shop."""
    return save_price_list(shop.call(), price_list=BASE).price_list_id


def courier(shop: Shop) -> UUID:
    """The id of the shipping method `courier`, written down in the shop."""
    return save_shipping_method(shop.call(), method=COURIER).shipping_method_id


def variants(shop: Shop, count: int = 1) -> list[UUID]:
    """The ids of that many variants."""
    drafts = tuple(VariantDraft(sku=f"S{n}") for n in range(count))
    return list(save_product(shop.call(), product=ProductDraft(slug="s", name="S", variants=drafts)).variant_ids)


def channel(shop: Shop, code: str = "web") -> UUID:
    """The id of a channel that sells in GBP."""
    return save_channel(shop.call(), channel=ChannelDraft(code=code, name=code, currency="GBP")).channel_id


def price(variant: UUID, unit_price: str | None, quantity: int = 1) -> PriceDraft:
    """A price in pence from a quantity on; None takes it out."""
    return PriceDraft(variant_id=variant, unit_price=None if unit_price is None else Decimal(unit_price), min_quantity=quantity)


def priced(shop: Shop, draft: PriceListDraft, *prices: PriceDraft) -> UUID:
    """The id of a price list with these prices, written down in the shop."""
    id_ = save_price_list(shop.call(), price_list=draft).price_list_id
    set_prices(shop.call(), price_list_id=id_, prices=prices)
    return id_
