"""Returns that happened elsewhere are brought over with their goods and amounts, many at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.commands import RecordReturn, ReturnedUnits, record_returns
from dingdan.trade.aftersales.events import ReturnedLine
from dingdan.trade.aftersales.models import Return
from dingdan.trade.aftersales.rules import RefundAboveWorth, ReturnAboveShipped
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop
from tests.trade.aftersales import sold


def units(order: OrderPlaced, quantity: int, amount: int | None = None) -> tuple[ReturnedUnits, ...]:
    """So many units of the first line."""
    return (ReturnedUnits(line_id=order.lines[0].line_id, quantity=quantity, amount=amount),)


def shipped(shop: Shop, quantity: int = 5) -> OrderPlaced:
    """An order whose goods have left."""
    order = kit.place(shop, ("A", quantity))
    kit.pay(shop, order)
    kit.ship(shop, order)
    return order


def test_it_works(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 10)
    order = shipped(shop)
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    intent = RecordReturn(order_id=order.order_id, lines=units(order, 2), external_number="C536391")
    recorded = record_returns.one(shop.call(at=at, quiet=True), intent)
    assert (recorded.number, recorded.state, recorded.refund, recorded.owed, recorded.refund_due) == (
        "R1001", "inspected", 500, 750, 500,
    )  # fmt: skip
    assert recorded.lines == (ReturnedLine(order_line_id=order.lines[0].line_id, quantity=2, refund=500, fee=0),)
    assert kit.levels(variant_id) == (7, 0)
    rma = Return.objects.get()
    assert (rma.external_number, rma.inspected_at, rma.state) == ("C536391", at, "inspected")
    assert [(piece.received, piece.restocked) for piece in sold.pieces_of(rma.id)] == [(2, 2)]
    assert kit.breaches() == []


def test_at_the_amount_that_was_given_back(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = shipped(shop)
    recorded = record_returns.one(shop.call(), RecordReturn(order_id=order.order_id, lines=units(order, 2, 380)))
    assert (recorded.refund, recorded.owed, recorded.lines[0].fee) == (380, 870, 120)
    nothing = record_returns.one(shop.call(), RecordReturn(order_id=order.order_id, lines=units(order, 1, 0)))
    assert (nothing.refund, nothing.state) == (0, "closed")
    assert kit.breaches() == []


def test_many_in_one_batch(shop: Shop) -> None:
    variant_id = kit.stock(shop, "A", 30)
    orders = [shipped(shop) for _ in range(3)]
    asked = [(0, 2), (1, 5), (0, 2), (0, 2), (2, 1)]
    intents = [RecordReturn(order_id=orders[at].order_id, lines=units(orders[at], quantity)) for at, quantity in asked]
    outcomes = record_returns.many([(shop.call(), intent) for intent in intents])
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "ReturnRecorded", "ReturnRecorded", "ReturnRecorded", "ReturnAboveShipped", "ReturnRecorded",
    ]  # fmt: skip
    assert [sold.owed(order).amount for order in orders] == [250, 0, 1000]
    assert kit.levels(variant_id) == (25, 0)
    assert kit.breaches() == []


def test_a_larger_batch_needs_no_more_statements(shop: Shop) -> None:
    kit.stock(shop, "A", 90)
    counts = []
    for size in (2, 8):
        orders = [shipped(shop, 1) for _ in range(size)]
        calls = [(shop.call(), RecordReturn(order_id=order.order_id, lines=units(order, 1))) for order in orders]
        with sold.statements() as counted:
            record_returns.many(calls)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 30
    assert kit.breaches() == []


def test_more_than_was_shipped_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(ReturnAboveShipped):
        record_returns.one(shop.call(), RecordReturn(order_id=order.order_id, lines=units(order, 6)))


def test_more_than_it_cost_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(RefundAboveWorth):
        record_returns.one(shop.call(), RecordReturn(order_id=order.order_id, lines=units(order, 1, 1251)))


def test_an_unknown_order_is_refused(shop: Shop) -> None:
    kit.stock(shop, "A", 10)
    order = shipped(shop)
    with sold.nothing_changes(shop), pytest.raises(NotFound):
        record_returns.one(shop.call(), RecordReturn(order_id=new_id(), lines=units(order, 1)))
