"""A shopper on a phone: from the first page to the placed order, in Chinese; nothing goes wrong on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.trade.orders.models import Order
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.storefront.front import Visitor, open_front, put_on_offer

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_works(shop: Shop, address: str, browser: Browser) -> None:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door", name_i18n={"zh-Hant": "貨到付款"})
    put_on_offer(shop, "mug", pieces=4, category="cups", name_i18n={"zh-Hant": "馬克杯"})
    with visit(browser, address, size=PHONE) as one:
        page = one.page
        one.go(Visitor(shop, "zh-hant").path())
        page.locator(".grid .card", has_text="馬克杯").get_by_role("link").click()
        page.get_by_role("button", name="加入購物車").click()
        assert "為您保留到" in one.read()
        page.get_by_role("link", name="結帳").click()
        page.fill("#f-email", "wang@example.com")
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.select_option("#f-country", "TW")
        page.locator("#f-country_area").wait_for()
        page.get_by_text("貼上整段地址").click()
        page.fill("textarea[name=pasted]", "王小明 0912345678 臺北市中正區忠孝東路一段1號3樓")
        page.get_by_role("button", name="自動填入").click()
        assert page.input_value("#f-city") == "中正區"
        page.fill("#f-postal_code", "100")
        one.read()
        page.get_by_role("button", name="送出訂單並付款").dblclick()
        page.get_by_role("heading", name="感謝您的訂購").wait_for()
        assert "王小明" in one.read()
        assert one.faults == []
    assert Order.objects.get().ship_to.address["city"] == "中正區"
