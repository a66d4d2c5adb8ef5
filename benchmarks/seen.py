"""The shop as a shopper's phone sees it: when the largest thing stands there, how much jumps, and how heavy the pages are."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure
from benchmarks.house import House
from dingdan.automation.demo_pictures import MOTIFS, PALETTES, drawn
from dingdan.kernel.tenancy import tenant_scope
from dingdan.masterdata.catalog.commands import add_product_image, save_category, save_product
from dingdan.masterdata.catalog.queries import product_by_slug, variants_by_sku
from dingdan.masterdata.catalog.rules import CategoryDraft, ProductDraft, VariantDraft
from dingdan.masterdata.methods.commands import save_payment_method
from dingdan.masterdata.methods.rules import PaymentMethodDraft
from dingdan.masterdata.pricing.commands import save_price_list, set_prices
from dingdan.masterdata.pricing.rules import PriceDraft, PriceListDraft
from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE: Final = {"width": 390, "height": 844}
GOODS: Final = 24
VISITS: Final = 10
LARGEST: Final = 1000
"""Milliseconds until the largest thing stands there."""
JUMPS: Final = 0.05
"""Share of the screen that may move by itself, as browsers count it (CLS)."""
HEAVIEST: Final = 100_000
"""Bytes of a page with its styles and scripts, compressed, without its pictures."""
_WATCH: Final = """
window.seen = {largest: 0, jumps: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) window.seen.largest = one.startTime; })
    .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.jumps += one.value; })
    .observe({type: 'layout-shift', buffered: true});
"""
_PAGES: Final = {
    "first page": "",
    "a shelf": "c/shelf/",
    "a product": "p/g0/",
    "a search": "search/?q=bird",
    "the cart": "cart/",
    "the checkout": "checkout/",
}
_FETCHED: Final = "performance.getEntriesByType('resource').map(one => one.name)"


def figures(house: House) -> Iterator[Figure]:
    """S3, S4, S5: the slowest page of the shop, the one that jumps most, the heaviest: each page is opened ten times anew."""
    from playwright.sync_api import sync_playwright

    with tenant_scope(house.tenant.id):
        _furnish(house)
    with house.serving(processes=1) as web, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=["--headless", "--no-sandbox", "--disable-gpu"])
        found = {name: _looked(chromium, web.address, path) for name, path in _PAGES.items()}
        chromium.close()
    for name, what, goal in (("S3", "largest thing stands, p90", LARGEST), ("S4", "jumps", JUMPS), ("S5", "weight", HEAVIEST)):
        unit = {"S3": "ms", "S4": "CLS", "S5": "bytes"}[name]
        for place, (page, told) in enumerate(sorted(found.items(), key=lambda one: -one[1][name]), 1):
            yield Figure(name=f"{name}.{place}", what=f"{page}: {what}", unit=unit, value=told[name], goal=f"<= {goal}")


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("DINGDAN_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise SystemExit("The shop is looked at by chromium: apt install chromium, or name it in DINGDAN_CHROMIUM.")
    return found


def _looked(chromium: Browser, address: str, path: str) -> dict[str, float]:
    """How a page behaves for somebody who comes for the first time, and has put something into the cart where it needs one."""
    largest, jumps, weight = [], [], 0
    for visit in range(VISITS + 1):
        context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)  # type: ignore[arg-type]
        page = context.new_page()
        if path in ("cart/", "checkout/"):
            page.goto(f"{address}/shop/p/g0/")
            page.locator("form button.big").click()
        page.add_init_script(_WATCH)
        page.goto(f"{address}/shop/{path}", wait_until="networkidle")
        seen = page.evaluate("window.seen")
        if visit:  # the first one finds caches empty that nobody else does
            largest.append(seen["largest"])
            jumps.append(seen["jumps"])
        else:
            weight = _weight(page)
        context.close()
    return {"S3": sorted(largest)[len(largest) * 9 // 10 - 1], "S4": max(jumps), "S5": float(weight)}


def _weight(page: Page) -> int:
    """Compressed bytes of the page with everything that it fetched but pictures."""
    urls = [page.url, *page.evaluate(_FETCHED)]
    answers = [page.context.request.get(url) for url in urls]
    return sum(len(gzip.compress(one.body(), 6)) for one in answers if not one.headers["content-type"].startswith("image/"))


def _furnish(house: House) -> None:
    """A shelf of goods with pictures, and everything that a checkout needs."""
    save_storefront(house.call(), storefront=StorefrontDraft(code="web", accent="#a34a2f", font="serif", corners="soft"))
    save_category(house.call(), category=CategoryDraft(slug="shelf", name="The shelf"))
    save_payment_method(
        house.call(), method=PaymentMethodDraft(code="bank_transfer", gateway="bank_transfer", name="Bank transfer")
    )
    looks = list(product(MOTIFS, PALETTES))[:: len(MOTIFS) * len(PALETTES) // GOODS][:GOODS]
    for number, (motif, palette) in enumerate(looks):
        variants = (VariantDraft(sku=f"G{number}", shortage="backorder", weight_grams=300),)
        draft = ProductDraft(slug=f"g{number}", name=f"{motif.title()} in {palette}", category="shelf", variants=variants)
        save_product(house.call(), product=draft)
        row = product_by_slug(f"g{number}")
        assert row is not None
        add_product_image(house.call(), product_id=row.id, name=f"{motif}.webp", content=drawn(motif, palette), alt=draft.name)
    listed = save_price_list(house.call(), price_list=PriceListDraft(code="seen", name="Seen", currency=house.tenant.currency))
    prices = [
        PriceDraft(variant_id=one.id, unit_price=Decimal(1490))
        for one in variants_by_sku([f"G{n}" for n in range(GOODS)]).values()
    ]
    set_prices(house.call(), price_list_id=listed.price_list_id, prices=tuple(prices))
