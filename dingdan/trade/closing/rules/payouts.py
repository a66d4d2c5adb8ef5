"""By which line of a bank statement a payout came, and how its money is divided: to the payments that are in it, and what was
kept back or added beside. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived with a payout, in the currency of its lines: so much of each payment, and a rest of either sign."""

    currency: str
    total: int
    of_payments: tuple[tuple[UUID, int], ...]
    exchanged: tuple[Exchanged, ...] = ()

    @property
    def rest(self) -> int:
        """What was added beside the payments; below zero what was kept back for refunds, disputes and charges."""
        payments = sum(amount for _id, amount in self.of_payments)
        return self.total - payments - sum(one.taken for one in self.exchanged)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A payment that the firm settled in another currency: so much `given` of its own, so much `taken` for it."""

    payment_id: UUID
    currency: str
    given: int
    taken: int


def divided(
    total: int, currency: str, payments: Iterable[tuple[UUID, int, int]], *, exchanged: Iterable[Exchanged] = ()
) -> Arrival:
    """The money of a payout, to its payments as their lines say, but of none more than the firm still holds of it."""
    parts = [(payment_id, min(amount, held)) for payment_id, amount, held in payments]
    settled = tuple((payment_id, part) for payment_id, part in parts if part > 0)
    return Arrival(currency, total, settled, tuple(one for one in exchanged if one.given > 0))


def filled(total: int, held: Iterable[tuple[UUID, int]]) -> list[tuple[UUID, int, int]]:
    """The payments that a payout must be of whose lines nobody knows: the first ones that the firm still holds money of."""
    found = []
    for payment_id, amount in held:
        if total <= 0:
            break
        part = min(total, amount)
        found.append((payment_id, part, amount))
        total -= part
    return found


def adds_up(amount: int, lines_total: int) -> bool:
    """Whether a payout is the sum of its lines. Firms write what leaves their account with either sign."""
    return abs(amount) == abs(lines_total)


def net(amount: int, lines_total: int) -> int:
    """What a payout does to our bank: the firm takes money from it where its lines are below zero."""
    return -abs(amount) if lines_total < 0 else abs(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A payout on its way: what it does to our bank, and by which words its line would be known."""

    id: UUID
    amount: int
    currency: str
    sent_on: date
    reference: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A line of a bank statement that is matched with nothing, with all that it says."""

    id: UUID
    amount: int
    currency: str
    booked_on: date
    says: str


EARLIEST: Final = timedelta(days=1)
LATEST: Final = timedelta(days=14)
_SHORTEST: Final = 6
"""Letters and digits that a reference must have to be looked for: less is in many a text."""


def may_be(payout: Awaited, line: Seen) -> bool:
    """Whether a line has the amount of a payout, at a time at which it may have come."""
    in_time = payout.sent_on - EARLIEST <= line.booked_on <= payout.sent_on + LATEST
    return in_time and (line.amount, line.currency) == (payout.amount, payout.currency)


def arrivals(payouts: Sequence[Awaited], lines: Sequence[Seen]) -> dict[UUID, UUID]:
    """Payout → the line by which it certainly came: it names the payout, or it names the firm and nothing else fits either."""
    fits = {payout.id: [line for line in lines if may_be(payout, line)] for payout in payouts}
    found: dict[UUID, UUID] = {}
    for payout in payouts:
        named = [line for line in fits[payout.id] if _names(line, payout.reference, shortest=_SHORTEST)]
        if len(named) == 1 and named[0].id not in found.values():
            found[payout.id] = named[0].id
    for payout in payouts:
        left = [line for line in fits[payout.id] if line.id not in found.values()]
        rivals = [one for one in payouts if one.id not in found and left and may_be(one, left[0])]
        if payout.id not in found and len(left) == len(rivals) == 1 and any(_names(left[0], name) for name in payout.names):
            found[payout.id] = left[0].id
    return found


def _names(line: Seen, word: str, *, shortest: int = 3) -> bool:
    wanted = _folded(word)
    return len(wanted) >= shortest and wanted in _folded(line.says)


def _folded(text: str) -> str:
    """What banks leave of a text: its letters and digits, in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())
