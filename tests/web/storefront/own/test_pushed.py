"""Being told of an order on a device: the button, the two answers, and the worker that shows what comes."""

from __future__ import annotations

from django.test import Client

from dingdan.automation.pushing import public_key
from dingdan.integrations.push.encrypting import point_of
from dingdan.integrations.push.identifying import text_of
from dingdan.trade.orders.models import Device
from tests import kit
from tests.conftest import Shop
from tests.integrations.push.browser import Browser
from tests.web.storefront.front import open_front
from tests.web.storefront.own.desk import below


def test_a_browser_is_told_and_told_no_more(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1)).order_id
    home = f"/shop/~{shop.tenant.slug}/"
    path, visitor, browser = home + below(order_id, "push"), Client(SERVER_NAME="localhost"), Browser()
    page = visitor.get(home + below(order_id)).content.decode()
    assert f'data-key="{public_key()}"' in page
    assert 'id="push"' in page
    assert "storefront/push.js" in page
    sent = {"act": "on", "endpoint": browser.endpoint, "p256dh": text_of(point_of(browser.key)), "auth": text_of(browser.auth)}
    assert visitor.post(path, sent, headers={"origin": "https://evil.example"}).status_code == 403
    for wrong in ({"endpoint": "https://10.0.0.1/x"}, {"auth": "x"}, {"p256dh": "x\0"}):
        assert visitor.post(path, {**sent, **wrong}).status_code == 422
    assert not Device.objects.exists()
    assert [visitor.post(path, sent).status_code for _ in range(2)] == [204, 204]
    row = Device.objects.get()
    assert (row.order_id, row.endpoint, row.server_key) == (order_id, browser.endpoint, public_key())
    assert visitor.get(path).status_code == 303
    assert visitor.post(path, {"act": "off", "endpoint": AT_NOBODY}).status_code == 204
    assert Device.objects.exists()
    assert [visitor.post(path, {"act": "off", "endpoint": browser.endpoint}).status_code for _ in range(2)] == [204, 204]
    assert not Device.objects.exists()
    worker = visitor.get(home + "sw.js").content.decode()
    for part in ('addEventListener("push"', 'addEventListener("notificationclick"', "showNotification", "openWindow"):
        assert part in worker


AT_NOBODY = "https://push.example.com/send/nobody"
