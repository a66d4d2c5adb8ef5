"""What can be asked of reconciliation."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.reconciliation.lifecycle import Resolution
from dingdan.trade.reconciliation.models import Discrepancy


def discrepancies() -> QuerySet[Discrepancy]:
    """All of them, the last found first."""
    return Discrepancy.objects.select_related("payment", "attempt").order_by("-first_seen_at", "-id")


def open_discrepancies() -> QuerySet[Discrepancy]:
    """What waits for a person, the oldest first."""
    return discrepancies().filter(state="open").order_by("first_seen_at", "id")


def discrepancy(discrepancy_id: UUID) -> Discrepancy:
    """One of them. Raises `NotFound`."""
    row = discrepancies().filter(id=discrepancy_id).first()
    if row is None:
        raise NotFound(field="discrepancy_id", what="discrepancy", id=discrepancy_id)
    return row


def lock_known(sources: Collection[str], references: Collection[str]) -> list[Discrepancy]:
    """The discrepancies of these references that are open, or that people let be; locked until the transaction ends."""
    rows = Discrepancy.objects.filter(Q(state="open") | Q(resolution=Resolution.IGNORED.value))
    found = rows.filter(source__in=sources, reference__in=references)
    return list(found.order_by("id").select_for_update(no_key=True))
