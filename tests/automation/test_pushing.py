"""Order news on devices: told once, encrypted for the browser that asked; what is busy is tried again, who is gone dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.test import override_settings

from dingdan.automation import pushing
from dingdan.automation.commands import NoAddress, QueueNotice, queue_notices
from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, send_notice
from dingdan.integrations.webhooks.client import Answer
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.trade.orders.commands import save_device
from dingdan.trade.orders.queries import devices_of
from tests import kit
from tests.conftest import Shop
from tests.integrations.push.browser import Browser, PushService, refused
from tests.web.storefront.front import open_front

ONE, TWO = Browser("one"), Browser("two")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> PushService:
    there = PushService({one.endpoint: one for one in (ONE, TWO)})
    monkeypatch.setattr(pushing, "asked", there.post)
    return there


def devices(notice: Notice) -> list[str]:
    return [one.endpoint for one in devices_of(notice.order_id)] if notice.order_id else []


def do(notice: Notice) -> Notice:
    send_notice(tenant_id=str(notice.tenant_id), notice_id=str(notice.id))
    return Notice.objects.get(id=notice.id)


def on_device(shop: Shop, *browsers: Browser, kind: str = "shipped", **changes: Any) -> Notice:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), **changes)
    for browser in browsers:
        save_device(shop.call(), order_id=order.order_id, device=browser.draft())
    told = queue_notices.one(shop.call(), QueueNotice(kind=kind, order_id=order.order_id, way="push"))
    return Notice.objects.get(id=told.notice_id)


def test_who_asked_on_the_page_is_told_once(shop: Shop, service: PushService) -> None:
    open_front(shop)
    kit.stock(shop, "TEA", 9)
    mine, _other = (kit.place(shop, ("TEA", 1)) for _ in range(2))
    for browser in (ONE, TWO):
        save_device(shop.call(), order_id=mine.order_id, device=browser.draft())
    for _ in range(2):
        drain(shop.tenant_id)
    assert Counter(Notice.objects.values_list("way", flat=True)) == {"mail": 2, "push": 1}
    notice = Notice.objects.get(way="push")
    assert do(notice).state == "sent"
    assert do(notice).state == "sent"
    number = mine.number
    assert [name for name, _told in service.shown] == ["one", "two"]
    for _name, told in service.shown:
        url = told.pop("url")
        assert f"/shop/~{shop.tenant.slug}/o/" in url
        name = shop.tenant.name
        assert told == {"title": "Received", "body": f"{name[:24]}: we have your order {number}.", "tag": str(notice.id)}


def test_each_answer_has_its_end(shop: Shop, service: PushService) -> None:
    gone = on_device(shop, ONE, TWO)
    service.answers = [refused(410)]
    assert (do(gone).state, devices(gone)) == ("sent", [TWO.endpoint])
    nobody = on_device(shop, ONE)
    service.answers = [refused(404)]
    assert (do(nobody).state, devices(nobody)) == ("skipped", [])
    with pytest.raises(NoAddress):
        queue_notices.one(shop.call(), QueueNotice(kind="delivered", order_id=nobody.order_id, way="push"))
    for answer, error in ((refused(403), "push 403"), (Answer(Fault.NOT_ALLOWED), "push address_not_allowed")):
        service.answers = [answer]
        one = do(on_device(shop, ONE))
        assert (one.state, one.error) == ("failed", error)
    service.shown.clear()
    busy = on_device(shop, ONE)
    for place, answer in enumerate((refused(429), refused(503), Answer(Fault.TIMEOUT))):
        service.answers = [answer]
        with pytest.raises(NotDelivered):
            do(busy)
        later = Notice.objects.get(id=busy.id)
        assert (later.state, later.attempts) == ("queued", place + 1)
    assert (do(busy).state, len(service.shown)) == ("sent", 1)
    tired = on_device(shop, ONE)
    for place in range(9):
        service.answers = [refused(500)]
        if place < 8:
            with pytest.raises(NotDelivered):
                do(tired)
        else:
            assert (do(tired).state, do(tired).error) == ("failed", "push 500")


def test_one_that_is_busy_does_not_silence_the_other_for_good(shop: Shop, service: PushService) -> None:
    notice = on_device(shop, ONE, TWO)
    service.answers = [refused(429)]
    with pytest.raises(NotDelivered):
        do(notice)
    assert do(notice).state == "sent"
    assert [(name, told["tag"]) for name, told in service.shown] == [(name, str(notice.id)) for name in ("two", "one", "two")]


def test_a_new_secret_of_the_server_keeps_those_who_listen_while_the_old_one_is_known(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(SECRET_KEY="x" * 50):
        before = on_device(shop, ONE)
        key = pushing.public_key()
    headers: list[str] = []

    def taken(_url: str, sent: Mapping[str, str], _body: bytes) -> Answer:
        headers.append(sent["Authorization"])
        return Answer(None, 201)

    monkeypatch.setattr(pushing, "asked", taken)
    with override_settings(SECRET_KEY_FALLBACKS=["x" * 50]):
        assert pushing.public_key() != key
        assert do(before).state == "sent"
    assert headers[0].endswith(f"k={key}")
    with override_settings(SECRET_KEY="x" * 50):
        after = on_device(shop, ONE)
    assert (do(after).state, devices(after)) == ("skipped", [])


def test_without_a_mail_address_a_device_that_asked_is_no_address(shop: Shop, service: PushService) -> None:
    notice = on_device(shop, ONE, ship_to=replace(kit.BUYER, email=""))
    assert do(notice).state == "sent"
    assert queue_notices.one(shop.call(), QueueNotice(kind="delivered", order_id=notice.order_id)).way == "push"
    with pytest.raises(NoAddress):  # a mail says more than fits
        queue_notices.one(shop.call(), QueueNotice(kind="order_changed", order_id=notice.order_id, way="push"))


def test_nothing_is_sent_into_private_networks_whatever_a_name_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("dingdan.integrations.webhooks.guard.socket.getaddrinfo", lambda *_args, **_options: found)
    assert pushing.asked("https://push.example.com/x", {}, b"x").fault == Fault.NOT_ALLOWED
