"""F10, the goods: random lives of stock, supplies, carts and transfers, step by step against a model of a few numbers.

What waits is answered as soon as there is something, so the model is short: what is reserved is what is open, as far as goods
are there; the rest is owed; and what is owed is promised, as far as goods will come.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dingdan.kernel import clock
from dingdan.kernel.errors import Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    ArrivedGoods,
    CountedGoods,
    CountStock,
    ExpectedGoods,
    FillBackorders,
    MovedGoods,
    ReceiveStock,
    StockChange,
    adjust_stock,
    allocate_stock,
    announce_supply,
    cancel_supply,
    count_stock,
    deallocate_stock,
    dispatch_transfer,
    fill_backorders,
    hold_stock,
    move_stock,
    receive_stock,
    receive_supply,
    receive_transfer,
    release_holds,
    revise_supply,
    save_node,
    transfer_stock,
)
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Holding, Supply
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

STEPS = 40
RUNS = sized(5, 250, 6_250)  # x 40 steps: 200, 10,000, 250,000; the other half of the figure is in test_f10_model
LIMIT = 6
SKUS = ("DENY", "OWE", "LOT")  # never owed; owed up to the limit; in lots, never owed
LOTS = {"L1": date(2999, 1, 1), "L2": date(2999, 2, 1)}
skus, few, pick = st.sampled_from(SKUS), st.integers(min_value=1, max_value=4), st.integers(min_value=0, max_value=99)
nodes = st.sampled_from(("main", "east"))


class _Order:
    """What the model knows of an order of one line."""

    def __init__(self, event: OrderPlaced, sku: str, quantity: int) -> None:
        self.event, self.sku, self.open = event, sku, quantity


class Goods(RuleBasedStateMachine):
    """Every rule does the same to the program and to the model; refusals are foreseen."""

    @initialize()
    def open_shop(self) -> None:
        from dingdan.automation.setup import create_tenant
        from dingdan.kernel.journal import SYSTEM

        self.shop = Shop(create_tenant(f"goods-{secrets.token_hex(6)}", "A model"), SYSTEM)
        self.on_hand: Counter[tuple[str, str]] = Counter()
        self.damaged: Counter[str] = Counter()
        self.coming: dict[UUID, tuple[str, int]] = {}
        self.transfers: dict[UUID, tuple[str, str, int]] = {}
        self.orders: list[_Order] = []
        self.held: dict[UUID, tuple[str, int]] = {}
        with tenant_scope(self.shop.tenant_id):
            self.nodes = {"main": queries.default_node().id}
            self.nodes["east"] = save_node(self.shop.call(), code="east", name="East", country="GB", priority=200).node_id
            self.variants = {
                "DENY": kit.stock(self.shop, "DENY"),
                "OWE": kit.stock(self.shop, "OWE", shortage="backorder", backorder_limit=LIMIT),
                "LOT": kit.stock(self.shop, "LOT", tracking="lot"),
            }
            places = queries.location_ids()
            self.places = {(node, kind): places[id_, kind] for node, id_ in self.nodes.items() for kind in ("stock", "damaged")}

    # ── the model ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def there(self, sku: str) -> int:
        """Pieces in stock at all nodes."""
        return sum(self.on_hand[sku, node] for node in self.nodes)

    def kept(self, sku: str) -> int:
        """Pieces that carts hold."""
        return sum(quantity for held, quantity in self.held.values() if held == sku)

    def owing(self, sku: str) -> int:
        """Pieces of orders that stock does not answer."""
        return max(0, self.opened(sku) - (self.there(sku) - self.kept(sku)))

    def opened(self, sku: str) -> int:
        """Pieces of orders that have not left."""
        return sum(order.open for order in self.orders if order.sku == sku)

    def reserved(self, sku: str) -> int:
        """Pieces in stock that are promised to orders and carts."""
        return self.kept(sku) + self.opened(sku) - self.owing(sku)

    def free(self, sku: str) -> int:
        """Pieces in stock that nobody has."""
        return self.there(sku) - self.reserved(sku)

    def expected(self, sku: str) -> int:
        """Pieces that are still to come, over the way between nodes too."""
        announced = [left for of, left in self.coming.values() if of == sku]
        return sum(announced) + sum(quantity for of, _node, quantity in self.transfers.values() if of == sku)

    def _does(self, work: Any, *, allowed: bool) -> Any:
        with tenant_scope(self.shop.tenant_id):
            if not allowed:
                with pytest.raises(Refusal):
                    work()
                return None
            outcome = work()
            # As the reactions do after everything that frees or brings goods.
            fill_backorders.one(self.shop.call(), FillBackorders(variant_ids=tuple(self.variants.values())))
            return outcome

    def _line(self, sku: str, quantity: int, lot: str = "L1") -> StockChange:
        return (
            StockChange(sku, quantity, lot, LOTS[lot] if quantity > 0 else None) if sku == "LOT" else StockChange(sku, quantity)
        )

    def _available(self, sku: str, node: str) -> int:
        """What may be taken away at one node; where orders are reserved is the program's own choice."""
        with tenant_scope(self.shop.tenant_id):
            found = [line for line in queries.stock([self.variants[sku]]) if line.node == node]
        return found[0].available if found else 0

    def _lying(self, sku: str, node: str, lot: str, kind: LocationKind = LocationKind.STOCK) -> tuple[int, int]:
        """On hand and allocated at the first place of a kind in a node."""
        with tenant_scope(self.shop.tenant_id):
            rows = Holding.objects.filter(variant_id=self.variants[sku], location_id=self.places[node, kind])
            row = rows.filter(lot__code=lot).first() if sku == "LOT" else rows.first()
        return (row.on_hand, row.allocated) if row else (0, 0)

    # ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(sku=skus, node=nodes, quantity=few, lot=st.sampled_from(sorted(LOTS)))
    def receive(self, sku: str, node: str, quantity: int, lot: str) -> None:
        lines = (self._line(sku, quantity, lot),)
        self._does(lambda: receive_stock.one(self.shop.call(), ReceiveStock(lines=lines, node_id=self.nodes[node])), allowed=True)
        self.on_hand[sku, node] += quantity

    @rule(sku=skus, node=nodes, quantity=few, lot=st.sampled_from(sorted(LOTS)))
    def lose(self, sku: str, node: str, quantity: int, lot: str) -> None:
        on_hand, allocated = self._lying(sku, node, lot)
        allowed = quantity <= min(self._available(sku, node), on_hand - allocated)
        lines = (self._line(sku, -quantity, lot),)
        self._does(
            lambda: adjust_stock.one(self.shop.call(), AdjustStock(lines=lines, reason="lost", node_id=self.nodes[node])),
            allowed=allowed,
        )
        self.on_hand[sku, node] -= quantity if allowed else 0

    @rule(sku=st.sampled_from(("DENY", "OWE")), node=nodes, counted=st.integers(min_value=0, max_value=9))
    def count(self, sku: str, node: str, counted: int) -> None:
        on_hand, allocated = self._lying(sku, node, "")
        allowed = counted >= max(on_hand - self._available(sku, node), allocated)
        lines = (CountedGoods(sku, self.places[node, "stock"], counted),)
        self._does(lambda: count_stock.one(self.shop.call(), CountStock(lines=lines)), allowed=allowed)
        self.on_hand[sku, node] = counted if allowed else self.on_hand[sku, node]

    @rule(sku=st.sampled_from(("DENY", "OWE")), node=nodes, quantity=few)
    def break_some(self, sku: str, node: str, quantity: int) -> None:
        on_hand, allocated = self._lying(sku, node, "")
        allowed = quantity <= min(self._available(sku, node), on_hand - allocated)
        lines = (MovedGoods(sku, quantity, self.places[node, "stock"], self.places[node, "damaged"]),)
        self._does(lambda: move_stock(self.shop.call(), lines=lines), allowed=allowed)
        if allowed:
            self.on_hand[sku, node] -= quantity
            self.damaged[sku] += quantity

    @rule(sku=st.sampled_from(("DENY", "OWE")), node=nodes, quantity=few)
    def mend_some(self, sku: str, node: str, quantity: int) -> None:
        on_hand, _allocated = self._lying(sku, node, "", LocationKind.DAMAGED)
        lines = (MovedGoods(sku, quantity, self.places[node, "damaged"], self.places[node, "stock"]),)
        self._does(lambda: move_stock(self.shop.call(), lines=lines), allowed=quantity <= on_hand)
        if quantity <= on_hand:
            self.on_hand[sku, node] += quantity
            self.damaged[sku] -= quantity

    @rule(sku=skus, source=nodes, quantity=few, travels=st.booleans())
    def transfer(self, sku: str, source: str, quantity: int, travels: bool) -> None:
        target = "east" if source == "main" else "main"
        chosen = sum(self._lying(sku, source, lot)[1] for lot in (LOTS if sku == "LOT" else [""]))
        allowed = quantity <= min(self._available(sku, source), self.on_hand[sku, source] - chosen)
        ends = {"source_node_id": self.nodes[source], "target_node_id": self.nodes[target]}
        command: Any = dispatch_transfer if travels else transfer_stock
        event = self._does(lambda: command(self.shop.call(), lines=(StockChange(sku, quantity),), **ends), allowed=allowed)
        if not allowed:
            return
        self.on_hand[sku, source] -= quantity
        if travels:
            self.transfers[event.transfer_id] = (sku, target, quantity)
        else:
            self.on_hand[sku, target] += quantity

    @rule(which=pick, change=st.integers(min_value=-2, max_value=2))
    def transfer_arrives(self, which: int, change: int) -> None:
        if not self.transfers:
            return
        transfer_id = sorted(self.transfers)[which % len(self.transfers)]
        sku, target, sent = self.transfers.pop(transfer_id)
        with tenant_scope(self.shop.tenant_id):
            rows = queries.supplies_of(transfer_id)
        arrived = [max(0, row.quantity + (change if place == 0 else 0)) for place, row in enumerate(rows)]
        lines = tuple(ArrivedGoods(row.id, quantity) for row, quantity in zip(rows, arrived, strict=True))
        event = self._does(lambda: receive_transfer(self.shop.call(), transfer_id=transfer_id, lines=lines), allowed=True)
        assert event.found - event.lost == sum(arrived) - sent
        self.on_hand[sku, target] += sum(arrived)

    # ── goods to come ────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(sku=st.sampled_from(("DENY", "OWE")), node=nodes, quantity=few, days=st.sampled_from((None, 1, 9)))
    def announce(self, sku: str, node: str, quantity: int, days: int | None) -> None:
        goods = ExpectedGoods(sku, quantity, None if days is None else clock.now() + timedelta(days=days))
        event = self._does(lambda: announce_supply(self.shop.call(), lines=(goods,), node_id=self.nodes[node]), allowed=True)
        self.coming[event.lines[0].supply_id] = (sku, quantity)

    def _some_supply(self, which: int) -> UUID | None:
        return sorted(self.coming)[which % len(self.coming)] if self.coming else None

    @rule(which=pick, quantity=few)
    def supply_arrives(self, which: int, quantity: int) -> None:
        supply = self._some_supply(which)
        if supply is None:
            return
        sku, left = self.coming[supply]
        allowed = quantity <= left
        lines = (ArrivedGoods(supply, quantity),)
        event = self._does(lambda: receive_supply(self.shop.call(), lines=lines), allowed=allowed)
        if allowed:
            self.coming[supply] = (sku, left - quantity)
            (node,) = [name for name, id_ in self.nodes.items() if id_ == event.lines[0].node_id]
            self.on_hand[sku, node] += quantity

    @rule(which=pick, quantity=few)
    def supply_changes(self, which: int, quantity: int) -> None:
        supply = self._some_supply(which)
        if supply is None:
            return
        with tenant_scope(self.shop.tenant_id):
            row = Supply.objects.get(id=supply)
        gone = row.received + row.canceled
        allowed = row.quantity > gone and quantity >= gone
        self._does(
            lambda: revise_supply(self.shop.call(), supply_id=supply, quantity=quantity, expected_at=row.expected_at),
            allowed=allowed,
        )
        if allowed:
            self.coming[supply] = (self.coming[supply][0], quantity - gone)

    @rule(which=pick)
    def supply_fails(self, which: int) -> None:
        supply = self._some_supply(which)
        if supply is None:
            return
        sku, left = self.coming[supply]
        self._does(lambda: cancel_supply(self.shop.call(), supply_id=supply), allowed=left > 0)
        self.coming[supply] = (sku, 0)

    # ── for whom ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(sku=skus, quantity=few)
    def place(self, sku: str, quantity: int) -> None:
        room = LIMIT - self.owing(sku) if sku == "OWE" else 0
        allowed = quantity <= self.free(sku) + room
        event = self._does(lambda: kit.place(self.shop, (sku, quantity)), allowed=allowed)
        if event is not None:
            assert event.backordered == max(0, quantity - self.free(sku))
            self.orders.append(_Order(event, sku, quantity))

    def _some_order(self, which: int) -> _Order | None:
        return self.orders[which % len(self.orders)] if self.orders else None

    @rule(which=pick, quantity=few)
    def cancel(self, which: int, quantity: int) -> None:
        order = self._some_order(which)
        if order is None:
            return
        wanted = CancelOrder(order_id=order.event.order_id, lines=(Part(order.event.lines[0].line_id, quantity),))
        allowed = quantity <= order.open
        self._does(lambda: cancel_orders.one(self.shop.call(), wanted), allowed=allowed)
        order.open -= quantity if allowed else 0

    @rule(which=pick, chooses=st.booleans())
    def choose(self, which: int, chooses: bool) -> None:
        order = self._some_order(which)
        if order is not None:
            command: Any = allocate_stock if chooses else deallocate_stock
            self._does(lambda: command(self.shop.call(), document_id=order.event.order_id), allowed=True)

    @rule(which=pick)
    def ship(self, which: int) -> None:
        order = self._some_order(which)
        if order is None:
            return
        with tenant_scope(self.shop.tenant_id):
            demands = [demand.id for demand in queries.demands_of([order.event.order_id])[order.event.order_id]]
            pegs = [peg for found in queries.open_pegs_of(demands).values() for peg in found if peg.balance_id]

        def work() -> list[Any]:
            planned = kit.plan(self.shop, order.event).shipments
            return [ship_shipments.one(self.shop.call(), ShipShipment(one.shipment_id)) for one in planned]

        names = {id_: name for name, id_ in self.nodes.items()}
        for event in self._does(work, allowed=bool(pegs)) or ():
            quantity = sum(line.quantity for line in event.lines)
            order.open -= quantity
            self.on_hand[order.sku, names[event.node_id]] -= quantity

    # ── carts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(sku=skus, quantity=few, which=pick)
    def hold(self, sku: str, quantity: int, which: int) -> None:
        cart = sorted(self.held)[which % len(self.held)] if self.held and which % 2 else new_id()
        before = self.held.get(cart, ("", 0))
        allowed = quantity <= self.free(sku) + (before[1] if before[0] == sku else 0)
        until = clock.now() + timedelta(hours=1)
        lines = (StockChange(sku, quantity),)
        self._does(lambda: hold_stock(self.shop.call(), document_id=cart, lines=lines, until=until), allowed=allowed)
        if allowed:
            self.held[cart] = (sku, quantity)

    @rule(which=pick)
    def let_go(self, which: int) -> None:
        if self.held:
            cart = sorted(self.held)[which % len(self.held)]
            event = self._does(lambda: release_holds(self.shop.call(), document_ids=(cart,)), allowed=True)
            assert event.quantity == self.held.pop(cart)[1]

    # ── what must be true after every step ───────────────────────────────────────────────────────────────────────────────

    @invariant()
    def books_are_as_the_model_says(self) -> None:
        if not hasattr(self, "shop"):
            return
        with tenant_scope(self.shop.tenant_id):
            for sku, variant_id in self.variants.items():
                lines = {line.node: line.on_hand for line in queries.stock([variant_id])}
                assert {node: lines.get(node, 0) for node in self.nodes} == {node: self.on_hand[sku, node] for node in self.nodes}
                assert kit.levels(variant_id) == (self.there(sku), self.reserved(sku))
                assert queries.owed([variant_id]).get(variant_id, 0) == self.owing(sku)
                promised = sum(row.pegged for row in Supply.objects.filter(variant_id=variant_id))
                assert promised == min(self.owing(sku), self.expected(sku))
                assert queries.atp(variant_id) == self.free(sku)

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            with tenant_scope(self.shop.tenant_id):
                assert kit.breaches() == []


def test_goods(figure: Callable[[str], None]) -> None:
    lives = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(Goods, settings=lives)
    figure(f"F10 {RUNS} x {STEPS} random steps of stock, supplies, carts and transfers against a model: 0 differences")
