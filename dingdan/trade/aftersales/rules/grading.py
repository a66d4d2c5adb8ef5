"""What is kept back of returned goods: what their grade takes off, what putting them away costs, and the way back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from dingdan.kernel.money import round_minor
from dingdan.trade.aftersales.rules.lines import Given, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was said about a line when it was authorized to come back. Later rules do not change it."""

    restocking_rate: Decimal = Decimal(0)
    restocking_each: int = 0
    grades_count: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept back of what units are worth, by what it is for."""

    wear: int = 0
    restocking: int = 0
    shipping: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.wear + self.restocking + self.shipping


def kept_back(worth: int, units: int, *, terms: Terms, grades: Sequence[tuple[Decimal, int]] = (), step: int = 1) -> Kept:
    """What is kept back of units that are worth so much. `grades` are the parts that are given back, each of so many pieces.

    The grade comes first, the fee for putting away takes at most what it leaves. Parts are rounded to a multiple of `step`.
    """
    wear = _wear(worth, grades, step) if terms.grades_count else 0
    fee = round_minor(terms.restocking_rate * worth, step=step) + terms.restocking_each * units
    return Kept(wear=wear, restocking=min(fee, worth - wear))


def _wear(worth: int, grades: Sequence[tuple[Decimal, int]], step: int) -> int:
    """Of mixed grades the average over the pieces counts, rounded once."""
    pieces = sum(quantity for _part, quantity in grades)
    if not pieces:
        return 0
    taken = sum((1 - Fraction(part)) * quantity for part, quantity in grades) * worth / pieces
    return min(worth, round_minor(taken, step=step))


def spread_fee(fee: int, left: Sequence[int]) -> list[int]:
    """A fee over lines, each giving at most what is left of it, the first ones first."""
    found = []
    for room in left:
        part = min(fee, max(room, 0))
        found.append(part)
        fee -= part
    return found


def apart(line: Line, *, units: int | Fraction, refund: int, fee: int) -> Line:
    """The line as if these units had not been given back: what was said of them for the time being is said anew."""
    given = line.given
    return replace(line, given=Given(given.units - units, given.value - refund - fee, given.fees - fee, given.allowed))
