"""The lowest price of the thirty days before a reduction: worked out of what lists and promotions said, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from dingdan.insight.shopfront.lowest import LONGEST, Past, Piece, Told, lowest_before, told_before
from dingdan.kernel.ids import new_id
from dingdan.masterdata.pricing.rules import ListThen, PriceThen, price_then
from dingdan.masterdata.promotions.queries import Then
from dingdan.masterdata.promotions.rules import Promotion
from dingdan.trade.orders.rules import ChannelTerms

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
MUG = Piece("MUG", frozenset({"kitchen"}))
WEB = ChannelTerms(
    id=new_id(), code="web", currency="GBP", prices_include_tax=True, handling_hours=0, ship_by_hour=None,
    time_zone="Asia/Taipei", language="en", open=True,
)  # fmt: skip
BASE, SALE = new_id(), new_id()


def _ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def _asked(*spells: tuple[float, int | None], of: Any = BASE) -> list[PriceThen]:
    """Prices of a list from so many days ago on; None: from then on there was none."""
    ends = [*(since for since, _price in spells[1:]), None]
    return [
        PriceThen(price_list_id=of, unit_price=Decimal(price), since=_ago(since), until=None if end is None else _ago(end))
        for (since, price), end in zip(spells, ends, strict=True)
        if price is not None
    ]


def _list(of: Any = BASE, since: float = 300, **said: Any) -> ListThen:
    return ListThen(price_list_id=of, code="base" if of == BASE else "sale", since=_ago(since), **said)


def _gives(since: float, until: float | None = None, percent: str = "0.1", **said: Any) -> Then:
    terms: dict[str, Any] = {"code": "autumn", "name": "Autumn", "gives": "percent", "percent": Decimal(percent)} | said
    return Then(Promotion(id=new_id(), **terms), _ago(since), None if until is None else _ago(until))


def _lowest(prices: list[PriceThen], *promotions: Then, lists: Sequence[ListThen] = (), at: datetime = NOW) -> int | None:
    return lowest_before(told_before(Past(WEB, lists or [_list()], promotions), prices, MUG, at))


def test_it_works() -> None:
    prices = _asked((60, 1200), (20, 800), (10, 1000))
    told = list(told_before(Past(WEB, (_list(),), (_gives(5),)), prices, MUG, NOW))
    assert told == [
        Told(_ago(5), 900, True), Told(_ago(10), 1000), Told(_ago(20), 800), Told(_ago(60), 1200), Told(_ago(300), None),
        Told(NOW - LONGEST, None),
    ]  # fmt: skip
    assert _lowest(prices, _gives(5)) == 800


@pytest.mark.parametrize(
    ("prices", "promotions", "lowest"),
    [
        (((60, 1000),), (), None),  # nothing is reduced
        (((60, 1000),), ((5,),), 1000),
        (((5, 1000),), ((5,),), None),  # it was never there for more
        (((6, 1000),), ((5,),), 1000),
        (((60, 800), (36, 1000)), ((5,),), 1000),  # it was 800 until 31 days before
        (((60, 800), (34, 1000)), ((5,),), 800),
        (((60, 800), (8, 1000)), ((90, 80), (5,)), 800),
        (((60, 1000),), ((20, 15, "0.5"), (5,)), 500),  # what was a reduction counts as well
        (((60, 1000),), ((20, 5, "0.1"), (5, None, "0.2")), 1000),  # one that grows is one
        (((60, 1000),), ((20, 5, "0.2"), (5, None, "0.1")), 800),  # one that shrinks is another
        (((60, 1000), (15, 500), (14, None), (8, 1000)), ((5,),), 500),  # it was not sold for a while
        (((100, 1000), (60, 700), (50, 1000)), ((45,),), 700),  # it lasts long: the days before it count
        (((60, 1000),), ((5, None, "0.1", "BOWL"),), None),
    ],
)
def test_worked_examples(prices: Any, promotions: Any, lowest: int | None) -> None:
    given = [
        _gives(one[0], one[1] if len(one) > 1 else None, one[2] if len(one) > 2 else "0.1", skus=one[3:] or ("MUG",))
        for one in promotions
    ]
    assert _lowest(_asked(*prices), *given) == lowest


def test_lists_that_come_first_and_days_of_lists_count() -> None:
    prices = [*_asked((60, 1000)), *_asked((60, 700), of=SALE)]
    days: dict[str, Any] = {"starts_on": date(2026, 11, 10), "ends_on": date(2026, 11, 12)}
    assert _lowest(prices, _gives(5), lists=(_list(), _list(SALE, priority=1, **days))) == 700
    assert _lowest(prices, _gives(5), lists=(_list(), _list(SALE, priority=-1))) == 1000
    assert _lowest(prices, _gives(5), lists=(_list(), _list(SALE, of_channel=True))) == 700
    over = ListThen(price_list_id=SALE, code="sale", since=_ago(60), until=_ago(40), priority=9)
    assert _lowest(prices, _gives(5), lists=(_list(), over)) == 1000
    assert price_then(prices, (_list(since=2),), _ago(3)) is None


def test_promotions_begin_with_a_day_of_the_channel() -> None:
    begin = datetime(2026, 11, 29, 16, tzinfo=UTC)  # the 30th begins in Taipei
    later = _gives(20, starts_on=date(2026, 11, 30))
    prices = _asked((60, 1000), (0.7, 950))  # at 16:12 on the 29th: while it lasts
    assert _lowest(prices, later, at=begin + timedelta(minutes=1)) == 1000
    assert _lowest(prices, later, at=begin - timedelta(minutes=1)) is None
    told = list(told_before(Past(WEB, (_list(),), (later,)), prices, MUG, NOW))
    assert [one.since for one in told[:2]] == [_ago(0.7), begin]
    assert all(first.since > second.since for first, second in pairwise(told))
