"""Shares add up, whatever is canceled, returned and allowed in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dingdan.kernel.ids import new_id
from dingdan.trade.aftersales.rules import (
    Given,
    Line,
    Part,
    RefundAboveWorth,
    Terms,
    apart,
    canceled_amount,
    cancellation,
    kept_back,
    rounds,
    settle,
    spread,
    spread_fee,
    worth,
)


@dataclass
class Goods:
    """The goods of a line, as a demand counts them."""

    quantity: int
    canceled: int = 0
    issued: int = 0
    returned: int = 0
    per_line_unit: int = 1


def line(quantity: int, total: int, **changes: object) -> Line:
    """A line of goods that nobody touched."""
    made = Line(
        id=new_id(), kind="goods", variant_id=None, name="A", quantity=quantity, canceled=0, discount=0, tax=0, total=total,
        tax_included=True, goods=(Goods(quantity),),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Story:
    """One line on its way, and what was no longer owed for it so far."""

    line: Line
    relief: int = 0

    def cancel(self, units: int) -> None:
        units = min(units, self.line.kept - int(self.line.given.units))
        self.relief += canceled_amount(self.line, units)
        self.line = replace(self.line, canceled=self.line.canceled + units)

    def take_back(self, units: int) -> None:
        units = min(units, self.line.kept - int(self.line.given.units))
        before = self.line.given
        value = worth(self.line, units)
        self.relief += value
        self.line = replace(self.line, given=replace(before, units=before.units + units, value=before.value + value))

    def allow(self, amount: int) -> None:
        amount = min(amount, self.line.left)
        self.relief += amount
        self.line = replace(self.line, given=replace(self.line.given, allowed=self.line.given.allowed + amount))


steps = st.lists(st.tuples(st.sampled_from(["cancel", "take_back", "allow"]), st.integers(0, 40)), max_size=12)


@settings(max_examples=400, deadline=None)
@given(quantity=st.integers(1, 40), total=st.integers(0, 5000), taken=steps)
def test_what_is_owed_and_what_was_given_up_are_the_price(quantity: int, total: int, taken: list[tuple[str, int]]) -> None:
    story = Story(line(quantity, total))
    for name, number in taken:
        doing: Callable[[int], None] = getattr(story, name)
        doing(number)
        assert story.relief + story.line.owed == total
        assert story.line.left >= 0
    # Whatever is left comes back in the end, to the last penny.
    story.take_back(story.line.kept - int(story.line.given.units))
    assert (story.relief, story.line.owed) == (total, 0)


@settings(max_examples=200, deadline=None)
@given(
    quantity=st.integers(1, 60), total=st.integers(0, 10**15), parts=st.lists(st.integers(1, 9), min_size=1, max_size=30),
    back=st.booleans(),
)  # fmt: skip
def test_parts_of_a_line_add_up_to_it(quantity: int, total: int, parts: list[int], back: bool) -> None:
    story = Story(line(quantity, total))
    for units in parts:
        (story.take_back if back else story.cancel)(units)
    (story.take_back if back else story.cancel)(quantity)
    assert story.relief == total


@settings(max_examples=200, deadline=None)
@given(totals=st.lists(st.integers(0, 999), min_size=1, max_size=8), share=st.floats(0, 1))
def test_an_allowance_never_takes_more_from_a_line_than_is_left(totals: list[int], share: float) -> None:
    lines = [line(1, total) for total in totals]
    amount = int(sum(totals) * share)
    parts = spread(lines, amount)
    assert sum(parts.values()) == amount
    assert all(parts.get(one.id, 0) <= one.left for one in lines)


def test_a_fee_is_kept_back() -> None:
    bought = line(4, 1000, goods=(Goods(4, issued=4),))
    assert (settle(bought, 2, fee=120).refund, settle(bought, 2, fee=120).fee) == (380, 120)
    assert (settle(bought, 2, amount=700).refund, settle(bought, 2, amount=700).fee) == (700, 0)
    with pytest.raises(RefundAboveWorth):
        settle(bought, 2, fee=501)


def test_fees_stay_owed() -> None:
    bought = line(4, 1000, given=Given(units=4, value=1000, fees=120))
    assert (bought.left, bought.owed) == (0, 120)


@pytest.mark.parametrize(
    ("issued", "shipped", "touched", "still_open"),
    [((0, 0), 0, 0, 3), ((2, 0), 0, 1, 2), ((3, 1), 1, 2, 1), ((4, 2), 2, 2, 1), ((6, 3), 3, 3, 0)],
)
def test_a_kit_is_as_complete_as_its_least_component(
    issued: tuple[int, int], shipped: int, touched: int, still_open: int
) -> None:
    cups, plates = Goods(6, issued=issued[0], per_line_unit=2), Goods(3, issued=issued[1])
    bought = line(3, 900, goods=(cups, plates))
    assert (bought.shipped, bought.touched, bought.open) == (shipped, touched, still_open)


def test_when_goods_and_services_are_gone_the_rest_follows() -> None:
    goods, shipping = line(2, 500), line(1, 495, kind="shipping", goods=())
    wrap = line(1, 99, kind="fee", goods=())
    partly = cancellation([goods, shipping, wrap], [Part(goods.id, 1)])
    assert ([part.amount for part in partly.parts], partly.whole) == ([250], False)
    wholly = cancellation([goods, shipping, wrap])
    assert ([part.amount for part in wholly.parts], wholly.whole, wholly.amount) == ([500, 495, 99], True, 1094)


def test_every_key_appears_once_in_a_round() -> None:
    assert rounds("abacab", lambda letter: letter) == [["a", "b", "c"], ["a", "b"], ["a"]]


# ── what is kept back ────────────────────────────────────────────────────────────────────────────────────────────────────

parts = st.decimals(min_value=0, max_value=1, places=6)


@settings(max_examples=400, deadline=None)
@given(
    value=st.integers(0, 10**15),
    grades=st.lists(st.tuples(parts, st.integers(1, 50)), max_size=5),
    rate=parts,
    each=st.integers(0, 10**6),
    fee=st.integers(0, 10**6),
)
def test_what_is_kept_back_is_whole_and_within_the_worth(
    value: int, grades: list[tuple[Decimal, int]], rate: Decimal, each: int, fee: int
) -> None:
    units = sum(quantity for _part, quantity in grades)
    kept = kept_back(value, units, terms=Terms(restocking_rate=rate, restocking_each=each), grades=grades)
    (way,) = spread_fee(fee, [value - kept.total])
    assert min(kept.wear, kept.restocking, way) >= 0
    assert 0 <= value - kept.total - way <= value
    if units:
        exact = sum((1 - Fraction(part)) * quantity for part, quantity in grades) * value / units
        assert abs(kept.wear - exact) <= Fraction(1, 2)


def test_where_grades_do_not_count_nothing_is_kept_for_them() -> None:
    assert kept_back(999, 1, terms=Terms(grades_count=False), grades=[(Decimal(0), 1)]).total == 0
    assert kept_back(999, 1, terms=Terms(), grades=[(Decimal(0), 1)]).wear == 999


def test_a_fee_falls_on_the_first_lines_that_are_worth_it() -> None:
    assert spread_fee(395, [100, 0, 500]) == [100, 0, 295]
    assert spread_fee(395, [100, -5]) == [100, 0]
    assert spread_fee(0, [100]) == [0]


@settings(max_examples=200, deadline=None)
@given(quantity=st.integers(2, 40), total=st.integers(0, 5000), first=st.integers(1, 39), later=st.integers(1, 39))
def test_what_was_said_for_the_time_being_is_said_anew(quantity: int, total: int, first: int, later: int) -> None:
    """A provisional refund, another return meanwhile, and the last word: together they are the price of what came back."""
    first, later = min(first, quantity - 1), min(later, quantity - first if first < quantity else 1)
    later = min(later, quantity - first)
    sold = line(quantity, total)
    provisional = worth(sold, first)
    sold = replace(sold, given=Given(units=first, value=provisional))
    other = worth(sold, later)
    sold = replace(sold, given=Given(units=first + later, value=provisional + other))
    without = apart(sold, units=first, refund=provisional, fee=0)
    assert without.given == Given(units=later, value=other)
    assert worth(without, first) + other == provisional + other
