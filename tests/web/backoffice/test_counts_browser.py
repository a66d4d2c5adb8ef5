"""Counting on a phone in a real browser, by a scanner that types: places, pieces, finds, no connection; then the books."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.trade.counting.models import Count, CountLine
from tests import kit
from tests.browser.visiting import PHONE, signed_in, visit
from tests.conftest import Shop
from tests.ledgers.inventory import book
from tests.trade.counting import sheets
from tests.web.backoffice.test_warehouse_browser import is_sent, scan

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_from_the_sheet_to_the_books_by_scans(shop: Shop, browser: Browser, address: str) -> None:
    tea, cup = kit.stock(shop, "TEA", 3, barcode="4006381333931"), kit.stock(shop, "CUP", barcode="4006381333948")
    book.receive(shop, "CUP", 2, location_id=sheets.shelf(shop, "R2"))
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop, "warehouse")
        one.go("/backoffice/counting/count/new/")
        one.page.fill("input[name=tolerance]", "1")
        one.page.click("text=Make the sheet")
        one.page.click("text=Count with a phone or scanner")
        one.page.wait_for_selector(".bo-stops")
        scan(one.page, "4006381333931", hears="Scan the place first")
        scan(one.page, "main-stock", hears="main-stock: you are there.")
        scan(one.page, "4006381333931", hears="Article TEA: 1")
        scan(one.page, "TEA", hears="Article TEA: 2")
        scan(one.page, "4006381333948", hears="is not on the sheet here. It is written down as found.")
        scan(one.page, "9999999999994", hears="is not known here.")
        one.read()
        one.page.click("[data-done]")
        one.page.wait_for_selector("[data-place=R2]")
        is_sent(one.page)
        one.page.context.set_offline(True)
        one.page.fill("[data-line]", "2")
        one.page.click("[data-done]")
        one.page.wait_for_selector("text=Not sent yet: 1")
        assert CountLine.objects.filter(counted=None).count() == 1
        one.page.context.set_offline(False)
        is_sent(one.page)
        one.page.click("[data-sheet]")
        one.page.wait_for_selector("text=3 of 3 places are counted.")
        one.page.click("text=Look what comes of it")
        one.page.locator("button.good", has_text="Correct the books").click()
        one.page.wait_for_selector("text=The books are corrected.")
        assert Count.objects.get().state == "applied"
        assert (kit.levels(tea), kit.levels(cup)) == ((2, 0), (3, 0))
        one.read()
        one.faults[:] = [fault for fault in one.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
