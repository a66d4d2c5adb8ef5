"""A return of which nothing has come can be called off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.lifecycle import NotInThisState
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import ReturnWanted, authorize_return, cancel_return, receive_return
from dingdan.trade.aftersales.commands.receiving import LeftAhead
from dingdan.trade.aftersales.models import Return
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import ahead, sold


def test_it_works(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=2)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    assert queries.options(order.order_id)[0].returnable == 0
    canceled = cancel_return(shop.call(), return_id=rma.return_id)
    assert canceled.order_id == order.order_id
    assert Return.objects.get().state == "canceled"
    assert queries.options(order.order_id)[0].returnable == 2


def test_after_goods_have_come_it_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    wanted = ReturnWanted(line_id=order.lines[0].line_id, quantity=2)
    rma = authorize_return(shop.call(), order_id=order.order_id, lines=(wanted,))
    receive_return(shop.call(), return_id=rma.return_id)
    with sold.nothing_changes(shop), pytest.raises(NotInThisState):
        cancel_return(shop.call(), return_id=rma.return_id)


def test_an_unknown_return_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        cancel_return(shop.call(), return_id=new_id())


def test_the_customer_does_not_call_off_what_others_were_sent_for(shop: Shop) -> None:
    _order, return_id = ahead.exchanged(shop)
    customer = replace(shop, actor=Actor(kind="customer", id=str(new_id()), permissions=frozenset({"*"}))).call()
    with sold.nothing_changes(shop), pytest.raises(LeftAhead):
        cancel_return(customer, return_id=return_id)
    assert cancel_return(shop.call(), return_id=return_id).return_id == return_id
