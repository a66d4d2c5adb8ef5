"""F10, the changes: random lives of orders that are changed, shipped, canceled and changed back, step by step against a model.

The model of an order is a few lines with a price and a few counters. After every sequence, what a customer has paid less what was
given back equals what the order says.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dingdan.kernel.errors import Refusal
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.payments import queries as payments
from dingdan.ledgers.payments.commands import Told, record_refund
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders, refund_order
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.changes.commands import (
    ChangeOrder,
    UndoChange,
    change_orders,
    merge_orders,
    split_order,
    undo_changes,
    undo_regrouping,
)
from dingdan.trade.changes.events import OrderChanged, OrderChangeUndone, RegroupedOrder
from dingdan.trade.changes.queries import preview, preview_undo, preview_ungrouping
from dingdan.trade.changes.rules import AddLine, AddSurcharge, RemoveLine, ReplaceLine, SetPrice, SetQuantity, Wish
from dingdan.trade.fulfillment.commands import ShipShipment, ship_shipments
from dingdan.trade.orders.events import OrderPlaced
from dingdan.trade.orders.models import Order
from tests import kit
from tests.conftest import Shop
from tests.laws.size import sized

STEPS = 40
RUNS = sized(5, 500, 12_500)  # x 40 steps: 200, 20,000, 500,000
SKUS = ("A", "B")
DONE = Counter[str]()
"""How often each change was done, so that a run that does little is seen."""
few, pick, prices = st.integers(1, 4), st.integers(0, 99), st.integers(0, 999)


@dataclass
class _Line:
    """What the model knows of a line; a surcharge has no SKU."""

    id: UUID
    sku: str
    price: int
    quantity: int
    canceled: int = 0
    shipped: int = 0
    replaces: UUID | None = None

    @property
    def kept(self) -> int:
        return self.quantity - self.canceled

    @property
    def open(self) -> int:
        return self.kept - self.shipped


@dataclass
class _Change:
    """How the lines were before a change, and (once it is over) by how many units it changed which."""

    id: UUID
    before: dict[UUID, int]
    moved: dict[UUID, int] = field(default_factory=dict)
    left: dict[UUID, int] = field(default_factory=dict)
    """How many units of those lines were kept afterwards."""


@dataclass
class _Order:
    """What the model knows of an order, and the changes that are not undone, the oldest first."""

    event: OrderPlaced
    lines: list[_Line]
    changes: list[_Change] = field(default_factory=list)
    paid: int = 0
    out: int = 0
    """Promised to go back, and handed out by nobody yet."""
    back: int = 0

    @property
    def owed(self) -> int:
        return sum(line.kept * line.price for line in self.lines)

    @property
    def is_gone(self) -> bool:
        """Nothing of its goods is left: the order is canceled."""
        return not any(line.kept for line in self.lines if line.sku)

    def reserved(self, sku: str) -> int:
        return sum(line.open for line in self.lines if line.sku == sku)

    @property
    def surplus(self) -> int:
        """Paid too much."""
        return max(0, self.paid - self.back - self.owed)

    def kept(self) -> dict[UUID, int]:
        return {line.id: line.kept for line in self.lines}

    def look_back(self) -> None:
        """What the last change came to, before anything else happens."""
        if self.changes and not self.changes[-1].moved:
            last, now = self.changes[-1], self.kept()
            last.moved = {id_: now[id_] - last.before.get(id_, 0) for id_ in now if now[id_] != last.before.get(id_, 0)}
            last.left = {id_: now[id_] for id_ in last.moved}

    def keep(self, told: OrderChanged | OrderChangeUndone) -> None:
        """Of what is promised to go back, what is not too much any more stays."""
        before = self.out
        surplus = max(0, self.paid - self.back - self.owed - told.difference)
        self.out = min(before, surplus) if told.difference > 0 else before
        assert told.refund_withdrawn == before - self.out
        assert told.due == max(0, self.owed + told.difference + self.back - self.paid)

    def line(self, which: int) -> _Line:
        return self.lines[which % len(self.lines)]

    def is_replaced(self, line: _Line) -> bool:
        return any(one.replaces == line.id and one.kept for one in self.lines)


@dataclass
class _Group:
    """A split or a merge that is not undone: from which order to which, and which lines became which."""

    change_id: UUID
    source: _Order
    target: _Order
    moves: list[tuple[_Line, _Line, int]]


class Changes(RuleBasedStateMachine):
    """Every rule does the same to the program and to the model; refusals are foreseen."""

    @initialize()
    def open_shop(self) -> None:
        from dingdan.automation.setup import create_tenant
        from dingdan.kernel.journal import SYSTEM

        self.shop = Shop(create_tenant(f"changes-{secrets.token_hex(6)}", "A model"), SYSTEM)
        self.orders: list[_Order] = []
        self.groups: list[_Group] = []
        self.on_hand = dict.fromkeys(SKUS, 12)
        with tenant_scope(self.shop.tenant_id):
            self.variants = {sku: kit.stock(self.shop, sku, 12) for sku in SKUS}

    def free(self, sku: str) -> int:
        return self.on_hand[sku] - sum(order.reserved(sku) for order in self.orders)

    def _does(self, work: Any, *, allowed: bool) -> Any:
        with tenant_scope(self.shop.tenant_id):
            if allowed:
                return work()
            with pytest.raises(Refusal):
                work()
            return None

    def _order(self, which: int) -> _Order | None:
        return self.orders[which % len(self.orders)] if self.orders else None

    def _change(self, order: _Order, *wishes: Wish, allowed: bool) -> OrderChanged | None:
        """Preview and apply wishes; remember how the order was."""
        with tenant_scope(self.shop.tenant_id):
            shown = preview(order.event.order_id, wishes)
        assert bool(shown.refusals) != allowed, (wishes, shown.refusals)
        asked = ChangeOrder(order_id=order.event.order_id, changes=wishes, fingerprint=shown.fingerprint)
        order.look_back()
        told: OrderChanged | None = self._does(lambda: change_orders.one(self.shop.call(), asked), allowed=allowed)
        if told is not None:
            assert (told.difference, told.due, told.refund_due) == (shown.difference, shown.due, shown.refund_due)
            order.keep(told)
            order.changes.append(_Change(told.change_id, order.kept()))
            DONE[type(wishes[-1]).__name__] += 1
        return told

    def _settle(self, order: _Order) -> None:
        """An order of which no goods are left has lost its surcharges too."""
        if order.is_gone:
            for line in order.lines:
                line.canceled = line.quantity - line.shipped

    # ── lives ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(sku=st.sampled_from(SKUS), quantity=few, price=prices)
    def place(self, sku: str, quantity: int, price: int) -> None:
        work = lambda: kit.place(self.shop, (sku, quantity), price=price)  # noqa: E731
        event = self._does(work, allowed=quantity <= self.free(sku))
        if event is not None:
            self.orders.append(_Order(event, [_Line(event.lines[0].line_id, sku, price, quantity)]))

    @rule(which=pick)
    def pay_what_is_due(self, which: int) -> None:
        order = self._order(which)
        due = order.owed - (order.paid - order.back) if order else 0
        if order and due > 0:
            self._does(lambda: kit.pay(self.shop, order.event, due), allowed=True)
            order.paid += due

    @rule(which=pick)
    def give_back_what_is_too_much(self, which: int) -> None:
        order = self._order(which)
        if order:
            work = lambda: refund_order(self.shop.call(), order_id=order.event.order_id, method="cash")  # noqa: E731
            self._does(work, allowed=order.surplus > order.out)
            order.out = order.surplus

    @rule(which=pick)
    def hand_out(self, which: int) -> None:
        """A person gives back what is promised."""
        order = self._order(which)
        if order is None:
            return
        with tenant_scope(self.shop.tenant_id):
            out = payments.refunds_out("order", [order.event.order_id]).get(order.event.order_id, [])
            assert sum(one.amount for one in out) == order.out
            for one in out:
                record_refund.one(self.shop.call(), Told(attempt_id=one.id))
        order.back, order.out = order.back + order.out, 0

    @rule(which=pick)
    def ship(self, which: int) -> None:
        order = self._order(which)
        if order is None:
            return

        def work() -> None:
            for shipment in kit.plan(self.shop, order.event).shipments:
                ship_shipments.one(self.shop.call(), ShipShipment(shipment.shipment_id))

        movable = any(line.open for line in order.lines if line.sku)
        self._does(work, allowed=movable)
        for line in order.lines if movable else ():
            if line.sku:
                self.on_hand[line.sku] -= line.open
                line.shipped += line.open

    @rule(which=pick, line=pick, quantity=few)
    def cancel_some(self, which: int, line: int, quantity: int) -> None:
        order = self._order(which)
        if order is None or order.is_gone or not (found := order.line(line)).sku:
            return
        order.look_back()
        wanted = CancelOrder(order_id=order.event.order_id, lines=(Part(found.id, quantity),))
        allowed = quantity <= found.open
        self._does(lambda: cancel_orders.one(self.shop.call(), wanted), allowed=allowed)
        if allowed:
            found.canceled += quantity
            self._settle(order)

    # ── changes ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(which=pick, line=pick, quantity=st.integers(1, 6))
    def set_quantity(self, which: int, line: int, quantity: int) -> None:
        order = self._order(which)
        if order is None or not (found := order.line(line)).sku:
            return
        more = quantity - found.kept
        again = min(more, found.canceled) if more > 0 and not order.is_replaced(found) else 0
        allowed = (
            not order.is_gone and found.kept > 0 and more != 0 and found.shipped <= quantity and more <= self.free(found.sku)
        )
        told = self._change(order, SetQuantity(line_id=found.id, quantity=quantity), allowed=allowed)
        if told is None:
            return
        if more < 0:
            found.canceled -= more
        found.canceled -= again
        if more > again:
            new = next(one for one in told.lines if not one.before and one.line_id != found.id)
            order.lines.append(_Line(new.line_id, found.sku, found.price, more - again))

    @rule(which=pick, line=pick, price=prices)
    def set_price(self, which: int, line: int, price: int) -> None:
        order = self._order(which)
        if order is None or order.is_gone:
            return
        found = order.line(line)
        told = self._change(
            order, SetPrice(line_id=found.id, unit_price=Decimal(price)), allowed=found.kept > 0 and found.open > 0
        )
        if told is not None:
            self._replaced(order, found, told, sku=found.sku, price=price, quantity=found.open)

    @rule(which=pick, line=pick, quantity=st.integers(1, 6), price=prices)
    def set_both(self, which: int, line: int, quantity: int, price: int) -> None:
        order = self._order(which)
        if order is None or order.is_gone or not (found := order.line(line)).sku:
            return
        left, open_ = quantity - found.shipped, found.open
        allowed = found.kept > 0 and open_ > 0 and left > 0 and left - open_ <= self.free(found.sku)
        wishes = (SetQuantity(line_id=found.id, quantity=quantity), SetPrice(line_id=found.id, unit_price=Decimal(price)))
        told = self._change(order, *wishes, allowed=allowed)
        if told is not None:
            known = {one.id for one in order.lines}
            self._replaced(order, found, told, sku=found.sku, price=price, quantity=min(left, open_))
            if left > open_:
                new = next(one for one in told.lines if one.line_id not in known and not one.replaces)
                order.lines.append(_Line(new.line_id, found.sku, price, left - open_))

    def _replaced(self, order: _Order, old: _Line, told: OrderChanged, *, sku: str, price: int, quantity: int) -> None:
        new = next(one for one in told.lines if one.replaces == old.id)
        old.canceled += old.open
        order.lines.append(_Line(new.line_id, sku, price, quantity, replaces=old.id))

    @rule(which=pick, line=pick, sku=st.sampled_from(SKUS), price=prices)
    def replace_line(self, which: int, line: int, sku: str, price: int) -> None:
        order = self._order(which)
        if order is None or order.is_gone or not (found := order.line(line)).sku:
            return
        there = self.free(sku) + (found.open if found.sku == sku else 0)
        allowed = found.kept > 0 and 0 < found.open <= there
        wish = ReplaceLine(line_id=found.id, sku=sku, unit_price=Decimal(price))
        told = self._change(order, wish, allowed=allowed)
        if told is not None:
            self._replaced(order, found, told, sku=sku, price=price, quantity=found.open)

    @rule(which=pick, sku=st.sampled_from(SKUS), quantity=few, price=prices)
    def add_line(self, which: int, sku: str, quantity: int, price: int) -> None:
        order = self._order(which)
        if order is None:
            return
        wish = AddLine(sku=sku, quantity=quantity, unit_price=Decimal(price))
        told = self._change(order, wish, allowed=not order.is_gone and quantity <= self.free(sku))
        if told is not None:
            order.lines.append(_Line(told.lines[-1].line_id, sku, price, quantity))

    @rule(which=pick, amount=st.integers(1, 99))
    def add_surcharge(self, which: int, amount: int) -> None:
        order = self._order(which)
        if order is None:
            return
        told = self._change(order, AddSurcharge(name="Fee", amount=amount), allowed=not order.is_gone)
        if told is not None:
            order.lines.append(_Line(told.lines[-1].line_id, "", amount, 1))

    @rule(which=pick, line=pick)
    def remove_line(self, which: int, line: int) -> None:
        order = self._order(which)
        if order is None:
            return
        found = order.line(line)
        told = self._change(order, RemoveLine(line_id=found.id), allowed=not order.is_gone and found.kept > 0 and found.open > 0)
        if told is not None:
            found.canceled += found.open
            self._settle(order)

    @rule(which=pick, place=st.sampled_from((-1, -1, 0, 1, 2)))
    def undo(self, which: int, place: int) -> None:
        """Where the preview sees nothing in the way, the lines of a change are as they were before it, and the others stay."""
        order = self._order(which)
        if order is None or not order.changes:
            return
        order.look_back()
        change = order.changes[place % len(order.changes)]
        with tenant_scope(self.shop.tenant_id):
            shown = preview_undo(change.id)
        allowed = not shown.refusals
        asked = UndoChange(change_id=change.id, fingerprint=shown.fingerprint)
        told = self._does(lambda: undo_changes.one(self.shop.call(), asked), allowed=allowed)
        if not allowed:
            assert not self._may_undo(order, change), f"nothing stands in the way of undoing, but {shown.refusals}"
            return
        assert self._stands_alone(order, change)
        order.keep(told)
        DONE["undone" if change is order.changes[-1] else "undone before others"] += 1
        order.changes.remove(change)
        for line in order.lines:
            line.canceled += change.moved.get(line.id, 0)
            assert 0 <= line.canceled <= line.quantity - line.shipped

    def _stands_alone(self, order: _Order, change: _Change) -> bool:
        """Whether nothing happened to the lines of a change since, as far as their units go."""
        later = order.changes[order.changes.index(change) + 1 :]
        now = order.kept()
        touched = any(set(one.moved) & set(change.moved) for one in later)
        return not touched and all(now[id_] == left for id_, left in change.left.items())

    def _may_undo(self, order: _Order, change: _Change) -> bool:
        """Whether the model knows of nothing that stands in the way: less than the program knows."""
        lines = [line for line in order.lines if line.id in change.moved]
        wanted = Counter[str]()
        for line in lines:
            wanted[line.sku] -= change.moved[line.id]
        left = any(line.sku and line.kept - change.moved.get(line.id, 0) for line in order.lines)
        return (
            self._stands_alone(order, change) and left and not order.is_gone and not any(line.shipped for line in lines)
            and all(count <= self.free(sku) for sku, count in wanted.items() if sku)
        )  # fmt: skip

    # ── splits and merges ────────────────────────────────────────────────────────────────────────────────────────────────

    @rule(which=pick, line=pick, quantity=few)
    def split(self, which: int, line: int, quantity: int) -> None:
        order = self._order(which)
        if order is None:
            return
        found = order.line(line)
        rest = any(one.kept > (quantity if one is found else 0) for one in order.lines if one.sku)
        allowed = bool(found.sku) and not order.is_gone and quantity <= found.open and rest
        id_, parts = order.event.order_id, ((Part(found.id, quantity),),)
        told = self._does(lambda: split_order(self.shop.call(), order_id=id_, parts=parts), allowed=allowed)
        if told is not None:
            new = _Order(replace(order.event, order_id=told.orders[1].order_id), [])
            self.orders.append(new)
            self._take(told.change_id, order, new, told.orders[1], [(found, quantity)])

    @rule(which=pick, other=pick)
    def merge(self, which: int, other: int) -> None:
        order, source = self._order(which), self._order(other)
        if order is None or source is None:
            return
        open_ = any(one.open for one in source.lines if one.sku)
        allowed = order is not source and not order.is_gone and not source.is_gone and open_
        ids = (source.event.order_id,)
        told = self._does(lambda: merge_orders(self.shop.call(), order_id=order.event.order_id, order_ids=ids), allowed=allowed)
        if told is not None:
            stays = any(one.shipped for one in source.lines if one.sku)
            gone = [(one, one.open) for one in source.lines if one.open and (one.sku or not stays)]
            self._take(told.change_id, source, order, told.orders[0], gone)

    def _take(
        self, change_id: UUID, source: _Order, target: _Order, told: RegroupedOrder, lines: list[tuple[_Line, int]]
    ) -> None:
        """Units go from one order to another as lines of their own, and the money with them."""
        moves = []
        for one, (old, units) in zip([one for one in told.lines if not one.before], lines, strict=True):
            old.canceled += units
            target.lines.append(_Line(one.line_id, old.sku, old.price, units))
            moves.append((old, target.lines[-1], units))
        self._pass(source, target, sum(units * old.price for old, units in lines))
        self.groups.append(_Group(change_id, source, target, moves))
        DONE["regrouped"] += 1
        for order in (source, target):
            order.changes.clear()  # nothing earlier is undone while this stands

    def _pass(self, source: _Order, target: _Order, most: int) -> None:
        """The money goes along that the first order does not need any more."""
        spare = source.paid - source.back - source.out - source.owed
        moved = max(0, min(most, spare, target.owed - target.paid + target.back + target.out))
        source.paid -= moved
        target.paid += moved
        for order in (source, target):
            order.out = min(order.out, order.surplus)  # what is promised to go back and not too much any more stays

    @rule(which=pick)
    def undo_group(self, which: int) -> None:
        """Where the preview sees nothing in the way, every line that changed hands is where it was before."""
        if not self.groups:
            return
        group = self.groups[which % len(self.groups)]
        with tenant_scope(self.shop.tenant_id):
            shown = preview_ungrouping(group.change_id)
        work = lambda: undo_regrouping(self.shop.call(), change_id=group.change_id, fingerprint=shown.fingerprint)  # noqa: E731
        if self._does(work, allowed=not shown.refusals) is None:
            return
        self.groups.remove(group)
        for old, new, units in group.moves:
            assert new.kept == new.open == units
            new.canceled += units
            old.canceled -= units
        self._settle(group.target)
        self._pass(group.target, group.source, sum(units * old.price for old, _new, units in group.moves))
        DONE["ungrouped"] += 1

    # ── what must be so ──────────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def stock_is_as_the_model_says(self) -> None:
        with tenant_scope(self.shop.tenant_id):
            for sku, variant_id in self.variants.items():
                reserved = sum(order.reserved(sku) for order in self.orders)
                assert kit.levels(variant_id) == (self.on_hand[sku], reserved)

    @invariant()
    def money_is_where_the_model_says(self) -> None:
        with tenant_scope(self.shop.tenant_id):
            found = payments.payments_of("order", [order.event.order_id for order in self.orders])
        there = [sum(share.free for paid in found.get(one.event.order_id, ()) for share in paid.shares) for one in self.orders]
        assert there == [order.paid - order.back - order.out for order in self.orders]

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        for which in range(len(self.orders)):
            self.pay_what_is_due(which)
            self.give_back_what_is_too_much(which)
            self.hand_out(which)
        with tenant_scope(self.shop.tenant_id):
            owed = payments.receivable_of("order", [order.event.order_id for order in self.orders])
            said = dict(Order.objects.values_list("id", "total"))
            for order in self.orders:
                money = owed[order.event.order_id]
                assert order.paid - order.back == order.owed == money.amount == said[order.event.order_id]
            assert kit.breaches() == []


def test_changes(figure: Callable[[str], None]) -> None:
    changes = settings(
        max_examples=RUNS, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(Changes, settings=changes)
    done = ", ".join(f"{count} {name}" for name, count in DONE.most_common())
    figure(f"F10 {RUNS} x {STEPS} random steps of orders that are changed ({done}), against a model: 0 differences")
