"""The pages of a shop in a browser: they fit, break nothing, and can be used by whoever sees or moves badly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browser.buyers import Till, check_out, choose, hang_pictures, open_till, order, sign_up
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


ACCOUNT: Final = (
    "", "orders/", "addresses/", "addresses/new/", "profile/", "profile/email/", "money/", "methods/", "security/", "privacy/",
    "privacy/erase/",
)  # fmt: skip
OWN: Final = ("", "change/", "cancel/", "messages/", "again/")


def test_each_page_by_day_and_by_night(shop: Shop, address: str, browser: Browser) -> None:
    with open_till(shop, address) as till:
        hang_pictures(shop)
        with visit(browser, address, size=DESK) as one:
            check_out(till, one, "mug", "tea")
            found = faults_of(one, _pages(till), [DESK], [False])
        with visit(browser, address, size=SMALL, language="zh-TW", dark=True) as one:
            check_out(till, one, "mug", language="zh-hant")
            found += faults_of(one, _pages(till, "zh-hant"), [SMALL], [True])
    assert found == [], "\n".join(found)


def test_each_page_of_an_account_and_its_order_by_day_and_by_night(shop: Shop, address: str, browser: Browser) -> None:
    with open_till(shop, address) as till, visit(browser, address, size=SMALL) as one:
        sign_up(till, one)
        check_out(till, one, "mug", "pot")
        choose(one.page, "bank_transfer")
        placed = order(one.page)
        till.follows()
        mine = f"account/orders/{placed.id}/"
        paths = {path or "overview": till.path(f"account/{path}") for path in ACCOUNT}
        paths |= {path or "order": till.path(mine + path, "zh-hant") for path in OWN}
        found = faults_of(one, paths, [SMALL], [False, True])
        one.page.context.clear_cookies()
        outside = {path: till.path(path) for path in ("account/sign-in/", "find/")}
        found += faults_of(one, outside, [SMALL], [False, True])
    assert found == [], "\n".join(found)
