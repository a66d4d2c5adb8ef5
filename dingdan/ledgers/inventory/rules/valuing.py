"""What goods are worth. Pure."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from dingdan.kernel.quantity import UNITS


def worth(quantity: int, unit_cost: Decimal, unit: str) -> int:
    """What so many steps of an article are worth at what one unit of it costs, in whole minor units."""
    exact = Decimal(quantity) * unit_cost / UNITS[unit].steps
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
