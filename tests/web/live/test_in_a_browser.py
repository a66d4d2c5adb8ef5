"""Pages that follow what happens, in a real browser: lists, documents, and one connection for all tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dingdan.automation.pay_links import PAY_ORDER, pay_url
from dingdan.kernel import clock
from dingdan.trade.aftersales.commands import examine_pieces, finish_examination
from dingdan.trade.aftersales.models import ReturnPiece
from dingdan.trade.fulfillment.commands import start_wave, take_wave
from dingdan.trade.orders.commands import hold_order, resume_order
from dingdan.trade.tickets.commands import tag_ticket
from tests import kit
from tests.browser.visiting import DESK, PHONE, just_signed_in, signed_in, sit_at, visit
from tests.conftest import Shop
from tests.running import Web
from tests.trade.aftersales.desk import announced
from tests.trade.fulfillment.rounds import call_of, planned
from tests.trade.tickets.desk import opened
from tests.web.backoffice.desk import member
from tests.web.live.listening import told

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ORDERS = "/backoffice/board/boardrow/"


def test_lists_and_pages_follow(shop: Shop, browser: Browser, web: Web) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2))
    told(shop)
    address = f"http://127.0.0.1:{web.port}"
    with visit(browser, address, size=DESK) as one:
        signed_in(one, shop)
        listed = one.page.context.new_page()
        listed.goto(address + ORDERS)
        listed.check("#result_list input[name=id]")
        one.go(f"{ORDERS}{order.order_id}/")
        hold_order(shop.call(), order_id=order.order_id, reason="Asks")
        kit.place(shop, ("TEA", 1))
        told(shop)
        news = one.page.locator("#bo-live [data-news]")
        news.get_by_text("Order held").wait_for()
        assert "System" in news.inner_text()
        one.page.locator(".bo-head .bo-badge", has_text="On hold").wait_for()
        one.page.locator(".bo-facts dd", has_text="Asks").wait_for()
        listed.bring_to_front()
        listed.get_by_text("New on this list: 1").wait_for()
        listed.locator("#result_list .bo-badge", has_text="On hold").wait_for()
        assert listed.locator("#result_list > tbody").count() == 1
        assert listed.is_checked("#result_list input[name=id]")
        listed.locator("#bo-live button").press("Enter")
        listed.locator("#result_list > tbody").nth(1).wait_for()
        assert listed.locator("#result_list input[name=id]:checked").count() == 1


def test_a_form_is_left_alone_and_says_that_it_is_outdated(shop: Shop, browser: Browser, web: Web) -> None:
    ticket = opened(shop, "Where is my parcel?")
    told(shop)
    with visit(browser, f"http://127.0.0.1:{web.port}", size=PHONE) as one:
        signed_in(one, shop)
        one.go(f"/backoffice/tickets/ticket/{ticket.ticket_id}/")
        one.page.fill("textarea[name=text]", "On its way.")
        tag_ticket(shop.call(), ticket_id=ticket.ticket_id, add=("vip",))
        told(shop)
        one.page.locator("#bo-live").get_by_text("Ticket tagged").wait_for()
        assert one.page.input_value("textarea[name=text]") == "On its way."
        one.page.locator("button[value=ask]").press("Enter")
        one.page.get_by_text("This changed after the page was opened.").wait_for()
        assert one.page.input_value("textarea[name=text]") == "On its way."
        one.read()


def test_the_returns_desk_follows_what_others_scan(shop: Shop, browser: Browser, web: Web) -> None:
    rma = announced(shop, 3)
    (piece,) = ReturnPiece.objects.all()
    told(shop)
    with visit(browser, f"http://127.0.0.1:{web.port}", size=PHONE) as one:
        signed_in(one, shop, "warehouse")
        door = one.page.context.new_page()
        door.goto(f"{one.address}/backoffice/aftersales/return/desk/")
        assert door.locator("[data-waits=announced] b").inner_text() == "1"
        one.go(f"/backoffice/aftersales/return/desk/{rma.return_id}/")
        one.page.locator(".bo-pieces button").click()
        one.page.locator(".bo-many input").wait_for()
        examine_pieces(shop.call(), piece_id=piece.id, grade="B", quantity=2)
        told(shop)
        one.page.locator(".bo-heard", has_text="2 × Article A → Opened, good").wait_for()
        one.page.locator(".bo-pieces b", has_text="2 / 3").wait_for()
        assert one.page.locator("[data-grade=A]").is_enabled()
        one.page.locator("[data-outcome] .bo-facts").wait_for()
        finish_examination(shop.call(), return_id=rma.return_id)
        told(shop)
        one.page.locator("[data-next]").wait_for()
        one.read()
        door.bring_to_front()
        door.locator("[data-waits=announced] b", has_text="0").wait_for()


def test_a_round_follows_who_walks_it(shop: Shop, browser: Browser, web: Web) -> None:
    kit.stock(shop, "TEA", 9)
    shipment = planned(shop, ("TEA", 3))
    with visit(browser, f"http://127.0.0.1:{web.port}", size=DESK) as one:
        desk = just_signed_in(shop, member(shop, "warehouse"))
        sit_at(one, desk)
        wave = start_wave(call_of(shop, str(desk.user.pk)), shipment_ids=(shipment,)).wave_id
        told(shop)
        one.go(f"/backoffice/fulfillment/shipment/round/{wave}/")
        one.page.locator("[data-one]").wait_for()
        take_wave(shop.call(), wave_id=wave, takes_over=True)
        told(shop)
        one.page.locator(".bo-refused", has_text="is at it").wait_for()
        assert one.page.locator("[data-one]").count() == 0


def test_a_browser_without_a_network_catches_up(shop: Shop, browser: Browser, web: Web) -> None:
    kit.stock(shop, "TEA", 10)
    order = kit.place(shop, ("TEA", 2))
    told(shop)
    with visit(browser, f"http://127.0.0.1:{web.port}", size=DESK) as one:
        signed_in(one, shop)
        one.go(f"{ORDERS}{order.order_id}/")
        one.page.context.set_offline(True)
        one.page.get_by_text("No connection.").wait_for()
        hold_order(shop.call(), order_id=order.order_id, reason="Asks")
        resume_order(shop.call(), order_id=order.order_id)
        told(shop)
        one.page.context.set_offline(False)
        one.page.locator("#bo-live").get_by_text("Order resumed").wait_for()
        one.page.get_by_text("No connection.").wait_for(state="hidden")
        one.faults.clear()


def test_a_payer_sees_that_it_is_paid(shop: Shop, browser: Browser, web: Web) -> None:
    kit.stock(shop, "TEA", 9)
    order = kit.place(shop, ("TEA", 2))
    told(shop)
    path = pay_url(PAY_ORDER, order.order_id, at=clock.now()).partition("/pay/")[2]
    with visit(browser, f"http://127.0.0.1:{web.port}", size=PHONE) as one:
        one.go(f"/pay/{path}")
        kit.pay(shop, order)
        told(shop)
        one.page.get_by_text("Paid. Thank you.").wait_for()
