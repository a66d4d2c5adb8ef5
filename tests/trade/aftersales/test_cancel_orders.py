"""Canceling sets goods and money free, as far as nothing has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from dingdan.kernel.errors import NotFound, NotPermitted, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.quantity import QuantityOutOfRange
from dingdan.kernel.text import UnknownChoice
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.commands import ReceiveStock, StockChange, receive_stock, save_node
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.trade.aftersales.commands import CancelOrder, Part, cancel_orders
from dingdan.trade.aftersales.events import CanceledLine, OrderCanceled
from dingdan.trade.aftersales.rules import AlreadyCanceled, AlreadyShipped, NothingToCancel, ShippingGoesLast
from dingdan.trade.fulfillment.commands import PickShipment, ShipShipment, pick_shipment, ship_shipments
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine
from dingdan.trade.orders.commands import hold_order
from dingdan.trade.orders.rules import WantedLine
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2), shipping_price=495)
    kit.pay(shop, order)
    assert kit.levels(variant_id) == (5, 2)
    canceled = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (canceled.whole, canceled.amount, canceled.owed, canceled.refund_due) == (True, 995, 0, 995)
    goods, shipping = sold.lines(order)
    assert canceled.lines == (
        CanceledLine(line_id=goods.id, variant_id=variant_id, quantity=2, amount=500),
        CanceledLine(line_id=shipping.id, variant_id=None, quantity=1, amount=495),
    )
    assert (goods.canceled, shipping.canceled) == (2, 1)
    assert kit.levels(variant_id) == (5, 0)
    assert sold.order_of(order).state == "canceled"
    assert (sold.owed(order).amount, sold.owed(order).payment_status) == (0, "overpaid")
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "canceled"
    assert kit.breaches() == []


def test_units_of_a_line(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 3), price="33.5", shipping_price=200)
    part = Part(order.lines[0].line_id, 1)
    first = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    assert (first.whole, first.amount, first.owed, first.refund_due) == (False, 34, 267, 0)
    second = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    assert (second.amount, second.owed) == (33, 234)
    assert kit.levels(variant_id) == (5, 1)
    left = sold.order_of(order)
    assert (left.goods, left.shipping, left.total) == (34, 200, 234)  # what the order says is what is left of it
    third = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part,)))
    assert (third.whole, third.amount, third.owed) == (True, 234, 0)
    assert sold.order_of(order).state == "canceled"
    assert kit.breaches() == []


def test_an_order_on_hold(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    hold_order(shop.call(), order_id=order.order_id, reason="wait")
    assert cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id)).whole
    assert kit.breaches() == []


def test_out_of_an_open_shipment(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    (planned,) = kit.plan(shop, order).shipments
    one = CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),))
    assert cancel_orders.one(shop.call(), one).canceled_shipments == ()
    assert ShipmentLine.objects.get().quantity == 2
    rest = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert rest.canceled_shipments == (planned.shipment_id,)
    assert Shipment.objects.get().state == "canceled"
    assert kit.levels(variant_id) == (5, 0)
    assert kit.breaches() == []


def test_shipments_of_two_nodes_keep_what_is_reserved_there(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 2)
    second = save_node(shop.call(), code="second", name="Second", country="GB", priority=200)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange("A", 2),), node_id=second.node_id))
    order = kit.place(shop, ("A", 4))
    planned = kit.plan(shop, order).shipments
    assert [line.quantity for shipment in planned for line in shipment.lines] == [2, 2]
    canceled = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 2),)))
    (left,) = Shipment.objects.filter(state="planned")
    assert canceled.canceled_shipments == tuple(s.shipment_id for s in planned if s.shipment_id != left.id)
    ship_shipments.one(shop.call(), ShipShipment(left.id))
    assert kit.levels(variant_id) == (2, 0)
    assert kit.breaches() == []


def test_what_has_not_left_of_a_half_shipped_order(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 2, shortage="backorder")
    order = kit.place(shop, ("A", 5), shipping_price=300)
    kit.pay(shop, order)
    kit.ship(shop, order)
    canceled = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, reason="stock"))
    assert (canceled.whole, canceled.amount, canceled.owed, canceled.refund_due) == (False, 750, 800, 750)
    assert sold.order_of(order).state == "placed"
    assert inventory.tallies_of([order.order_id])[order.order_id].fulfillment_status == "shipped"
    assert kit.levels(variant_id) == (0, 0)
    assert kit.breaches() == []


def test_a_kit_is_canceled_with_its_components(shop: Shop) -> None:
    cup, plate = kit.stock(shop, "CUP", 10), kit.stock(shop, "PLATE", 10)
    sold.kit_of(shop, "SET", CUP=2, PLATE=1)
    order = kit.place(shop, ("SET", 3))
    assert (kit.levels(cup), kit.levels(plate)) == ((10, 6), (10, 3))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),)))
    assert (kit.levels(cup), kit.levels(plate)) == ((10, 4), (10, 2))
    assert sold.owed(order).amount == 500
    assert kit.breaches() == []


def test_services_go_with_the_goods_when_nothing_has_left(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    sold.service(shop, "ENGRAVING")
    fee = WantedLine(kind="fee", name="Gift wrap", unit_price=Decimal(99))
    order = kit.place(shop, ("A", 1), ("ENGRAVING", 1))
    whole = cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    assert (whole.whole, whole.amount) == (True, 500)
    wanted = kit.wanted(shop, ("A", 1), ("ENGRAVING", 1))
    second = kit.place(shop, lines=(*wanted.lines, fee))
    part = Part(second.lines[0].line_id, 1)
    assert not cancel_orders.one(shop.call(), CancelOrder(order_id=second.order_id, lines=(part,))).whole
    rest = cancel_orders.one(shop.call(), CancelOrder(order_id=second.order_id, lines=(Part(second.lines[1].line_id, 1),)))
    assert (rest.whole, rest.amount, rest.owed) == (True, 349, 0)
    assert kit.breaches() == []


def test_prices_without_tax_and_discounts(shop: Shop) -> None:
    kit.stock(shop, "A", 7)
    order = kit.place(shop, ("A", 7), price="14.285", discount=13)
    assert order.total == 87
    amounts = []
    for _ in range(7):
        one = CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),))
        amounts.append(cancel_orders.one(shop.call(), one).amount)
    assert (sum(amounts), max(amounts) - min(amounts)) == (87, 1)
    assert sold.owed(order).amount == 0
    assert kit.breaches() == []


def test_many_in_one_batch(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 50)
    orders = [kit.place(shop, ("A", 4)) for _ in range(4)]
    part = Part(orders[0].lines[0].line_id, 2)
    asked = [
        CancelOrder(order_id=orders[0].order_id, lines=(part,)),
        CancelOrder(order_id=orders[1].order_id),
        CancelOrder(order_id=orders[0].order_id, lines=(part,)),
        CancelOrder(order_id=orders[0].order_id, lines=(part,)),
        CancelOrder(order_id=new_id()),
        CancelOrder(order_id=orders[2].order_id, lines=(Part(orders[2].lines[0].line_id, 9),)),
    ]
    outcomes = cancel_orders.many([(shop.call(), intent) for intent in asked])
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "OrderCanceled", "OrderCanceled", "OrderCanceled", "AlreadyCanceled", "NotFound", "AlreadyShipped",
    ]  # fmt: skip
    assert kit.levels(variant_id) == (50, 8)
    assert kit.breaches() == []


def test_the_same_key_again_says_the_same(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    call, intent = shop.call(), CancelOrder(order_id=order.order_id)
    assert cancel_orders.one(call, intent) == cancel_orders.one(call, intent)


def test_a_second_cancel_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    with sold.nothing_changes(shop), pytest.raises(AlreadyCanceled):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))


def test_what_has_shipped_is_refused_and_returns_are_named(shop: Shop) -> None:
    kit.stock(shop, "A", 2, shortage="backorder")
    order = kit.place(shop, ("A", 3))
    kit.ship(shop, order)
    with sold.nothing_changes(shop), pytest.raises(AlreadyShipped, match="take the rest back as a return") as refused:
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 2),)))
    assert refused.value.facts == {"name": "Article A", "open": 1, "asked": 2}
    assert refused.value.field == "lines.0.quantity"


def test_an_order_that_has_left_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    order = kit.place(shop, ("A", 2), shipping_price=100)
    kit.ship(shop, order)
    with sold.nothing_changes(shop), pytest.raises(NothingToCancel, match="Take back what has left as a return"):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))


def test_shipping_alone_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 2)
    order = kit.place(shop, ("A", 2), shipping_price=100)
    with sold.nothing_changes(shop), pytest.raises(ShippingGoesLast):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[1].line_id, 1),)))


def test_a_line_named_twice_counts_twice(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    part = Part(order.lines[0].line_id, 2)
    with sold.nothing_changes(shop), pytest.raises(AlreadyShipped):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(part, part)))


@pytest.mark.parametrize("quantity", [0, -1, 10**12])
def test_no_quantity_is_refused(shop: Shop, quantity: int) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 3))
    with sold.nothing_changes(shop), pytest.raises(QuantityOutOfRange):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, quantity),)))


def test_the_line_of_another_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order, other = kit.place(shop, ("A", 1)), kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(other.lines[0].line_id, 1),)))


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        cancel_orders.one(shop.call(), CancelOrder(order_id=new_id()))


def test_an_unknown_reason_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    with sold.nothing_changes(shop), pytest.raises(UnknownChoice):
        cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id, reason="Ann Lee called"))


def test_whoever_may_not_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 1))
    stranger = replace(shop.call(), actor=Actor("staff", "1", frozenset({"orders.*"})))
    with sold.nothing_changes(shop), pytest.raises(NotPermitted):
        cancel_orders.one(stranger, CancelOrder(order_id=order.order_id))


def test_two_at_once_cancel_once(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 5)
    order = kit.place(shop, ("A", 2))
    outcomes = kit.in_threads(lambda _index: cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id)), 4)
    assert kit.kinds(outcomes) == ["AlreadyCanceled", "AlreadyCanceled", "AlreadyCanceled", "OrderCanceled"]
    assert kit.levels(variant_id) == (5, 0)
    assert kit.breaches() == []


def test_cancel_against_ship_only_one_wins(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 60)
    for _ in range(6):
        on_hand = kit.levels(variant_id)[0]
        order = kit.place(shop, ("A", 2))
        (planned,) = kit.plan(shop, order).shipments
        outcomes = kit.in_threads(
            lambda index, order=order, planned=planned: (  # type: ignore[misc]
                cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
                if index
                else ship_shipments.one(shop.call(), ShipShipment(planned.shipment_id))
            ),
            2,
        )
        assert kit.kinds(outcomes) in (["NothingToCancel", "ShipmentShipped"], ["NotMovingForward", "OrderCanceled"])
        shipped = kit.kinds(outcomes)[1] == "ShipmentShipped"
        assert kit.levels(variant_id) == (on_hand - (2 if shipped else 0), 0)
    assert kit.breaches() == []


def test_customers_cancel_in_their_time_and_a_repeat_is_answered_after_it(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 9)
    order = kit.place(shop, ("A", 6))
    part = CancelOrder(order_id=order.order_id, lines=(Part(order.lines[0].line_id, 1),))
    ann = Actor("customer", str(order.order_id), frozenset({"aftersales.cancel_orders"}))

    def asked(key: str, *, hours: int = 0) -> str | OrderCanceled:
        call = replace(shop.call(), actor=ann, key=key, at=sold.order_of(order).placed_at + timedelta(hours=hours))
        (told,) = cancel_orders.many([(call, part)])
        return told.code if isinstance(told, Refusal) else told

    first = asked("in time", hours=900)  # the channel says nothing of hours
    assert isinstance(first, OrderCanceled)
    assert first.owed == 1250
    save_channel(shop.call(), channel=ChannelDraft(code="web", name="Web", currency="GBP", self_service_hours=2))
    with sold.nothing_changes(shop):
        assert asked("late", hours=2) == "too_late_for_customers"
    pick_shipment.one(shop.call(), PickShipment(kit.plan(shop, order).shipments[0].shipment_id))
    with sold.nothing_changes(shop):
        assert asked("packed") == "too_late_for_customers"
        assert asked("in time", hours=900) == first
    assert cancel_orders.one(shop.call(), part).owed == 1000  # whoever works here goes on
    assert kit.levels(variant_id) == (9, 4)
    assert kit.breaches() == []
