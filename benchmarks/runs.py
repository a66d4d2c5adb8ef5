"""What warehouses, carriers and gateways tell in numbers: rows one by one, and in runs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import psutil

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

ROWS: Final = int(os.environ.get("DINGDAN_BENCH_ROWS", "400"))
RUN: Final = 100
_GATEWAY: Final = "told"

Told = Sequence[tuple[Any, Any]]


class _Holding:
    """A gateway that holds money and is never asked."""

    authorizes = True


class Processor:
    """Processor time of this program and of PostgreSQL below it, in seconds, since it was made."""

    def __init__(self) -> None:
        self._before = self._now()

    def spent(self) -> tuple[float, float]:
        """Of the program, and of PostgreSQL."""
        mine, theirs = self._now()
        return mine - self._before[0], theirs - self._before[1]

    @staticmethod
    def _now() -> tuple[float, float]:
        servers = [one for one in psutil.Process().children(recursive=True) if one.name() == "postgres"]
        return time.process_time(), sum(sum(one.cpu_times()[:2]) for one in servers)


def figures(house: House) -> Iterator[Figure]:
    """Rows/s of each sort in runs of a hundred ÷ one by one; and the processor time of a row, program and PostgreSQL."""
    from benchmarks.figures import Figure
    from dingdan.kernel.tenancy import tenant_scope

    with tenant_scope(house.tenant.id):
        for name, what, command, rows in _sorts(house):
            half = len(rows) // 2
            alone, alone_cpu = _measured(lambda told, give=command: [give.one(*one) for one in told], rows[:half], at_once=1)
            runs, runs_cpu = _measured(command.many, rows[half:], at_once=RUN)
            yield Figure(name=name, what=f"{what}, in runs of {RUN} ÷ one by one", unit="rows/s", value=runs, baseline=alone)
            yield Figure(
                name=f"{name}c", what="processor time of such a row", unit="ms", value=1000 * runs_cpu, baseline=1000 * alone_cpu
            )


def _measured(give: Callable[[Told], Any], rows: Told, *, at_once: int) -> tuple[float, float]:
    """Rows a second, and seconds of processor time for a row."""
    processor, started = Processor(), time.perf_counter()
    for first in range(0, len(rows), at_once):
        give(rows[first : first + at_once])
    return len(rows) / (time.perf_counter() - started), sum(processor.spent()) / len(rows)


def _sorts(house: House) -> Iterator[tuple[str, str, Any, Told]]:
    from dingdan.ledgers.inventory.commands import AdjustStock, StockChange, adjust_stock
    from dingdan.ledgers.payments.commands import Told as Answer
    from dingdan.ledgers.payments.commands import record_capture
    from dingdan.trade.fulfillment.commands import DeliverShipment, ShipShipment, deliver_shipments, ship_shipments

    orders, shipments = _ready(house)
    yield "B6t", "shipments handed to a carrier", ship_shipments, _calls(house, map(ShipShipment, shipments))
    yield "B6d", "shipments told as delivered", deliver_shipments, _calls(house, map(DeliverShipment, shipments))
    changes = (
        AdjustStock(lines=(StockChange(f"A{1 + row % 200}", 1 if row % 2 else -1),), reason="count") for row in range(ROWS)
    )
    yield "B6s", "corrections of stock", adjust_stock, _calls(house, changes)
    captures = (Answer(attempt_id=id_, reference=f"cp-{id_}") for id_ in _asked(house, orders))
    yield "B6c", "captures that a gateway tells of", record_capture, _calls(house, captures)


def _calls(house: House, intents: Iterator[Any]) -> Told:
    return [(house.call(), intent) for intent in intents]


def _ready(house: House) -> tuple[list[Any], list[Any]]:
    """Orders whose goods are planned, and their shipments."""
    from benchmarks.placing import BATCH, wanted
    from dingdan.trade.fulfillment.commands import PlanShipments, plan_shipments
    from dingdan.trade.orders.commands import place_orders

    orders: list[Any] = []
    for first in range(0, ROWS, BATCH):
        orders += place_orders.many([(house.call(), wanted(first + number)) for number in range(BATCH)])
    plans: list[Any] = plan_shipments.many([(house.call(), PlanShipments(order.order_id)) for order in orders])
    return orders, [plan.shipments[0].shipment_id for plan in plans]


def _asked(house: House, orders: Sequence[Any]) -> list[Any]:
    """Captures that are asked for, one for each order."""
    from dingdan.ledgers.payments.commands import Towards, request_charge
    from dingdan.ledgers.payments.events import Document
    from dingdan.ledgers.payments.ports import gateways

    gateways[_GATEWAY] = _Holding()  # type: ignore[assignment] # nobody asks it
    found = []
    for order in orders:
        towards = (Towards(document=Document("order", order.order_id)),)
        found.append(request_charge(house.call(), gateway=_GATEWAY, currency=order.currency, towards=towards).attempt_id)
    return found
