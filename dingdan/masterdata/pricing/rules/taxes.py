"""Taxes: rates that add up on one base, and which of them hold where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dingdan.kernel.money import Rounding


@dataclass(frozen=True, slots=True)
class TaxPart:
    """One tax by name, as a fraction of the base: 0.2 is twenty percent."""

    name: str
    rate: Decimal
    applies_to_shipping: bool = True


@dataclass(frozen=True, slots=True)
class Tax:
    """The taxes on one line: their rates add up, each on the same base, and their sum is rounded once by one rule."""

    parts: tuple[TaxPart, ...] = ()
    rounding: Rounding = "half_up"

    @property
    def rate(self) -> Decimal:
        """The sum of the parts' rates."""
        return self.parts[0].rate if len(self.parts) == 1 else sum((part.rate for part in self.parts), Decimal(0))

    def on_shipping(self) -> Tax:
        """The same tax without the parts that shipping is free of."""
        return Tax(tuple(part for part in self.parts if part.applies_to_shipping), self.rounding)


UNTAXED: Final = Tax()


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A row of the tax register, as far as arithmetic needs it."""

    region: str
    tax_class: str
    part: TaxPart
    rounding: Rounding = "half_up"


def tax_table(rows: Iterable[TaxLine], region: str) -> dict[str, Tax]:
    """The tax of every class in a region. Rows of the region itself take the place of the country's rows for that class."""
    found: dict[str, dict[bool, list[TaxLine]]] = {}
    for row in rows:
        if row.region in {"", region}:
            found.setdefault(row.tax_class, {}).setdefault(bool(row.region), []).append(row)
    table = {}
    for tax_class, by_place in found.items():
        chosen = by_place.get(True) or by_place[False]
        table[tax_class] = Tax(tuple(row.part for row in chosen), chosen[0].rounding)
    return table
