"""The page of an order as a place of work: the next step, notes, neighbors, papers."""

from __future__ import annotations

import re

from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.orders.models import Order, OrderNote
from dingdan.trade.orders.rules import Person
from tests.kit import pay, place, plan, ship, stock
from tests.masterdata.shop import counted
from tests.web.backoffice.desk import Desk, member, sit_down, text_of

ORDERS = "board/boardrow/"


def _steps(page: str) -> list[str]:
    found = re.search(r'<div class="bo-steps">(.*?)</header>', page, re.DOTALL)
    return re.findall(r"<(?:button|a|summary)[^>]*>([^<]+)<", found[1]) if found else []


def _do(desk: Desk, order_id: object, name: str, **sent: object) -> str:
    answer = desk.browser.post(f"/backoffice/{ORDERS}{order_id}/do/{name}/", sent, follow=True)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer.content.decode())


def test_the_next_step_stands_first(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 2))
    desk.show()
    at = f"{ORDERS}{order.order_id}/"
    assert _steps(desk.get(at)) == ["Send payment link", "Plan shipment"]
    pay(desk.shop, order)
    assert _steps(desk.get(at)) == ["Plan shipment"]
    assert "The shipments are planned." in _do(desk, order.order_id, "plan")
    shipment = Shipment.objects.get()
    assert _steps(desk.get(at)) == ["Pick S1001", "Pack S1001"]
    assert "The shipment is packed." in _do(desk, order.order_id, "pack", shipment=shipment.id)
    assert _steps(desk.get(at))[0] == "Ship S1001"
    said = _do(desk, order.order_id, "ship", shipment=shipment.id, carrier="Royal Mail", tracking_number="RM1")
    assert "The shipment has left." in said
    assert 'href="https://www.royalmail.com/track-your-item#/tracking-results/RM1"' in desk.get(at)
    assert _steps(desk.get(at)) == ["S1001 has arrived"]
    assert "The shipment has arrived." in _do(desk, order.order_id, "deliver", shipment=shipment.id)
    assert _steps(desk.get(at)) == []


def test_only_what_its_life_allows_and_one_may_is_offered(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    pay(desk.shop, order)
    hold_order(desk.shop.call(), order_id=order.order_id, reason="Ask")
    desk.show()
    at = f"{ORDERS}{order.order_id}/"
    assert _steps(desk.get(at)) == ["Resume"]
    books = sit_down(desk.shop, as_user=lambda shop: member(shop, "accounting"))
    assert _steps(books.get(at)) == []
    assert books.browser.post(f"/backoffice/{at}do/resume/").status_code == 403
    assert "The order goes on." in _do(desk, order.order_id, "resume")
    assert "The order is on hold." in _do(desk, order.order_id, "hold", reason="Color?")
    assert Order.objects.get().hold_reason == "Color?"


def test_notes_and_tags_are_written(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order = place(desk.shop, ("TEA", 1))
    desk.show()
    assert "The note is written." in _do(desk, order.order_id, "note", text="打電話再送", to_customer="on")
    assert [(one.text, one.to_customer) for one in OrderNote.objects.all()] == [("打電話再送", True)]
    assert "The tags are changed." in _do(desk, order.order_id, "tag", add="vip, gift")
    assert sorted(Order.objects.get().tags.values_list("tag", flat=True)) == ["gift", "vip"]
    assert "Write a note" in _do(desk, order.order_id, "note", text=" ")
    assert OrderNote.objects.count() == 1


def test_nobody_ships_the_parcel_of_another_order(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    order, other = place(desk.shop, ("TEA", 1)), place(desk.shop, ("TEA", 1))
    pay(desk.shop, other)
    shipment = plan(desk.shop, other).shipments[0]
    desk.show()
    _do(desk, order.order_id, "pack", shipment=shipment.shipment_id)
    assert Shipment.objects.get().state == "planned"


def test_each_line_says_where_its_goods_are(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    stock(desk.shop, "CUP", 1, shortage="backorder")
    order = place(desk.shop, ("TEA", 2), ("CUP", 3))
    desk.show()
    said = desk.read(f"{ORDERS}{order.order_id}/")
    assert "2 reserved at Main warehouse" in said
    assert ("1 reserved at Main warehouse 2 backordered" in said, "3 × " in said) == (True, False)


def test_one_turns_from_order_to_order_as_in_the_list(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    first, _tw, last = (
        place(desk.shop, ("TEA", 1)),
        place(desk.shop, ("TEA", 1), ship_to=Person(name="林", country="TW")),
        place(desk.shop, ("TEA", 1)),
    )
    desk.show()
    (link,) = re.findall(rf'href="([^"]*{first.order_id}[^"]*)"', desk.get(f"{ORDERS}?country=GB"))[:1]
    page = desk.browser.get(link.replace("&amp;", "&")).content.decode()
    assert re.findall(r'href="([^"?]*)[^"]*" rel="(prev|next)"', page) == [(f"/backoffice/{ORDERS}{last.order_id}/", "prev")]
    assert 'href="/backoffice/board/boardrow/?country=GB">‹ Orders' in page
    assert len(re.findall(r'rel="(?:prev|next)"', desk.get(f"{ORDERS}{_tw.order_id}/"))) == 2


def test_papers_are_printed(desk: Desk) -> None:
    stock(desk.shop, "TEA", 10)
    stock(desk.shop, "CUP", 10)
    orders = [
        place(
            desk.shop,
            ("TEA", 2),
            ("CUP", 1),
            ship_to=Person(name="王小明", country="TW", phone="+886912345678"),
            language="zh-Hant",
        )
    ]
    orders.append(place(desk.shop, ("TEA", 1), customer_note="Ring twice"))
    for order in orders:
        pay(desk.shop, order)
    plan(desk.shop, orders[0])
    ship(desk.shop, orders[1])
    desk.show()
    ids = "&".join(f"id={one.order_id}" for one in orders)
    for paper in ("packing", "picking", "label"):
        answer = desk.browser.get(f"/backoffice/{ORDERS}print/?paper={paper}&{ids}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), paper
        assert answer.content.startswith(b"%PDF"), paper
        assert answer.content.count(b"/Type /Page\n") == (1 if paper == "picking" else 2), paper
    assert desk.browser.get(f"/backoffice/{ORDERS}print/?paper=invoice&{ids}").status_code == 302  # none is issued yet
    assert desk.browser.get(f"/backoffice/{ORDERS}print/?paper=poster&{ids}").status_code == 404
    clerk = sit_down(desk.shop, as_user=lambda shop: member(shop, "catalog"))
    assert clerk.browser.get(f"/backoffice/{ORDERS}print/?paper=label&{ids}").status_code == 403


def test_a_page_costs_as_much_however_many_lines_it_has(desk: Desk) -> None:
    skus = [f"S{number}" for number in range(6)]
    for sku in skus:
        stock(desk.shop, sku, 10)
    small, large = place(desk.shop, (skus[0], 1)), place(desk.shop, *((sku, 1) for sku in skus))
    for order in (small, large):
        pay(desk.shop, order)
        ship(desk.shop, order)
    desk.show()
    with counted() as few:
        desk.get(f"{ORDERS}{small.order_id}/")
    with counted() as many:
        desk.get(f"{ORDERS}{large.order_id}/")
    assert len(many) == len(few) <= 60
