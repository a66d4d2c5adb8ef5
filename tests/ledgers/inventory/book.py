"""The goods book as its tests see it: what lies where, who waits, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dingdan.kernel.errors import Refusal
from dingdan.kernel.models import JournalEntry
from dingdan.ledgers.inventory import models, queries
from dingdan.ledgers.inventory.commands import ExpectedGoods, ReceiveStock, StockChange, announce_supply, receive_stock, save_node
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.trade.aftersales.commands import CancelOrder, cancel_orders
from dingdan.trade.aftersales.rules import Part
from dingdan.trade.orders.events import OrderPlaced
from tests import kit
from tests.conftest import Shop

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TABLES = (
    models.Node, models.Location, models.Owner, models.Lot, models.Balance, models.Holding, models.Demand, models.Supply,
    models.Peg, models.Allocation, models.Backlog, models.Transfer, models.Move, models.Tally,
    models.Threshold, models.Low, models.Remark, models.Cost,
)  # fmt: skip


def snapshot() -> dict[str, Any]:
    """Every row of the goods book of the shop in scope, and how many entries its journal holds."""
    rows: dict[str, Any] = {model.__name__: list(model.objects.order_by("id").values()) for model in TABLES}
    return rows | {"entries": JournalEntry.objects.count()}


@contextmanager
def refused(kind: type[Refusal], *, field: str | None = None) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """The block is refused in that way, about that field, and changes nothing."""
    before = snapshot()
    with pytest.raises(kind) as caught:
        yield caught
    assert snapshot() == before
    if field is not None:
        assert caught.value.field == field


def later(days: float = 0, **more: float) -> datetime:
    """So much after noon."""
    return NOON + timedelta(days=days, **more)


def east(shop: Shop) -> UUID:
    """A second node, which ships after the first."""
    return save_node(shop.call(), code="east", name="East", country="GB", priority=200).node_id


def main() -> UUID:
    """The first node."""
    return models.Node.objects.get(code="main").id


def place_of(kind: LocationKind = LocationKind.STOCK, node_id: UUID | None = None) -> UUID:
    """The first location of a kind in a node; outside places have none."""
    outside = kind in (LocationKind.SCRAP, LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.PRODUCTION)
    return queries.location_ids()[None if outside else node_id or main(), kind]


def receive(shop: Shop, sku: str, quantity: int, *, lot: str = "", until: date | None = None, **more: Any) -> None:
    """Take pieces of one SKU into a node, of a lot where it has one."""
    location_id = more.pop("location_id", None)
    receive_stock.one(shop.call(), ReceiveStock(lines=(StockChange(sku, quantity, lot, until, location_id),), **more))


def announce(shop: Shop, sku: str, quantity: int, *, days: float | None = 7, **more: Any) -> UUID:
    """Say that pieces of one SKU come in so many days after noon; returns the supply's id."""
    goods = ExpectedGoods(sku, quantity, None if days is None else later(days))
    return announce_supply(shop.call(), lines=(goods,), **more).lines[0].supply_id


def lying(sku: str) -> list[tuple[str, str, int, int]]:
    """What lies inside the nodes: location, lot, on hand, allocated."""
    return [(row.location, row.lot, row.on_hand, row.allocated) for row in queries.holdings([variant(sku)])]


def variant(sku: str) -> UUID:
    """The id of a SKU."""
    return variants_by_sku([sku])[sku].id


def owed(sku: str) -> int:
    """How many pieces of a SKU are owed beyond stock."""
    return queries.owed([variant(sku)]).get(variant(sku), 0)


def answers(order: OrderPlaced) -> list[tuple[str, int]]:
    """What answers an order's demands: `stock` or `supply`, and how many pieces."""
    demands = [demand.id for demand in queries.demands_of([order.order_id])[order.order_id]]
    pegs = [peg for found in queries.open_pegs_of(demands).values() for peg in found]
    return [("stock" if peg.balance_id else "supply", peg.quantity) for peg in pegs]


def demand(order: OrderPlaced) -> models.Demand:
    """The only demand of an order."""
    (found,) = queries.demands_of([order.order_id])[order.order_id]
    return found


def sound() -> bool:
    """Whether all laws hold; fails with the breaches where not."""
    assert kit.breaches() == []
    return True


def cancel(shop: Shop, order: OrderPlaced, quantity: int) -> None:
    """Cancel so many units of the first line of an order."""
    cancel_orders.one(
        shop.call(), CancelOrder(order_id=order.order_id, lines=(Part(line_id=order.lines[0].line_id, quantity=quantity),))
    )
