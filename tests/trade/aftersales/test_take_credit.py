"""Credit to spend here instead of a refund, and something on top."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import take_credit
from dingdan.trade.aftersales.commands.favoring import NobodyToThank
from dingdan.trade.aftersales.commands.refunding import RefundAboveSurplus
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold
from tests.trade.aftersales.test_inspect_return import bought


def test_it_works(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop, price=1005)
    favors.terms(shop)
    sold.come_back(shop, order, 1)
    told = take_credit(shop.call(), order_id=order.order_id)
    assert (told.amount, told.bonus) == (1005, 101)
    (credit,) = payments.credit_of(customer_id)
    assert (credit.amount, credit.due) == (1106, 1106)
    assert [(grant.left, grant.amount) for grant in payments.grants_of([credit.payable_id])] == [(101, 101)]
    assert (sold.owed(order).due, queries.refundable(order.order_id)) == (0, 0)
    assert kit.breaches() == []


def test_a_part_and_no_bonus(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop)
    sold.come_back(shop, order, 1)
    told = take_credit(shop.call(), order_id=order.order_id, amount=400)
    assert (told.amount, told.bonus, queries.refundable(order.order_id)) == (400, 0, 600)
    assert [credit.due for credit in payments.credit_of(customer_id)] == [400]


def test_nothing_too_much_is_refused(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    with sold.nothing_changes(shop), pytest.raises(RefundAboveSurplus):
        take_credit(shop.call(), order_id=order.order_id)
    sold.come_back(shop, order, 1)
    for amount in (0, -1, 1001):
        with sold.nothing_changes(shop), pytest.raises(RefundAboveSurplus):
            take_credit(shop.call(), order_id=order.order_id, amount=amount)


def test_a_guest_has_no_credit(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 1)
    sold.come_back(shop, order, 1)
    with sold.nothing_changes(shop), pytest.raises(NobodyToThank):
        take_credit(shop.call(), order_id=order.order_id)


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        take_credit(shop.call(), order_id=new_id())


def test_eight_at_once_take_it_once(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    sold.come_back(shop, order, 1)
    told = kit.in_threads(lambda _index: take_credit(shop.call(), order_id=order.order_id), 8)
    assert kit.kinds(told) == ["RefundAboveSurplus"] * 7 + ["RefundTakenAsCredit"]
    assert [credit.due for credit in payments.credit_of(customer_id)] == [1100]
    assert kit.breaches() == []
