"""A buyer lets this device be told of an order, and ends it. No push service is to be had here, so one is played in the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dingdan.integrations.push.encrypting import point_of
from dingdan.integrations.push.identifying import text_of
from dingdan.trade.orders.models import Device
from tests import kit
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
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
