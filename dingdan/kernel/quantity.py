"""Quantities: whole numbers of a unit's smallest step, never fractions.

A unit says how many decimals people may write: half a kilogram of tea is 500 steps of a unit with three decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal

#: The most steps one line may order, receive or ship. A bigint holds the sum of nine thousand million such lines.
LARGEST_QUANTITY: Final = 10**9

_PLAIN_NUMBER: Final = re.compile(r"(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]{1,6}))?", re.ASCII)


class QuantityOutOfRange(Refusal):
    """The quantity is not a whole number of steps between one and a thousand million."""

    status = 422
    sentence = _("“{quantity}” is no quantity: it must be a whole number from 1 to 1,000,000,000.")
    remedy = _("Give a whole number from 1 to 1,000,000,000.")


class QuantityNotReadable(Refusal):
    """The text is not a quantity in that unit."""

    status = 422
    sentence = _("This cannot be read as a quantity in {unit}, which has {decimals} decimals.")
    remedy = _("Write it with digits and a point, such as {example}, and with no more than {decimals} decimals.")


@dataclass(frozen=True, slots=True)
class Unit:
    """How goods are counted: the code people see, and how many decimals one of it may be divided into (0 to 6)."""

    code: str
    decimals: int

    @property
    def steps(self) -> int:
        """How many smallest steps one whole unit has: 1 for pieces, 1000 for kilograms kept in grams."""
        return int(10**self.decimals)


UNITS: Final[Mapping[str, Unit]] = {
    unit.code: unit
    for unit in (
        Unit("piece", 0),
        Unit("pair", 0),
        Unit("set", 0),
        Unit("g", 0),
        Unit("kg", 3),
        Unit("ml", 0),
        Unit("l", 3),
        Unit("mm", 0),
        Unit("m", 3),
        Unit("m2", 4),
        Unit("m3", 6),
        Unit("hour", 2),
    )
}
PIECE: Final = UNITS["piece"]


def checked_quantity(value: object, *, field: str = "quantity") -> int:
    """The same quantity; refused unless it is a whole number of steps from 1 to 10**9."""
    if type(value) is int and 1 <= value <= LARGEST_QUANTITY:
        return value
    raise QuantityOutOfRange(field=field, quantity=str(value)[:30])


def parse_quantity(text: object, unit: Unit = PIECE, *, field: str = "quantity") -> int:
    """Steps from what people write: ``parse_quantity("0.5", UNITS["kg"])`` is 500. Refuses what does not come out whole."""
    found = _PLAIN_NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or len((found["part"] or "").rstrip("0")) > unit.decimals:
        example = plain_quantity(10**unit.decimals * 25 // 2, unit)
        raise QuantityNotReadable(field=field, unit=unit.code, decimals=unit.decimals, example=example)
    part = (found["part"] or "")[: unit.decimals].ljust(unit.decimals, "0")
    return checked_quantity(int(found["whole"] + part), field=field)


def plain_quantity(steps: int, unit: Unit = PIECE) -> str:
    """Steps as people write them, without needless zeros: ``plain_quantity(1250, UNITS["kg"])`` is ``"1.25"``."""
    if unit.decimals == 0:
        return str(steps)
    digits = str(abs(steps)).rjust(unit.decimals + 1, "0")
    part = digits[-unit.decimals :].rstrip("0")
    return f"{'-' if steps < 0 else ''}{digits[: -unit.decimals]}{'.' if part else ''}{part}"
