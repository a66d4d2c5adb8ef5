"""A favor lowers what is owed, never below nothing."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import CancelOrder, LineAmount, cancel_orders, give_allowance
from dingdan.trade.aftersales.commands.refunding import AllowanceAboveLeft
from dingdan.trade.aftersales.events import AllowedLine
from dingdan.trade.aftersales.models import Allowance
from dingdan.trade.aftersales.rules import RefundAboveWorth
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2), shipping_price=100)
    kit.pay(shop, order)
    given = give_allowance(shop.call(), order_id=order.order_id, amount=61, reason="Late")
    assert (given.amount, given.owed, given.refund_due) == (61, 539, 61)
    goods, shipping = order.lines[0].line_id, order.lines[1].line_id
    assert given.lines == (AllowedLine(line_id=goods, amount=51), AllowedLine(line_id=shipping, amount=10))
    assert Allowance.objects.get().reason == "Late"
    assert kit.breaches() == []


def test_on_lines(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2), shipping_price=100)
    lines = (LineAmount(order.lines[1].line_id, 100),)
    assert give_allowance(shop.call(), order_id=order.order_id, lines=lines).owed == 500
    assert kit.breaches() == []


def test_canceling_gives_only_the_rest(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.pay(shop, order)
    give_allowance(shop.call(), order_id=order.order_id, amount=61)
    canceled = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (canceled.amount, canceled.owed, canceled.refund_due) == (439, 0, 500)
    assert kit.breaches() == []


def test_more_than_is_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    give_allowance(shop.call(), order_id=order.order_id, amount=300)
    with sold.nothing_changes(shop):
        with pytest.raises(AllowanceAboveLeft):
            give_allowance(shop.call(), order_id=order.order_id, amount=201)
        with pytest.raises(RefundAboveWorth):
            give_allowance(shop.call(), order_id=order.order_id, lines=(LineAmount(order.lines[0].line_id, 201),))


def test_amounts_that_make_no_sense_are_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    line = LineAmount(order.lines[0].line_id, 10)
    with sold.nothing_changes(shop):
        for asked in ({}, {"amount": 0}, {"amount": -5}, {"amount": 11, "lines": (line,)}, {"lines": (line, line)}):
            with pytest.raises(Invalid):
                give_allowance(shop.call(), order_id=order.order_id, **asked)


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    with sold.nothing_changes(shop):
        with pytest.raises(NotFound):
            give_allowance(shop.call(), order_id=new_id(), amount=1)
        with pytest.raises(NotFound):
            give_allowance(shop.call(), order_id=order.order_id, lines=(LineAmount(new_id(), 1),))
