"""What is done on an outdated page is refused once, with what changed since it was drawn."""

from __future__ import annotations

import re

from dingdan.kernel.ids import new_id
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.tickets.commands import tag_ticket
from dingdan.trade.tickets.models import Ticket
from tests import kit
from tests.trade.aftersales.test_inspect_return import bought
from tests.trade.tickets.desk import opened
from tests.web.backoffice.desk import Desk, text_of

DRAWN = re.compile(r'name="drawn" value="(\d+)"')


def post(desk: Desk, where: str, **typed: str) -> str:
    answer = desk.browser.post(f"/backoffice/{where}", {"key": new_id().hex, **typed}, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_it_works(desk: Desk) -> None:
    told = opened(desk.shop, "Where is my parcel?")
    place = f"tickets/ticket/{told.ticket_id}/"
    drawn = DRAWN.findall(desk.get(place))
    assert len(set(drawn)) == 1
    tag_ticket(desk.shop.call(), ticket_id=told.ticket_id, add=("vip",))
    typed = {"text": "On its way.", "say": "ask"}
    page = post(desk, f"{place}say/", drawn=drawn[0], **typed)
    said = text_of(page)
    assert "This changed after the page was opened. Look at what changed. The same button does it all the same." in said
    assert "What changed Ticket tagged" in said
    assert "On its way." in page
    assert Ticket.objects.get().state == "open"
    post(desk, f"{place}say/", drawn=DRAWN.findall(page)[0], **typed)
    assert Ticket.objects.get().state == "waiting_for_customer"


def test_a_button_pressed_twice_is_no_change(desk: Desk) -> None:
    told = opened(desk.shop, "Where is my parcel?")
    place, key = f"tickets/ticket/{told.ticket_id}/", new_id().hex
    drawn = DRAWN.findall(desk.get(place))[0]
    for _ in range(2):
        said = text_of(post(desk, f"{place}say/", drawn=drawn, key=key, text="On its way.", say="ask"))
        assert "This changed after" not in said
    assert Ticket.objects.get().state == "waiting_for_customer"


def test_what_would_come_of_it_is_shown_only_for_what_is_so_now(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = bought(desk.shop, 2, price=1000)
    desk.show()
    place = f"board/boardrow/{order.order_id}/after-sales/"
    drawn = DRAWN.findall(desk.get(place))[0]
    hold_order(desk.shop.call(), order_id=order.order_id, reason="Asks")
    line = order.lines[0].line_id
    typed = {f"only-{line}": "1", f"why-{line}": "damaged", "step": "look"}
    page = post(desk, f"{place}refund-only/", drawn=drawn, **typed)
    assert "What changed Order held" in text_of(page)
    assert "Do it: £10.00 back" not in text_of(page)
    assert "Do it: £10.00 back" in text_of(post(desk, f"{place}refund-only/", drawn=DRAWN.findall(page)[0], **typed))


def test_whoever_had_the_page_is_told_what_is_new(desk: Desk) -> None:
    kit.stock(desk.shop, "A", 10)
    order = kit.place(desk.shop, ("A", 1))
    desk.show()
    place = f"/backoffice/board/boardrow/{order.order_id}/"
    drawn = re.findall(r'data-drawn="(\d+)"', desk.browser.get(place).content.decode())[0]
    assert "<time datetime" not in desk.browser.get(place, headers={"X-Drawn": drawn}).content.decode()
    hold_order(desk.shop.call(), order_id=order.order_id, reason="Asks")
    assert "<b>Order held</b> · System · <time datetime" in desk.browser.get(place, headers={"X-Drawn": drawn}).content.decode()
