"""Wording a mail in a browser: it is shown while it is written, names are put in by a click, and it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dingdan.masterdata.shop.commands import save_storefront
from dingdan.masterdata.shop.rules import StorefrontDraft
from dingdan.masterdata.wording.models import Wording
from tests.automation.test_notices import letter
from tests.browser.looking import faults_of
from tests.browser.visiting import DESK, PHONE, signed_in, visit
from tests.conftest import Shop
from tests.kit import place, stock

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
HERE = "/backoffice/wording/order_confirmed/en/"


def test_a_mail_is_shown_while_it_is_written(shop: Shop, browser: Browser, address: str) -> None:
    save_storefront(shop.call(), storefront=StorefrontDraft(code="web", title="Mugs & more", accent="#b3402a"))
    stock(shop, "TEA", 10)
    letter(shop, place(shop, ("TEA", 2), payment_method="bank_transfer"), "order_confirmed")
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        one.page.goto(address + HERE)
        wide, phone = (one.page.locator(f".wd-{name} iframe").content_frame for name in ("wide", "phone"))
        assert wide.locator("h1").inner_text() == "Thank you for your order"
        one.page.fill("[name=heading]", "Hooray, ")
        one.page.click("[data-insert='{{ customer.name }}']")
        for frame in (wide, phone):
            frame.get_by_role("heading", name="Hooray, Ann Lee").wait_for()
        one.page.fill("[name=body]", "**Soon** at your door.\n\n{{ poem }}")
        one.page.get_by_text(re.compile("Line 3, column [0-9]+: nothing here is called “poem”.")).wait_for()
        one.page.fill("[name=body]", "**Soon** at your door.")
        wide.locator("strong", has_text="Soon").wait_for()
        one.page.click("button[value=save]")
        one.page.get_by_text("Saved. Notices are worded so from now on.").wait_for()
        found = faults_of(one, {"list": "/backoffice/wording/", "editor": HERE}, [DESK, PHONE], [True, False])
    assert Wording.objects.values_list("heading", "body").get() == ("Hooray, {{ customer.name }}", "**Soon** at your door.")
    assert found == [], "\n".join(found)
