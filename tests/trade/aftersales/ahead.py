"""Exchanges whose goods leave before the first are back."""

from __future__ import annotations

from uuid import UUID

from dingdan.trade.aftersales.commands import ExchangeWanted, ReturnWanted, exchange_return, send_ahead
from dingdan.trade.aftersales.queries import follow_up_of
from dingdan.trade.orders.commands import place_orders
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales.test_inspect_return import bought


def exchanged(shop: Shop, *, days: int = 14, price: int = 1500) -> tuple[OrderPlaced, UUID]:
    """An order of A at 10.00, to be exchanged for a B at another price that leaves ahead; the order and the return."""
    kit.stock(shop, "A", 10)
    kit.stock(shop, "B", 10)
    kit.price(shop, "B", price)
    order = bought(shop, 1, price=1000)
    wanted = (ReturnWanted(line_id=order.lines[0].line_id, quantity=1, reason="wrong_size"),)
    rma = exchange_return(shop.call(), order_id=order.order_id, lines=wanted, wanted=(ExchangeWanted(sku="B"),), ahead_days=days)
    return order, rma.return_id


def sent(shop: Shop, return_id: UUID) -> OrderPlaced:
    """The order whose goods leave ahead."""
    follow_up = place_orders.one(shop.call(), follow_up_of(return_id))
    send_ahead(shop.call(), return_id=return_id, follow_up_id=follow_up.order_id)
    return follow_up
