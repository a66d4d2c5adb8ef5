"""The shop on a home screen: what it is called there, its icons, what is there without a connection."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from dingdan.masterdata.shop.commands import retire_storefront, save_storefront
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.web.storefront.front import Visitor, open_front, put_on_offer

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    open_front(shop, title="陶屋", tagline="Cups", tagline_i18n={"zh-Hant": "杯子"}, accent="#a34a2f")
    return Visitor(shop)


def test_it_works(visitor: Visitor) -> None:
    root = visitor.path()
    for language, tag, told, cart in (("", "en", "Cups", "Cart"), ("zh-hant", "zh-Hant", "杯子", "購物車")):
        visitor.language = language
        answer = visitor.get("manifest.webmanifest")
        said = json.loads(answer.content)
        assert answer["Content-Type"].startswith("application/manifest+json")
        assert (said["name"], said["lang"], said["description"]) == ("陶屋", tag, told)
        assert (said["id"], said["scope"], said["start_url"]) == (root, root, visitor.path())
        assert said["shortcuts"][1]["name"] == cart
        for one in said["icons"]:
            drawn = Image.open(BytesIO(visitor.client.get(one["src"]).content))
            assert (f"{drawn.width}x{drawn.height}", drawn.format) == (one["sizes"], "PNG")
        page = visitor.html()
        assert f'rel="manifest" href="{visitor.path()}manifest.webmanifest"' in page
        assert f'data-worker="{root}sw.js" data-scope="{root}"' in page


def test_a_maskable_icon_is_filled_to_its_edge_and_another_one_is_not(visitor: Visitor) -> None:
    corners = {
        name: Image.open(BytesIO(visitor.get(f"icons/{name}.png").content)).convert("RGBA").getpixel((0, 0))
        for name in ("maskable", "512")
    }
    assert corners == {"maskable": (0xA3, 0x4A, 0x2F, 255), "512": (0, 0, 0, 0)}
    assert visitor.get("icons/9999.png").status_code == 404
    assert "陶" in visitor.get("icon.svg").content.decode()


def test_icons_have_another_address_once_the_shop_looks_otherwise(shop: Shop, visitor: Visitor) -> None:
    before = json.loads(visitor.get("manifest.webmanifest").content)["icons"]
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", title="<b>", accent="#14566b"))
    after = json.loads(visitor.get("manifest.webmanifest").content)["icons"]
    assert {one["src"] for one in before}.isdisjoint(one["src"] for one in after)
    assert "&lt;</text>" in visitor.get("icon.svg").content.decode()


def test_a_worker_knows_its_shop_and_speaks_every_language(shop: Shop, visitor: Visitor) -> None:
    answer = visitor.get("sw.js")
    first, body = answer.content.decode().split("\n", 1)
    known = json.loads(first.removeprefix("const SHOP = ").removesuffix(";"))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/javascript; charset=utf-8", "no-cache")
    assert known["root"] == visitor.path()
    assert [one["tag"] for one in known["languages"].values()] == ["en", "zh-Hant", "zh-Hans"]
    for one in known["languages"].values():
        assert visitor.client.get(one["offline"]).status_code == 200
    assert "addEventListener" in body
    assert "目前沒有網路" in visitor.client.get(known["languages"]["zh-hant"]["offline"]).content.decode()
    retire_storefront(shop.call(), storefront_id=Storefront.objects.get().id)
    assert "unregister" in visitor.get("sw.js").content.decode()


def test_without_a_connection(shop: Shop, address: str, browser: Browser, visitor: Visitor) -> None:
    put_on_offer(shop, "mug", pieces=4, name_i18n={"zh-Hant": "馬克杯"})
    visitor.language = "zh-hant"
    with visit(browser, address, size=PHONE, keeps=True) as one:
        page = one.page
        one.go(visitor.path())
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        one.go(visitor.path("p/mug/"))
        page.get_by_role("button", name="加入購物車").click()
        assert "馬克杯" in one.read()
        assert one.faults == []
        page.context.set_offline(True)
        page.goto(address + visitor.path("p/mug/"))
        assert "您目前離線" in page.inner_text("#as-of")
        assert "£10.00" in one.read()

        page.goto(address + visitor.path("cart/"))
        page.get_by_role("heading", name="目前沒有網路").wait_for()
        assert "£" not in one.read()
        assert page.get_by_role("link", name="馬克杯").get_attribute("href") == visitor.path("p/mug/")
        page.context.set_offline(False)
        page.get_by_role("link", name="重試").click()
        page.get_by_role("heading", name="購物車").wait_for()
        assert "£10.00" in one.read()
        one.faults.clear()  # a browser tells everybody that it was offline
