"""The first page: today at a glance, and what waits."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from dingdan.automation.consumers import drain
from dingdan.insight.rollups.models import OrderPart
from dingdan.kernel import clock
from dingdan.kernel.days import day_of
from dingdan.ledgers.payments.models import Payment
from dingdan.trade.orders.commands import hold_order
from tests import kit
from tests.trade.aftersales.sold import back
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

_COUNTED = re.compile(r'<li[^>]*><a href="([^"]*)"><b>([^<]*)</b><span>([^<]*)</span></a></li>')


def counts(page: str) -> dict[str, tuple[str, str]]:
    """Every number of what waits, with the address of its list, by its label."""
    return {unescape(label): (text, unescape(url)) for url, text, label in _COUNTED.findall(page)}


def busy(desk: Desk) -> None:
    """A shop in which something waits of most kinds."""
    shop = desk.shop
    kit.stock(shop, "A", 20)
    kit.stock(shop, "LOW", 1)
    kit.stock(shop, "B", 0, shortage="backorder")
    kit.place(shop, ("A", 1))
    kit.pay(shop, kit.place(shop, ("LOW", 1)))
    kit.place(shop, ("B", 2))
    kit.pay(shop, kit.place(shop, ("A", 1)))
    sent = kit.place(shop, ("A", 1))
    kit.pay(shop, sent)
    kit.deliver(shop, sent)
    back(shop, sent, 1)
    hold_order(shop.call(), order_id=kit.place(shop, ("A", 1)).order_id, reason="check")
    Payment.objects.create(gateway="stripe", currency="GBP", requested=1, state="declined", requested_at=clock.now())
    drain(shop.tenant_id)


def test_it_works(desk: Desk) -> None:
    busy(desk)
    page = desk.get("")
    shown = {label: text for label, (text, _url) in counts(page).items()}
    assert shown == {
        "To review": "0",
        "To be paid": "2",
        "Paid, to be sent": "2",
        "Paid too much": "0",
        "On hold": "1",
        "Late": "0",
        "To be sent today": "0",
        "Waits for goods": "1",
        "Returns to come": "0",
        "Returns that arrived": "0",
        "Returns to inspect": "1",
        "Returns that are overdue": "0",
        "Parcels nobody asked for": "0",
        "Low stock": "0",
        "Sold out": "2",
        "Payments that failed in seven days": "1",
        "Mails and messages that failed": "0",
        "Messages that may not have been sent": "0",
        "Webhooks that are paused": "0",
        "Tickets that are overdue": "0",
    }
    said = text_of(page)
    assert "6 orders" in said
    assert "£17.50 sales" in said
    assert "From order to leaving" in said


def test_every_number_is_that_of_its_list(desk: Desk) -> None:
    busy(desk)
    today = day_of(clock.now(), desk.shop.tenant.time_zone)
    first, second = OrderPart.objects.filter(promised_on__isnull=False).order_by("id")[:2]
    OrderPart.objects.filter(id=first.id).update(promised_on=today - timedelta(days=1))
    OrderPart.objects.filter(id=second.id).update(promised_on=today)
    page = desk.get("")
    found = counts(page)
    orders = re.search(r'<a href="([^"]*placed_at__gte[^"]*)"><b>6</b>', page)
    assert orders
    found["today"] = ("6", unescape(orders[1]))
    assert (found["Late"][0], found["To be sent today"][0]) == ("1", "1")
    for label, (text, url) in found.items():
        answer = desk.browser.get(url)
        assert answer.status_code == 200, label
        listed = (getattr(answer, "context_data", None) or {}).get("cl")
        if listed is not None:
            assert str(listed.result_count) == text, label


def test_each_block_can_be_fetched_alone(desk: Desk) -> None:
    busy(desk)
    page = desk.get("")
    places = re.findall(r'id="home-(\w+)"[^>]*data-block="([^"]*)"', page)
    assert [name for name, _url in places] == ["today", "waiting", "charts", "latest"]
    for name, url in places:
        answer = desk.browser.get(url)
        assert answer.status_code == 200
        assert "<html" not in answer.content.decode()
        assert name == "today" or text_of(answer.content.decode()) in text_of(page)
    assert desk.browser.get("/backoffice/home/nothing/").status_code == 404


def test_nothing_is_told_to_whoever_may_not_look(desk: Desk) -> None:
    busy(desk)
    packer = sit_down(desk.shop, as_user=lambda shop: member(shop, "catalog"))
    page = packer.get("")
    assert list(counts(page)) == ["Low stock", "Sold out"]
    assert "£" not in text_of(page)
    assert packer.browser.get("/backoffice/home/charts/").content.decode().strip() == ""


def test_a_new_shop_is_told_what_there_will_be(desk: Desk) -> None:
    page = desk.read("")
    assert "0 orders" in page
    assert "Nothing yet." in page
