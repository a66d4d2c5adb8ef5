"""The money of what came back pays for what the customer got instead; only the difference is due, or goes back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import (
    ExchangeWanted,
    ReturnWanted,
    Verdict,
    exchange_return,
    inspect_return,
    receive_return,
    refund_order,
    settle_exchange,
)
from dingdan.trade.aftersales.commands.refunding import NotAnExchange
from dingdan.trade.aftersales.models import Return
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def exchange(shop: Shop, *, paid: int | None = None) -> tuple[OrderPlaced, UUID]:
    """A paid order of two A for 500, both to be exchanged for one B."""
    kit.stock(shop, "A", 5)
    kit.stock(shop, "B", 5)
    order = kit.place(shop, ("A", 2))
    if paid != 0:
        kit.pay(shop, order, paid)
    kit.ship(shop, order)
    back = (ReturnWanted(line_id=order.lines[0].line_id, quantity=2),)
    wanted = (ExchangeWanted(sku="B"),)
    return order, exchange_return(shop.call(), order_id=order.order_id, lines=back, wanted=wanted).return_id


def inspect(shop: Shop, return_id: UUID) -> bool:
    """Everything is back and on sale again."""
    receive_return(shop.call(), return_id=return_id)
    verdicts = tuple(Verdict(piece_id=piece.id, restock=piece.received) for piece in sold.pieces_of(return_id))
    return inspect_return(shop.call(), return_id=return_id, verdicts=verdicts).is_exchange


def follow_up(shop: Shop, return_id: UUID, price: int) -> OrderPlaced:
    """The order that is placed for the exchange."""
    wanted = queries.follow_up_of(return_id)
    lines = tuple(replace(line, unit_price=Decimal(price)) for line in wanted.lines)
    return place_orders.one(shop.call(), replace(wanted, lines=lines))


def test_it_works(shop: Shop) -> None:
    order, return_id = exchange(shop)
    assert inspect(shop, return_id)
    second = follow_up(shop, return_id, 700)
    settled = settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id)
    assert (settled.moved, settled.due, settled.refund_due) == (500, 200, 0)
    assert (sold.owed(order).payment_status, sold.owed(second).payment_status) == ("nothing_due", "partly_paid")
    assert Return.objects.get().follow_up_id == second.order_id
    assert kit.breaches() == []


def test_what_is_left_over_goes_back(shop: Shop) -> None:
    order, return_id = exchange(shop)
    inspect(shop, return_id)
    second = follow_up(shop, return_id, 120)
    settled = settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id)
    assert (settled.moved, settled.due, settled.refund_due) == (120, 0, 380)
    assert refund_order(shop.call(), order_id=order.order_id).amount == 380
    assert kit.breaches() == []


def test_without_money_nothing_moves(shop: Shop) -> None:
    _order, return_id = exchange(shop, paid=0)
    inspect(shop, return_id)
    second = follow_up(shop, return_id, 120)
    settled = settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id)
    assert (settled.moved, settled.due, settled.refund_due) == (0, 120, 0)
    assert kit.breaches() == []


def test_before_the_inspection_it_is_refused(shop: Shop) -> None:
    _order, return_id = exchange(shop)
    second = follow_up(shop, return_id, 120)
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id)


def test_a_second_time_is_refused(shop: Shop) -> None:
    _order, return_id = exchange(shop)
    inspect(shop, return_id)
    second, third = follow_up(shop, return_id, 120), kit.place(shop, ("B", 1))
    settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id)
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        settle_exchange(shop.call(), return_id=return_id, follow_up_id=third.order_id)


def test_a_return_for_money_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    rma, second = sold.come_back(shop, order, 1), kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        settle_exchange(shop.call(), return_id=rma.return_id, follow_up_id=second.order_id)


def test_the_order_itself_is_refused(shop: Shop) -> None:
    order, return_id = exchange(shop)
    inspect(shop, return_id)
    with sold.nothing_changes(shop), pytest.raises(NotAnExchange):
        settle_exchange(shop.call(), return_id=return_id, follow_up_id=order.order_id)


def test_what_is_not_there_is_refused(shop: Shop) -> None:
    order, return_id = exchange(shop)
    inspect(shop, return_id)
    with sold.nothing_changes(shop):
        with pytest.raises(NotFound):
            settle_exchange(shop.call(), return_id=new_id(), follow_up_id=order.order_id)
        with pytest.raises(NotFound):
            settle_exchange(shop.call(), return_id=return_id, follow_up_id=new_id())


def test_two_at_once_settle_once(shop: Shop) -> None:
    _order, return_id = exchange(shop)
    inspect(shop, return_id)
    second = follow_up(shop, return_id, 120)
    outcomes = kit.in_threads(lambda _index: settle_exchange(shop.call(), return_id=return_id, follow_up_id=second.order_id), 3)
    assert kit.kinds(outcomes) == ["ExchangeSettled", "NotAnExchange", "NotAnExchange"]
    assert kit.breaches() == []
