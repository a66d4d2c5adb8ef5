"""What becomes of refunds that are on their way when an order is owed more again. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """Refunds of an order that are promised and not back yet, in minor units: nobody has `unsent` ones yet."""

    unsent: int = 0
    sent: int = 0

    @property
    def total(self) -> int:
        """All that is to go back."""
        return self.unsent + self.sent

    def stays(self, before: int, after: int) -> int:
        """How much of the unsent refunds stays with the order: what was paid too much `before` and is not `after`.

        Both are what is due, below zero where too much was paid. A refund of what was never too much is somebody's will, so it
        goes on.
        """
        freed = min(self.total, max(0, -before)) - min(self.total, max(0, -after))
        return min(self.unsent, max(0, freed))

    def due(self, after: int, stays: int) -> int:
        """What is to be paid when all that cannot be stopped is back."""
        return max(0, after + self.total - stays)
