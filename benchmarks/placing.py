"""Without HTTP: statements that reach the server for an order, and whole lives through the commands, reactions included."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from benchmarks.runs import Processor

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

BATCH: Final = 50
LIVES: Final = int(os.environ.get("DINGDAN_BENCH_LIVES", "2000"))


def wanted(number: int, channel: Any = None) -> Any:
    """An order of two lines, in the first channel unless said."""
    from dingdan.masterdata.channels.queries import all_channels
    from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

    channel = channel or all_channels()[0]
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
        processor, started = Processor(), time.perf_counter()
        each = [counted(partial(live, house, first)) for first in range(0, LIVES, BATCH)]
        seconds, (mine, theirs) = time.perf_counter() - started, processor.spent()
    yield Figure(name="B6", what=f"whole lives of {LIVES} orders, reactions included", unit="orders/s", value=LIVES / seconds)
    yield Figure(name="B6/s", what="statements for a whole life", unit="statements", value=sum(each) / LIVES)
    for name, what, spent in (("B6/p", "the program", mine), ("B6/d", "PostgreSQL", theirs)):
        yield Figure(name=name, what=f"processor time of {what} for a whole life", unit="ms", value=1000 * spent / LIVES)


def begun(house: House, first: int, *, then: Callable[[], Any] = lambda: None) -> list[Any]:
    """Fifty orders, placed and, after what follows then, paid."""
    from dingdan.kernel.money import Money
    from dingdan.ledgers.payments.commands import MoneyReceived, Towards, record_payments
    from dingdan.ledgers.payments.events import Document
    from dingdan.masterdata.channels.queries import all_channels
    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.events import OrderPlaced

    channel = all_channels()[0]
    outcomes = place_orders.many([(house.call(), wanted(first + number, channel)) for number in range(BATCH)])
    placed = [outcome for outcome in outcomes if isinstance(outcome, OrderPlaced)]
    then()
    money = []
    for order in placed:
        towards = (Towards(document=Document("order", order.order_id)),)
        money.append(MoneyReceived(method="bank_transfer", money=Money(order.total, order.currency), towards=towards))
    record_payments.many([(house.call(), one) for one in money])
    return placed


def live(house: House, first: int) -> None:
    """Fifty orders, a step after the other, and what follows after each step."""
    from dingdan.automation.consumers import drain
    from dingdan.trade.fulfillment.commands import (
        DeliverShipment,
        PackShipment,
        PickShipment,
        ShipShipment,
        deliver_shipments,
        pack_shipment,
        pick_shipment,
        ship_shipments,
    )
    from dingdan.trade.fulfillment.models import Shipment

    placed = begun(house, first, then=partial(drain, house.tenant.id))
    drain(house.tenant.id)
    shipments = list(Shipment.objects.filter(order_id__in=[order.order_id for order in placed]).values_list("id", flat=True))
    pick_shipment.many([(house.call(), PickShipment(shipment_id)) for shipment_id in shipments])
    pack_shipment.many([(house.call(), PackShipment(shipment_id)) for shipment_id in shipments])
    ship_shipments.many([(house.call(), ShipShipment(shipment_id, "Royal Mail", "RM1")) for shipment_id in shipments])
    drain(house.tenant.id)
    deliver_shipments.many([(house.call(), DeliverShipment(shipment_id)) for shipment_id in shipments])
    drain(house.tenant.id)
