"""Goods come back for other goods: a return that knows what the customer wants instead."""

from __future__ import annotations

import pytest

from dingdan.kernel.errors import Invalid
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.commands import ExchangeWanted, ReturnWanted, exchange_return
from dingdan.trade.aftersales.events import Wanted
from dingdan.trade.aftersales.rules import ReturnAboveShipped
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.rules import UnknownSku, WantedLine
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def shipped(shop: Shop) -> OrderPlaced:
    """An order whose goods have left, and something to exchange them for."""
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    kit.ship(shop, order)
    return order


def back(order: OrderPlaced, quantity: int) -> tuple[ReturnWanted, ...]:
    """Units of the first line that come back."""
    return (ReturnWanted(line_id=order.lines[0].line_id, quantity=quantity, reason="wrong_item"),)


def test_it_works(shop: Shop) -> None:
    order, other = shipped(shop), kit.stock(shop, "B", 5)
    wanted = (ExchangeWanted(sku="B", quantity=1), ExchangeWanted(sku="B", quantity=2))
    authorized = exchange_return(shop.call(), order_id=order.order_id, lines=back(order, 2), wanted=wanted)
    assert authorized.wanted == (Wanted(variant_id=other, quantity=3),)
    assert queries.is_exchange(authorized.return_id)
    follow_up = queries.follow_up_of(authorized.return_id)
    assert follow_up.lines == (WantedLine(sku="B", quantity=3),)
    assert (follow_up.ship_to, follow_up.external_id, follow_up.bill_to) == (kit.BUYER, "exchange:R1001", None)
    assert kit.levels(other) == (5, 0)
    assert kit.breaches() == []


def test_nothing_in_exchange_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(Invalid):
        exchange_return(shop.call(), order_id=order.order_id, lines=back(order, 1), wanted=())


def test_an_unknown_article_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(UnknownSku):
        exchange_return(shop.call(), order_id=order.order_id, lines=back(order, 1), wanted=(ExchangeWanted(sku="NONE"),))


def test_no_quantity_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    wanted = (ExchangeWanted(sku="A", quantity=0),)
    with sold.nothing_changes(shop), pytest.raises(QuantityOutOfRange):
        exchange_return(shop.call(), order_id=order.order_id, lines=back(order, 1), wanted=wanted)


def test_more_than_was_shipped_is_refused(shop: Shop) -> None:
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        exchange_return(shop.call(), order_id=order.order_id, lines=back(order, 3), wanted=(ExchangeWanted(sku="A"),))
