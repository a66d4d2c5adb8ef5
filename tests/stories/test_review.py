"""Orders that somebody has to look at first, as the house does it by itself."""

from __future__ import annotations

import pytest

from dingdan.automation import review_reactions
from dingdan.automation.consumers import drain
from dingdan.automation.models import Notice
from dingdan.automation.reacting import reacted
from dingdan.kernel import feed
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, give_allowance
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from dingdan.trade.review.commands import RejectOrder, reject_orders
from dingdan.trade.review.models import Review
from dingdan.trade.settlement.models import Invoice
from tests import kit
from tests.conftest import Shop
from tests.trade.review.desk import let_pass, person, rule, state_of


def test_an_order_that_two_people_let_pass_and_that_ships(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, approvals=2)
    order = kit.place(shop, ("TEA", 5), price=400)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert state_of(order) == ("placed", "waiting", True)
    assert not Shipment.objects.exists()

    let_pass(shop, order, by="1")
    drain(shop.tenant_id)
    assert not Shipment.objects.exists()

    let_pass(shop, order, by="2")
    drain(shop.tenant_id)
    shipment = Shipment.objects.get()
    assert shipment.state == "planned"
    ship_shipments.one(shop.call(), ShipShipment(shipment.id, "Royal Mail", "RM1"))
    deliver_shipments.one(shop.call(), DeliverShipment(shipment.id))
    drain(shop.tenant_id)
    assert (Order.objects.get().state, Invoice.objects.get().total) == ("closed", 2000)
    assert kit.breaches() == []


def test_an_order_that_is_rejected_and_refunded(shop: Shop) -> None:
    variant_id = kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5), price=400)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    reject_orders.one(person(shop, "1"), RejectOrder(order_id=order.order_id))
    drain(shop.tenant_id)
    (payment,) = payments.payments_of("order", [order.order_id])[order.order_id]
    assert payment.refunding + payment.refunded == 2000
    assert kit.levels(variant_id) == (20, 0)
    assert "order_canceled" in set(Notice.objects.values_list("kind", flat=True))
    assert state_of(order) == ("canceled", "rejected", False)
    assert kit.breaches() == []


def test_an_order_that_passes_by_itself_ships_as_if_nobody_had_looked(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    paid = kit.place(shop, ("TEA", 1))
    kit.pay(shop, paid)
    cod = kit.place(shop, ("TEA", 2), payment_method="cash_on_delivery")
    drain(shop.tenant_id)
    assert set(Shipment.objects.values_list("order_id", flat=True)) == {paid.order_id, cod.order_id}
    assert kit.breaches() == []


def test_goods_that_come_let_an_order_pass_by_itself(shop: Shop) -> None:
    kit.stock(shop, "TEA", 1, shortage="backorder")
    rule(shop, "short_of_stock", {})
    order = kit.place(shop, ("TEA", 3))
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert state_of(order) == ("placed", "waiting", True)
    kit.receive(shop, "TEA", 5)
    drain(shop.tenant_id)
    assert state_of(order) == ("placed", "passed", False)
    assert sum(line.quantity for line in Shipment.objects.get().lines.all()) == 3
    assert kit.breaches() == []


def test_an_order_that_is_canceled_while_it_waits(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    order = kit.place(shop, ("TEA", 5))
    drain(shop.tenant_id)
    cancel_orders.one(shop.call(), CancelOrder(order_id=order.order_id))
    drain(shop.tenant_id)
    assert state_of(order) == ("canceled", "withdrawn", False)
    assert kit.breaches() == []


def test_an_order_that_comes_to_less_passes_by_itself(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    cut, favored = kit.place(shop, ("TEA", 5)), kit.place(shop, ("TEA", 5))
    drain(shop.tenant_id)
    cancel_orders.one(shop.call(), CancelOrder(order_id=cut.order_id, lines=(Part(cut.lines[0].line_id, 1),)))
    give_allowance(shop.call(), order_id=favored.order_id, amount=250, reason="a friend")
    drain(shop.tenant_id)
    assert state_of(cut) == state_of(favored) == ("placed", "passed", False)
    assert kit.breaches() == []


def test_an_order_with_nothing_to_ship_is_invoiced_when_it_passes(shop: Shop) -> None:
    kit.stock(shop, "GUIDE", needs_stock=False)
    rule(shop)
    order = kit.place(shop, ("GUIDE", 1), price=2000)
    kit.pay(shop, order)
    drain(shop.tenant_id)
    assert not Invoice.objects.exists()
    let_pass(shop, order)
    drain(shop.tenant_id)
    assert Invoice.objects.get().total == 2000
    assert kit.breaches() == []


def test_nothing_slips_through_when_the_review_meets_a_fault(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop)
    small = kit.place(shop, ("TEA", 1))
    with monkeypatch.context() as broken:
        broken.setattr("dingdan.trade.review.queries.rules_in_force", lambda: 1 / 0)
        drain(shop.tenant_id)
        kit.pay(shop, small)
        drain(shop.tenant_id)
    assert state_of(small) == ("placed", "", True)
    assert not Shipment.objects.exists()
    (placed,) = [entry for entry in feed.read(0, 100) if isinstance(entry.event, OrderPlaced)]
    assert reacted(shop.tenant_id, [placed], review_reactions.review_placed) == []
    drain(shop.tenant_id)
    assert state_of(small) == ("placed", "passed", False)
    assert Shipment.objects.count() == 1
    assert kit.breaches() == []


def test_orders_that_are_paid_while_they_are_reviewed_are_planned_once(shop: Shop) -> None:
    kit.stock(shop, "TEA", 50)
    rule(shop)
    orders = [kit.place(shop, ("TEA", 1)) for _ in range(6)]

    def act(index: int) -> None:
        if index < len(orders):
            kit.pay(shop, orders[index])
        else:
            drain(shop.tenant_id)

    assert kit.in_threads(act, len(orders) + 2) == [None] * (len(orders) + 2)
    drain(shop.tenant_id)
    assert Review.objects.filter(state="passed").count() == 6
    assert sorted(Shipment.objects.values_list("order_id", flat=True)) == sorted(order.order_id for order in orders)
    assert kit.breaches() == []


def test_without_rules_nothing_is_reviewed(shop: Shop) -> None:
    kit.stock(shop, "TEA", 20)
    rule(shop, active=False)
    kit.pay(shop, kit.place(shop, ("TEA", 5)))
    drain(shop.tenant_id)
    assert Shipment.objects.count() == 1
    assert not Review.objects.exists()
