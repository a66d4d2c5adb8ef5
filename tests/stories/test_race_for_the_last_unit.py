"""Many want the last unit. One gets it; the others are told; whoever waits gets the next one, in order of asking."""

from __future__ import annotations

from datetime import timedelta

from dingdan.automation.consumers import drain
from dingdan.kernel import clock, intake
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import (
    ArrivedGoods,
    ExpectedGoods,
    ReceiveStock,
    StockChange,
    announce_supply,
    expire_holds,
    hold_stock,
    receive_supply,
)
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.commands import place_orders, save_cart
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.orders.rules import CartDraft
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory.book import answers, demand

BUYERS = 16


def _sold(outcomes: list[object]) -> list[OrderPlaced]:
    return [outcome for outcome in outcomes if isinstance(outcome, OrderPlaced)]


def test_through_whichever_door_one_of_many_gets_it(shop: Shop) -> None:
    variant = kit.stock(shop, "LAST", 1)
    wanted = kit.wanted(shop, ("LAST", 1))

    def ask(index: int) -> object:
        if index % 3 == 0:
            return intake.submit(place_orders, shop.call(), wanted)
        if index % 3 == 1:
            return place_orders.one(shop.call(), wanted)
        first, _second = place_orders.many([(shop.call(), wanted), (shop.call(), wanted)])
        return first

    outcomes = kit.in_threads(ask, BUYERS)
    # The second of a pair may have been the one.
    assert kit.kinds(outcomes)[1:] == ["OutOfStock"] * (BUYERS - 1)
    assert (Order.objects.count(), kit.levels(variant)) == (1, (1, 1))
    assert kit.breaches() == []


def test_the_one_who_holds_it_in_a_cart_gets_it(shop: Shop) -> None:
    variant = kit.stock(shop, "LAST", 1)
    now = clock.now()
    cart = save_cart(shop.call(), cart=CartDraft(wanted=kit.wanted(shop, ("LAST", 1)))).cart_id
    hold_stock(shop.call(at=now), document_id=cart, lines=(StockChange("LAST", 1),), until=now + timedelta(minutes=15))

    def ask(index: int) -> object:
        if index == 11:
            return kit.place(shop, ("LAST", 1), cart_id=cart)
        return kit.place(shop, ("LAST", 1)) if index % 2 else expire_holds(shop.call(at=now))

    outcomes = kit.in_threads(ask, BUYERS)
    (order,) = _sold(outcomes)
    assert order == outcomes[11]
    assert kit.levels(variant) == (1, 1)
    assert kit.breaches() == []


def test_what_one_cancels_another_gets_while_all_ask(shop: Shop) -> None:
    variant = kit.stock(shop, "LAST", 1)
    first = kit.place(shop, ("LAST", 1))

    def ask(index: int) -> object:
        if index == 5:
            return cancel_orders.one(shop.call(), CancelOrder(order_id=first.order_id))
        return kit.place(shop, ("LAST", 1))

    outcomes = kit.in_threads(ask, BUYERS)
    assert len(_sold(outcomes)) <= 1
    if not _sold(outcomes):  # all had asked before it was free again
        kit.place(shop, ("LAST", 1))
    assert kit.levels(variant) == (1, 1)
    assert kit.breaches() == []


def test_the_others_wait_and_get_the_next_ones_in_order(shop: Shop) -> None:
    variant = kit.stock(shop, "LAST", 1, shortage="backorder", backorder_limit=9)
    supply = announce_supply(shop.call(), lines=(ExpectedGoods("LAST", 5, clock.now() + timedelta(days=7)),)).lines[0].supply_id
    outcomes = kit.in_threads(lambda _index: kit.place(shop, ("LAST", 1)), BUYERS)
    orders = sorted(_sold(outcomes), key=lambda order: int(order.number))
    assert kit.kinds(outcomes) == ["OrderPlaced"] * 10 + ["OutOfStock"] * 6
    assert sum(order.backordered for order in orders) == 9
    for order in orders:
        kit.pay(shop, order)
    drain(shop.tenant_id)
    assert Shipment.objects.count() == 1

    promised_before = [order for order in orders if answers(order) == [("supply", 1)]]
    assert len(promised_before) == 5
    receive_supply(shop.call(), lines=(ArrivedGoods(supply, 3),))
    drain(shop.tenant_id)
    assert Shipment.objects.count() == 4
    served = [order for order in orders if answers(order) == [("stock", 1)]]
    promised = [order for order in orders if answers(order) == [("supply", 1)]]
    assert (len(served), len(promised), len(orders) - len(served) - len(promised)) == (4, 2, 4)
    first_three = sorted(promised_before, key=lambda order: demand(order).id)[:3]
    assert {order.order_id for order in first_three} < {order.order_id for order in served}
    assert (kit.levels(variant), inventory.owed([variant])) == ((4, 4), {variant: 6})
    for shipment in Shipment.objects.all():
        assert shipment.order_id in {order.order_id for order in served}
    assert kit.breaches() == []


def test_two_nodes_with_one_unit_each(shop: Shop) -> None:
    from dingdan.ledgers.inventory.commands import receive_stock, save_node

    variant = kit.stock(shop, "LAST", 1)
    east = save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("LAST", 1),), node_id=east))
    outcomes = kit.in_threads(lambda index: kit.place(shop, ("LAST", 1 + index % 2)), BUYERS)
    assert sum(line.quantity for order in _sold(outcomes) for line in order.lines) == 2
    assert kit.levels(variant) == (2, 2)
    assert kit.breaches() == []
