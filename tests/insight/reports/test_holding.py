"""What lies there is what the moves say: its value, its movement and its age, on any day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from dingdan.automation.consumers import drain
from dingdan.insight.reports.layout import answer
from dingdan.insight.reports.registry import REPORTS, ReportNodeUnknown, asked
from dingdan.kernel import clock
from dingdan.ledgers.inventory.commands import (
    AdjustStock,
    ReceiveStock,
    StockChange,
    UnitCost,
    adjust_stock,
    receive_stock,
    save_owner,
    set_costs,
    transfer_stock,
)
from dingdan.ledgers.inventory.models import Balance, Move
from tests import kit
from tests.conftest import Shop
from tests.ledgers.inventory import book

FIRST = date(2026, 1, 10)


def on(shop: Shop, day: int, make: Callable[[Any], object]) -> None:
    """Something that happened so many days after the first one, at noon."""
    make(replace(shop.call(), at=datetime(2026, 1, 10, 12, tzinfo=UTC) + timedelta(days=day)))


def received(sku: str, quantity: int, **more: Any) -> Callable[[Any], object]:
    return lambda call: receive_stock.one(call, ReceiveStock(lines=(StockChange(sku, quantity),), **more))


def lines(name: str, first: int, last: int, node: str = "") -> dict[tuple[str, str], dict[str, int]]:
    """The figures of a report of some days after the first one, by SKU and node."""
    asked_of = asked(first=FIRST + timedelta(days=first), last=FIRST + timedelta(days=last), node=node)
    found = answer(REPORTS[name], asked_of, compare=False)
    return {(line.about[0], line.about[2]): dict(line.figures) for line in found.lines}


@pytest.fixture
def history(shop: Shop) -> Shop:
    """Tea at two nodes over a year: received, sent, lost, found, moved; and some that belongs to somebody else."""
    kit.stock(shop, "TEA")
    east = book.east(shop)
    on(shop, 0, received("TEA", 10))
    on(shop, 0, lambda call: set_costs(call, lines=(UnitCost("TEA", Decimal(100)),)))
    on(shop, 40, received("TEA", 6))
    on(shop, 40, lambda call: set_costs(call, lines=(UnitCost("TEA", Decimal(150)),)))
    on(shop, 50, lambda call: adjust_stock.one(call, AdjustStock(lines=(StockChange("TEA", -3),), reason="theft")))
    on(shop, 50, lambda call: adjust_stock.one(call, AdjustStock(lines=(StockChange("TEA", 1),), reason="found")))
    line = (StockChange("TEA", 4),)
    on(shop, 60, lambda call: transfer_stock(call, lines=line, source_node_id=book.main(), target_node_id=east))
    owner = save_owner(shop.call(), kind="consignor", party_id=book.main()).owner_id
    on(shop, 60, received("TEA", 99, owner_id=owner))
    return shop


def test_value_on_a_day(history: Shop) -> None:
    main, east = ("TEA", "Main warehouse"), ("TEA", "East")
    assert lines("stock-value", 0, 5) == {main: {"pieces": 10, "value": 1000, "unvalued": 0}}
    assert lines("stock-value", 0, 45) == {main: {"pieces": 16, "value": 2400, "unvalued": 0}}
    wanted = {main: {"pieces": 10, "value": 1500, "unvalued": 0}, east: {"pieces": 4, "value": 600, "unvalued": 0}}
    assert lines("stock-value", 0, 100) == wanted
    today = asked(preset="today")
    now = answer(REPORTS["stock-value"], today, compare=False)
    assert now.sums == {"pieces": 14, "value": 2100, "unvalued": 0}
    elsewhere = answer(REPORTS["stock-value"], replace(today, currency="USD"), compare=False)
    assert elsewhere.sums == {"pieces": 14, "value": 0, "unvalued": 14}


@pytest.mark.parametrize("name", ["stock-value", "stock-movement", "stock-age", "stock-turns"])
def test_of_one_node(history: Shop, name: str) -> None:
    """A node's lines are those of the whole report that are about it."""
    whole = lines(name, 0, 100)
    assert {node for _sku, node in whole} == {"Main warehouse", "East"}
    for code, node in (("main", "Main warehouse"), ("east", "East")):
        assert lines(name, 0, 100, code) == {key: figures for key, figures in whole.items() if key[1] == node}


def test_turnover(history: Shop) -> None:
    order = kit.place(history, ("TEA", 2))
    kit.pay(history, order)
    kit.ship(history, order)
    (line,) = answer(REPORTS["stock-turns"], asked(preset="today", node="main"), compare=False).lines
    assert dict(line.figures) == {"opening": 10, "closing": 8, "sent": 2, "left": 4, "both": 18, "held": 18}
    turned, days = (column.value(line.figures) for column in REPORTS["stock-turns"].columns[3:])
    assert (turned, days) == (Decimal("0.222"), 4)


def test_classes_of_articles(history: Shop) -> None:
    for sku, price in (("MUG", 8100), ("CUP", 1500), ("JAR", 400)):
        kit.stock(history, sku, 5)
        kit.place(history, (sku, 1), price=price)
    set_costs(history.call(), lines=(UnitCost("MUG", Decimal(1000)),))
    drain(history.tenant_id)
    found = answer(REPORTS["stock-abc"], asked(preset="today"), compare=False)
    assert [line.about[0] for line in found.lines] == ["A", "B", "C", "–"]
    told = {line.about[0]: line.figures for line in found.lines}
    assert told["A"] == {"articles": 1, "units": 1, "total": 8100, "pieces": 5, "value": 5000, "unvalued": 0}
    assert told["B"] == {"articles": 1, "units": 1, "total": 1500, "pieces": 5, "value": 0, "unvalued": 5}
    assert told["C"] == {"articles": 1, "units": 1, "total": 400, "pieces": 5, "value": 0, "unvalued": 5}
    assert told["–"] == {"articles": 1, "units": 0, "total": 0, "pieces": 14, "value": 2100, "unvalued": 0}
    east = answer(REPORTS["stock-abc"], asked(preset="today", node="east"), compare=False)
    assert east.sums["pieces"] == 4


def test_a_node_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(ReportNodeUnknown):
        asked(node="moon")


def test_it_is_what_the_books_say(history: Shop) -> None:
    """Worked back from now, a day has as many pieces as the moves up to it say; today as many as the balances."""
    order = kit.place(history, ("TEA", 2))
    kit.pay(history, order)
    kit.ship(history, order)
    mine = Move.objects.exclude(owner__kind="consignor")
    for day in (0, 30, 45, 55, 70):
        until = datetime(2026, 1, 11, tzinfo=UTC) + timedelta(days=day)
        came = mine.filter(at__lt=until, target__node__isnull=False).aggregate(all=Sum("quantity", default=0))["all"]
        went = mine.filter(at__lt=until, source__node__isnull=False).aggregate(all=Sum("quantity", default=0))["all"]
        assert sum(one["pieces"] for one in lines("stock-value", 0, day).values()) == came - went
    there = Balance.objects.exclude(owner__kind="consignor").aggregate(all=Sum("on_hand"))["all"]
    assert answer(REPORTS["stock-value"], asked(preset="today"), compare=False).sums["pieces"] == there == 12


def test_movement(history: Shop) -> None:
    none = dict.fromkeys(("received", "returned", "found", "moved_in", "sent", "lost", "moved_out", "given_back"), 0)
    assert lines("stock-movement", 30, 70) == {
        ("TEA", "Main warehouse"): none
        | {"opening": 10, "received": 6, "found": 1, "lost": 3, "moved_out": 4, "closing": 10, "in_all": 14},
        ("TEA", "East"): none | {"opening": 0, "moved_in": 4, "closing": 4, "in_all": 4},
    }
    order = kit.place(history, ("TEA", 2))
    kit.pay(history, order)
    kit.ship(history, order)
    today = answer(REPORTS["stock-movement"], asked(preset="today"), compare=False)
    assert (today.sums["opening"], today.sums["sent"], today.sums["closing"]) == (14, 2, 12)


def test_age(history: Shop) -> None:
    main, east = ("TEA", "Main warehouse"), ("TEA", "East")
    none = dict.fromkeys(("to_30", "to_90", "to_180", "to_365", "older"), 0)
    # 10 are left at the main node: the one that was found on day 50, the 6 of day 40, and 3 of day 0.
    assert lines("stock-age", 70, 79) == {
        main: none | {"pieces": 10, "to_30": 1, "to_90": 9, "old": 0, "value": 0},
        east: none | {"pieces": 4, "to_30": 4, "old": 0, "value": 0},
    }
    assert lines("stock-age", 70, 239)[main] == none | {"pieces": 10, "to_365": 10, "old": 10, "value": 1500}


def test_what_came_longer_ago_than_a_year(shop: Shop) -> None:
    kit.stock(shop, "TEA")
    shop_call = replace(shop.call(), at=clock.now() - timedelta(days=500))
    received("TEA", 5)(shop_call)
    kit.receive(shop, "TEA", 2)
    sums = answer(REPORTS["stock-age"], asked(preset="today"), compare=False).sums
    assert (sums["pieces"], sums["to_30"], sums["older"]) == (7, 2, 5)
