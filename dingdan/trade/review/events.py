"""What happened at the review desk: ids, amounts, states. Nothing here tells who buys, or what they wrote."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSaved(Event):
    """A rule was made or changed: it has a new version, and all rules together a new edition."""

    rule_id: UUID
    created: bool
    version: int
    edition: int
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTurned(Event):
    """A rule looks at orders from now on, or no longer."""

    rule_id: UUID
    state: str
    version: int
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Event):
    """A rule, in one of its versions, has found something."""

    rule_id: UUID
    version_id: UUID
    kind: str
    follows: str
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReviewed(Event):
    """The rules of an edition have looked at an order: it passes, or waits until so many people (`approvals`) let it pass."""

    order_id: UUID
    review_id: UUID
    round: int
    edition: int
    passed: bool
    approvals: int
    score: int
    found: tuple[Found, ...]
    called_off: tuple[UUID, ...] = ()
    """Shipments that had not left and were called off, because the order waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderApproved(Event):
    """A person lets an order pass. `passed`: it was the last one who was needed."""

    order_id: UUID
    review_id: UUID
    round: int
    approvals: int
    needed: int
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuestioned(Event):
    """Something about an order that waits is to be answered first; the question is in the note."""

    order_id: UUID
    review_id: UUID
    note_id: UUID
    to_customer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAssigned(Event):
    """Somebody is to look at an order that waits, or nobody in particular."""

    order_id: UUID
    review_id: UUID
    user_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWithdrawn(Event):
    """An order that waited was canceled elsewhere, so there is nothing left to decide."""

    order_id: UUID
    review_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerForgotten(Event):
    """A customer was forgotten, so the desk no longer knows by what later orders would have found the earlier ones."""

    customer_id: UUID
    traces: int
