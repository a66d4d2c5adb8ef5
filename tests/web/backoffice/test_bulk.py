"""A bulk change from the list of orders: tried first, done for those that can be changed, followed, stopped."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dingdan.automation.bulk import work_on_bulk
from dingdan.trade.changes.models import Bulk, BulkOrder, Change
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.trade.changes import changing
from tests.web.backoffice.desk import Desk, client, member, text_of

NEW = "/backoffice/changes/bulk/new/"


@pytest.fixture
def orders(desk: Desk) -> list[OrderPlaced]:
    """Three orders, of which the last has left."""
    kit.stock(desk.shop, "TEA", 20)
    kit.stock(desk.shop, "MUG", 20)
    kit.price(desk.shop, "MUG", 400)
    placed = [kit.place(desk.shop, ("TEA", 2)) for _ in range(3)]
    kit.pay(desk.shop, placed[2])
    kit.ship(desk.shop, placed[2])
    desk.show()
    return placed


def _ids(*orders: OrderPlaced) -> str:
    return " ".join(str(order.order_id) for order in orders)


def _start(desk: Desk, kind: str, *orders: OrderPlaced, **sent: str) -> Any:
    return desk.browser.post(NEW, {"kind": kind, "ids": _ids(*orders), **sent}, follow=True)


def _work(desk: Desk) -> Bulk:
    bulk = Bulk.objects.latest("id")
    work_on_bulk(tenant_id=str(desk.shop.tenant_id), bulk_id=str(bulk.id))
    return Bulk.objects.get(id=bulk.id)


def _press(desk: Desk, page: str, name: str) -> Any:
    url = re.findall(rf'action="([^"]+/do/{name}/)"', page)[0]
    key = re.findall(r'name="key" value="([^"]+)"', page[page.index(url) :])[0]
    return desk.browser.post(url, {"key": key}, follow=True)


def test_it_works(desk: Desk, orders: list[OrderPlaced]) -> None:
    listed = desk.get("board/boardrow/?state=placed")
    assert listed.count('name="id" form="bo-chosen"') == 3
    assert "Change the ticked ones" in text_of(listed)
    asked = text_of(desk.browser.get(NEW, {"id": [str(order.order_id) for order in orders]}).content.decode())
    assert "3 orders" in asked
    assert "Kind of change" in asked
    page = _start(desk, "replace_article", *orders, old_sku="TEA", sku="MUG").content.decode()
    assert "data-follows" in page
    assert "0 of 3 orders are looked at; 0 cannot be changed." in text_of(page)
    trial = _work(desk)
    assert (trial.is_dry, trial.changed, trial.refused, Change.objects.count()) == (True, 2, 1, 0)
    page = desk.get(f"changes/bulk/{trial.id}/")
    assert "data-follows" not in page
    assert f"/backoffice/board/boardrow/{orders[0].order_id}/" in page
    page = _press(desk, page, "do").content.decode()
    assert "The orders are being changed. " in text_of(page)
    done = _work(desk)
    assert (done.is_dry, done.orders, done.changed, done.refused) == (False, 2, 2, 0)
    assert [changing.kept(order) for order in orders] == [[("MUG", 2, 800)], [("MUG", 2, 800)], [("TEA", 2, 500)]]


def test_all_that_are_listed(desk: Desk, orders: list[OrderPlaced]) -> None:
    listed = desk.get("board/boardrow/?fulfillment_status=unfulfilled")
    everything = re.findall(r'href="(/backoffice/changes/bulk/new/\?filter=[^"]+)"', listed)[0]
    page = desk.browser.get(everything).content.decode()
    assert "2 orders" in text_of(page)
    sent = dict(re.findall(r'type="hidden" name="(ids|filter)" value="([^"]*)"', page))
    assert sent == {"ids": "", "filter": "fulfillment_status=unfulfilled"}
    desk.browser.post(NEW, {**sent, "kind": "add_note", "text": "Late"})
    assert set(BulkOrder.objects.values_list("order_id", flat=True)) == {order.order_id for order in orders[:2]}


SENT: dict[str, dict[str, str]] = {
    "remove_article": {"sku": "MUG"},
    "add_line": {"sku": "MUG", "quantity": "2", "price": "3.50"},
    "give_discount": {"off": "10%"},
    "add_surcharge": {"name": "Wrap", "amount": "1.50"},
    "reprice": {},
    "set_shipping": {"method": "parcel", "price": "3.00"},
    "hold_order": {"reason": "Asked"},
    "resume_order": {},
    "cancel": {"reason": "customer"},
    "add_note": {"text": "Late", "to_customer": "on"},
}
KEPT: dict[str, dict[str, Any]] = {
    "add_line": {"sku": "MUG", "quantity": 2, "unit_price": "350"},
    "give_discount": {"percent": "10"},
    "add_surcharge": {"name": "Wrap", "amount": 150},
    "set_shipping": {"method": "parcel", "price": 300},
    "add_note": {"text": "Late", "to_customer": True},
}


def test_every_kind_has_its_questions(desk: Desk, orders: list[OrderPlaced]) -> None:
    for count, kind in enumerate(SENT, 1):
        page = desk.browser.get(NEW, {"ids": _ids(*orders), "kind": kind}).content.decode()
        assert all(f'name="{name}"' in page for name in SENT[kind]), kind
        _start(desk, kind, *orders, **SENT[kind])
        assert Bulk.objects.count() == count, kind
        wish = Bulk.objects.latest("id").wishes[0]
        expected = {"kind": kind, **KEPT.get(kind, SENT[kind])}
        assert {name: str(wish[name]) for name in expected} == {name: str(value) for name, value in expected.items()}


def test_it_is_stopped(desk: Desk, orders: list[OrderPlaced]) -> None:
    page = _start(desk, "add_note", *orders, text="Late").content.decode()
    assert "Stopped. What was done stays done." in text_of(_press(desk, page, "stop").content.decode())
    assert (_work(desk).state, _work(desk).done) == ("stopped", 0)


def test_an_amount_is_in_one_currency(desk: Desk, orders: list[OrderPlaced]) -> None:
    other = changing.taxed(desk.shop, ("TEA", 1), price="250", currency="EUR", gross=True)
    desk.show()
    said = text_of(_start(desk, "give_discount", orders[0], other, off="1.00").content.decode())
    assert "These orders are in several currencies, so 1.00 would not be the same for each." in said
    assert Bulk.objects.count() == 0
    _start(desk, "give_discount", orders[0], other, off="5%")
    assert Bulk.objects.count() == 1


UNREADABLE: tuple[tuple[str, dict[str, str]], ...] = (
    ("give_discount", {"off": "much"}), ("give_discount", {"off": "x%"}), ("source_from", {"node": "x"}), ("set_price", {}),
)  # fmt: skip


def test_what_cannot_be_read_starts_nothing(desk: Desk, orders: list[OrderPlaced]) -> None:
    for kind, sent in UNREADABLE:
        assert _start(desk, kind, *orders, **sent).status_code == 200, (kind, sent)
        assert Bulk.objects.count() == 0, (kind, sent)


def test_no_order_is_chosen(desk: Desk) -> None:
    assert "No order is chosen" in text_of(desk.browser.get(NEW, {"ids": "x"}).content.decode())
    _start(desk, "reprice")
    assert Bulk.objects.count() == 0


def test_the_same_form_sent_twice_is_done_once(desk: Desk, orders: list[OrderPlaced]) -> None:
    for _ in range(2):
        _start(desk, "add_note", *orders, text="Late", key="once")
    assert Bulk.objects.count() == 1


def test_who_may_not_sees_no_way_to_it(desk: Desk, orders: list[OrderPlaced]) -> None:
    browser = client()
    browser.force_login(member(desk.shop, "warehouse"))
    assert "Change the ticked ones" not in browser.get("/backoffice/board/boardrow/").content.decode()
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, {"kind": "reprice", "ids": _ids(*orders)}).status_code == 403
    assert Bulk.objects.count() == 0
