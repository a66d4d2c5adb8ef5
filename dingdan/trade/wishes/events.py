"""Who wants to know when an article can be had again, and who was told. Never an address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.journal import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WishMade(Event):
    """Somebody wants to be told when an article can be had. Not ``created``: they waited for it already."""

    wish_id: UUID
    variant_id: UUID
    channel_id: UUID
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesTold(Event):
    """An article can be had again, and these wishes are answered: those who waited longest."""

    variant_id: UUID
    channel_id: UUID
    wish_ids: tuple[UUID, ...]
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesWithdrawn(Event):
    """Somebody does not want to be told any more, of this article or of anything."""

    wish_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesForgotten(Event):
    """Addresses that were needed no longer are gone."""

    wish_ids: tuple[UUID, ...]
