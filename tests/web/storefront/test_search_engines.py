"""What search engines read: maps by their rules, languages that name each other, offers with all that is asked of them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from dingdan.kernel import clock
from dingdan.masterdata.catalog.rules import VariantDraft
from dingdan.masterdata.policies.commands import retire_return_rule, save_return_rule
from dingdan.masterdata.policies.rules import ReturnRuleDraft
from dingdan.masterdata.pricing.commands import save_price_list
from dingdan.masterdata.pricing.models import PriceList
from dingdan.masterdata.pricing.rules import PriceListDraft
from dingdan.masterdata.promotions.commands import save_promotion
from dingdan.masterdata.promotions.rules import PromotionDraft
from dingdan.web.storefront import search_engines
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    open_front(shop)
    put_on_offer(shop, "mug", VariantDraft(sku="MUG", weight_grams=300), pieces=9, category="kitchen", description="<b>Blue</b>")
    put_on_offer(shop, "bowl", pieces=9, price=2500)
    return Visitor(shop)


def read(visitor: Visitor, name: str) -> ET.Element:
    """A map, held against the rules of sitemaps.org: root, order of parts, whole addresses of one host, lengths, numbers."""
    answer = visitor.get(name)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert len(answer.content) <= 50 * 2**20
    root = ET.fromstring(answer.content)  # noqa: S314 (our own)
    inner = {f"{MAP}urlset": f"{MAP}url", f"{MAP}sitemapindex": f"{MAP}sitemap"}[root.tag]
    assert 1 <= len(root) <= 50_000
    for row in root:
        assert row.tag == inner
        assert row[0].tag == f"{MAP}loc"
        assert {part.tag for part in row[1:]} <= {LINK}
        for url in (row[0].text or "", *(part.attrib["href"] for part in row[1:])):
            assert 12 <= len(url) < 2048
            assert url.startswith(settings.PUBLIC_URL + "/shop/")
            assert re.fullmatch(r"[A-Za-z0-9:/._~-]+", url)
    return root


def listed(root: ET.Element) -> dict[str, dict[str, str]]:
    """Each address with its languages."""
    return {str(row[0].text): {one.attrib["hreflang"]: one.attrib["href"] for one in row[1:]} for row in root}


def head_of(visitor: Visitor, url: str) -> tuple[str, dict[str, str]]:
    """What a page says is its own address, and that of its languages."""
    page = visitor.client.get(urlsplit(url).path).content.decode()
    [canonical] = re.findall(r'<link rel="canonical" href="([^"]+)">', page)
    return canonical, dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', page))


def test_the_map_lists_every_page_in_every_language(visitor: Visitor) -> None:
    """Each names all the others, its pages do as well, and each is the address that the page itself gives."""
    pages = listed(read(visitor, "sitemap.xml"))
    assert len(pages) == 3 * len(["", "c/kitchen/", "p/mug/", "p/bowl/"])
    for url, languages in pages.items():
        assert languages.keys() == {"en", "zh-Hant", "zh-Hans", "x-default"}
        assert url in languages.values()
        assert all(pages[other] == languages for other in languages.values())
        assert head_of(visitor, url) == (url, languages)
    english = Visitor(visitor.shop, language="en")  # the same page under another address
    url = f"{settings.PUBLIC_URL}{english.path('p/mug/')}"
    assert url not in pages
    assert head_of(english, url)[0] == f"{settings.PUBLIC_URL}{visitor.path('p/mug/')}"


def test_more_than_one_map_bears_are_several(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = listed(read(visitor, "sitemap.xml"))
    monkeypatch.setattr(search_engines, "PAGES_IN_MAP", 3)
    maps = [str(row[0].text) for row in read(visitor, "sitemap.xml")]
    assert maps == [f"{settings.PUBLIC_URL}{visitor.path(f'sitemap-{number}.xml')}" for number in (1, 2)]
    found: dict[str, dict[str, str]] = {}
    for number in (1, 2):
        found |= listed(read(visitor, f"sitemap-{number}.xml"))
    assert found == whole
    assert {visitor.get(f"sitemap-{number}.xml").status_code for number in (0, 3, 9999)} == {404}


def rules_of(text: str) -> list[tuple[str, str]]:
    """The lines of a robots.txt (RFC 9309)."""
    lines = [line.partition(": ") for line in text.splitlines()]
    assert lines[0] == ("User-agent", ": ", "*")
    assert {name for name, _sign, _value in lines[1:]} <= {"Disallow", "Sitemap"}
    return [(name, value) for name, _sign, value in lines[1:]]


def test_what_need_not_be_read(visitor: Visitor) -> None:
    unread = [path for name, path in rules_of(visitor.html("robots.txt")) if name == "Disallow"]
    for path in ("cart/", "checkout/", "account/orders/", "buy/?sku=MUG", "search/?q=tea", "zh-hant/cart/"):
        assert any(visitor.path(path).startswith(one) for one in unread)
    for path in ("", "p/mug/", "c/kitchen/", "search/", "zh-hans/p/mug/", "sitemap.xml"):
        assert not any(visitor.path(path).startswith(one) for one in unread)
    assert ("Sitemap", f"{settings.PUBLIC_URL}{visitor.path('sitemap.xml')}") in rules_of(visitor.html("robots.txt"))
    told = Client(SERVER_NAME="localhost").get("/robots.txt")
    assert (told.status_code, told["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert ("Disallow", "/backoffice/") in rules_of(told.content.decode())
    assert visitor.shop.tenant.slug not in told.content.decode()  # who else sells here is nobody's business


def test_whoever_only_reads_gets_no_cookie(visitor: Visitor) -> None:
    for path in ("", "zh-hant/", "c/kitchen/", "p/mug/", "search/?q=mug", "cart/", "buy/?sku=MUG", "find/", "sitemap.xml"):
        answer = visitor.client.get(visitor.path(path))
        assert answer.status_code == 200
        assert not answer.cookies, path


def data_of(visitor: Visitor, path: str, kind: str = "Product") -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', visitor.html(path))
    return next((one for text in found if (one := json.loads(text))["@type"] == kind), None)


def test_an_offer_says_what_is_asked_of_it(shop: Shop, visitor: Visitor) -> None:
    product = data_of(visitor, "p/mug/")
    assert (product["@context"], product["name"], product["sku"]) == ("https://schema.org", "Mug", "MUG")
    assert product["description"] == "<b>Blue</b>"
    [offer] = product["offers"]
    assert (offer["price"], offer["priceCurrency"], offer["availability"]) == ("10.00", "GBP", "https://schema.org/InStock")
    assert offer["url"] == product["url"] == f"{settings.PUBLIC_URL}{visitor.path('p/mug/')}"
    [shipping] = offer["shippingDetails"]
    assert shipping["shippingRate"] == {"@type": "MonetaryAmount", "value": "3.95", "currency": "GBP"}
    assert shipping["shippingDestination"] == {"@type": "DefinedRegion", "addressCountry": "GB"}
    days = {"@type": "QuantitativeValue", "minValue": 1, "maxValue": 3, "unitCode": "DAY"}
    assert shipping["deliveryTime"] == {"@type": "ShippingDeliveryTime", "transitTime": days}
    assert offer.keys().isdisjoint({"priceValidUntil", "hasMerchantReturnPolicy"})  # the shop says nothing of them
    trail = data_of(visitor, "p/mug/", "BreadcrumbList")["itemListElement"]
    assert [(one["position"], one["name"]) for one in trail] == [(1, "Kitchen"), (2, "Mug")]
    assert data_of(visitor, "p/bowl/", "BreadcrumbList") is None


def test_the_last_day_of_a_price_is_that_of_its_list_or_of_what_lowers_it(shop: Shop, visitor: Visitor) -> None:
    today = clock.now().date()
    row = PriceList.objects.get(code="front")
    draft = PriceListDraft(
        code="front", name="Front", currency="GBP", channel_id=row.channel_id, ends_on=today + timedelta(days=9)
    )
    save_price_list(shop.call(), price_list=draft)
    assert data_of(visitor, "p/mug/")["offers"][0]["priceValidUntil"] == str(today + timedelta(days=9))
    sale = PromotionDraft(code="sale", name="Sale", gives="percent", percent=Decimal("0.1"), ends_on=today + timedelta(days=4))
    save_promotion(shop.call(), promotion=sale)
    offer = data_of(visitor, "p/mug/")["offers"][0]
    assert (offer["price"], offer["priceValidUntil"]) == ("9.00", str(today + timedelta(days=4)))


RULES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"window_days": 14},
        {
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow", "merchantReturnDays": 14,
            "returnMethod": "https://schema.org/ReturnByMail",
            "returnFees": "https://schema.org/ReturnFeesCustomerResponsibility",
        },
    ),
    (
        {"shipping_paid_by": "shop", "restocking_rate": Decimal("0.15")},
        {
            "returnPolicyCategory": "https://schema.org/MerchantReturnUnlimitedWindow",
            "returnMethod": "https://schema.org/ReturnByMail", "returnFees": "https://schema.org/FreeReturn",
            "restockingFee": 15.0,
        },
    ),
    (
        {"window_days": 30, "currency": "GBP", "shipping_fee": 500},
        {
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow", "merchantReturnDays": 30,
            "returnMethod": "https://schema.org/ReturnByMail", "returnFees": "https://schema.org/ReturnShippingFees",
            "returnShippingFeesAmount": {"@type": "MonetaryAmount", "value": "5.00", "currency": "GBP"},
        },
    ),
    ({"allows": False}, {"returnPolicyCategory": "https://schema.org/MerchantReturnNotPermitted"}),
]  # fmt: skip


def test_what_the_shop_takes_back_is_what_its_rules_say(shop: Shop, visitor: Visitor) -> None:
    faulty = ReturnRuleDraft(code="faulty", name="Faulty", position=1, reasons=("damaged",), window_days=730)
    save_return_rule(shop.call(), rule=faulty)  # says nothing of what nothing is the matter with
    for number, (said, told) in enumerate(RULES):
        rule = ReturnRuleDraft(code=f"rule-{number}", name="A rule", position=10, **said)
        saved = save_return_rule(shop.call(), rule=rule)
        [offer] = data_of(visitor, "p/mug/")["offers"]
        usual = {"@type": "MerchantReturnPolicy", "applicableCountry": "GB"}
        assert offer["hasMerchantReturnPolicy"] == usual | told
        retire_return_rule(shop.call(), return_rule_id=saved.return_rule_id)


def properties(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta property="([^"]+)" content="([^"]*)">', page))


def test_who_shares_a_page_shows_what_it_is(visitor: Visitor) -> None:
    told = properties(visitor.html("p/mug/"))
    assert told == {
        "og:site_name": "A shop", "og:url": f"{settings.PUBLIC_URL}{visitor.path('p/mug/')}", "og:locale": "en_GB",
        "og:type": "product", "og:title": "Mug", "og:description": "&lt;b&gt;Blue&lt;/b&gt;",
        "product:price:amount": "10.00", "product:price:currency": "GBP",
    }  # fmt: skip
    assert properties(Visitor(visitor.shop, language="zh-hant").html())["og:locale"] == "zh_TW"
    assert properties(visitor.html("c/kitchen/"))["og:title"] == "Kitchen"
