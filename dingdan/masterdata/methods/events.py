"""What happened to accounts at payment firms, payment methods and reminders. Of secrets it is told only that they changed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAccountSaved(Event):
    """An account at a payment firm was written down or changed."""

    merchant_account_id: UUID
    gateway: str
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAccountTurned(Event):
    """An account begins no payments any more, or begins them again."""

    merchant_account_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodSaved(Event):
    """A payment method was written down or changed."""

    payment_method_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethodTurned(Event):
    """A payment method is offered no more, or again."""

    payment_method_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLevelSaved(Event):
    """A level of reminders was written down or changed."""

    reminder_level_id: UUID
    created: bool
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLevelTurned(Event):
    """Nobody is reminded by this level any more, or people are again."""

    reminder_level_id: UUID
    state: str
