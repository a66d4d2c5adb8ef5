"""Who may give away up to an amount: held to it by the command, whichever door it comes through, and told who may do more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Actor, Call
from dingdan.kernel.money import Money
from dingdan.ledgers.payments.commands import (
    IssueGiftCard,
    MoneyReturned,
    grant_goodwill,
    grant_store_credit,
    issue_gift_cards,
    record_refunds,
    request_refund,
    write_off_receivable,
)
from dingdan.ledgers.payments.events import Document
from dingdan.masterdata.staff.commands import save_role
from dingdan.masterdata.staff.rules import LIMITED, LimitDraft, OverLimit, RoleDraft, ceilings_of
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, give_allowance, give_goodwill, refund_order, take_credit
from dingdan.trade.changes.commands import ChangeOrder, change_orders
from dingdan.trade.changes.rules import GiveDiscount
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import MayNotSetPrices
from dingdan.trade.settlement.commands import IssueInvoice, issue_invoices
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import favors, sold

LIMITS = [{"what": what, "currency": "GBP", "amount": 100} for what in LIMITED]
JUNIOR = Actor("staff", "5", frozenset({"*"}), ceilings_of([(["*"], LIMITS)]))
GBP = "GBP"


def junior(shop: Shop) -> Call:
    """A call of somebody who may do everything, but give away no more than a pound at once."""
    return replace(shop.call(), actor=JUNIOR)


def _refund(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return request_refund(call, refund=MoneyReturned(document=Document("order", order.order_id), money=Money(amount, GBP)))


def _record(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    back = MoneyReturned(document=Document("order", order.order_id), money=Money(amount, GBP), method="cash")
    return record_refunds.one(call, back)


def _goodwill(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return give_goodwill(call, order_id=order.order_id, amount=amount)


def _owed(call: Call, _order: OrderPlaced, customer: Any, amount: int) -> Any:
    return grant_goodwill(call, customer_id=customer, money=Money(amount, GBP))


def _credit(call: Call, _order: OrderPlaced, customer: Any, amount: int) -> Any:
    return grant_store_credit(call, customer_id=customer, money=Money(amount, GBP))


def _card(call: Call, _order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return issue_gift_cards.one(call, IssueGiftCard(money=Money(amount, GBP)))


def _allowance(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return give_allowance(call, order_id=order.order_id, amount=amount)


def _discount(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return change_orders.one(call, ChangeOrder(order_id=order.order_id, changes=(GiveDiscount(amount=amount),)))


def _write_off(call: Call, order: OrderPlaced, _customer: Any, amount: int) -> Any:
    return write_off_receivable(call, document=Document("order", order.order_id), money=Money(amount, GBP))


def _fresh(shop: Shop) -> OrderPlaced:
    """An order of ten pounds that nobody has paid, and of which nothing has left."""
    kit.stock(shop, "TEA", 10)
    return kit.place(shop, ("TEA", 4))


GIVES: list[Callable[..., Any]] = [_refund, _record, _goodwill, _owed, _credit, _card, _allowance, _discount, _write_off]


@pytest.mark.parametrize("give", GIVES, ids=lambda give: give.__name__.strip("_"))
def test_up_to_the_limit_and_no_more(shop: Shop, give: Callable[..., Any]) -> None:
    customer, order = favors.customers_order(shop)
    favors.terms(shop)
    if give in (_discount, _write_off):
        order = _fresh(shop)
    if give is _write_off:
        kit.deliver(shop, order)
        issue_invoices.one(shop.call(), IssueInvoice(order_id=order.order_id))
    with sold.nothing_changes(shop), pytest.raises(OverLimit) as refused:
        give(junior(shop), order, customer, 101)
    assert (refused.value.facts["asked"], refused.value.facts["most"]) == (Money(101, GBP), Money(100, GBP))
    give(junior(shop), order, customer, 100)
    give(shop.call(), order, customer, 101)
    assert kit.breaches() == []


def test_what_was_paid_too_much_goes_back_up_to_the_limit(shop: Shop) -> None:
    _customer, order = favors.customers_order(shop)
    give_allowance(shop.call(), order_id=order.order_id, amount=300)
    for back in (refund_order, take_credit):
        with sold.nothing_changes(shop), pytest.raises(OverLimit):
            back(junior(shop), order_id=order.order_id)
        back(junior(shop), order_id=order.order_id, amount=100)


def test_to_cancel_what_is_paid_gives_money_back(shop: Shop) -> None:
    order = _fresh(shop)
    kit.pay(shop, order)
    with sold.nothing_changes(shop), pytest.raises(OverLimit):
        cancel_orders.one(junior(shop), CancelOrder(order_id=order.order_id))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))


def test_one_above_the_limit_takes_no_neighbor_down(shop: Shop) -> None:
    paid = _fresh(shop)
    kit.pay(shop, paid)
    unpaid = kit.place(shop, ("TEA", 1))
    told = cancel_orders.many([(junior(shop), CancelOrder(order_id=one.order_id)) for one in (paid, unpaid)])
    assert [type(one).__name__ for one in told] == ["OverLimit", "OrderCanceled"]


def test_prices_of_ones_own_are_for_those_without_a_limit(shop: Shop) -> None:
    kit.stock(shop, "TEA", 5)
    with pytest.raises(MayNotSetPrices):
        place_orders.one(junior(shop), kit.wanted(shop, ("TEA", 1), price=1))
    kit.price(shop, "TEA", 250)
    plain = kit.wanted(shop, ("TEA", 1))
    plain = replace(plain, lines=tuple(replace(one, unit_price=None) for one in plain.lines))
    assert place_orders.one(junior(shop), plain).total == 250


def test_another_currency_is_not_among_what_was_said(shop: Shop) -> None:
    customer, _order = favors.customers_order(shop)
    with pytest.raises(OverLimit):
        grant_store_credit(junior(shop), customer_id=customer, money=Money(1, "EUR"))


def test_who_may_is_told(shop: Shop) -> None:
    customer, _order = favors.customers_order(shop)
    bound = (LimitDraft(what="credit", currency=GBP, amount=150),)
    save_role(shop.call(), role=RoleDraft(name="lead", permissions=("payments.*",), limits=bound))
    save_role(shop.call(), role=RoleDraft(name="boss", permissions=("*",)))
    said = [str(_refused(shop, customer, amount)) for amount in (120, 160)]
    assert said == [
        "1.20 GBP is more than this account may do at once here: 1.00 GBP. Ask somebody with one of these roles: boss, lead.",
        "1.60 GBP is more than this account may do at once here: 1.00 GBP. Ask somebody with one of these roles: boss.",
    ]


def _refused(shop: Shop, customer: Any, amount: int) -> Refusal:
    with pytest.raises(OverLimit) as refused:
        grant_store_credit(junior(shop), customer_id=customer, money=Money(amount, GBP))
    return refused.value
