"""Being told of an order on a device: the button, the two answers, and the worker that shows what comes."""

from __future__ import annotations

from django.test import Client, override_settings

from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.pushing import public_key
from dingdan.automation.sending import send_notice
from dingdan.integrations.push.encrypting import point_of
from dingdan.integrations.push.identifying import text_of
from dingdan.trade.orders.models import Device
from tests import kit
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers
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


def test_a_phone_of_the_sandbox_stands_in_for_a_browser_without_a_push_service(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1)).order_id
    home, visitor = f"/shop/~{shop.tenant.slug}/", Client(SERVER_NAME="localhost")
    path = home + below(order_id, "push")
    assert "data-double" not in visitor.get(home + below(order_id)).content.decode()
    assert visitor.post(path, {"act": "on", "double": "1"}).status_code == 422
    with carriers() as sandbox, override_settings(SANDBOX_GATEWAY=True):
        page = visitor.get(home + below(order_id)).content.decode()
        assert "data-double" in page
        assert f'href="{sandbox.address}/push/"' in page
        assert visitor.post(path, {"act": "on", "double": "1"}).status_code == 204
        assert Device.objects.get().endpoint.startswith("https://push.sandbox.invalid/send/")
        told = queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order_id, way="push"))
        send_notice(tenant_id=str(shop.tenant_id), notice_id=str(told.notice_id))
        assert [(one["firm"], one["title"]) for one in sandbox.messages()] == [("push", "On its way")]
        assert visitor.post(path, {"act": "off", "double": "1"}).status_code == 204
        assert not Device.objects.exists()
    with override_settings(SANDBOX_GATEWAY=True, SANDBOX_URL="http://127.0.0.1:9"):
        assert visitor.post(path, {"act": "on", "double": "1"}).status_code == 502


AT_NOBODY = "https://push.example.com/send/nobody"
