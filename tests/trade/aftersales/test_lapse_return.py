"""Goods left ahead for others that never came: those are to be paid for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import lapse_return, receive_return, scan_return
from dingdan.trade.aftersales.commands.receiving import NotLate
from dingdan.trade.aftersales.models import Return
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold
from tests.trade.aftersales.ahead import exchanged, sent
from tests.trade.aftersales.test_authorize_return import ask
from tests.trade.aftersales.test_inspect_return import bought

LATE = timedelta(days=15)


def test_it_works(shop: Shop) -> None:
    order, return_id = exchanged(shop)
    follow_up = sent(shop, return_id)
    assert queries.due_to_lapse(clock.now()) == []
    assert queries.due_to_lapse(clock.now() + LATE) == [return_id]
    told = lapse_return(shop.call(at=clock.now() + LATE), return_id=return_id)
    assert (told.follow_up_id, told.at_risk) == (follow_up.order_id, 1500)
    assert Return.objects.get().state == "lapsed"
    assert (sold.owed(order).amount, sold.owed(follow_up).due) == (1000, 1500)
    assert queries.due_to_lapse(clock.now() + LATE) == []
    assert queries.options(order.order_id)[0].returnable == 1  # it may still come one day, as a return of its own
    assert kit.breaches() == []


def test_before_its_day_it_is_refused(shop: Shop) -> None:
    _order, return_id = exchanged(shop)
    with sold.nothing_changes(shop), pytest.raises(NotLate):
        lapse_return(shop.call(at=clock.now() + timedelta(days=13)), return_id=return_id)


@pytest.mark.parametrize("seen", [scan_return, receive_return])
def test_what_is_on_its_way_or_here_does_not_lapse(shop: Shop, seen: object) -> None:
    _order, return_id = exchanged(shop)
    seen(shop.call(), return_id=return_id)  # type: ignore[operator]
    assert queries.due_to_lapse(clock.now() + LATE) == []
    with sold.nothing_changes(shop), pytest.raises(NotLate):
        lapse_return(shop.call(at=clock.now() + LATE), return_id=return_id)


def test_an_ordinary_return_does_not_lapse(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    rma = ask(shop, bought(shop, 1), 1)
    with sold.nothing_changes(shop), pytest.raises(NotLate):
        lapse_return(shop.call(at=clock.now() + LATE), return_id=rma.return_id)


def test_an_unknown_return_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        lapse_return(shop.call(), return_id=new_id())
