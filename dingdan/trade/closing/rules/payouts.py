"""How the money of a payout is divided: to the payments that are in it, and what was kept back or added beside. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived with a payout, in the currency of its lines: so much of each payment, and a rest of either sign."""

    currency: str
    total: int
    of_payments: tuple[tuple[UUID, int], ...]

    @property
    def rest(self) -> int:
        """What was added beside the payments; below zero what was kept back for refunds, disputes and charges."""
        return self.total - sum(amount for _id, amount in self.of_payments)


def divided(total: int, currency: str, payments: Iterable[tuple[UUID, int, int]]) -> Arrival:
    """The money of a payout, to its payments as their lines say, but of none more than the firm still holds of it."""
    parts = [(payment_id, min(amount, held)) for payment_id, amount, held in payments]
    return Arrival(currency, total, tuple((payment_id, part) for payment_id, part in parts if part > 0))


def adds_up(amount: int, lines_total: int) -> bool:
    """Whether a payout is the sum of its lines. Firms write what leaves their account with either sign."""
    return abs(amount) == abs(lines_total)
