"""A browser wants to be told of an order: once each, at most five of an order, and only by a push service."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.commands import save_device
from dingdan.trade.orders.models import Device
from dingdan.trade.orders.queries import devices_of, on_devices
from dingdan.trade.orders.rules import EndpointNotUsable, KeyNotUsable, TooManyDevices, checked_device
from tests import kit
from tests.conftest import Shop
from tests.integrations.push.browser import Browser

NO_PUSH_SERVICE = [
    "", "http://push.example.com/x", "https://10.0.0.1/x", "https://127.0.0.1/x", "https://[::1]/x", "https://[fd00::1]/x",
    "https://169.254.169.254/latest/meta-data/", "https://2130706433/x", "https://0x7f.0x1/x", "https://localhost/x",
    "https://printer/x", "https://printer.local/x", "https://db.internal/x", "https://a.localhost/x", "https://push.example.com",
    "https://push.example.com:8443/x", "https://a@push.example.com/x", "https://push.example.com/x#y", "https://push.example.com\\x/",
    "https://push.example.com/ x", "https://push.example.com/\n", "https://push.example.com./x", "ftp://push.example.com/x",
    "https://push.example.com/" + "x" * 1000,
]  # fmt: skip
USED = [
    "https://fcm.googleapis.com/fcm/send/cKq:APA91bG", "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QOx", "https://wns2-par02p.notify.windows.com/w/?token=BQY%3d", "https://fcm.googleapis.com:443/x",
]  # fmt: skip


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order_id, other_id = (kit.place(shop, ("A", 1)).order_id for _ in range(2))
    browser = Browser()
    first = save_device(shop.call(), order_id=order_id, device=browser.draft())
    again = save_device(shop.call(), order_id=order_id, device=Browser(auth=b"f" * 16).draft())
    assert again.device_id == first.device_id
    row = Device.objects.get()
    assert (row.endpoint, row.auth) == (browser.endpoint, "ZmZmZmZmZmZmZmZmZmZmZg")
    assert on_devices([order_id, other_id]) == {order_id}
    assert "push.example.com" not in str(list(JournalEntry.objects.values_list("event", flat=True)))
    for number in range(4):
        save_device(shop.call(), order_id=order_id, device=Browser(f"n{number}").draft())
    with pytest.raises(TooManyDevices):
        save_device(shop.call(), order_id=order_id, device=Browser("sixth").draft())
    assert len(devices_of(order_id)) == 5
    with pytest.raises(NotFound):
        save_device(shop.call(), order_id=new_id(), device=browser.draft())


def test_what_no_browser_says_is_refused(shop: Shop) -> None:
    browser = Browser()
    right = browser.draft()
    for endpoint in NO_PUSH_SERVICE:
        with pytest.raises(EndpointNotUsable):
            checked_device(browser.draft(endpoint=endpoint))
    for endpoint in USED:
        assert checked_device(browser.draft(endpoint=endpoint)).endpoint == endpoint
    wrong = {
        "auth": ["", "x", right.auth[:-2], right.auth + "AA", right.auth[:-1] + "!", "台" * 22],
        "p256dh": ["", right.auth, right.p256dh[:-2], right.p256dh + "AA", "BA" + "B" * 85, "A" + right.p256dh[1:]],
    }
    for part, texts in wrong.items():
        for text in texts:
            with pytest.raises(KeyNotUsable) as refusal:
                checked_device(browser.draft(**{part: text}))
            assert refusal.value.field == part
    assert checked_device(browser.draft(auth=right.auth + "==")) == checked_device(right) == right
