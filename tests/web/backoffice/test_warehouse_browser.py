"""The warehouse on a phone in a real browser, by a scanner that types: a round, packing, handing over; refusals; two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from dingdan.trade.fulfillment.models import Errand, Package, Pick, Shipment, Wave
from tests import kit
from tests.browser.visiting import PHONE, Visit, signed_in, visit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import planned

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


SCANNER = """(code) => [...code, "Enter"].forEach((key) =>
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


def scan(page: Page, code: str, *, hears: str) -> None:
    """Type as a scanner does, wherever the focus is, however busy the machine is; the desk answers."""
    page.evaluate(SCANNER, code)
    page.wait_for_function("(text) => document.querySelector('.bo-heard').textContent.includes(text)", arg=hears)


def is_sent(page: Page) -> None:
    """Everything that was scanned has reached the server."""
    page.wait_for_function(
        "Object.keys(localStorage).filter((k) => k.startsWith('bo-queue')).every((k) => localStorage[k] === '[]')"
    )


def sign_in(one: Visit, shop: Shop) -> str:
    """Somebody of the warehouse sits there; their name."""
    signed_in(one, shop, "warehouse")
    return User.objects.latest("pk").username


def test_from_the_shelf_to_the_carrier_by_scans(shop: Shop, browser: Browser, address: str) -> None:
    kit.stock(shop, "TEA", 9, barcode="4006381333931")
    kit.stock(shop, "CUP", 9, barcode="4006381333948")
    planned(shop, ("TEA", 2), ("CUP", 1))
    planned(shop, ("TEA", 1))
    with visit(browser, address, size=PHONE) as one:
        sign_in(one, shop)
        one.go("/backoffice/fulfillment/shipment/")
        for box in one.page.locator("tbody input[name=id]").all():
            box.check()
        one.page.click("text=Start picking")
        one.page.wait_for_selector("[data-stop]")
        scan(one.page, "main-stock", hears="you are there")
        scan(one.page, "4006381333948", hears="Into tote 1")
        scan(one.page, "4006381333948", hears="There are enough of")
        scan(one.page, "9999999999994", hears="is not known here. Wanted: Article TEA")
        scan(one.page, "4006381333931", hears="Into tote 1")
        scan(one.page, "TEA", hears="Into tote 1")
        is_sent(one.page)
        one.page.context.set_offline(True)
        scan(one.page, "TEA", hears="Everything is picked")
        one.page.wait_for_selector("text=Not sent yet: 1")
        assert Pick.objects.count() == 3
        one.page.context.set_offline(False)
        one.page.wait_for_selector("text=Pack now")
        is_sent(one.page)
        assert Wave.objects.get().state == "ended"
        one.page.locator("text=Pack now").first.click()
        one.page.wait_for_selector("[data-missing]")
        one.page.click("[data-close]")
        one.page.wait_for_selector("text=Still to be packed: 3")
        scan(one.page, "4006381333931", hears="1 of 2")
        scan(one.page, "1.25 kg", hears="Weighed: 1250 g")
        one.page.click("[data-new-package]")
        scan(one.page, "4006381333948", hears="1 of 1")
        scan(one.page, "4006381333948", hears="Put this one back")
        scan(one.page, "4006381333931", hears="Everything is in")
        one.read()
        one.page.click("[data-close]")
        one.page.wait_for_selector("[data-unpack]")
        assert list(Package.objects.order_by("position").values_list("weight_grams", flat=True)) == [1250, None]
        packed = Shipment.objects.get(state="packed")
        one.go("/backoffice/fulfillment/shipment/hand-over/")
        scan(one.page, packed.number, hears=packed.number)
        scan(one.page, "JD0012345678", hears=f"Tracking number of {packed.number}: JD0012345678")
        one.page.fill("input[list=bo-carriers]", "JD Logistics")
        one.page.click("[data-hand-over]")
        one.page.wait_for_function("document.querySelector('.bo-heard').textContent.includes('is handed over')")
        gone = Shipment.objects.get(id=packed.id)
        assert (gone.state, gone.carrier, gone.tracking_number) == ("shipped", "JD Logistics", "JD0012345678")
        one.faults[:] = [fault for fault in one.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_somebody_else_is_told_who_walks_and_takes_over(shop: Shop, browser: Browser, address: str) -> None:
    kit.stock(shop, "TEA", 9)
    shipment = planned(shop, ("TEA", 3))
    with visit(browser, address, size=PHONE) as one, visit(browser, address, size=PHONE) as two:
        first = sign_in(one, shop)
        one.go("/backoffice/fulfillment/shipment/")
        one.page.check("tbody input[name=id]")
        one.page.click("text=Start picking")
        one.page.wait_for_selector("[data-stop]")
        scan(one.page, "TEA", hears="Into tote 1")
        is_sent(one.page)
        second = sign_in(two, shop)
        assert f"{first} is at it." in two.go(f"/backoffice/fulfillment/shipment/round/{Wave.objects.get().id}/")
        scan(two.page, "TEA", hears=f"{first} is at it.")
        two.page.click("text=Take over")
        two.page.click("dialog button >> text=Take over")
        two.page.wait_for_selector("[data-one]")
        scan(two.page, "TEA", hears="Into tote 1")
        is_sent(two.page)
        scan(one.page, "TEA", hears=f"{second} is at it since")
        assert Errand.objects.get().picked == 2
        two.page.click("[data-undo]")
        is_sent(two.page)
        two.page.click("[data-short]")
        two.page.click("text=They are missing")
        two.page.wait_for_function("document.querySelector('.bo-heard').textContent.includes('left the stock')")
        assert Shipment.objects.get(id=shipment).lines.get().quantity == 1
