"""What happened to accounts at payment firms. Keys and secrets are never told, only that they changed."""

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
