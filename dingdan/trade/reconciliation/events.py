"""What happened when money outside was compared with the books: ids, amounts, states. Never who paid, or what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPart:
    """So much of a line for one document, and what its money looks like afterwards (a payment status)."""

    document_kind: str
    document_id: UUID
    amount: int
    payment_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementImported(Event):
    """Lines of a bank statement came in: so many were new, so many had come before."""

    statement_id: UUID
    source: str
    lines: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMatched(Event):
    """A line of a statement is money that is here: what of it went to which document, and what is nobody's yet.

    `by_itself`: it was certain, and nobody was asked.
    """

    line_id: UUID
    statement_id: UUID
    state: str
    payment_id: UUID
    currency: str
    amount: int
    unapplied: int
    by_itself: bool
    applied: tuple[MatchedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundMatched(Event):
    """A line of a statement is a refund that was to be paid by hand: it has been."""

    line_id: UUID
    statement_id: UUID
    payment_id: UUID
    attempt_id: UUID
    currency: str
    amount: int
    by_itself: bool
    applied: tuple[MatchedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReversed(Event):
    """A line of a statement takes back one that was there before: its documents are owed again, and the money is gone."""

    line_id: UUID
    reverses_id: UUID
    payment_id: UUID
    currency: str
    amount: int
    by_itself: bool
    released: tuple[MatchedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnmatched(Event):
    """A match was undone: the documents are owed again, and the money is here and nobody's."""

    line_id: UUID
    payment_id: UUID
    currency: str
    unapplied: int
    released: tuple[MatchedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineIgnored(Event):
    """A line has nothing to do with documents of the shop."""

    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReopened(Event):
    """A line that was ignored is to be matched after all."""

    line_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceWrittenOff(Event):
    """What little was missing of what a line paid is given up."""

    line_id: UUID
    currency: str
    amount: int
    applied: tuple[MatchedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMappingSaved(Event):
    """Somebody said how a bank's table is read."""

    mapping_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMappingRetired(Event):
    """A mapping is offered no more."""

    mapping_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceSaved(Event):
    """How much may be missing of a payment before it counts as too little."""

    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerForgotten(Event):
    """The lines that paid for a customer name nobody any more."""

    customer_id: UUID
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesLookedAt(Event):
    """Lines were compared with what is awaited: so many have proposals now."""

    lines: int
    proposed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyReported(Event):
    """Money outside differs from the books. `seen`: how often it was found; `resolved` is its `state` when people let it be."""

    discrepancy_id: UUID
    kind: str
    source: str
    state: str
    seen: int
    currency: str
    amount: int | None
    expected: int | None
    payment_id: UUID | None
    attempt_id: UUID | None
    line_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReturned(Event):
    """A refund that a payer's bank sent back is money of its document (or nobody's) again; `again` are the refunds by
    which it goes back anew, `again_by` how."""

    discrepancy_id: UUID
    payment_id: UUID
    attempt_id: UUID
    method: str
    currency: str
    amount: int
    applied: tuple[MatchedPart, ...]
    again_by: str
    again: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyResolved(Event):
    """A person has seen to a discrepancy: `booked`, `refunded` or `ignored`."""

    discrepancy_id: UUID
    kind: str
    source: str
    resolution: str
