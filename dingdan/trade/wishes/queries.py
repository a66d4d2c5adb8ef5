"""What can be asked about wishes. Never writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.catalog.queries import kits_with
from dingdan.trade.wishes.models import Wish
from dingdan.trade.wishes.rules import TOLD_WITHIN


def wish(wish_id: UUID) -> Wish:
    """One wish. Raises `NotFound`."""
    found = Wish.objects.select_related("variant", "channel").filter(id=wish_id).first()
    if found is None:
        raise NotFound(what="wish", id=wish_id)
    return found


def wishes(wish_ids: Iterable[UUID]) -> dict[UUID, Wish]:
    """Wishes by id; what is not there is left out."""
    return {one.id: one for one in Wish.objects.filter(id__in=list(wish_ids))}


def waited_for(variant_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Of these articles, and of the kits that hold them, those for which somebody waits, each with the channel."""
    asked = set(variant_ids)
    rows = Wish.objects.filter(state="waiting", variant_id__in=asked | kits_with(asked))
    return sorted(rows.values_list("variant_id", "channel_id").distinct())


def all_waited_for(limit: int = 1000) -> list[tuple[UUID, UUID]]:
    """The articles for which anybody waits, each with the channel."""
    rows = Wish.objects.filter(state="waiting").order_by("variant_id", "channel_id")
    return list(rows.values_list("variant_id", "channel_id").distinct()[:limit])


def waiting_counts(variant_ids: Iterable[UUID] | None = None) -> dict[UUID, int]:
    """How many wait for each of these articles, or for any; the most wanted first."""
    rows = Wish.objects.filter(state="waiting")
    if variant_ids is not None:
        rows = rows.filter(variant_id__in=list(variant_ids))
    counted = rows.values("variant_id").annotate(count=Count("id")).order_by("-count", "variant_id")
    return dict(counted.values_list("variant_id", "count"))


def lock_waiting(variant_id: UUID, channel_id: UUID, *, most: int) -> list[Wish]:
    """Those who wait longest for an article, locked until the end of the transaction."""
    rows = Wish.objects.select_for_update(no_key=True, of=("self",)).filter(
        variant_id=variant_id, channel_id=channel_id, state="waiting"
    )
    return list(rows.order_by("id")[:most])


def told_lately(variant_id: UUID, at: datetime) -> int:
    """How many were told of an article within a day."""
    return Wish.objects.filter(variant_id=variant_id, state="told", told_at__gt=at - TOLD_WITHIN).count()


def waiting_with(wish: Wish) -> list[Wish]:
    """What the same address waits for, the oldest first; nothing where it is forgotten."""
    if not wish.email_key:
        return []
    rows = Wish.objects.filter(email_key=wish.email_key, state="waiting").select_related("variant__product")
    return list(rows.order_by("id"))


def waiting_of(customer_ids: Iterable[UUID]) -> list[UUID]:
    """What these customers wait for, the oldest first."""
    rows = Wish.objects.filter(customer_id__in=list(customer_ids), state="waiting").order_by("id")
    return list(rows.values_list("id", flat=True))


def to_forget(now: datetime, limit: int = 500) -> list[UUID]:
    """The wishes whose address is needed no longer."""
    rows = Wish.objects.exclude(email="").filter(forget_at__lte=now).order_by("forget_at")
    return list(rows.values_list("id", flat=True)[:limit])


def wishes_of(customer_ids: Iterable[UUID]) -> list[UUID]:
    """The wishes that are known to be of these customers and hold their address."""
    rows = Wish.objects.filter(customer_id__in=list(customer_ids)).exclude(email="")
    return list(rows.order_by("id").values_list("id", flat=True))
