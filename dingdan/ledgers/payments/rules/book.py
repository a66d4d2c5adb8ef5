"""The book in memory: rows of money, what may happen to them, and the postings that follow.

A step locks rows and makes a `Book` of them, says what happens, and writes the rows and postings down. Nothing here knows a
database, so the same arithmetic can be simulated. Limits are the database's: going past one fails there, and what may
be asked for is read from the rows first (`Paid.refundable`, `Owed.due`, …).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.ledgers.payments.events import Applied
from dingdan.ledgers.payments.lifecycle import ATTEMPT_LIFE, PAYMENT_LIFE, AttemptKind, AttemptState, PayableKind, PaymentStatus
from dingdan.ledgers.payments.rules.methods import vault_of


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


_INVOICED = {
    "goods": "goods_invoiced", "shipping": "shipping_invoiced", "fees": "fees_invoiced", "tax": "tax_invoiced",
    "discount": "discount_invoiced", "gift_cards": "gift_card_sold",
}  # fmt: skip
_CREDITED = {
    "goods": "goods_credited", "shipping": "shipping_credited", "fees": "fees_credited", "tax": "tax_credited",
    "discount": "discount_credited", "gift_cards": "gift_card_credited",
}  # fmt: skip
_OWED_IN_MONEY = {
    "goods": "goods_return_owed", "shipping": "shipping_return_owed", "fees": "fees_return_owed", "tax": "tax_return_owed",
    "discount": "discount_return_owed",
}  # fmt: skip


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
    captured_at: datetime | None = None

    @property
    def capturable(self) -> int:
        """What may still be captured (or voided)."""
        most = self.authorized if self.authorizes else self.requested
        return most - self.captured - self.capturing - self.voided - self.voiding

    @property
    def refundable(self) -> int:
        """What may still be given back."""
        return self.captured - self.refunded - self.refunding

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
        return self.state in (AttemptState.REQUESTED, AttemptState.UNKNOWN)


def fill(amount: int, rooms: Sequence[int]) -> list[int]:
    """How much of the amount goes into each room, the first ones first. What finds no room is left over."""
    parts = []
    for room in rooms:
        part = max(min(amount, room), 0)
        amount -= part
        parts.append(part)
    return parts


class Book:
    """Rows of money that one transaction holds, and the postings that come of what is said to them."""

    def __init__(
        self,
        receivables: Iterable[Owed] = (),
        *,
        payments: Iterable[Paid] = (),
        shares: Iterable[Share] = (),
        payables: Iterable[Owing] = (),
    ) -> None:
        self.receivables = {owed.id: owed for owed in receivables}
        self.payments = {paid.id: paid for paid in payments}
        self.shares: dict[tuple[UUID, UUID], Share] = {}
        self._by_payment: dict[UUID, list[Share]] = defaultdict(list)
        for share in shares:
            self._add(share)
        self.payables = {owing.id: owing for owing in payables}
        self.attempts: dict[UUID, Asked] = {}
        self.posts: list[Post] = []

    def shares_of(self, payment_id: UUID) -> list[Share]:
        """The allocations of a payment, in the order they were made."""
        return sorted(self._by_payment[payment_id], key=lambda share: share.id)

    def _add(self, share: Share) -> Share:
        self.shares[share.payment_id, share.receivable_id] = share
        self._by_payment[share.payment_id].append(share)
        return share

    def _post(self, entry: Entry, rule: str, amount: int, of: Owed | Paid | Owing, **ids: UUID | None) -> None:
        if amount > 0:
            self.posts.append(Post(entry, rule, amount, of.currency, **ids))

    def _turn(self, entry: Entry, owed: Owed, **changes: int) -> None:
        """Change counters of a receivable, and let deposits and invoices meet (or part) by as much as that changes."""
        before = owed.settled
        for name, change in changes.items():
            setattr(owed, name, getattr(owed, name) + change)
        moved = owed.settled - before
        self._post(entry, "deposit_settled", moved, owed, receivable_id=owed.id)
        self._post(entry, "deposit_restored", -moved, owed, receivable_id=owed.id)

    # --- what documents owe ---------------------------------------------------------------------------------------------

    def invoice(self, entry: Entry, owed: Owed, parts: Parts) -> None:
        """An invoice was issued: the open account and revenue grow, deposits cover what they can."""
        for name, rule in _INVOICED.items():
            self._post(entry, rule, getattr(parts, name), owed, receivable_id=owed.id)
        self._post(entry, "rounded_up", parts.rounding, owed, receivable_id=owed.id)
        self._post(entry, "rounded_down", -parts.rounding, owed, receivable_id=owed.id)
        self._turn(entry, owed, invoiced=parts.total)

    def credit(self, entry: Entry, owed: Owed, parts: Parts) -> None:
        """A credit note was issued: mirrors the invoice, and money that no invoice needs any more is a deposit again."""
        for name, rule in _CREDITED.items():
            self._post(entry, rule, getattr(parts, name), owed, receivable_id=owed.id)
        self._post(entry, "rounding_up_credited", parts.rounding, owed, receivable_id=owed.id)
        self._post(entry, "rounding_down_credited", -parts.rounding, owed, receivable_id=owed.id)
        self._turn(entry, owed, credited=parts.total)

    def write_off(self, entry: Entry, owed: Owed, amount: int) -> None:
        """Give up a part of the open account; a negative amount takes that back."""
        self._post(entry, "debt_written_off", amount, owed, receivable_id=owed.id)
        self._post(entry, "debt_reinstated", -amount, owed, receivable_id=owed.id)
        self._turn(entry, owed, written_off=amount)

    # --- money coming ---------------------------------------------------------------------------------------------------

    def plan(self, paid: Paid, owed: Owed, amount: int, *, share_id: UUID) -> Share:
        """The payment is meant for this receivable, up to the amount. Moves nothing."""
        share = self.shares.get((paid.id, owed.id))
        if share is None:
            share = self._add(Share(id=share_id, payment_id=paid.id, receivable_id=owed.id))
        share.planned += amount
        return share

    def hold(self, paid: Paid, amount: int) -> None:
        """The gateway holds the money."""
        paid.authorized += amount
        paid.state = PAYMENT_LIFE.turn("authorize", paid.state)
        shares = self.shares_of(paid.id)
        for share, part in zip(shares, fill(amount, [share.planned for share in shares]), strict=True):
            share.held += part
            self.receivables[share.receivable_id].authorized += part

    def unhold(self, paid: Paid, amount: int) -> None:
        """The gateway holds so much less, because it was captured or voided."""
        shares = self.shares_of(paid.id)
        for share, part in zip(shares, fill(amount, [share.held for share in shares]), strict=True):
            share.held -= part
            self.receivables[share.receivable_id].authorized -= part

    def void(self, paid: Paid) -> None:
        """What was asked to be voided is held no longer."""
        paid.voided += paid.voiding
        self.unhold(paid, paid.voiding)
        paid.voiding = 0
        if not paid.captured and not paid.capturing and paid.capturable == 0:
            paid.state = PAYMENT_LIFE.turn("void", paid.state)

    def capture(self, entry: Entry, paid: Paid, amount: int) -> list[tuple[Owed, int]]:
        """The money is ours: it goes where it was planned to go, the rest is nobody's yet. Returns what went where."""
        shares = self.shares_of(paid.id)
        rooms = [share.held if paid.authorizes else share.planned - share.amount for share in shares]
        parts = list(zip(shares, fill(amount, rooms), strict=True))
        if paid.authorizes:
            self.unhold(paid, amount)
        return self.receive(entry, paid, amount, towards=[(self.receivables[s.receivable_id], part) for s, part in parts])

    def receive(self, entry: Entry, paid: Paid, amount: int, *, towards: Sequence[tuple[Owed, int]]) -> list[tuple[Owed, int]]:
        """The money is ours: so much for each receivable, the rest is nobody's yet. Returns what went where."""
        vault, took = vault_of(paid.gateway), [(owed, part) for owed, part in towards if part]
        paid.captured += amount
        paid.captured_at = paid.captured_at or entry.at
        paid.state = PAYMENT_LIFE.turn("capture", paid.state)
        ids = {"payment_id": paid.id, "payable_id": paid.payable_id}
        for owed, part in took:
            self._post(entry, f"{vault}_received", part, paid, receivable_id=owed.id, **ids)
            self._put(entry, paid, owed, part)
        self._post(entry, f"{vault}_unapplied", amount - sum(part for _, part in took), paid, **ids)
        return took

    def apply(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        """Money that was nobody's pays this receivable."""
        self._post(entry, "unapplied_put_to_document", amount, paid, receivable_id=owed.id, payment_id=paid.id)
        self._put(entry, paid, owed, amount)

    def release(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        """Money of this receivable is nobody's again."""
        self._post(entry, "taken_from_document", amount, paid, receivable_id=owed.id, payment_id=paid.id)
        self._put(entry, paid, owed, -amount)

    def _put(self, entry: Entry, paid: Paid, owed: Owed, amount: int) -> None:
        self.shares[paid.id, owed.id].amount += amount
        paid.applied += amount
        self._turn(entry, owed, allocated=amount)

    # --- money going back -----------------------------------------------------------------------------------------------

    def promise_refund(self, paid: Paid, share: Share | None, amount: int) -> None:
        """So much will be given back, of a document's money or of nobody's: from now on nobody else may use it."""
        paid.refunding += amount
        if share:
            share.refunding += amount
            paid.applied -= amount

    def break_refund(self, paid: Paid, share: Share | None, amount: int) -> None:
        """The promised refund did not happen: the money may be used again."""
        self.promise_refund(paid, share, -amount)

    def refund(self, entry: Entry, asked: Asked, *, owing: Owing | None = None) -> list[tuple[Owed, int]]:
        """The promised refund happened; `owing` is the credit that it went to. Returns which document's money it was."""
        paid, vault = self.payments[asked.payment_id], vault_of(asked.gateway)
        share = self.share_of(asked)
        ids = {"payment_id": paid.id, "payable_id": owing.id if owing else None}
        paid.refunding -= asked.amount
        paid.refunded += asked.amount
        if owing and owing.id == paid.payable_id:
            owing.paid -= asked.amount
        elif owing:
            owing.amount += asked.amount
        if share is None:
            self._post(entry, f"{vault}_unapplied_refunded", asked.amount, paid, **ids)
            return []
        owed = self.receivables[share.receivable_id]
        share.refunding -= asked.amount
        share.refunded += asked.amount
        self._post(entry, f"{vault}_refunded", asked.amount, paid, receivable_id=owed.id, **ids)
        self._turn(entry, owed, refunded=asked.amount)
        return [(owed, asked.amount)]

    def share_of(self, asked: Asked) -> Share | None:
        """The allocation that an attempt is about, if it is about one."""
        return next((share for share in self.shares_of(asked.payment_id) if share.id == asked.allocation_id), None)

    # --- what we owe ----------------------------------------------------------------------------------------------------

    def owe(self, entry: Entry, owing: Owing, rule: str, *, amount: int) -> None:
        """We owe so much more, by a rule that credits the payable's account."""
        owing.amount += amount
        self._post(entry, rule, amount, owing, payable_id=owing.id)

    def owe_parts(self, entry: Entry, owing: Owing, parts: Parts) -> None:
        """We owe a credit note whose invoice is not in these books: no gift cards and no rounding on it."""
        if parts.gift_cards or parts.rounding:
            raise ValueError("a credit note without an invoice here has no gift cards and no rounding")
        for name, rule in _OWED_IN_MONEY.items():
            self._post(entry, rule, getattr(parts, name), owing, payable_id=owing.id)
        owing.amount += parts.total

    def pay(self, entry: Entry, owing: Owing, rule: str, *, amount: int) -> None:
        """We owe so much less, by a rule that debits the payable's account."""
        owing.paid += amount
        self._post(entry, rule, amount, owing, payable_id=owing.id)
