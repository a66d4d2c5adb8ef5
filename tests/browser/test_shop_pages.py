"""The pages of a shop in a browser: they fit, break nothing, and can be used by whoever sees or moves badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dingdan.masterdata.catalog.commands import add_product_image
from dingdan.masterdata.catalog.queries import product_by_slug
from tests.browser.buyers import Till, check_out, choose, open_till, order
from tests.browser.drawings import drawn
from tests.browser.looking import faults_of
from tests.browser.visiting import DESK, SMALL, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.conftest import Shop

pytestmark = pytest.mark.slow


def _pages(till: Till, language: str = "") -> dict[str, str]:
    named = {
        "first": "", "product": "p/mug/", "search": "search/?q=mug", "nothing found": "search/?q=zzz", "cart": "cart/",
        "checkout": "checkout/",
    }  # fmt: skip
    return {name: till.path(path, language) for name, path in named.items()}


def test_each_page_by_day_and_by_night(shop: Shop, address: str, browser: Browser) -> None:
    with open_till(shop, address) as till:
        mug = product_by_slug("mug")
        assert mug is not None
        picture = drawn("cup", "#2f6f8f", "#efe9df")
        add_product_image(shop.call(), product_id=mug.id, name="mug.png", content=picture, alt="A mug")
        with visit(browser, address, size=DESK) as one:
            check_out(till, one, "mug", "tea")
            found = faults_of(one, _pages(till), [DESK], [False])
        with visit(browser, address, size=SMALL, language="zh-TW", dark=True) as one:
            check_out(till, one, "mug", language="zh-hant")
            found += faults_of(one, _pages(till, "zh-hant"), [SMALL], [True])
            check_out(till, one, language="zh-hant")
            choose(one.page, "bank_transfer")
            order(one.page)
            one.page.wait_for_url(lambda url: not url.endswith("/checkout/"))
            found += faults_of(one, {"order": one.page.url.removeprefix(address)}, [SMALL], [True, False])
    assert found == [], "\n".join(found)
