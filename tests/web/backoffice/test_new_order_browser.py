"""An order taken on a phone in a real browser: by scanning and by keys, refused and mended, placed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dingdan.kernel.contact import PostalAddress
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.rules import AddressDraft, ContactDraft, CustomerDraft
from dingdan.trade.orders.models import Order, OrderNote
from dingdan.web.backoffice import new_order
from tests import kit
from tests.browser.visiting import PHONE, signed_in, visit
from tests.conftest import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_scanned_refused_mended_and_placed(shop: Shop, browser: Browser, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_order, "PATIENCE", 0)
    kit.stock(shop, "TEA", 9, barcode="4006381333931")
    kit.stock(shop, "MUG", 2)
    kit.price(shop, "TEA", 250)
    kit.price(shop, "MUG", 400)
    home = PostalAddress(country_code="GB", street_address="10 Downing Street", city="London", postal_code="SW1A 2AA")
    contact = ContactDraft(name="王小明", phone="+442079460000")
    draft = CustomerDraft(contact=contact, addresses=(AddressDraft(address=home, is_default=True),))
    customer_id = save_customer(shop.call(), customer=draft).customer_id
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop, "sales")
        one.go("/backoffice/board/boardrow/")
        one.page.click("a:has-text('New order')")
        one.page.wait_for_selector("#find-customer:focus")
        one.page.keyboard.type("小明")
        one.page.wait_for_selector("#found-customers [aria-selected=true]")
        one.page.keyboard.press("Enter")
        one.page.wait_for_selector("#find-article:focus")
        assert one.page.input_value("[name=postal_code]") == "SW1A 2AA"
        for code in ("4006381333931", "9999999999994", "4006381333931", "mug"):  # a scanner waits for no answer
            one.page.keyboard.type(code)
            one.page.keyboard.press("Enter")
        one.page.wait_for_selector("[data-row=MUG]")
        assert one.page.input_value("[data-row=TEA] [name=quantity]") == "2"
        one.page.wait_for_selector("button:has-text('Place the order: £9.00')")
        one.page.fill("[data-row=MUG] [name=quantity]", "5")
        one.page.wait_for_selector("[data-row=MUG] .bo-error:has-text('Only 2 of MUG can be ordered, not 5.')")
        one.page.fill("[data-row=MUG] [name=quantity]", "1")
        one.page.fill("[data-row=TEA] [name=price]", "2.00")
        one.page.wait_for_selector("[data-row=TEA] .bo-error:has-text('Say why it costs something else.')")
        one.page.fill("[data-row=TEA] [name=reason]", "Old friend")
        one.page.wait_for_selector("button:has-text('Place the order: £8.00')")
        one.read()
        one.page.dblclick("button:has-text('Place the order')")
        one.page.wait_for_selector("text=Order 1001 is placed.")
        one.page.wait_for_selector("h3:has-text('Payment link')")
        one.read()
    order = Order.objects.get()
    assert (order.total, order.customer_id, order.ship_to.name) == (800, customer_id, "王小明")
    assert OrderNote.objects.get().text == "TEA · 2.00: Old friend"
