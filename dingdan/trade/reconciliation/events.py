"""What happened when money outside was compared with the books: ids, amounts, states. Never who paid, or what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


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
class DiscrepancyResolved(Event):
    """A person has seen to a discrepancy: `booked`, `refunded` or `ignored`."""

    discrepancy_id: UUID
    kind: str
    source: str
    resolution: str
