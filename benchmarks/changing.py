"""Changing placed orders: what a preview of a large order costs, and how many orders a bulk change does in a second."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from benchmarks.placing import wanted
from benchmarks.runs import Processor

if TYPE_CHECKING:
    from benchmarks.figures import Figure
    from benchmarks.house import House

LINES: Final = 20
PREVIEWS: Final = int(os.environ.get("DINGDAN_BENCH_PREVIEWS", "200"))
ORDERS: Final = int(os.environ.get("DINGDAN_BENCH_CHANGES", "2000"))
BATCH: Final = 50
_WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE)|\bFOR (NO KEY )?(UPDATE|SHARE)\b", re.IGNORECASE)


def changes(house: House) -> Iterator[Figure]:
    """C1: previews of a change of an order of twenty lines. C2, C3, C4: bulk changes of orders of two lines."""
    from dingdan.kernel.tenancy import tenant_scope

    with tenant_scope(house.tenant.id):
        yield from _previews(house)
        yield from _bulk(house)


def _previews(house: House) -> Iterator[Figure]:
    from benchmarks.figures import Figure
    from dingdan.trade.changes.queries import preview
    from dingdan.trade.changes.rules import AddLine, GiveDiscount, SetQuantity
    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.rules import WantedLine

    lines = tuple(WantedLine(sku=f"A{number}", quantity=3) for number in range(1, LINES + 1))
    order = place_orders.one(house.call(), replace(wanted(0), lines=lines))
    wishes = (
        SetQuantity(line_id=order.lines[0].line_id, quantity=5),
        AddLine(sku="A100", quantity=2),
        GiveDiscount(percent=Decimal(5)),
    )
    assert not preview(order.order_id, wishes).refusals
    statements: list[str] = []
    with connection.execute_wrapper(_noting(statements)):
        preview(order.order_id, wishes)
    taken, processor = [], Processor()
    for _ in range(PREVIEWS):
        started = time.perf_counter()
        preview(order.order_id, wishes)
        taken.append(1000 * (time.perf_counter() - started))
    mine, theirs = (1000 * spent / PREVIEWS for spent in processor.spent())
    what = f"preview of a change of an order of {LINES} lines"
    yield Figure(name="C1", what=what, unit="ms", value=median(taken), goal="<= 30")
    yield Figure(name="C1/p", what="processor time of the program for it", unit="ms", value=mine)
    yield Figure(name="C1/d", what="processor time of PostgreSQL for it", unit="ms", value=theirs)
    yield Figure(name="C1/s", what="statements for it", unit="statements", value=len(statements))
    yield Figure(
        name="C1/w", what="rows written or locked by it", unit="statements",
        value=sum(bool(_WRITES.search(sql)) for sql in statements), goal="= 0",
    )  # fmt: skip


def _noting(statements: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    return note


def _bulk(house: House) -> Iterator[Figure]:
    from benchmarks.figures import Figure
    from dingdan.trade.changes.rules import AddNote, GiveDiscount, ReplaceArticle

    ways: dict[str, tuple[str, Any, bool]] = {
        "C2": ("bulk change that replaces an article", ReplaceArticle(old_sku="A1", sku="A150"), False),
        "C3": ("bulk change that gives a discount", GiveDiscount(percent=Decimal(5)), False),
        "C4": ("bulk change that adds a note", AddNote(text="Late by a day"), False),
        "C5": ("dry run of a bulk change that replaces an article", ReplaceArticle(old_sku="A150", sku="A151"), True),
    }
    ids = _placed(house)
    for name, (what, wish, is_dry) in ways.items():
        processor, started = Processor(), time.perf_counter()
        changed = _done(house, ids, wish, is_dry=is_dry)
        seconds, (mine, theirs) = time.perf_counter() - started, processor.spent()
        assert changed == len(ids), f"{changed} of {len(ids)}"
        yield Figure(name=name, what=what, unit="orders/s", value=len(ids) / seconds, goal=">= 300")
        for part, who, spent in (("p", "the program", mine), ("d", "PostgreSQL", theirs)):
            yield Figure(
                name=f"{name}/{part}", what=f"processor time of {who} for an order", unit="ms", value=1000 * spent / len(ids)
            )


def _placed(house: House) -> Sequence[Any]:
    """Orders of two lines, one of them of the first article."""
    from dingdan.trade.orders.commands import place_orders
    from dingdan.trade.orders.rules import WantedLine

    found: list[Any] = []
    for first in range(0, ORDERS, BATCH):
        lines = [(WantedLine(sku="A1"), WantedLine(sku=f"A{2 + (first + number) % 100}")) for number in range(BATCH)]
        sent = [(house.call(), replace(wanted(0), lines=two)) for two in lines]
        found += [order.order_id for order in place_orders.many(sent)]  # type: ignore[union-attr]
    return found


def _done(house: House, ids: Sequence[Any], wish: Any, *, is_dry: bool) -> int:
    """Do a bulk change as the worker does; how many orders were changed."""
    from dingdan.automation.bulk import work_on_some
    from dingdan.trade.changes import queries
    from dingdan.trade.changes.commands import BulkChange, start_bulk

    started = start_bulk(house.call(), bulk=BulkChange(order_ids=tuple(ids), changes=(wish,), is_dry=is_dry))
    while work_on_some(house.tenant.id, started.bulk_id):
        pass
    return queries.bulk(started.bulk_id).changed
