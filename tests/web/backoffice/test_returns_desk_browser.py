"""The returns desk on a phone in a real browser, by a scanner that types: from the door to the money; refusals; two people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.trade.aftersales.models import Attachment, Examination, Return, StrayParcel
from tests import kit
from tests.browser.visiting import PHONE, Visit, signed_in, visit
from tests.conftest import Shop
from tests.trade.aftersales.desk import announced
from tests.trade.tickets.desk import PNG
from tests.web.backoffice.test_warehouse_browser import heard, is_sent, scan

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TEA, CUP = "4006381333931", "4006381333948"


def _sold(shop: Shop) -> str:
    """An order of two teas and a cup that was delivered; its number."""
    kit.stock(shop, "TEA", 9, barcode=TEA)
    kit.stock(shop, "CUP", 9, barcode=CUP)
    kit.stock(shop, "POT", 1, barcode="4006381333955")
    order = kit.place(shop, ("TEA", 2), ("CUP", 1))
    kit.pay(shop, order)
    kit.deliver(shop, order)
    return order.number


def _photograph(one: Visit) -> None:
    with one.page.expect_response("**/desk/photo/"):
        one.page.set_input_files("[data-photo-file]", {"name": "cup.png", "mimeType": "image/png", "buffer": PNG})


def test_a_parcel_without_a_return_from_the_door_to_the_money(shop: Shop, browser: Browser, address: str) -> None:
    number = _sold(shop)
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop, "aftersales")
        one.go("/backoffice/aftersales/return/desk/")
        scan(one.page, "SF404", hears="is not known here")
        one.page.fill("textarea", "A kettle")
        one.page.click("[data-park]")
        heard(one.page, "put aside as U101")
        _photograph(one)
        assert StrayParcel.objects.get().attachments.count() == 1
        scan(one.page, CUP, hears="This is Article CUP (CUP).")
        scan(one.page, number, TEA, hears="order")  # what is scanned while the page is being left is meant for the next
        one.page.locator("[data-line=TEA] b", has_text="1").wait_for()
        scan(one.page, "4006381333955", hears="was not delivered with this order")
        scan(one.page, TEA, hears="Article TEA: 2")
        scan(one.page, CUP, hears="Article CUP: 1")
        scan(one.page, CUP, hears="All of Article CUP")
        one.read()
        one.page.click("[data-allow]")
        one.page.wait_for_selector("[data-arrive]")
        scan(one.page, TEA, hears="1 × Article TEA")
        scan(one.page, CUP, hears="Say first of which grade Article TEA")
        scan(one.page, TEA, hears="2 × Article TEA")
        one.page.click("[data-grade=A]")
        scan(one.page, CUP, hears="Article CUP")
        _photograph(one)
        one.page.wait_for_selector(".bo-photos img")
        one.page.click("[data-grade=C]")
        is_sent(one.page)
        scan(one.page, TEA, hears="All of Article TEA (TEA) were looked at")
        scan(one.page, "4006381333955", hears="is not part of this return")
        one.page.click("[data-undo]")
        heard(one.page, "is to be looked at once more")
        is_sent(one.page)
        one.page.context.set_offline(True)
        scan(one.page, CUP, hears="Article CUP")
        one.page.click("[data-grade=B]")
        one.page.wait_for_selector("text=Not sent yet: 1")
        one.page.context.set_offline(False)
        is_sent(one.page)
        one.page.wait_for_selector("[data-outcome] .bo-facts")
        one.read()
        one.page.click("[data-finish]")
        one.page.wait_for_selector("[data-next]")
        heard(one.page, "It is finished. £7.00 of it is given back. £7.00 goes back the way it came: Cash.")
        row = Return.objects.get()
        assert (row.state, sum(line.refund for line in row.lines.all())) == ("inspected", 700)
        assert Attachment.objects.get(rma=row).line == row.lines.get(order_line__sku="CUP")
        one.page.click("[data-next]")
        one.page.wait_for_selector("[data-waits=stray]")
        one.faults[:] = [fault for fault in one.faults if "ERR_INTERNET_DISCONNECTED" not in fault]


def test_two_people_scan_the_same_parcel(shop: Shop, browser: Browser, address: str) -> None:
    rma = announced(shop, 1, barcode=TEA)
    with visit(browser, address, size=PHONE) as one, visit(browser, address, size=PHONE) as two:
        for who in (one, two):
            signed_in(who, shop, "warehouse")
            who.go(f"/backoffice/aftersales/return/desk/{rma.return_id}/")
        scan(one.page, TEA, hears="1 × Article A")
        scan(two.page, TEA, hears="1 × Article A")
        one.page.click("[data-grade=A]")
        is_sent(one.page)
        two.page.click("[data-grade=C]")
        heard(two.page, "Only 0 of these pieces are still to be looked at, not 1")
        assert two.page.evaluate("document.getElementById('bo-desk').dataset.sound") == "wrong"
        two.page.wait_for_selector("[data-outcome]")
        one.page.click("[data-finish]")
        one.page.wait_for_selector("[data-next]")
        two.page.click("[data-undo]")
        two.page.wait_for_selector("[data-next]")
        assert list(Examination.objects.values_list("code", "undone_at")) == [("A", None)]
        assert Return.objects.get().state == "inspected"
