"""What happened to the rules about returns."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuleSaved(Event):
    """A rule about returns was written down or changed."""

    return_rule_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuleTurned(Event):
    """A rule decides nothing new, or decides again."""

    return_rule_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReasonSaved(Event):
    """A reason for returns and claims was written down or changed."""

    return_reason_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReasonTurned(Event):
    """A reason is no longer offered, or is again."""

    return_reason_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGradeSaved(Event):
    """A grade of inspected goods was written down or changed."""

    return_grade_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGradeTurned(Event):
    """A grade is no longer given, or is again."""

    return_grade_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FavorTermsSaved(Event):
    """What may be given as a favor in a currency was written down or changed."""

    favor_terms_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPresetAdopted(Event):
    """Rules, reasons and grades that ship with the program were taken over; those that were there already stay as they are."""

    preset: str
    rules: tuple[UUID, ...]
    reasons: tuple[UUID, ...]
    grades: tuple[UUID, ...]
