"""Order news on devices: told once, encrypted for the browser that asked; what is busy is tried again, who is gone dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import override_settings
from procrastinate.jobs import Job

from dingdan.automation import pushing
from dingdan.automation.commands import NoAddress, QueueNotice, queue_notices
from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.sending import FOR_A_DAY, NotDelivered, send_notice
from dingdan.integrations.push import sandbox as sandbox_of_ours
from dingdan.integrations.push.encrypting import encrypted
from dingdan.integrations.push.identifying import authorization, bytes_of, key_from, public_text
from dingdan.integrations.sandbox.firms.push import ORIGIN
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.integrations.webhooks.client import Answer
from dingdan.integrations.webhooks.lifecycle import Fault
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.trade.orders.commands import save_device
from dingdan.trade.orders.queries import devices_of
from dingdan.trade.orders.rules import DeviceDraft
from tests import kit
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers
from tests.integrations.push.browser import Browser
from tests.web.storefront.front import open_front

SLOW = {"silence": 0.05}


@pytest.fixture
def service() -> Iterator[Sandbox]:
    """The double of a push service, where this shop finds it."""
    with carriers() as sandbox, override_settings(SANDBOX_GATEWAY=True):
        sandbox.world.faults.tell(SLOW)
        yield sandbox
        pushing._to_doubles.close()


def phone(service: Sandbox, name: str, **changes: str) -> DeviceDraft:
    """A phone as its browser names it to the shop in scope."""
    key = changes.pop("key", "") or pushing.public_key()
    told = service.phone(key, name)
    return DeviceDraft(**{"endpoint": told["endpoint"], "server_key": pushing.public_key(), **told["keys"], **changes})


def next_is(service: Sandbox, *faults: str) -> None:
    service.world.faults.tell({"next": [{"fault": one, "firm": "push"} for one in faults]})


def shown(service: Sandbox) -> list[tuple[str, str, int]]:
    """What phones show, the first one first: whose it is, its tag, and how often it came."""
    return [(one["to"], one["tag"], one["times"]) for one in reversed(service.messages())]


def devices(notice: Notice) -> list[str]:
    return [one.endpoint for one in devices_of(notice.order_id)] if notice.order_id else []


def do(notice: Notice) -> Notice:
    send_notice(tenant_id=str(notice.tenant_id), notice_id=str(notice.id))
    return Notice.objects.get(id=notice.id)


def on_device(shop: Shop, *drafts: DeviceDraft, kind: str = "shipped", **changes: Any) -> Notice:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), **changes)
    for draft in drafts:
        save_device(shop.call(), order_id=order.order_id, device=draft)
    told = queue_notices.one(shop.call(), QueueNotice(kind=kind, order_id=order.order_id, way="push"))
    return Notice.objects.get(id=told.notice_id)


def test_who_asked_on_the_page_is_told_once(shop: Shop, service: Sandbox) -> None:
    open_front(shop)
    kit.stock(shop, "TEA", 9)
    mine, _other = (kit.place(shop, ("TEA", 1)) for _ in range(2))
    for name in ("one", "two"):
        save_device(shop.call(), order_id=mine.order_id, device=phone(service, name))
    for _ in range(2):
        drain(shop.tenant_id)
    assert Counter(Notice.objects.values_list("way", flat=True)) == {"mail": 2, "push": 1}
    notice = Notice.objects.get(way="push")
    assert do(notice).state == "sent"
    assert do(notice).state == "sent"
    assert shown(service) == [(name, str(notice.id), 1) for name in ("one", "two")]
    said = f"{shop.tenant.name[:24]}: we have your order {mine.number}."
    for one in service.messages():
        assert (one["title"], one["body"]) == ("Received", said)
        assert f"/shop/~{shop.tenant.slug}/o/" in one["url"]
    with httpx.Client(base_url=service.address) as people:
        page = people.get("/push/", headers={"accept-language": "en"}).text
        assert said in page
        assert page.count(mine.number) == 2
        assert "/push/" in people.get("/").text


def test_each_answer_has_its_end(shop: Shop, service: Sandbox) -> None:
    one, two = phone(service, "one"), phone(service, "two")
    gone = on_device(shop, one, two)
    next_is(service, "push_gone")
    assert (do(gone).state, devices(gone)) == ("sent", [two.endpoint])
    nobody = on_device(shop, one)  # gone for good
    assert (do(nobody).state, devices(nobody)) == ("skipped", [])
    unknown = on_device(shop, replace(two, endpoint=f"{ORIGIN}/send/{'x' * 40}"))
    assert (do(unknown).state, devices(unknown)) == ("skipped", [])
    with pytest.raises(NoAddress):
        queue_notices.one(shop.call(), QueueNotice(kind="delivered", order_id=nobody.order_id, way="push"))
    another = phone(service, "of another server", key=public_text(key_from(b"7" * 48)))
    next_is(service, "push_too_large")
    for draft, error in ((two, "push 413"), (another, "push 403")):
        ended = do(on_device(shop, draft))
        assert (ended.state, ended.error) == ("failed", error)
    before = len(service.messages())
    busy = on_device(shop, two)
    for place, fault in enumerate(("error_429", "error_500", "timeout_before", "reset_after")):
        next_is(service, fault)
        with pytest.raises(NotDelivered) as told:
            do(busy)
        assert told.value.wait == timedelta(seconds=5 if fault == "error_429" else 0)
        later = Notice.objects.get(id=busy.id)
        assert (later.state, later.attempts) == ("queued", place + 1)
    next_is(service, "slow")
    assert do(busy).state == "sent"
    assert (len(service.messages()) - before, shown(service)[-1]) == (1, ("two", str(busy.id), 2))  # came twice, shown once
    tired = on_device(shop, two)
    for place in range(9):
        next_is(service, "error_500")
        if place < 8:
            with pytest.raises(NotDelivered):
                do(tired)
        else:
            assert (do(tired).state, do(tired).error) == ("failed", "push 500")


def test_who_is_busy_says_when_to_come_again() -> None:
    after = Job(
        id=1, queue="mails", lock=None, queueing_lock=None, task_name="send_notice", attempts=0,
    )  # fmt: skip
    for wait, seconds in ((0, 3), (2, 3), (60, 60), (86_400, 3600)):
        asked = FOR_A_DAY.get_retry_decision(exception=NotDelivered("", timedelta(seconds=wait)), job=after)
        assert asked is not None
        assert asked.retry_at is not None
        assert seconds - 1 < (asked.retry_at - clock.now()).total_seconds() <= seconds


def test_one_that_is_busy_does_not_silence_the_other_for_good(shop: Shop, service: Sandbox) -> None:
    notice = on_device(shop, phone(service, "one"), phone(service, "two"))
    next_is(service, "error_429")
    with pytest.raises(NotDelivered):
        do(notice)
    assert do(notice).state == "sent"
    assert sorted(shown(service)) == [("one", str(notice.id), 1), ("two", str(notice.id), 2)]


def test_what_is_not_signed_for_it_is_not_taken(shop: Shop, service: Sandbox) -> None:
    """The double checks as a real one does: whoever forges anything is refused, and what was sealed for another is not shown."""
    draft, now = phone(service, "one"), clock.now()
    notice = on_device(shop, draft)
    device, key = devices_of(notice.order_id or new_id())[0], pushing._keys()[0]
    good, body = dict(pushing.headers_of(device, notice.id, key, at=now)), pushing._sealed(device, b'{"title": "Hello"}')
    signed = authorization(key, origin="https://push.example.com", at=now, contact="mailto:x@example.com")
    forged = good["Authorization"].replace(".", "x.", 1)
    old = pushing.headers_of(device, notice.id, key, at=now - timedelta(hours=13))["Authorization"]
    wrong: list[tuple[dict[str, str], bytes, int]] = [
        ({"Authorization": ""}, body, 401),
        ({"Authorization": signed}, body, 401),
        ({"Authorization": forged}, body, 401),
        ({"Authorization": old}, body, 401),
        ({"Content-Encoding": "aesgcm"}, body, 415),
        ({"TTL": "soon"}, body, 400),
        ({"Topic": "x" * 33}, body, 400),
        ({}, b"x" * 4097, 413),
    ]
    for changes, sent, status in wrong:
        assert pushing.asked(device.endpoint, {**good, **changes}, sent).status == status, (changes, status)
    assert service.messages() == []
    other = encrypted(b"{}", p256dh=bytes_of(phone(service, "two").p256dh), auth=bytes_of(draft.auth))
    assert [pushing.asked(device.endpoint, good, sent).status for sent in (other, body)] == [201, 201]
    assert [one["text"] for one in service.messages()] == ["Hello", "unreadable"]


def test_a_new_secret_of_the_server_keeps_those_who_listen_while_the_old_one_is_known(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with override_settings(SECRET_KEY="x" * 50):
        before = on_device(shop, Browser("one").draft())
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
        after = on_device(shop, Browser("one").draft())
    assert (do(after).state, devices(after)) == ("skipped", [])


def test_without_a_mail_address_a_device_that_asked_is_no_address(shop: Shop, service: Sandbox) -> None:
    notice = on_device(shop, phone(service, "one"), ship_to=replace(kit.BUYER, email=""))
    assert do(notice).state == "sent"
    assert queue_notices.one(shop.call(), QueueNotice(kind="delivered", order_id=notice.order_id)).way == "push"
    with pytest.raises(NoAddress):  # a mail says more than fits
        queue_notices.one(shop.call(), QueueNotice(kind="order_changed", order_id=notice.order_id, way="push"))


def test_nothing_is_sent_into_private_networks_whatever_a_name_leads_to(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("dingdan.integrations.webhooks.guard.socket.getaddrinfo", lambda *_args, **_options: found)
    assert pushing.asked("https://push.example.com/x", {}, b"x").fault == Fault.NOT_ALLOWED


def test_the_double_is_found_in_a_sandbox_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: object, **_options: object) -> None:
        raise OSError

    monkeypatch.setattr("dingdan.integrations.webhooks.guard.socket.getaddrinfo", nobody)
    assert sandbox_of_ours.ORIGIN == ORIGIN
    assert (sandbox_of_ours.address_of(f"{ORIGIN}/send/x"), sandbox_of_ours.page()) == ("", "")
    assert pushing.asked(f"{ORIGIN}/send/x", {}, b"x").fault == Fault.UNKNOWN_HOST
    with pytest.raises(sandbox_of_ours.NotThere):
        sandbox_of_ours.phone_of("x", "y")
