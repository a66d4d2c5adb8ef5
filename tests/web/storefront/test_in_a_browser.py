"""The page to pay on in a real browser: a code is scanned, and the page says by itself that it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from dingdan.automation.gateways import settle
from dingdan.automation.pay_links import PAY_ORDER, pay_url
from dingdan.kernel import clock
from dingdan.masterdata.methods.commands import save_merchant_account
from tests import kit
from tests.automation.penny import pennypay
from tests.browser.visiting import DESK, PHONE, visit
from tests.conftest import Shop
from tests.masterdata.methods.firm import ACCOUNT
from tests.masterdata.methods.offered import offer
from tests.web.live.listening import told

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_a_code_is_paid_while_the_page_looks_on(shop: Shop, address: str, browser: Browser) -> None:
    kit.stock(shop, "TEA", 9)
    with pennypay() as penny:
        save_merchant_account(shop.call(), account=ACCOUNT)
        offer(shop, "pennypay", name="PennyPay", name_i18n={"zh-Hant": "便士支付"})
        order = kit.place(shop, ("TEA", 2), payment_method="pennypay")
        path = pay_url(PAY_ORDER, order.order_id, at=clock.now()).removeprefix(settings.PUBLIC_URL)
        with visit(browser, address, size=DESK) as one:
            assert "便士支付" in one.go(f"{path}?lang=zh-hant")
            assert one.faults == []
        with visit(browser, address, size=PHONE) as one:
            assert "£5.00" in one.go(path)
            one.page.get_by_role("button", name="PennyPay").dblclick()
            one.page.get_by_text("Scan this code").wait_for()
            one.read()
            (key,) = penny.asked
            penny.paid.add(key)
            settle(shop.tenant_id, UUID(key))
            told(shop)
            one.page.get_by_text("Paid. Thank you.").wait_for()
            assert "penny 7" in one.read()
            assert one.faults == []
