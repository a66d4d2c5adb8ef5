"""A favor in money, beyond what the order can give back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.trade.aftersales.commands import give_goodwill
from dingdan.trade.aftersales.commands.favoring import GoodwillAboveLimit
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold
from tests.trade.aftersales.test_inspect_return import bought

SALES = Actor("staff", "7", frozenset({"aftersales.*"}))


def test_it_works(shop: Shop) -> None:
    customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    sales = replace(shop.call(), actor=SALES)
    told = give_goodwill(sales, order_id=order.order_id, amount=400)
    assert (told.amount, told.given, told.currency) == (400, 400, "GBP")
    (credit,) = payments.credit_of(customer_id, kind=PayableKind.GOODWILL)
    assert (credit.payable_id, credit.due) == (told.payable_id, 400)
    assert sold.owed(order).amount == 3000
    assert kit.breaches() == []


def test_the_limit_counts_per_order_and_needs_a_permission_to_be_passed(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    give_goodwill(replace(shop.call(), actor=SALES), order_id=order.order_id, amount=700)
    sales = replace(shop.call(), actor=SALES)
    with sold.nothing_changes(shop), pytest.raises(GoodwillAboveLimit):
        give_goodwill(sales, order_id=order.order_id, amount=301)
    head = replace(shop.call(), actor=Actor("staff", "8", frozenset({"aftersales.*", "policies.override"})))
    assert give_goodwill(head, order_id=order.order_id, amount=301).given == 1001
    assert kit.breaches() == []


def test_without_terms_nothing_is_given_without_the_permission(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    sales = replace(shop.call(), actor=SALES)
    with sold.nothing_changes(shop), pytest.raises(GoodwillAboveLimit):
        give_goodwill(sales, order_id=order.order_id, amount=1)


def test_a_guest_is_owed_by_the_order(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = bought(shop, 1)
    give_goodwill(shop.call(), order_id=order.order_id, amount=100)
    assert [credit.due for credit in payments.credit_of(order.order_id, kind=PayableKind.GOODWILL)] == [100]
    assert kit.breaches() == []


def test_nothing_and_nowhere_are_refused(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        give_goodwill(shop.call(), order_id=order.order_id, amount=0)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        give_goodwill(shop.call(), order_id=new_id(), amount=1)


def test_all_at_once_stay_within_the_limit(shop: Shop) -> None:
    _customer_id, order = favors.customers_order(shop)
    favors.terms(shop)
    told = kit.in_threads(lambda _index: give_goodwill(replace(shop.call(), actor=SALES), order_id=order.order_id, amount=300), 8)
    assert kit.kinds(told) == ["GoodwillAboveLimit"] * 5 + ["GoodwillGiven"] * 3
    assert kit.breaches() == []
