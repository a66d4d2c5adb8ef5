"""The warehouse on a phone in a real browser, by a scanner that types: a round, packing, handing over; refusals; two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from dingdan.trade.fulfillment.commands import PackShipment, pack_shipment
from dingdan.trade.fulfillment.models import Errand, Package, Pick, Shipment, Wave
from tests import kit
from tests.browser.visiting import PHONE, Visit, signed_in, visit
from tests.conftest import Shop
from tests.trade.fulfillment.rounds import planned

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


TYPES = """(codes) => {
    let at = performance.now();  // of the scanner, however busy the machine is
    for (const key of codes.flatMap((code) => [...code, "Enter"])) {
        const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
        Object.defineProperty(pressed, "timeStamp", { value: at++ });
        (document.activeElement ?? document).dispatchEvent(pressed);
    }
}"""
SCANNER = f"""async ([codes, hears]) => {{
    const said = [];
    const answer = new Promise((done, failed) => {{
        const listener = new MutationObserver(() => {{
            said.push(document.querySelector(".bo-heard").textContent);
            if (!said.at(-1).includes(hears)) return;
            listener.disconnect();
            done();
        }});
        listener.observe(document.querySelector(".bo-heard"), {{ childList: true }});
        setTimeout(() => failed(new Error(`not "${{hears}}", but ${{JSON.stringify(said)}}`)), 60000);
    }});
    ({TYPES})(codes);
    await answer;
}}"""
BEFORE = f"""document.addEventListener("readystatechange", () => {{
    if (document.readyState === "interactive" && location.pathname.endsWith("%s")) ({TYPES})(["%s"]);
}})"""


def scan(page: Page, *codes: str, hears: str) -> None:
    """Type as a scanner does, wherever the focus is; the desk answers to this, whatever it says next."""
    page.evaluate(SCANNER, [codes, hears])


def scan_before(page: Page, path: str, code: str) -> None:
    """Type as a scanner does, as soon as a page is opened: before any of its modules runs."""
    page.add_init_script(BEFORE % (path, code))


def heard(page: Page, text: str) -> None:
    """The desk says something."""
    page.locator(".bo-heard", has_text=text).wait_for()


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
        scan(one.page, "4006381333931", "TEA", hears="Into tote 1")
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
        one.page.hover("[data-close]")
        one.page.mouse.down()
        scan(one.page, "4006381333931", hears="1 of 2")  # what is pressed meanwhile stays where it is
        one.page.mouse.up()
        heard(one.page, "Still to be packed: 2")
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
        other = Shipment.objects.exclude(id=packed.id).get()
        pack_shipment.one(shop.call(), PackShipment(other.id))
        scan_before(one.page, "/hand-over/", packed.number)
        one.go("/backoffice/fulfillment/shipment/hand-over/")
        one.page.locator(".bo-parcels", has_text=packed.number).wait_for()
        scan(one.page, "JD0012345678", other.number, hears=other.number)  # while the desk asks what the first is, comes the next
        one.page.fill("input[list=bo-carriers]", "JD Logistics")
        one.page.click("[data-hand-over]")
        heard(one.page, "is handed over")
        is_sent(one.page)
        gone = Shipment.objects.order_by("-tracking_number").values_list("id", "state", "carrier", "tracking_number")
        assert list(gone) == [
            (packed.id, "shipped", "JD Logistics", "JD0012345678"),
            (other.id, "shipped", "JD Logistics", ""),
        ]
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
        heard(two.page, "left the stock")
        assert Shipment.objects.get(id=shipment).lines.get().quantity == 1
