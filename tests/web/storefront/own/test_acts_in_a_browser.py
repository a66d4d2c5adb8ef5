"""A shopper on a phone changes an order: what comes of it follows what is chosen, and pressed twice it is done once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.trade.changes.models import Change
from tests import kit
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.changes.changing import kept
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.own.desk import below

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_works(shop: Shop, address: str, browser: Browser) -> None:
    open_front(shop)
    put_on_offer(shop, "mug", pieces=9)
    put_on_offer(shop, "tea", pieces=9, price=300)
    order = kit.place(shop, ("MUG", 2), price=None, shipping_method="post")
    kit.pay(shop, order)
    mug = order.lines[0].line_id
    with visit(browser, address, size=PHONE) as one:
        page = one.page
        one.go(Visitor(shop).path(below(order.order_id)))
        page.get_by_role("link", name="Change the order").click()
        page.locator(f'[value="more:q-{mug}"]').click()
        page.locator("#sum").get_by_text("£10.00 more", exact=True).wait_for()
        page.fill("#f-find", "tea")
        page.locator("#do-find").click()
        page.locator("#besides").get_by_role("button", name="One more").click()
        page.locator("#tally").get_by_text("£13.00 more", exact=True).wait_for()
        assert page.input_value(f"#f-q-{mug}") == "3"
        one.read()
        page.get_by_role("button", name="Change it: £13.00 more").dblclick()
        page.get_by_role("heading", name="Your order is changed.").wait_for()
        assert "Pay £13.00" in one.read()
        page.get_by_text("Take it back").first.click()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="That is taken back").wait_for()
    assert [one.state for one in Change.objects.all()] == ["undone"]
    assert (kept(order), sold.owed(order).due) == ([("", 1, 395), ("MUG", 2, 2000)], 0)
    assert kit.breaches() == []
