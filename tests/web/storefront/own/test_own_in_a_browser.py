"""A buyer on a phone has the page of the order open: it follows what happens, and the shop's answer comes up by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.tickets.commands import answer_ticket
from dingdan.trade.tickets.models import Ticket
from tests import kit
from tests.browser.looking import faults_of
from tests.browser.visiting import PHONE, visit
from tests.conftest import Shop
from tests.trade.tickets.desk import PNG
from tests.web.live.listening import told
from tests.web.storefront.front import Visitor, open_front, put_on_offer
from tests.web.storefront.own.desk import below

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_it_works(shop: Shop, address: str, browser: Browser) -> None:
    open_front(shop)
    put_on_offer(shop, "mug", pieces=4)
    order = kit.place(shop, ("MUG", 1))
    kit.pay(shop, order)
    told(shop)
    with visit(browser, address, size=PHONE) as one:
        page = one.page
        with page.expect_response(lambda answer: "/live/order/" in answer.url):
            one.go(Visitor(shop).path(below(order.order_id)))
        shipment = Shipment.objects.get()
        ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM123"))
        told(shop)
        page.get_by_role("heading", name="Your order is on its way").wait_for()
        assert "Your parcel was handed to Royal Mail" in page.locator("#news").inner_text()
        page.get_by_text("What is inside").click()
        deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
        told(shop)
        page.get_by_role("heading", name="Your order has arrived").wait_for()
        assert page.get_by_text("1 × Mug").first.is_visible()
        page.get_by_role("link", name="Write to the shop").click()
        page.get_by_label("Your message").fill("It has a crack.")
        page.set_input_files("input[type=file]", {"name": "crack.png", "mimeType": "image/png", "buffer": PNG})
        with page.expect_response(lambda answer: "/live/order/" in answer.url):
            page.get_by_role("button", name="Send the message").click()
        page.get_by_label("Write more").fill("And")
        answer_ticket(shop.call(), ticket_id=Ticket.objects.get().id, text="We send you another one.", then="solve")
        told(shop)
        page.get_by_text("We send you another one.").wait_for()
        assert page.input_value("textarea") == "And"
        assert page.locator(".photo img").evaluate("one => one.naturalWidth") > 0
        pages = {name: Visitor(shop).path(below(order.order_id, *parts)) for name, parts in
                 {"order": (), "messages": ("messages",), "again": ("again",)}.items()}  # fmt: skip
        found = faults_of(one, pages | {"find": Visitor(shop).path("find/")}, [PHONE], [False, True])
    assert found == [], "\n".join(found)
