"""Customers on a phone in a real browser: half a name finds them, a note is written, a consent, a block for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.automation.consumers import drain
from dingdan.masterdata.customers.commands import save_customer
from dingdan.masterdata.customers.models import Consent, Customer, CustomerNote
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft
from tests import kit
from tests.browser.visiting import PHONE, signed_in, visit
from tests.conftest import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_found_noted_and_blocked(shop: Shop, browser: Browser, address: str) -> None:
    contact = ContactDraft(name="王小明", email="ming@example.com", phone="+886912345678")
    customer_id = save_customer(shop.call(), customer=CustomerDraft(contact=contact)).customer_id
    save_customer(shop.call(), customer=CustomerDraft(contact=ContactDraft(name="李大同")))
    kit.stock(shop, "TEA", 9)
    kit.place(shop, ("TEA", 2), customer_id=customer_id)
    drain(shop.tenant_id)
    with visit(browser, address, size=PHONE) as one:
        signed_in(one, shop, "sales")
        one.go("/backoffice/customers/customer/")
        one.page.fill("#searchbar", "小明")
        one.page.wait_for_function("!document.querySelector('#bo-list').textContent.includes('李大同')")
        one.page.click("#bo-list a:has-text('C1001')")
        one.page.wait_for_selector("h2:has-text('王小明')")
        assert "£5.00" in one.read()
        one.page.click("summary:has-text('Write a note')")
        one.page.fill("details[open] textarea[name=text]", "晚上再打電話")
        one.page.check("details[open] input[name=is_pinned]")
        one.page.click("details[open] button:has-text('Write it')")
        one.page.wait_for_selector("text=The note is written.")
        assert "晚上再打電話" in one.read()
        one.page.click("summary:has-text('Write a consent down')")
        one.page.click("details[open] button:has-text('They agreed')")
        one.page.wait_for_selector("text=The consent is written down.")
        one.page.click("summary:text-is('Block')")
        one.page.fill("details[open] textarea[name=reason]", "Never fetches parcels")
        one.page.click("details[open] button:text-is('Block')")
        one.page.wait_for_selector("text=They can order nothing for now.")
        one.read()
    assert Customer.objects.get(id=customer_id).state == "blocked"
    assert sorted(CustomerNote.objects.values_list("text", "about")) == [
        ("Never fetches parcels", "blocked"),
        ("晚上再打電話", ""),
    ]
    assert Consent.objects.get().source == "phone"
