"""F10: random lives of orders, payments, returns and stock, step by step against a model of a few dictionaries."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import AdjustStock, ReceiveStock, StockChange, adjust_stock, receive_stock
from dingdan.ledgers.payments import queries as payments
from dingdan.trade.aftersales.commands import (
    CancelOrder,
    RecordReturn,
    ReturnedUnits,
    cancel_orders,
    record_returns,
    refund_order,
    resolve_claim,
    withdraw_claim,
)
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized
from tests.trade.aftersales import sold

STEPS = 40
RUNS = sized(5, 500, 12_500)  # x 40 steps: 200, 20,000, 500,000
SKUS = ("A", "B", "C")
few = st.integers(min_value=1, max_value=4)


class _Order:
    """What the model knows of an order of one line."""

    def __init__(self, event: OrderPlaced, sku: str, quantity: int, price: int) -> None:
        self.event, self.sku, self.quantity, self.price = event, sku, quantity, price
        self.canceled = self.shipped = self.returned = self.worthless = self.settled = 0
        self.planned: list[UUID] = []
        self.paid = self.back = 0

    @property
    def open(self) -> int:
        return self.quantity - self.canceled - self.shipped

    @property
    def owed(self) -> int:
        return (self.quantity - self.canceled - self.returned + self.worthless - self.settled) * self.price

    @property
    def out(self) -> int:
        """What is with the customer and no claim has settled."""
        return self.shipped - self.returned - self.settled


class Lives(RuleBasedStateMachine):
    """Every rule does the same to the program and to the model; refusals are foreseen."""

    orders: Bundle[_Order] = Bundle("orders")

    @initialize()
    def open_shop(self) -> None:
        from dingdan.automation.setup import create_tenant
        from dingdan.kernel.journal import SYSTEM

        self.shop = Shop(create_tenant(f"model-{secrets.token_hex(6)}", "A model"), SYSTEM)
        self.known: list[_Order] = []
        self.on_hand = dict.fromkeys(SKUS, 6)
        with tenant_scope(self.shop.tenant_id):
            self.variants = {sku: kit.stock(self.shop, sku, 6) for sku in SKUS}

    def _reserved(self, sku: str) -> int:
        return sum(order.open for order in self.known if order.sku == sku)

    def _does(self, work: Any, *, allowed: bool) -> Any:
        with tenant_scope(self.shop.tenant_id):
            if allowed:
                return work()
            with pytest.raises(Refusal):
                work()
            return None

    @rule(target=orders, sku=st.sampled_from(SKUS), quantity=few, price=st.integers(min_value=0, max_value=999))
    def place(self, sku: str, quantity: int, price: int) -> Any:
        free = self.on_hand[sku] - self._reserved(sku)
        event = self._does(lambda: kit.place(self.shop, (sku, quantity), price=price), allowed=quantity <= free)
        if event is None:
            return multiple()
        order = _Order(event, sku, quantity, price)
        self.known.append(order)
        return order

    @rule(order=orders)
    def pay_what_is_due(self, order: _Order) -> None:
        due = order.owed - (order.paid - order.back)
        if due > 0:
            self._does(lambda: kit.pay(self.shop, order.event, due), allowed=True)
            order.paid += due

    @rule(order=orders)
    def ship(self, order: _Order) -> None:
        def work() -> None:
            for shipment in kit.plan(self.shop, order.event).shipments:
                ship_shipments.one(self.shop.call(), ShipShipment(shipment.shipment_id))
                order.planned.append(shipment.shipment_id)

        movable = order.open > 0
        self._does(work, allowed=movable)
        if movable:
            self.on_hand[order.sku] -= order.open
            order.shipped += order.open

    @precondition(lambda self: any(order.planned for order in self.known))
    @rule(order=orders)
    def deliver(self, order: _Order) -> None:
        if order.planned:
            shipment_id = order.planned.pop()
            self._does(lambda: deliver_shipments.one(self.shop.call(), DeliverShipment(shipment_id)), allowed=True)

    @rule(order=orders, quantity=few)
    def cancel_some(self, order: _Order, quantity: int) -> None:
        wanted = CancelOrder(order_id=order.event.order_id, lines=(Part(order.event.lines[0].line_id, quantity),))
        allowed = quantity <= order.open
        self._does(lambda: cancel_orders.one(self.shop.call(), wanted), allowed=allowed)
        if allowed:
            order.canceled += quantity

    @rule(order=consumes(orders))
    def cancel_the_rest(self, order: _Order) -> None:
        allowed = order.open > 0
        self._does(lambda: cancel_orders.one(self.shop.call(), CancelOrder(order_id=order.event.order_id)), allowed=allowed)
        if allowed:
            order.canceled += order.open

    @rule(order=orders, quantity=few)
    def take_back(self, order: _Order, quantity: int) -> None:
        lines = (ReturnedUnits(line_id=order.event.lines[0].line_id, quantity=quantity),)
        allowed = quantity <= order.out
        self._does(
            lambda: record_returns.one(self.shop.call(), RecordReturn(order_id=order.event.order_id, lines=lines)),
            allowed=allowed,
        )
        if allowed:
            order.returned += quantity
            self.on_hand[order.sku] += quantity

    @rule(order=orders, quantity=few, grade=st.sampled_from(["A", "scrap"]))
    def look_at_what_came_back(self, order: _Order, quantity: int, grade: str) -> None:
        """Units come back and are as new, or are scrap and give nothing back."""

        def work() -> None:
            return_id = sold.back(self.shop, order.event, quantity)
            sold.graded(self.shop, return_id, **{grade: quantity})

        allowed = quantity <= order.out
        self._does(work, allowed=allowed)
        if allowed:
            order.returned += quantity
            order.worthless += quantity if grade == "scrap" else 0
            self.on_hand[order.sku] += quantity if grade == "A" else 0

    @rule(order=orders, quantity=few, resolution=st.sampled_from(["refund", "replacement"]))
    def claim(self, order: _Order, quantity: int, resolution: str) -> None:
        """Units are claimed and settled by money; or the claim is withdrawn, as if nothing had been said."""

        def work() -> None:
            claim_id = sold.claim(self.shop, order.event, quantity)
            if resolution == "refund":
                resolve_claim(self.shop.call(), claim_id=claim_id, resolution=resolution)
            else:
                withdraw_claim(self.shop.call(), claim_id=claim_id)

        allowed = quantity <= order.out
        self._does(work, allowed=allowed)
        if allowed and resolution == "refund":
            order.settled += quantity

    @rule(order=orders)
    def give_back_what_is_too_much(self, order: _Order) -> None:
        surplus = order.paid - order.back - order.owed
        self._does(lambda: refund_order(self.shop.call(), order_id=order.event.order_id, method="cash"), allowed=surplus > 0)
        order.back += max(0, surplus)

    @rule(sku=st.sampled_from(SKUS), quantity=few)
    def receive(self, sku: str, quantity: int) -> None:
        self._does(lambda: receive_stock.one(self.shop.call(), ReceiveStock(lines=(StockChange(sku, quantity),))), allowed=True)
        self.on_hand[sku] += quantity

    @rule(sku=st.sampled_from(SKUS), quantity=few)
    def lose(self, sku: str, quantity: int) -> None:
        allowed = quantity <= self.on_hand[sku] - self._reserved(sku)
        self._does(
            lambda: adjust_stock.one(self.shop.call(), AdjustStock(lines=(StockChange(sku, -quantity),), reason="lost")),
            allowed=allowed,
        )
        if allowed:
            self.on_hand[sku] -= quantity

    @invariant()
    def stock_is_as_the_model_says(self) -> None:
        with tenant_scope(self.shop.tenant_id):
            for sku, variant_id in self.variants.items():
                assert kit.levels(variant_id) == (self.on_hand[sku], self._reserved(sku))

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        with tenant_scope(self.shop.tenant_id):
            owed = payments.receivable_of("order", [order.event.order_id for order in self.known])
            for order in self.known:
                assert owed[order.event.order_id].amount == order.owed
            assert kit.breaches() == []


def test_lives(figure: Callable[[str], None]) -> None:
    lives = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(Lives, settings=lives)
    figure(f"F10 {RUNS} x {STEPS} random steps of orders, payments, returns and stock against a model: 0 differences")
