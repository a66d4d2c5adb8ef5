"""The sums by day: how fast they follow the feed, beside the board, and what the first page's questions cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

from benchmarks import placing
from benchmarks.figures import Figure
from benchmarks.house import House
from dingdan.automation.consumers import CONSUMERS, drain
from dingdan.insight.board import upkeep as board
from dingdan.insight.rollups import queries, upkeep
from dingdan.insight.rollups.rules import Period
from dingdan.kernel import clock, feed
from dingdan.kernel.days import day_of
from dingdan.kernel.tenancy import tenant_scope

TIMES: Final = 30


def kept(house: House) -> Iterator[Figure]:
    """R1, R2: entries of orders placed and paid that become sums in a second, and how long a month takes to be asked for."""
    with tenant_scope(house.tenant.id):
        drain(house.tenant.id)
        for first in range(0, placing.LIVES, placing.BATCH):
            placing.begun(house, first)
        feed.sequence(house.tenant.id)
        rates = {name: _rate(house, name) for name in (board.CONSUMER, upkeep.CONSUMER)}
        yield Figure(
            name="R1", what="entries a second that become sums by day, beside the list of orders", unit="entries/s",
            value=rates[upkeep.CONSUMER], baseline=rates[board.CONSUMER], goal=">= 0.5",
        )  # fmt: skip
        last = day_of(clock.now(), house.tenant.time_zone)
        period = Period(last.replace(day=1), last)
        yield Figure(
            name="R2", what="sales of the month by day, and what sells most", unit="ms",
            value=1000 * _took(lambda: _asked(period, house.tenant.currency)), goal="<= 50",
        )  # fmt: skip


def _rate(house: House, consumer: str) -> float:
    """How many entries a second a consumer takes that has seen none of the last ones."""
    behind, start = feed.end() - feed.cursor_of(consumer), time.perf_counter()
    while feed.consume(house.tenant.id, consumer, lambda entries: CONSUMERS[consumer].take(house.tenant.id, entries)):
        pass
    return behind / (time.perf_counter() - start)


def _asked(period: Period, currency: str) -> None:
    queries.sales_by("counted_on", period, currency=currency)
    queries.items_sold(period, currency=currency, limit=8)


def _took(work: Callable[[], Any]) -> float:
    taken = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)
