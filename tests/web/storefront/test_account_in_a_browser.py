"""A shopper on a phone: an account by a link, a passkey, an address, and an order with both. Nothing goes wrong on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from dingdan.trade.orders.models import Order
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.masterdata.methods.offered import offer
from tests.web.storefront.front import open_front, put_on_offer
from tests.web.storefront.shopper import Shopper

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOME = {"name": "Kim Lee", "street_address": "1 High Street", "city": "London", "postal_code": "N1 9GU"}
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Accounts belong to no shop, so none may outlive a test."""
    yield
    User.objects.filter(is_staff=False).delete()


def _with_a_finger(page: Page) -> None:
    """Give the phone what signs in by a finger."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_it_works(shop: Shop, address: str, browser: Browser) -> None:
    open_front(shop)
    offer(shop, "cash_on_delivery", name="At the door")
    put_on_offer(shop, "mug", pieces=4)
    ann = Shopper(shop, email="kim@example.com")
    with visit(browser, address.replace("127.0.0.1", "localhost"), size=PHONE) as one:
        page = one.page
        _with_a_finger(page)
        one.go(ann.path("p/mug/"))
        page.get_by_role("button", name="Add to cart").click()
        page.get_by_role("link", name="My account").click()
        page.fill("#f-email", ann.email)
        page.get_by_role("button", name="Mail me a link").click()
        assert "We have sent a link to kim@example.com" in one.read()
        one.go(ann.link())
        page.get_by_role("button", name="Make my account").click()
        page.get_by_role("heading", name="My account").wait_for()
        page.get_by_role("navigation").get_by_role("link", name="Signing in").click()
        page.get_by_role("link", name="Add a passkey").click()
        page.fill("input[name=name]", "Phone")
        page.get_by_role("button", name="Add it").click()
        page.get_by_text("since").wait_for()
        page.get_by_role("button", name="Sign out everywhere").click()
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("heading", name="My account").wait_for()
        page.get_by_role("link", name="Add an address").click()
        page.select_option("#f-country_code", "GB")
        for name, text in (
            ("name", "Kim Lee"),
            ("street_address", "1 High Street"),
            ("city", "London"),
            ("postal_code", "N1 9GU"),
        ):
            page.fill(f"#f-{name}", text)
        page.get_by_role("button", name="Save").click()
        page.get_by_text("The usual one").wait_for()
        one.go(ann.path("checkout/"))
        assert page.get_by_role("radio", name="Kim Lee").is_checked()
        page.get_by_role("button", name="Order and pay").click()
        page.get_by_role("heading", name="Thank you for your order").wait_for()
        one.go(ann.path("account/orders/"))
        page.locator("a.row").click()
        assert "1 High Street" in one.read()
        assert one.faults == []
    assert (Order.objects.get().customer_id, Order.objects.get().ship_to.email) == (ann.customer.id, "kim@example.com")
