"""Shops whose goods can be paid at the doubles of all firms, and people who buy in them by a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core import mail
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import expect

from dingdan.automation.demo_firms import METHODS, accounts
from dingdan.automation.gateways import settle
from dingdan.integrations.sandbox.firms.sandbox import Sandbox, running_sandbox
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock
from dingdan.ledgers.payments.events import Document
from dingdan.ledgers.payments.models import Attempt
from dingdan.ledgers.payments.queries import checkouts_of
from dingdan.masterdata.catalog.commands import add_product_image, save_product
from dingdan.masterdata.catalog.queries import product_by_slug, variants_by_sku
from dingdan.masterdata.catalog.rules import ProductDraft, VariantDraft
from dingdan.masterdata.methods.commands import save_merchant_account, save_payment_method
from dingdan.masterdata.pricing.commands import save_price_list, save_shipping_method, save_tax_rate, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft, ShippingMethodDraft, ShippingRateDraft, TaxRateDraft
from dingdan.masterdata.shop.commands import save_profile, save_storefront
from dingdan.masterdata.shop.rules import ProfileDraft, StorefrontDraft
from dingdan.trade.orders.models import Order
from tests.browser.drawings import drawn
from tests.browser.visiting import Visit
from tests.conftest import Shop
from tests.running import wait_until
from tests.web.live.listening import told

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHIPPING: Final = {"zh-Hant": "宅配", "zh-Hans": "快递"}
GOODS: Final = {
    "mug": ("Mug", "馬克杯", "马克杯", 1250),
    "pot": ("Pot", "茶壺", "茶壶", 4900),
    "tea": ("Tea", "茶葉", "茶叶", 800),
}
LOOKS: Final = {"mug": ("cup", "#2f6f8f"), "pot": ("pot", "#a1543c"), "tea": ("jar", "#7b8a5f")}


@dataclass
class Till:
    """A shop that is open, the firms at which it is paid, and what its buyers say of themselves."""

    shop: Shop
    sandbox: Sandbox
    said: dict[str, str]

    def path(self, path: str = "", language: str = "") -> str:
        """Where a page of the shop is."""
        return f"/shop/~{self.shop.tenant.slug}/" + (f"{language}/" if language else "") + path

    def follows(self) -> None:
        """Let the firms say what they have to say, and everything that follows from it follow."""
        self.sandbox.settle()
        told(self.shop)
        asked = Attempt.objects.filter(kind="refund").exclude(state__in=("succeeded", "failed")).values_list("id", flat=True)
        for attempt_id in asked:
            settle(self.shop.tenant_id, attempt_id)
        self.sandbox.settle()
        told(self.shop)

    def scans(self, order_id: UUID) -> None:
        """Somebody's phone scans the code that a page shows for an order, and pays."""
        (begun,) = checkouts_of(Document("order", order_id))
        self.sandbox.firms[begun.gateway].act(begun.attempt_id.hex, "approve")
        self.follows()


ENGLISH: Final = {
    "name": "Amy Wong", "email": "amy@example.org", "country": "GB", "street_address": "1 High Street", "city": "London",
    "postal_code": "N1 9GU",
}  # fmt: skip


@contextmanager
def open_till(shop: Shop, address: str, *, said: dict[str, str] = ENGLISH, pieces: int = 50) -> Iterator[Till]:
    """Open a shop with three kinds of goods, shipping, tax and every method that its currency knows. The firms are told where
    it listens."""
    currency, country = shop.tenant.currency, shop.tenant.country
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web"))
    save_profile(
        shop.call(),
        profile=ProfileDraft(
            name=shop.tenant.name, country=country, language=shop.tenant.language, time_zone=shop.tenant.time_zone,
            bank_holder="Amy", iban="GB82WEST12345698765432",
        ),
    )  # fmt: skip
    save_tax_rate(shop.call(), tax_rate=TaxRateDraft(country=country, rate=Decimal("0.2"), name="VAT"))
    rates = (ShippingRateDraft(currency=currency, price=500),)
    way = ShippingMethodDraft(code="parcel", name="Parcel", name_i18n=SHIPPING, min_days=1, max_days=3, rates=rates)
    save_shipping_method(shop.call(), method=way)
    for slug, (name, hant, hans, _price) in GOODS.items():
        variants = (VariantDraft(sku=slug.upper(), weight_grams=300),)
        draft = ProductDraft(slug=slug, name=name, name_i18n={"zh-Hant": hant, "zh-Hans": hans}, variants=variants)
        save_product(shop.call(), product=draft)
    price(shop, {slug.upper(): told[3] for slug, told in GOODS.items()})
    receive_stock.one(shop.call(), ReceiveStock(lines=tuple(StockChange(slug.upper(), pieces) for slug in GOODS)))
    with running_sandbox() as sandbox, override_settings(SANDBOX_URL=sandbox.address, PUBLIC_URL=address):
        _open_accounts(shop, sandbox, address)
        yield Till(shop, sandbox, dict(said))


def price(shop: Shop, prices: dict[str, int]) -> None:
    """Say what articles cost today."""
    listed = save_price_list(shop.call(), price_list=PriceListDraft(code="front", name="Front", currency=shop.tenant.currency))
    ids = variants_by_sku(list(prices))
    rows = tuple(PriceDraft(variant_id=ids[sku].id, unit_price=Decimal(each)) for sku, each in prices.items())
    set_prices(shop.call(), price_list_id=listed.price_list_id, prices=rows)


def hang_pictures(shop: Shop) -> None:
    """Give each kind of goods a picture."""
    for slug, (shape, glaze) in LOOKS.items():
        row = product_by_slug(slug)
        assert row is not None
        content = drawn(shape, glaze, "#efe9df")
        add_product_image(shop.call(), product_id=row.id, name=f"{slug}.png", content=content, alt=GOODS[slug][0])


def _open_accounts(shop: Shop, sandbox: Sandbox, address: str) -> None:
    credentials = {name: firm.credentials() for name, firm in sandbox.firms.items()}
    for draft in accounts(credentials):
        saved = save_merchant_account(shop.call(), account=draft)
        path = reverse("gateway_notice", args=[draft.gateway, shop.tenant_id, saved.merchant_account_id])
        secret = str(credentials[draft.gateway].get("webhook_secret", ""))
        sandbox.world.store.set(f"{draft.gateway}.webhook", {"url": address + path, "secret": secret})
    for method in METHODS:
        save_payment_method(shop.call(), method=method)


def sign_up(till: Till, one: Visit) -> None:
    """Come in by a link in a mail: to a new account, or one that another shop of this server knows."""
    mail.outbox = []
    one.go(till.path("account/sign-in/"))
    one.page.fill("#f-email", till.said["email"])
    one.page.get_by_role("button", name="Mail me a link").click()
    wait_until(lambda: any(one.to == [till.said["email"]] for one in mail.outbox), lambda: "no mail came")
    letter = [str(one.body) for one in mail.outbox if one.to == [till.said["email"]]][-1]
    link = re.search(r"https?://[^/]+(/shop/\S+/in/\S+)", letter)
    assert link is not None, letter
    one.go(link[1])
    one.page.locator("form button.big").click()
    one.page.wait_for_url(lambda url: "/account/in/" not in url)


def fill(page: Page, said: dict[str, str]) -> None:
    """Type into the checkout what a buyer says of themselves: the country first, on which the other fields hang."""
    if page.locator("#f-country").input_value() != said["country"]:
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.select_option("#f-country", said["country"])
    for name, text in said.items():
        if name == "country":
            continue
        box = page.locator(f"#f-{name}")
        box.wait_for()
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)


def check_out(till: Till, one: Visit, *slugs: str, language: str = "") -> None:
    """Put goods into the cart and go to the checkout, with everything filled in but how it is paid.

    The first of them by a click; for the others the same is sent without drawing a page.
    """
    page = one.page
    for slug in slugs[:1]:
        one.go(till.path(f"p/{slug}/", language))
        with page.expect_navigation():
            page.locator("form button.big").click()
    for slug in slugs[1:]:
        added = page.request.post(one.address + till.path("cart/"), form={"act": "add", "sku": slug.upper()}, max_redirects=0)
        assert added.status == 303
    one.go(till.path("checkout/", language))
    fill(page, till.said)


def choose(page: Page, method: str) -> None:
    """Choose how it is paid, and wait until the page has reckoned with it. Nobody clicks while it still reckons with what was
    typed: the methods are then drawn anew, and a click on those of before is none."""
    page.locator("#f-email").focus()
    page.wait_for_timeout(200)
    expect(page.locator(".htmx-request")).to_have_count(0)
    if not page.locator(f"input[name=payment][value={method}]").is_checked():
        with page.expect_response(lambda answer: f"payment={method}" in (answer.request.post_data or "")):
            page.locator(f"input[name=payment][value={method}]").locator("xpath=..").click()
    page.locator(f"input[name=payment][value={method}]:checked").wait_for()


def order(page: Page) -> Order:
    """Press the button twice, as impatient people do, and wait until the checkout is left; the order that came of it.

    The second press takes the first one's answer back, which whoever waits for a page to load would take for a failure.
    """
    known = set(Order.objects.values_list("id", flat=True))
    page.locator("#sum button[value=place]").dblclick(no_wait_after=True)
    expect(page).not_to_have_url(re.compile("/checkout/$"))
    page.wait_for_load_state()
    return Order.objects.exclude(id__in=known).get()
