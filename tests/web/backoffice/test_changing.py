"""Changing an order at the back office: seen before it is done, done once, taken back."""

from __future__ import annotations

import re
from typing import Any

from dingdan.automation.bulk import work_on_bulk
from dingdan.trade.changes.commands import BulkChange, start_bulk
from dingdan.trade.changes.models import Change
from dingdan.trade.changes.rules import GiveDiscount
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.trade.changes import changing
from tests.web.backoffice.desk import Desk, client, member, text_of


def _order(desk: Desk) -> OrderPlaced:
    kit.stock(desk.shop, "TEA", 10)
    kit.stock(desk.shop, "MUG", 10)
    kit.price(desk.shop, "MUG", 400)
    order = kit.place(desk.shop, ("TEA", 3), ("MUG", 1))
    kit.pay(desk.shop, order)
    desk.show()
    return order


def _url(order: OrderPlaced) -> str:
    return f"/backoffice/board/boardrow/{order.order_id}/changes/"


def _post(desk: Desk, order: OrderPlaced, **sent: str) -> Any:
    return desk.browser.post(_url(order), sent, follow=True)


def _hidden(html: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', html)[0] for name in ("fingerprint", "key")}


def test_the_form_shows_what_is_there(desk: Desk) -> None:
    order = _order(desk)
    page = desk.browser.get(_url(order))
    assert page.status_code == 200
    said = text_of(page.content.decode())
    assert "Change order 1001" in said
    assert f'name="quantity-{changing.line_id(order)}" inputmode="decimal" value="3"' in page.content.decode()
    assert "nothing is done before you say so" in said


def test_what_would_come_of_it_is_told_in_words_and_numbers(desk: Desk) -> None:
    order = _order(desk)
    first = changing.line_id(order)
    html = _post(desk, order, **{f"quantity-{first}": "5", "fee-name": "Wrap", "fee-amount": "1.50"}).content.decode()
    said = text_of(html)
    assert "The order goes from £10.00 to £16.50. £6.50 more is owed; £6.50 is then to be paid." in said
    assert "Change it: £6.50 more" in said
    assert "2 × TEA from" in said
    assert Change.objects.count() == 0


def test_it_is_done_once(desk: Desk) -> None:
    order = _order(desk)
    sent = {f"price-{changing.line_id(order)}": "2.00", f"off-{changing.line_id(order)}": "10%"}
    hidden = _hidden(_post(desk, order, **sent).content.decode())
    pressed_twice = [_post(desk, order, **sent, **hidden, apply="1") for _time in range(2)]
    for answer in pressed_twice:
        assert answer.redirect_chain[-1][0].endswith(f"{order.order_id}/")
        assert "The order was changed." in text_of(answer.content.decode())
    assert (Change.objects.count(), changing.row(order).total) == (1, 790)


def test_an_old_preview_is_shown_anew(desk: Desk) -> None:
    order = _order(desk)
    sent = {f"quantity-{changing.line_id(order)}": "2"}
    hidden = _hidden(_post(desk, order, **sent).content.decode())
    kit.ship(desk.shop, order)
    said = text_of(_post(desk, order, **sent, **hidden, apply="1").content.decode())
    assert "Since the preview something has changed" in said
    assert "Take back" not in said or Change.objects.count() == 0
    assert (Change.objects.count(), changing.row(order).total) == (0, 1150 - 150)


def test_everything_that_stands_in_the_way_is_shown(desk: Desk) -> None:
    order = _order(desk)
    said = text_of(_post(desk, order, **{"sku-1": "NONE", "off": "99.00", "fee-amount": "x"}).content.decode())
    assert "There is no article NONE on sale." in said
    assert "A discount of 9900 cannot be taken from 1150" in said or "A discount of 9900 cannot be taken from 1000" in said
    assert "This cannot be read as an amount in GBP" in said
    assert "Change it" not in said


def test_every_part_of_the_form(desk: Desk) -> None:
    order = _order(desk)
    first, second = changing.line_id(order), changing.line_id(order, 1)
    sent = {
        f"instead-{first}": "MUG", f"quantity-{second}": "0", "name": "Bea Lee", "country_code": "GB", "city": "London",
        "postal_code": "N1 9GU", "street_address": "2 High Street", "note": "Called.", "hold": "waits for a call",
    }  # fmt: skip
    hidden = _hidden(_post(desk, order, **sent).content.decode())
    said = text_of(_post(desk, order, **sent, **hidden, apply="1").content.decode())
    assert "The order was changed." in said
    now = changing.row(order)
    assert (now.state, now.hold_reason, now.ship_to.name, now.total) == ("on_hold", "waits for a call", "Bea Lee", 1200)
    assert "instead of TEA at £2.50" in said
    assert "Another article, Remove a line, Address, Note, Hold" in said


def test_the_live_part_is_the_same(desk: Desk) -> None:
    order = _order(desk)
    answer = desk.browser.post(_url(order), {f"quantity-{changing.line_id(order)}": "2"}, headers={"X-Part": "preview"})
    said = text_of(answer.content.decode())
    assert said.startswith("The order goes from £10.00 to £7.50. £2.50 less is owed; £2.50 goes back to the customer.")
    assert "<html" not in answer.content.decode()


def test_a_change_is_undone(desk: Desk) -> None:
    order = _order(desk)
    sent = {f"quantity-{changing.line_id(order)}": "2"}
    _post(desk, order, **sent, **_hidden(_post(desk, order, **sent).content.decode()), apply="1")
    page = desk.browser.get(f"/backoffice/board/boardrow/{order.order_id}/").content.decode()
    url = re.findall(r'href="([^"]+/undo/)"', page)[0]
    html = desk.browser.get(url).content.decode()
    assert "The order goes from £7.50 to £10.00. £2.50 more is owed; £0.00 is then to be paid." in text_of(html)
    answer = desk.browser.post(url, _hidden(html) | {"apply": "1"}, follow=True)
    assert "The change was undone." in text_of(answer.content.decode())
    assert (Change.objects.get().state, changing.row(order).total) == ("undone", 1000)
    assert desk.browser.get(url, follow=True).redirect_chain != []


def test_who_may_only_look_sees_no_button(desk: Desk) -> None:
    order = _order(desk)
    browser = client()
    browser.force_login(member(desk.shop, "warehouse"))
    page = text_of(browser.get(f"/backoffice/board/boardrow/{order.order_id}/").content.decode())
    assert "Change the order" not in page
    assert browser.get(_url(order)).status_code == 403
    assert browser.post(_url(order), {"note": "x"}).status_code == 403


def test_an_order_of_another_shop_is_not_there(desk: Desk) -> None:
    assert desk.browser.get("/backoffice/board/boardrow/00000000-0000-0000-0000-000000000000/changes/").status_code == 404


def test_bulk_changes_are_listed_with_what_became_of_each_order(desk: Desk) -> None:
    order = _order(desk)
    gone = kit.place(desk.shop, ("TEA", 1))
    kit.pay(desk.shop, gone)
    kit.ship(desk.shop, gone)
    asked = BulkChange(order_ids=(order.order_id, gone.order_id), changes=(GiveDiscount(amount=100),), is_dry=True)
    bulk_id = start_bulk(desk.shop.call(), bulk=asked).bulk_id
    assert "Discount · Dry run 0 / 2 – Running" in desk.read("changes/bulk/")
    work_on_bulk(tenant_id=str(desk.shop.tenant_id), bulk_id=str(bulk_id))
    assert "Discount · Dry run 2 / 2 1 Finished" in desk.read("changes/bulk/")
    said = desk.read(f"changes/bulk/{bulk_id}/")
    assert "Only a trial: nothing is changed." in said
    assert f"{gone.number} Refused Nothing of this order is left that could be changed." in said
    assert f"{order.number} Would change – -£1.00" in said
