"""The goods of an exchange leave before the first are back, and what is owed for them is known."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import receive_return, send_ahead, settle_exchange
from dingdan.trade.aftersales.commands.refunding import NotAnExchange
from dingdan.trade.aftersales.models import Return
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.ahead import exchanged, sent
from tests.trade.aftersales.test_authorize_return import ask
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    _order, return_id = exchanged(shop)
    follow_up = sent(shop, return_id)
    rma = Return.objects.get()
    assert (rma.follow_up_id, rma.is_ahead, rma.state) == (follow_up.order_id, True, "authorized")
    owed = sold.owed(follow_up)
    assert (owed.due, owed.terms) == (1500, "on_account")
    kit.ship(shop, follow_up)  # reserved at once, and leaves without money
    assert kit.breaches() == []


def test_the_first_goods_pay_for_it_when_they_are_back(shop: Shop) -> None:
    order, return_id = exchanged(shop)
    follow_up = sent(shop, return_id)
    receive_return(shop.call(), return_id=return_id)
    sold.graded(shop, return_id, A=1)
    settled = settle_exchange(shop.call(), return_id=return_id, follow_up_id=follow_up.order_id)
    assert (settled.moved, settled.due, settled.refund_due) == (1000, 500, 0)
    assert (sold.owed(order).due, sold.owed(follow_up).due) == (0, 500)
    assert kit.breaches() == []


def test_it_has_one_follow_up_order(shop: Shop) -> None:
    _order, return_id = exchanged(shop)
    sent(shop, return_id)
    other = kit.place(shop, ("B", 1))
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        send_ahead(shop.call(), return_id=return_id, follow_up_id=other.order_id)
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        settle_exchange(shop.call(), return_id=return_id, follow_up_id=other.order_id)


def test_an_ordinary_return_sends_nothing_ahead(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    rma = ask(shop, bought(shop, 1), 1)
    other = kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        send_ahead(shop.call(), return_id=rma.return_id, follow_up_id=other.order_id)


def test_unknown_things_are_refused(shop: Shop) -> None:
    _order, return_id = exchanged(shop)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        send_ahead(shop.call(), return_id=new_id(), follow_up_id=new_id())
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        send_ahead(shop.call(), return_id=return_id, follow_up_id=new_id())
