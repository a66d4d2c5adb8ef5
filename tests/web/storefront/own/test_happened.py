"""The story of an order in plain words: what its buyer cares about, and nothing of what the shop says among itself."""

from __future__ import annotations

import re

from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders, resolve_claim
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules import AddNote, HoldOrder, ResumeOrder, SetAddress, SetQuantity, Wish
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.sold import claim, come_back
from tests.web.storefront.front import Visitor, open_front
from tests.web.storefront.own.desk import below


def _change(shop: Shop, order: OrderPlaced, *changes: Wish) -> None:
    change_orders.one(shop.call(), ChangeOrder(order_id=order.order_id, changes=changes))


def _story(shop: Shop, order: OrderPlaced) -> list[str]:
    """What the page says happened, the oldest first, without the times."""
    page = Visitor(shop).html(below(order.order_id))
    moments = re.findall(r"<li class=\"\w+\"[^>]*><time[^>]*>[^<]*</time>(.*?)</li>", page)
    return [" | ".join(re.findall(r">([^<]+)<", one)) for one in reversed(moments)]


def test_it_works(shop: Shop) -> None:
    open_front(shop)
    kit.stock(shop, "MUG", 9)
    kit.stock(shop, "POT", 9)
    order = kit.place(shop, ("MUG", 3), ("POT", 1), price=1000)
    mug = order.lines[0].line_id
    _change(shop, order, AddNote(text="a nervous one"), HoldOrder(reason="looks like fraud"))
    _change(shop, order, ResumeOrder())
    _change(shop, order, SetQuantity(line_id=mug, quantity=2), SetAddress(ship_to=kit.BUYER))
    _change(shop, order, AddNote(text="We put a ribbon on it.", to_customer=True))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[1].line_id, 1),)))
    kit.pay(shop, order, 2000)
    kit.deliver(shop, order)
    come_back(shop, order, 1)
    resolve_claim(shop.call(), claim_id=claim(shop, order, 1), resolution="refund")
    story = _story(shop, order)
    assert story == [
        "Ordered, for £40.00",
        "We look into something before it goes on",
        "The order goes on",
        "The order was changed | Another address | Now: 2 × Article MUG | £10.00 less",
        "The shop writes | We put a ribbon on it.",
        "A part was canceled | 1 × Article POT",
        "£20.00 paid | Cash",
        "Your parcel was handed to Royal Mail | 2 × Article MUG",
        "Your parcel has arrived",
        "Return R1001 was registered | 1 × Article MUG",
        "Return R1001 has arrived here",
        "Return R1001: £10.00 is given back",
        "Claim K1001 was received",
        "Claim K1001: £10.00 is given back",
    ]
    page = Visitor(shop).html(below(order.order_id))
    for word in ("nervous", "fraud", "system", "restock"):
        assert word not in page
    assert kit.breaches() == []
