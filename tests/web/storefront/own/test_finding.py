"""A lost link is found again by a mail to the order's own address; whoever asks is told nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from django.test import override_settings

from dingdan.automation import finding
from dingdan.automation.commands import QueueNotice, queue_notices
from dingdan.automation.models import Notice
from dingdan.automation.notices import letter_of
from dingdan.kernel import clock
from dingdan.kernel.ids import new_id
from dingdan.kernel.models import JournalEntry
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.web.backoffice.desk import text_of
from tests.web.storefront.front import Visitor, open_front

SAME = "If there is such an order, we have just sent a mail"


@pytest.fixture
def order(shop: Shop) -> OrderPlaced:
    open_front(shop)
    kit.stock(shop, "MUG", 5)
    # How often somebody is written to is counted for the whole server.
    person = replace(kit.BUYER, email=f"ann-{new_id().hex}@example.com")
    return kit.place(shop, ("MUG", 1), language="zh-Hant", ship_to=person)


def _mail(order: OrderPlaced) -> str:
    return Order.objects.get(id=order.order_id).ship_to.email


def _ask(shop: Shop, number: str, email: str) -> Any:
    return Visitor(shop).send("find/", number=number, email=email)


def test_it_works(shop: Shop, order: OrderPlaced) -> None:
    assert "Find my order" in Visitor(shop).look()
    answer = _ask(shop, f" #{order.number} ", _mail(order).upper() + " ")
    assert SAME in text_of(answer.content.decode())
    notice = Notice.objects.get()
    assert (notice.kind, notice.order_id, notice.language) == ("order_link", order.order_id, "zh-Hant")
    letter = letter_of(notice)
    assert letter is not None
    assert letter.recipient.email == _mail(order)
    assert letter.button is not None
    path = re.sub(r"^https?://[^/]+", "", letter.button.url)
    assert path.startswith(f"/shop/~{shop.tenant.slug}/zh-hant/o/")
    assert f"訂單 {order.number}" in text_of(Visitor(shop).client.get(path).content.decode())
    assert kit.breaches() == []


def test_nobody_is_told_anything(shop: Shop, order: OrderPlaced) -> None:
    began = perf_counter()
    pages = {_ask(shop, number, email).content for number, email in (("4711", _mail(order)), (order.number, "bob@example.com"))}
    assert perf_counter() - began > 2 * 0.4
    assert len(pages) == 1
    assert Notice.objects.count() == 0
    entries = JournalEntry.objects.count()
    assert pages == {_ask(shop, order.number, _mail(order)).content}
    assert JournalEntry.objects.count() == entries + 1


def test_a_letter_box_is_not_filled(shop: Shop, order: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.web.storefront.own.finding.LASTS", 0)
    for _time in range(3):
        _ask(shop, order.number, _mail(order))
    assert Notice.objects.count() <= 2  # a quarter of an hour may end meanwhile
    finding.send_link(order.number, _mail(order), at=clock.now() + timedelta(hours=1))
    assert Notice.objects.count() >= 2


def test_asking_without_end_has_an_end(shop: Shop, order: OrderPlaced, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dingdan.web.storefront.own.finding.LASTS", 0)
    wrong = f"bob-{new_id().hex}@example.com"
    assert [_ask(shop, order.number, wrong).status_code for _time in range(6)] == [200, 200, 200, 200, 200, 429]
    assert _ask(shop, "", wrong).status_code == 422
    assert Notice.objects.count() == 0


def test_mails_lead_to_the_page_where_there_is_one(shop: Shop, order: OrderPlaced) -> None:
    def button() -> str:
        letter = letter_of(Notice.objects.get(kind="delivered"))
        assert letter is not None
        return letter.button.url if letter.button else ""

    shipment = kit.deliver(shop, order)
    queue_notices.one(shop.call(), QueueNotice(kind="delivered", order_id=order.order_id, about_id=shipment))
    assert "/zh-hant/o/" in button()
    with override_settings(ORDER_PAGE="https://shop.example/order#{link}"):
        assert button().startswith("https://shop.example/order#")
