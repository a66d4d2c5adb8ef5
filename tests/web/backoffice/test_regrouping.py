"""Splitting and merging orders at the back office: seen before it is done, done once, taken back."""

from __future__ import annotations

import re
from typing import Any

from dingdan.trade.changes.models import Change
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.trade.changes.changing import line_id
from tests.trade.changes.regrouped import kept
from tests.web.backoffice.desk import Desk, client, member, text_of


def _page(order: OrderPlaced) -> str:
    return f"/backoffice/board/boardrow/{order.order_id}/"


def _post(desk: Desk, about: OrderPlaced, act: str, **sent: str) -> Any:
    return desk.browser.post(f"{_page(about)}regroup/", {"act": act, **sent}, follow=True)


def _hidden(html: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]+)"', html)[0] for name in ("fingerprint", "key")}


def _order(desk: Desk, quantity: int = 3) -> OrderPlaced:
    order = kit.place(desk.shop, ("TEA", quantity))
    kit.pay(desk.shop, order)
    desk.show()
    return order


def test_a_split_is_seen_done_once_and_taken_back(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    order = _order(desk)
    sent = {"by": "lines", f"units-{line_id(order)}": "1"}
    html = _post(desk, order, "split", **sent).content.decode()
    said = text_of(html)
    assert "Order 1001" in said
    assert "3 → 2 × Article TEA" in said
    assert "A new order" in said
    assert "£7.50 £5.00 · £5.00 paid" in said
    assert "£2.50 · £2.50 paid" in said
    assert Order.objects.count() == 1
    for _time in range(2):
        answer = _post(desk, order, "split", **sent, **_hidden(html), apply="1")
        assert answer.redirect_chain[-1][0].endswith(_page(order))
    assert Order.objects.count() == 2
    desk.show()
    page = desk.browser.get(_page(order)).content.decode()
    (back,) = re.findall(r'href="([^"]+/regroup/[^"]+/undo/)"', page)
    html = desk.browser.get(back).content.decode()
    assert "Order 1002 Canceled 1 → 0 × Article TEA" in text_of(html)
    done = desk.browser.post(back, _hidden(html), follow=True)
    assert "every line is where it was" in text_of(done.content.decode())
    assert (kept(order.order_id), Change.objects.filter(state="undone").count()) == ([("TEA", 3, 750)], 2)
    again = desk.browser.get(back, follow=True)
    assert again.redirect_chain[-1][0].endswith(_page(order))


def test_orders_are_merged_as_they_are_ticked_or_named(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    first, second, third = _order(desk, 1), _order(desk, 2), _order(desk, 3)
    html = desk.browser.get(f"{_page(first)}regroup/").content.decode()
    assert f'value="{second.order_id}"' in html
    assert f'value="{third.order_id}"' in html
    sent = {"order": str(second.order_id), "numbers": "1003"}
    html = _post(desk, first, "merge", **sent).content.decode()
    assert "2 → 0 × Article TEA" in text_of(html)
    assert "£15.00 · £15.00 paid" in text_of(html)
    said = text_of(_post(desk, first, "merge", **sent, **_hidden(html), apply="1").content.decode())
    assert "Merged 1002, 1003 into this order." in said
    assert kept(first.order_id) == [("TEA", 1, 250), ("TEA", 2, 500), ("TEA", 3, 750)]


def test_what_cannot_be_is_said_and_keeps_what_was_written(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    order, other = _order(desk, 2), _order(desk, 1)
    html = _post(desk, order, "split", by="lines", **{f"units-{line_id(order)}": "9"}).content.decode()
    assert "only 2 can become another order, not 9" in text_of(html)
    assert 'value="9"' in html
    assert 'name="apply"' not in html
    assert "cannot" in text_of(_post(desk, order, "split", by="lines", **{f"units-{line_id(order)}": "x"}).content.decode())
    assert "There is nothing to split by this" in text_of(_post(desk, order, "split", by="stock").content.decode())
    assert "Say how many grams" in text_of(_post(desk, order, "split", by="weight", max_grams="many").content.decode())
    assert "no order 4711" in text_of(_post(desk, order, "merge", numbers="4711").content.decode()).lower()
    kept_apart = desk.browser.post(f"{_page(other)}apart/", {"keep_apart": "1", "key": "a"}, follow=True)
    assert "It is kept apart." in text_of(kept_apart.content.decode())
    assert "marked to be kept apart" in text_of(_post(desk, order, "merge", numbers="1002").content.decode())
    assert Order.objects.count() == 2


def test_an_old_preview_is_shown_anew(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    order = _order(desk)
    sent = {"by": "lines", f"units-{line_id(order)}": "1"}
    html = _post(desk, order, "split", **sent).content.decode()
    kit.ship(desk.shop, order)
    said = text_of(_post(desk, order, "split", **sent, **_hidden(html), apply="1").content.decode())
    assert "only 0 can become another order" in said
    assert Order.objects.count() == 1


def test_who_may_not(desk: Desk) -> None:
    kit.stock(desk.shop, "TEA", 10)
    order = _order(desk)
    reader = client()
    reader.force_login(member(desk.shop, "warehouse"))
    assert reader.get(f"{_page(order)}regroup/").status_code == 403
    assert reader.post(f"{_page(order)}apart/", {"keep_apart": "1"}).status_code == 403
