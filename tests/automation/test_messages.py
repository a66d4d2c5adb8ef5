"""Order news by SMS and in LINE: who wants it is told once in each way, and what nobody knows is not sent again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from dingdan.automation.commands import NoAddress, QueueNotice, queue_notices, retry_notice
from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.sending import NotDelivered, send_notice
from dingdan.automation.short_texts import SHORT, short_of
from dingdan.integrations.sandbox.firms.messaging import NO_NUMBER
from dingdan.integrations.sandbox.firms.sandbox import Sandbox
from dingdan.masterdata.customers.commands import record_consent, save_customer
from dingdan.masterdata.customers.rules import ContactDraft, CustomerDraft, Identity
from dingdan.masterdata.wording.commands import save_wording
from dingdan.masterdata.wording.models import Wording
from dingdan.masterdata.wording.rules import WordingDraft, parts_of
from tests import kit
from tests.conftest import Shop
from tests.integrations.messaging.carriers import carriers, open_account
from tests.web.storefront.front import open_front

USER, FOLLOWER = "U" + "1" * 32, "o" + "1" * 27
KNOWN = (Identity(source="line", external_id=USER), Identity(source="wechat", external_id=FOLLOWER))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with carriers() as running:
        running.world.faults.tell({"silence": 0.05})
        yield running


def do(notice: Notice) -> Notice:
    """Do the job of a notice; the notice afterwards."""
    send_notice(tenant_id=str(notice.tenant_id), notice_id=str(notice.id))
    return Notice.objects.get(id=notice.id)


def by_sms(shop: Shop, kind: str = "shipped", **changes: Any) -> Notice:
    kit.stock(shop, "TEA", 5)
    order = kit.place(shop, ("TEA", 1), **changes)
    told = queue_notices.one(shop.call(), QueueNotice(kind=kind, order_id=order.order_id, way="sms"))
    return Notice.objects.get(id=told.notice_id)


def test_who_wants_it_is_told_in_each_way_once(shop: Shop, sandbox: Sandbox) -> None:
    for firm in ("twilio", "line", "wechat"):
        open_account(shop, sandbox, firm)
    draft = CustomerDraft(contact=ContactDraft(email="ann@example.com"), identities=KNOWN)
    ann = save_customer(shop.call(), customer=draft).customer_id
    for purpose in ("orders_by_sms", "orders_by_line", "orders_by_wechat"):
        record_consent(shop.call(), customer_id=ann, purpose=purpose, granted=True)
    kit.stock(shop, "TEA", 9)
    kit.place(shop, ("TEA", 1), customer_id=ann)
    kit.place(shop, ("TEA", 1))  # of somebody who chose nothing
    for _ in range(2):
        drain(shop.tenant_id)
    assert Counter(Notice.objects.values_list("way", flat=True)) == {"mail": 2, "sms": 1, "line": 1, "wechat": 1}
    for notice in Notice.objects.exclude(way="mail"):
        assert do(notice).state == "sent"
        assert do(notice).state == "sent"
    assert Counter((one["firm"], one["to"]) for one in sandbox.messages()) == {
        ("twilio", kit.BUYER.phone): 1, ("line", USER): 1, ("wechat", FOLLOWER): 1,
    }  # fmt: skip


def test_without_a_mail_address_an_sms_goes_where_the_shop_sends_any(shop: Shop, sandbox: Sandbox) -> None:
    kit.stock(shop, "TEA", 5)
    order_id = kit.place(shop, ("TEA", 1), ship_to=replace(kit.BUYER, email="")).order_id
    with pytest.raises(NoAddress):
        queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order_id))
    open_account(shop, sandbox, "twilio")
    assert queue_notices.one(shop.call(), QueueNotice(kind="shipped", order_id=order_id)).way == "sms"
    with pytest.raises(NoAddress):  # a mail says more than fits
        queue_notices.one(shop.call(), QueueNotice(kind="order_changed", order_id=order_id))


def test_what_nobody_knows_is_not_sent_again(shop: Shop, sandbox: Sandbox) -> None:
    open_account(shop, sandbox, "twilio")
    sandbox.world.faults.tell({"next": [{"fault": "timeout_after", "firm": "twilio"}]})
    notice = do(by_sms(shop))
    assert notice.state == "unknown"
    assert do(notice).state == "unknown"
    assert len(sandbox.messages()) == 1
    retry_notice(shop.call(), notice_id=notice.id)
    assert do(notice).state == "sent"
    assert len(sandbox.messages()) == 2


def test_each_answer_has_its_state(shop: Shop, sandbox: Sandbox) -> None:
    notice = by_sms(shop)
    assert (do(notice).state, do(notice).error) == ("failed", "no account")
    open_account(shop, sandbox, "twilio")
    nobody = do(by_sms(shop, ship_to=replace(kit.BUYER, phone=NO_NUMBER)))
    assert (nobody.state, nobody.error) == ("failed", "Twilio 400 21211")
    busy = by_sms(shop)
    sandbox.world.faults.tell({"next": [{"fault": "error_429", "firm": "twilio"}]})
    with pytest.raises(NotDelivered):
        do(busy)
    later = Notice.objects.get(id=busy.id)
    assert (later.state, later.attempts) == ("queued", 1)
    sent = do(later)
    assert (sent.state, sent.error, sent.reference[:2]) == ("sent", "", "SM")


def test_messages_go_out_in_the_shops_words_and_what_cannot_be_said_stops_none(shop: Shop, sandbox: Sandbox) -> None:
    open_front(shop)
    open_account(shop, sandbox, "twilio")
    draft = WordingDraft(
        kind="order_confirmed", language="en", way="sms", body="Hi {{ customer.name }}, {{ order.total }}. See {{ order.page }} !"
    )
    save_wording(shop.call(), wording=draft)
    sent = do(by_sms(shop, "order_confirmed", ship_to=replace(kit.BUYER, email="")))
    (told,) = sandbox.messages()
    assert told["text"].startswith(f"Hi {kit.BUYER.name}, £2.50. See http")
    assert (sent.state, told["text"][-2:], told["text"].count("http")) == ("sent", " !", 1)
    Wording.objects.update(body="{{ order.poem }}")  # a later version of the program has no such name
    assert do(by_sms(shop, "order_confirmed")).state == "sent"
    assert "we have your order" in sandbox.messages()[0]["text"]
    assert Wording.objects.get().fault == "UnknownName body"


@pytest.mark.parametrize(("language", "most"), [("en", 1), ("zh-Hant", 3), ("zh-Hans", 3)])
def test_a_sentence_and_the_way_to_the_order_fit(shop: Shop, language: str, most: int) -> None:
    open_front(shop)
    notice = by_sms(shop, language=language)
    for kind in SHORT:
        notice.kind = kind
        short = short_of(notice)
        assert short is not None
        assert "/o/" in short.text
        assert short.status in short.said or len(short.status) <= 20
        assert parts_of(short.text.replace(shop.tenant.slug, "shop")) <= most, short.text
