"""A buyer lets this device be told of an order, and ends it. No push service is to be had here, so one is played in the page;
on the demo a phone of the sandbox stands in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.test import override_settings

from dingdan.integrations.push.encrypting import point_of
from dingdan.integrations.push.identifying import text_of
from dingdan.trade.orders.models import Device
from tests import kit
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers
from tests.integrations.push.browser import Browser as Keys
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.own.desk import below

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PLAYED = """
window.wanted = [];
PushManager.prototype.getSubscription = async () => window.held || null;
PushManager.prototype.subscribe = async (options) => {
  window.wanted.push(options);
  window.held = { options, toJSON: () => (TOLD), unsubscribe: async () => true };
  return window.held;
};
window.asked = 0;
Notification.requestPermission = async () => { window.asked += 1; return "granted"; };
"""


def test_it_works(shop: Shop, address: str, browser: Browser) -> None:
    open_front(shop)
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1)).order_id
    keys = Keys()
    told = {"endpoint": keys.endpoint, "keys": {"p256dh": text_of(point_of(keys.key)), "auth": text_of(keys.auth)}}
    with visit(browser, address, size=PHONE, keeps=True) as one:
        page = one.page
        page.context.grant_permissions(["notifications"])
        page.add_init_script(PLAYED.replace("TOLD", json.dumps(told)))
        one.go(Visitor(shop).path(below(order_id)))
        button = page.get_by_role("button", name="Tell me on this device")
        button.wait_for()
        assert page.evaluate("window.asked") == 0
        button.click()
        page.get_by_text("You hear of this order on this device.").wait_for()
        assert page.evaluate("[window.asked, window.wanted.length, window.wanted[0].userVisibleOnly]") == [1, 1, True]
        assert page.evaluate("window.wanted[0].applicationServerKey.length") == 65
        assert Device.objects.get().endpoint == keys.endpoint
        page.get_by_role("button", name="Stop telling me on this device").click()
        page.get_by_text("You hear nothing more of it on this device.").wait_for()
        assert not Device.objects.exists()
        one.read()
        assert page.locator("#push button:visible").all_inner_texts() == ["Tell me on this device"]


def test_on_the_demo_a_phone_of_the_sandbox_stands_in(shop: Shop, address: str, browser: Browser) -> None:
    """Nothing is played here: the browser asks for a push service and has none, as without Google's keys."""
    open_front(shop)
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1)).order_id
    with carriers() as sandbox, override_settings(SANDBOX_GATEWAY=True), visit(browser, address, size=PHONE, keeps=True) as one:
        page = one.page
        page.context.grant_permissions(["notifications"])
        one.go(Visitor(shop).path(below(order_id)))
        page.get_by_role("button", name="Tell me on this device").click()
        page.get_by_text("A phone of the sandbox is told instead.").wait_for()
        assert page.get_by_role("link", name="What phones show").get_attribute("href") == f"{sandbox.address}/push/"
        page.get_by_role("button", name="Stop telling me on this device").click()
        page.get_by_text("You hear nothing more of it on this device.").wait_for()
        assert not Device.objects.exists()
        assert [fault.partition(": ")[2][:45] for fault in one.faults] == ["Chrome currently does not support the Push API"[:45]]
        one.faults.clear()
