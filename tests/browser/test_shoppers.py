"""Whole stories of shoppers at a browser: each way to pay, what changes while somebody checks out, and a shop in Chinese."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from dingdan.automation.setup import create_tenant
from dingdan.kernel import clock
from dingdan.kernel.journal import SYSTEM
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import expire_holds
from dingdan.ledgers.payments.queries import receivable_of
from dingdan.trade.orders.models import Order
from dingdan.web.storefront import carts
from tests import kit
from tests.browser.buyers import Till, check_out, choose, fill, open_till, order, price
from tests.browser.visiting import DESK, PHONE, Visit, visit
from tests.conftest import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHINESE: Final = {
    "name": "王小明", "email": "wang@example.org", "phone": "13800138000", "country": "CN", "country_area": "广东省",
    "city": "深圳市", "city_area": "南山区", "street_address": "科技园路1号", "postal_code": "518000",
}  # fmt: skip


def _bought(till: Till, one: Visit, method: str, *slugs: str, language: str = "") -> Order:
    """Buy something to be paid by a method; the order."""
    check_out(till, one, *slugs, language=language)
    choose(one.page, method)
    return order(one.page)


def _due(order: Order) -> int:
    return receivable_of("order", [order.id])[order.id].due


def _at_the_firm(till: Till, page: Page) -> None:
    """Approve on the page of a firm; the way leads back."""
    page.wait_for_url(lambda url: url.startswith(till.sandbox.address))
    page.locator("button.yes").first.click()
    page.wait_for_url(lambda url: not url.startswith(till.sandbox.address))
    till.follows()


def test_each_way_to_pay_on_a_phone(shop: Shop, address: str, browser: Browser) -> None:
    with open_till(shop, address) as till, visit(browser, address, size=PHONE) as one:
        one.trusts(till.sandbox.address)
        for firm in ("stripe", "paypal"):
            bought = _bought(till, one, firm, "mug", "tea")
            _at_the_firm(till, one.page)
            assert _due(bought) == 0, firm
            assert bought.lines.count() == 3  # both, and the way
            one.read()
        for later, said in (("bank_transfer", "Bank transfer"), ("cash_on_delivery", "Cash on delivery")):
            bought = _bought(till, one, later, "tea")
            assert _due(bought) == 1300, later
            assert said in one.read()
        assert Order.objects.count() == 4
        assert kit.breaches() == []


@pytest.fixture
def in_china() -> Any:
    """A shop in China, whose buyers pay in yuan."""
    tenant = create_tenant(
        f"shop-{secrets.token_hex(6)}", "小店", currency="CNY", country="CN", time_zone="Asia/Shanghai", language="zh-Hans"
    )
    with tenant_scope(tenant.id):
        yield Shop(tenant, SYSTEM)


def test_a_chinese_shopper_by_code_at_a_desk_and_by_app_on_a_phone(in_china: Shop, address: str, browser: Browser) -> None:
    """At the desk in 简体, on the phone in 繁體."""
    with open_till(in_china, address, said=CHINESE) as till:
        with visit(browser, address, size=DESK, language="zh-CN") as one:
            one.trusts(till.sandbox.address)
            _reads(till, one, "zh-hans", "马克杯", "加入购物车")
            bought = _bought(till, one, "wechatpay", "mug", language="zh-hans")
            assert bought.shipping_name == "快递"
            one.page.locator("svg").first.wait_for()  # the code
            one.read()
            till.scans(bought.id)
            assert _due(bought) == 0
        with visit(browser, address, size=PHONE, language="zh-TW") as one:
            one.trusts(till.sandbox.address)
            _reads(till, one, "zh-hant", "馬克杯", "加入購物車")
            bought = _bought(till, one, "alipay", "pot", language="zh-hant")
            assert bought.shipping_name == "宅配"
            _at_the_firm(till, one.page)
            assert _due(bought) == 0
            one.read()
        assert kit.breaches() == []


def _reads(till: Till, one: Visit, language: str, goods: str, button: str) -> None:
    """The first page and that of a mug are in the language."""
    assert goods in one.go(till.path("", language))
    assert button in one.go(till.path("p/mug/", language))


def test_what_changes_while_somebody_checks_out(shop: Shop, address: str, browser: Browser) -> None:
    """A price, and then the goods themselves, once the time for which they were held is over: nothing that was typed is lost."""
    with open_till(shop, address, pieces=1) as till, visit(browser, address, size=PHONE) as one:
        check_out(till, one, "mug")
        choose(one.page, "cash_on_delivery")
        _goes_on_typing(one.page)
        price(shop, {"MUG": 1400})
        assert "£19.00" in _refused(one)
        with clock.moved_by(carts.HOLDS + timedelta(minutes=1)):
            expire_holds(shop.call(at=clock.now()))
            kit.place(shop, ("MUG", 1))
            assert "No more than 0 can be had now" in _refused(one)
            check_out(till, one, "tea")
            one.go(till.path("cart/"))
            with one.page.expect_navigation():
                one.page.get_by_role("button", name="Remove").first.click()
            one.go(till.path("checkout/"))
            fill(one.page, till.said)
            choose(one.page, "cash_on_delivery")
            placed = order(one.page)
            assert receivable_of("order", [placed.id])[placed.id].amount == 1300
            assert Order.objects.count() == 2
            assert kit.breaches() == []


def _goes_on_typing(page: Page) -> None:
    """What is typed while the page reckons stays as it is."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        with page.expect_request(lambda asked: asked.method == "POST"):
            page.fill("#f-phone", "+442079460000")
            page.locator("#f-city").focus()
        page.locator("#f-city").fill("Leeds")
    page.wait_for_timeout(200)
    assert page.input_value("#f-city") == "Leeds"


def _refused(one: Visit) -> str:
    """Press the button in vain; what the page says then, on which everything that was typed still stands."""
    known = Order.objects.count()
    with one.page.expect_navigation():
        one.page.locator("#sum button[value=place]").click()
    assert (Order.objects.count(), one.page.input_value("#f-name")) == (known, "Amy Wong")
    (conflict,) = one.faults
    assert "409" in conflict
    one.faults.clear()
    return one.read()
