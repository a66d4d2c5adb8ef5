"""A shop in which every register has a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dingdan.integrations.importers.registers import REGISTERS
from dingdan.integrations.importers.registers.files import exported, read_file
from dingdan.kernel.contact import PostalAddress
from dingdan.ledgers.inventory.commands import save_location, save_threshold
from dingdan.masterdata.catalog.commands import save_category, save_product
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import CategoryDraft, Part, ProductDraft, VariantDraft
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft, Tier
from dingdan.masterdata.sellers.commands import save_seller
from dingdan.masterdata.sellers.rules import SellerDraft
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.masterdata.wording.commands import retire_wording, save_wording
from dingdan.masterdata.wording.rules import WordingDraft
from tests.conftest import Shop

HOME = PostalAddress(country_code="GB", name="Ann Lee", city="London", postal_code="N1 9GU", street_address="1 High Street")


def furnish(shop: Shop) -> None:
    """Write a row down in every register."""
    save_category(shop.call(), category=CategoryDraft(slug="kitchen", name="Kitchen"))
    save_category(shop.call(), category=CategoryDraft(slug="cups", name="Cups", parent="kitchen", name_i18n={"zh-Hant": "杯"}))
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", tagline="Small; things", accent="#a34a2f"))
    red = VariantDraft(sku="MUG-R", options={"color": "red; dark", "size": "L"}, barcode="4006381333931", weight_grams=300)
    mug = ProductDraft(
        slug="mug", name="=Mug", name_i18n={"zh-Hant": "杯子"}, description="Two\nlines", description_i18n={"zh-Hant": "兩\n行"},
        options_i18n={"zh-Hant": {"color": "顏色", "red; dark": "深紅; 暗", "1:64": "1:64"}, "de": {"color": "Farbe"}},
        category="cups", variants=(red,),
    )  # fmt: skip
    save_product(shop.call(), product=mug)
    kit = VariantDraft(sku="KIT", components=(Part(sku="MUG-R", quantity=2),))
    save_product(shop.call(), product=ProductDraft(slug="kit", name="Kit", kind="kit", variants=(kit,)))
    listed = save_price_list(shop.call(), price_list=PriceListDraft(code="retail", name="Retail", currency="GBP"))
    mug_id = variants_by_sku(["MUG-R"])["MUG-R"].id
    breaks = (("1250", 1), ("999.5", 10))
    prices = tuple(PriceDraft(variant_id=mug_id, unit_price=Decimal(price), min_quantity=at) for price, at in breaks)
    set_prices(shop.call(), price_list_id=listed.price_list_id, prices=prices)
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country="GB", rate=Decimal("0.2"), name="VAT"))
    rate = ShippingRateDraft(currency="GBP", price=450, max_weight_grams=2000, countries=("GB",))
    save_shipping_method(shop.call(), method=ShippingMethodDraft(code="post", name="Post", rates=(rate,)))
    tiers = (Tier(least=6, percent=Decimal("0.05")), Tier(least=12, amount=500))
    dozens = PromotionDraft(
        code="dozens", name="Dozens", name_i18n={"zh-Hant": "整打"}, gives="by_quantity", tiers=tiers, coupons=("DOZEN", "D-12"),
        currencies=("GBP",), least_amount=1000, skus=("MUG-*", "KIT"), most_uses=9, starts_on=date(2026, 11, 1),
        combines=("free",),
    )  # fmt: skip
    save_promotion(shop.call(), promotion=dozens)
    ann = ContactDraft(name="Ann Lee", email="ann@example.com", phone="+442079460000")
    save_customer(shop.call(), customer=CustomerDraft(contact=ann, addresses=(AddressDraft(address=HOME, is_default=True),)))
    save_seller(shop.call(), seller=SellerDraft(code="bob", name="Bob", currency="GBP", email="bob@example.com"))
    save_location(shop.call(), code="A-01")
    save_threshold(shop.call(), low_at=3)
    body = "- {{ customer.name }};\n\n=**Sent**: {% if shipment.carrier %}{{ shipment.carrier }}{% endif %}\n\n{{ order_lines }}"
    mail = WordingDraft(
        kind="shipped", language="zh-Hant", subject="=出貨 {{ order.number }}", heading="@Hi", body=body, closing="Amy"
    )  # fmt: skip
    save_wording(shop.call(), wording=mail)
    second = WordingDraft(kind="payment_reminder", language="en", way="sms", level=2, body="Pay, please")
    save_wording(shop.call(), wording=second)
    push = WordingDraft(kind="shipped", language="en", way="push", subject="Off", body="It left")
    retire_wording(shop.call(), wording_id=save_wording(shop.call(), wording=push).wording_id)


def written_out(slug: str, form: str = "csv") -> bytes:
    """A register as a file."""
    return b"".join(exported(REGISTERS[slug](), form))


__all__ = ["furnish", "read_file", "written_out"]
