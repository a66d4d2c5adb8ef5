"""An order by hand: a clerk with a phone does all of it, and the owner at a desk sees each step arrive by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from dingdan.trade.aftersales.models import Return
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import Person
from tests import kit
from tests.browser.visiting import DESK, PHONE, Visit, signed_in, visit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.web.backoffice.test_warehouse_browser import is_sent, scan
from tests.web.live.listening import told

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
ORDERS = "/backoffice/board/boardrow/"
BARCODE = "4006381333931"


class _Owner:
    """Somebody who looks on: the page of the order, which nobody touches."""

    def __init__(self, shop: Shop, page: Page) -> None:
        self.shop, self.page = shop, page

    def sees(self, *news: str, badge: str = "") -> None:
        """What happened has come up on the page, by itself."""
        told(self.shop)
        for one in news:
            self.page.locator("#bo-live [data-news] b", has_text=one).first.wait_for()
        if badge:
            self.page.locator(".bo-badges .bo-badge", has_text=badge).wait_for()


def test_found_changed_paid_sent_and_taken_back(shop: Shop, browser: Browser, address: str) -> None:
    kit.stock(shop, "TEA", 9, barcode=BARCODE)
    sold.rule(shop)
    buyer = Person(name="王小明", email="wang@example.com", phone="+886912345678", country="GB", address=kit.BUYER.address)
    order = kit.place(shop, ("TEA", 2), price=1000, ship_to=buyer)
    kit.place(shop, ("TEA", 1))
    kit.pay(shop, order)
    told(shop)
    with visit(browser, address, size=PHONE) as clerk, visit(browser, address, size=DESK) as looks_on:
        signed_in(clerk, shop, "sales", "warehouse")
        signed_in(looks_on, shop)
        looks_on.go(f"{ORDERS}{order.order_id}/")
        owner = _Owner(shop, looks_on.page)
        _find(clerk, "345678", order.number)
        _change(clerk, owner)
        _see_paid(clerk, owner, order)
        _send(clerk, owner)
        _take_back(clerk, owner, f"{ORDERS}{order.order_id}/")
    assert kit.breaches() == []


def _find(clerk: Visit, half: str, number: str) -> None:
    """By half a phone number."""
    clerk.go(ORDERS)
    clerk.page.fill("#searchbar", half)
    expect(clerk.page.locator("#result_list > tbody")).to_have_count(1)
    clerk.page.click(f"#result_list a:has-text('{number}')")
    clerk.page.get_by_role("heading", name=f"Order {number}", level=2).wait_for()
    assert "王小明" in clerk.read()


def _change(clerk: Visit, owner: _Owner) -> None:
    """It shall be wrapped as a gift: what comes of that is shown before it is done."""
    clerk.page.click("text=Change the order")
    clerk.page.click("summary:has-text('Prices of the whole order')")
    clerk.page.fill("input[name=fee-name]", "禮盒包裝")
    clerk.page.fill("input[name=fee-amount]", "5.00")
    clerk.page.locator(".bo-headline", has_text="£5.00").wait_for()
    clerk.read()
    with clerk.page.expect_navigation():
        clerk.page.click("button[name=apply]")
    owner.sees("Order changed")


def _see_paid(clerk: Visit, owner: _Owner, order: OrderPlaced) -> None:
    """The difference comes in from the bank, and the page says so by itself."""
    assert "£5.00" in clerk.page.locator(".bo-sums").inner_text()
    kit.pay(owner.shop, order, 5_00)
    owner.sees("Payment recorded", badge="Paid")
    clerk.page.locator(".bo-badges .bo-badge", has_text="Paid").wait_for()


def _send(clerk: Visit, owner: _Owner) -> None:
    """Picked and packed by scans, handed to the carrier."""
    clerk.go("/backoffice/fulfillment/shipment/")
    clerk.page.check("tbody input[name=id]")
    clerk.page.click("text=Start picking")
    clerk.page.wait_for_selector("[data-stop]")
    scan(clerk.page, BARCODE, hears="Into tote 1")
    scan(clerk.page, BARCODE, hears="Everything is picked")
    is_sent(clerk.page)
    owner.sees("Pieces picked")
    clerk.page.locator("text=Pack now").first.click()
    clerk.page.wait_for_selector("[data-missing]")
    scan(clerk.page, BARCODE, hears="1 of 2")
    scan(clerk.page, BARCODE, hears="Everything is in")
    is_sent(clerk.page)
    clerk.page.click("[data-close]")
    clerk.page.wait_for_selector("[data-unpack]")
    owner.sees("Shipment packed")
    clerk.go("/backoffice/fulfillment/shipment/hand-over/")
    number = Shipment.objects.get().number
    scan(clerk.page, number, hears=number)
    clerk.page.fill("input[list=bo-carriers]", "Royal Mail")
    clerk.page.click("[data-hand-over]")
    clerk.page.locator(".bo-heard", has_text="is handed over").wait_for()
    owner.sees("Shipment shipped", badge="Shipped")


def _take_back(clerk: Visit, owner: _Owner, path: str) -> None:
    """One piece comes back, is looked at, and its money is given back."""
    clerk.go(path)
    clerk.page.click("text=has arrived")
    clerk.page.click(".bo-links a:has-text('After the sale')")
    clerk.page.click("summary:has-text('Let goods come back')")
    form = clerk.page.locator("form[action$='/return/']")
    form.locator("input[name^=quantity-]").fill("1")
    form.get_by_role("button", name="See what comes of it").click()
    form.locator(".bo-told").wait_for()
    form.locator("button.good").click()
    owner.sees("Return authorized")
    clerk.page.get_by_role("button", name="Receive", exact=True).click()
    clerk.page.get_by_role("button", name="See what comes of it").click()
    clerk.page.get_by_role("button", name="Do it").click()
    clerk.page.get_by_text("£10.00 of it is given back.").wait_for()
    assert Return.objects.get().state == "inspected"
    owner.sees("Return inspected")
