"""Which answers a demand loses when less is owed for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID


class Answering(Protocol):
    """A peg: pieces of a demand that goods to come answer, or stock."""

    @property
    def quantity(self) -> int: ...
    @property
    def supply_id(self) -> UUID | None: ...


class Owed(Protocol):
    """A demand as far as it is answered."""

    @property
    def quantity(self) -> int: ...
    @property
    def canceled(self) -> int: ...
    @property
    def issued(self) -> int: ...
    @property
    def pegged(self) -> int: ...


A = TypeVar("A", bound=Answering)


def still_open(demand: Owed) -> int:
    """Pieces that have neither left nor been canceled."""
    return demand.quantity - demand.canceled - demand.issued


def loosened(demand: Owed, pegs: Sequence[A], quantity: int) -> list[tuple[A, int]]:
    """How much each peg (oldest first) gives up when so many open pieces are canceled.

    What has no answer goes first, then goods to come, then stock, the newest first.
    """
    left = max(0, quantity - (still_open(demand) - demand.pegged))
    newest_first, found = pegs[::-1], []
    for peg in sorted(newest_first, key=lambda peg: peg.supply_id is None):
        taken = min(peg.quantity, left)
        left -= taken
        found.append((peg, taken))
    return found
