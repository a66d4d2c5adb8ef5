"""The rows of money as the book works on them: plain, in memory, with what follows from their counters.

What may be asked for is read here first (`Paid.refundable`, `Owed.due`, …); the limits themselves are the database's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import ATTEMPT_LIFE, OUT, PAYMENT_LIFE, AttemptKind, PayableKind, PaymentStatus


class Post(NamedTuple):
    """A posting to be written: by which rule, how much, and what it belongs to."""

    entry: Entry
    rule: str
    amount: int
    currency: str
    receivable_id: UUID | None = None
    payment_id: UUID | None = None
    payable_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an invoice or credit note is made of, in minor units without tax, none below zero except `rounding`."""

    goods: int = 0
    shipping: int = 0
    fees: int = 0
    tax: int = 0
    discount: int = 0
    gift_cards: int = 0
    rounding: int = 0

    def __post_init__(self) -> None:
        if min(self.goods, self.shipping, self.fees, self.tax, self.discount, self.gift_cards, self.total) < 0:
            raise ValueError(f"a part of an invoice is below zero: {self}")

    @property
    def total(self) -> int:
        """What the customer owes for it."""
        return self.goods + self.shipping + self.fees + self.tax + self.gift_cards - self.discount + self.rounding


@dataclass(slots=True, kw_only=True)
class Owed:
    """A receivable: what a document is owed. All amounts in minor units."""

    id: UUID
    document_kind: str
    document_id: UUID
    customer_id: UUID | None
    currency: str
    amount: int
    invoiced: int = 0
    credited: int = 0
    written_off: int = 0
    authorized: int = 0
    allocated: int = 0
    refunded: int = 0
    waits: bool = False

    @property
    def paid(self) -> int:
        """Money put to it and not given back."""
        return self.allocated - self.refunded

    @property
    def due(self) -> int:
        """What is still to be paid; below zero when too much was."""
        return self.amount - self.written_off - self.paid

    @property
    def open_account(self) -> int:
        """Invoiced and not covered by money: what can be written off."""
        return self.invoiced - self.credited - self.written_off - self.settled

    @property
    def settled(self) -> int:
        """The part of the invoices that money covers."""
        return min(self.invoiced - self.credited - self.written_off, self.paid)

    @property
    def status(self) -> PaymentStatus:
        """The same words that the database derives."""
        if self.due < 0:
            return PaymentStatus.OVERPAID
        if self.due > 0:
            if self.paid:
                return PaymentStatus.PARTLY_PAID
            return PaymentStatus.UNPAID if self.due > self.authorized else PaymentStatus.AUTHORIZED
        if self.written_off:
            return PaymentStatus.WRITTEN_OFF
        if self.paid:
            return PaymentStatus.PARTLY_REFUNDED if self.refunded else PaymentStatus.PAID
        return PaymentStatus.REFUNDED if self.refunded else PaymentStatus.NOTHING_DUE

    def told(self, amount: int) -> Applied:
        """So much for this receivable, as events tell it."""
        return Applied(
            document_kind=self.document_kind,
            document_id=self.document_id,
            receivable_id=self.id,
            amount=amount,
            payment_status=self.status.value,
        )


@dataclass(slots=True, kw_only=True)
class Paid:
    """A payment. What is on its way (`capturing`, `voiding`, `refunding`) counts against its limits."""

    id: UUID
    gateway: str
    currency: str
    requested: int
    requested_at: datetime
    gateway_reference: str = ""
    account_id: UUID | None = None
    means: str = ""
    customer_id: UUID | None = None
    payable_id: UUID | None = None
    authorizes: bool = False
    state: str = PAYMENT_LIFE.initial
    authorized: int = 0
    capturing: int = 0
    captured: int = 0
    voiding: int = 0
    voided: int = 0
    applied: int = 0
    refunding: int = 0
    refunded: int = 0
    settled: int = 0
    disputed: int = 0
    captured_at: datetime | None = None

    @property
    def capturable(self) -> int:
        """What may still be captured (or voided)."""
        most = self.authorized if self.authorizes else self.requested
        return most - self.captured - self.capturing - self.voided - self.voiding

    @property
    def refundable(self) -> int:
        """What may still be given back."""
        return self.captured - self.refunded - self.refunding - self.disputed

    @property
    def unapplied(self) -> int:
        """Captured, and no document's."""
        return self.captured - self.applied - self.refunding - self.refunded


@dataclass(slots=True, kw_only=True)
class Share:
    """An allocation: the part of a payment that pays one receivable."""

    id: UUID
    payment_id: UUID
    receivable_id: UUID
    planned: int = 0
    held: int = 0
    amount: int = 0
    refunding: int = 0
    refunded: int = 0

    @property
    def free(self) -> int:
        """What may be given back or released."""
        return self.amount - self.refunding - self.refunded


@dataclass(slots=True, kw_only=True)
class Owing:
    """A payable: what we owe a party for a document."""

    id: UUID
    kind: PayableKind
    document_kind: str
    document_id: UUID
    party_kind: str
    party_id: UUID
    currency: str
    amount: int = 0
    paid: int = 0

    @property
    def due(self) -> int:
        """What is still owed, or left to spend."""
        return self.amount - self.paid


@dataclass(slots=True, kw_only=True)
class Asked:
    """An attempt: one thing asked of a gateway or of a person, and what is known of the answer."""

    id: UUID
    payment_id: UUID
    gateway: str
    kind: AttemptKind
    amount: int
    key: str
    requested_at: datetime
    allocation_id: UUID | None = None
    state: str = ATTEMPT_LIFE.initial
    gateway_reference: str = ""
    error: str = ""
    reason: str = ""
    answered_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its answer is still out, so that its amount counts as on its way."""
        return self.state in OUT


def fill(amount: int, rooms: Sequence[int]) -> list[int]:
    """How much of the amount goes into each room, the first ones first. What finds no room is left over."""
    parts = []
    for room in rooms:
        part = max(min(amount, room), 0)
        amount -= part
        parts.append(part)
    return parts
