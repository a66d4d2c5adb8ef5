"""What a receipt says. It is drawn elsewhere, by what is loaded only by whoever prints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """Money that came or (below zero) went back, in minor units."""

    on: date
    method: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says. Amounts in minor units of the currency."""

    order_number: str
    on: date
    """The last day on which money moved."""
    language: str
    currency: str
    payer: str
    goods: tuple[tuple[str, int], ...]
    """What was bought, each with what it costs."""
    rows: tuple[PaidRow, ...]
