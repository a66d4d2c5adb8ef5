"""A bill as it is told, and what of it moves the books by itself: the fees of its lines. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dingdan.kernel.money import bounded, exponent
from dingdan.kernel.text import clean_text, one_of

KINDS: Final = ("payment", "refund", "fee", "dispute", "payout", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTold:
    """A line of a bill as the firm wrote it, in minor units: `amount` is what moved, above zero towards us; `fee` what the firm
    kept of it.

    `key` is ours where the bill says it; `payout` the firm's name of the payout that it is in.
    """

    kind: str
    reference: str
    amount: int
    currency: str
    at: datetime
    fee: int = 0
    payment_reference: str = ""
    key: str = ""
    payout: str = ""


def check_line(line: LineTold) -> None:
    """Refuses a kind that is not known, a currency that is none, and texts that cannot be stored."""
    one_of(line.kind, "lines.kind", KINDS)
    exponent(line.currency)
    bounded(line.amount)
    bounded(line.fee, field="fee")
    for name, longest in (("reference", 200), ("payment_reference", 200), ("key", 64), ("payout", 200)):
        clean_text(getattr(line, name), f"lines.{name}", longest, required=name == "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """A line whose fee is to be posted: `kept` above zero is the firm's, below zero it gave it back.

    `room` is what of its payment the firm still owes us, None where the line is of no payment in that currency.
    """

    id: UUID
    currency: str
    kept: int
    payment_id: UUID | None = None
    room: int | None = None


@dataclass(slots=True)
class Fees:
    """What is to be posted for some lines: fees of payments one by one, all others added up by currency."""

    of_payments: dict[UUID, tuple[str, int]]
    others: dict[str, int]
    returned: dict[str, int]

    @property
    def kept_in_all(self) -> int:
        """Everything that was kept, whatever its currency."""
        return sum(amount for _currency, amount in self.of_payments.values()) + sum(self.others.values())

    @property
    def returned_in_all(self) -> int:
        """Everything that was given back, whatever its currency."""
        return sum(self.returned.values())


def fees_of(lines: Iterable[FeeLine]) -> Fees:
    """The fees of lines, no payment charged with more than the firm still owes of it; the rest stands for itself."""
    fees = Fees({}, defaultdict(int), defaultdict(int))
    left: dict[UUID, int] = {}
    for line in lines:
        if line.kept < 0:
            fees.returned[line.currency] -= line.kept
            continue
        part = 0
        if line.payment_id is not None and line.room is not None:
            room = left.setdefault(line.payment_id, line.room)
            part = max(0, min(line.kept, room))
            left[line.payment_id] = room - part
            if part:
                before = fees.of_payments.get(line.payment_id, (line.currency, 0))[1]
                fees.of_payments[line.payment_id] = line.currency, before + part
        if line.kept > part:
            fees.others[line.currency] += line.kept - part
    return fees
