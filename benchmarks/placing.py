"""Without HTTP: statements that reach the server for an order, and whole lives through the commands, reactions included."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

BATCH: Final = 50
LIVES: Final = int(os.environ.get("DINGDAN_BENCH_LIVES", "2000"))


def wanted(number: int) -> Any:
    """An order of two lines."""
    from dingdan.masterdata.channels.queries import all_channels
    from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

    channel = all_channels()[0]
    return PlaceOrder(
        channel_id=channel.id,
        currency=channel.currency,
        lines=tuple(WantedLine(sku=f"A{1 + (number * step) % 200}", quantity=1) for step in (1, 7)),
        ship_to=Person(name="Ann Lee", email="ann@example.com", country="GB", address={"city": "London"}),
        shipping_method="parcel",
    )


def statements(house: House) -> Iterator[Figure]:
    """Statements for one order of two lines, BEGIN and COMMIT included: alone, and within fifty."""
    from benchmarks.figures import Figure
    from dingdan.kernel.tenancy import tenant_scope
    from dingdan.trade.orders.commands import place_orders

    with tenant_scope(house.tenant.id):
        orders = [wanted(number) for number in range(BATCH)]
        place_orders.one(house.call(), orders[0])
        alone = counted(lambda: place_orders.one(house.call(), orders[0]))
        within = counted(lambda: place_orders.many([(house.call(), one) for one in orders])) / BATCH
    yield Figure(name="S1", what="statements for an order, alone", unit="statements", value=alone, goal="<= 12")
    yield Figure(name="S50", what="statements for an order within fifty", unit="statements", value=within, goal="<= 1")


def counted(work: Callable[[], Any]) -> float:
    """How many statements something costs, BEGIN and COMMIT included."""
    count = 2  # BEGIN and COMMIT go past Django's wrappers

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        work()
    return float(count)


def lives(house: House) -> Iterator[Figure]:
    """B6: place, pay, plan, pick, pack, ship, deliver, with all that follows by itself (invoices, mails queued, lists)."""
    from benchmarks.figures import Figure
    from dingdan.automation.consumers import drain
    from dingdan.kernel.tenancy import tenant_scope

    with tenant_scope(house.tenant.id):
        drain(house.tenant.id)  # what came before is not ours
        started = time.perf_counter()
        each = [counted(partial(_live, house, first)) for first in range(0, LIVES, BATCH)]
        seconds = time.perf_counter() - started
    yield Figure(name="B6", what=f"whole lives of {LIVES} orders, reactions included", unit="orders/s", value=LIVES / seconds)
    yield Figure(name="B6s", what="statements for a whole life", unit="statements", value=sum(each) / LIVES)


def _live(house: House, first: int) -> None:
    """Fifty orders, a step after the other, and what follows after each step."""
    from dingdan.automation.consumers import drain
    from dingdan.kernel.money import Money
    from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
    from dingdan.ledgers.payments.events import Document
    from dingdan.trade.fulfillment.commands import (
        DeliverShipment,
        ShipShipment,
        deliver_shipments,
        pack_shipment,
        pick_shipment,
        ship_shipments,
    )
    from dingdan.trade.fulfillment.queries import shipments_of
    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.events import OrderPlaced

    outcomes = place_orders.many([(house.call(), wanted(first + number)) for number in range(BATCH)])
    placed = [outcome for outcome in outcomes if isinstance(outcome, OrderPlaced)]
    drain(house.tenant.id)
    money = []
    for order in placed:
        towards = (Towards(document=Document("order", order.order_id)),)
        money.append(MoneyReceived(method="bank_transfer", money=Money(order.total, order.currency), towards=towards))
    record_payments.many([(house.call(), one) for one in money])
    drain(house.tenant.id)
    shipments = [shipment.id for order in placed for shipment in shipments_of(order.order_id)]
    for shipment_id in shipments:
        pick_shipment(house.call(), shipment_id=shipment_id)
        pack_shipment(house.call(), shipment_id=shipment_id)
    ship_shipments.many([(house.call(), ShipShipment(shipment_id, "Royal Mail", "RM1")) for shipment_id in shipments])
    drain(house.tenant.id)
    deliver_shipments.many([(house.call(), DeliverShipment(shipment_id)) for shipment_id in shipments])
    drain(house.tenant.id)
