"""Marks on stock that is low: set when it falls to its threshold, taken away when it is above it again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory.models import Low
from dingdan.ledgers.inventory.queries.watching import LowStock


def mark_low(entry: Entry, fallen: Sequence[LowStock]) -> None:
    """Remember since when stock is low. What is marked stays as it is."""
    rows = [
        {
            "id": one.balance_id, "variant_id": one.variant_id, "node_id": one.node_id, "threshold_id": one.threshold_id,
            "fallen_at": entry.at,
        }
        for one in fallen
    ]  # fmt: skip
    insert((Low, rows), skip_existing=True)


def unmark_low(entry: Entry, balance_ids: Sequence[UUID]) -> None:
    """Forget that stock was low: the next fall is told again."""
    Low.objects.filter(tenant_id=entry.tenant_id, id__in=list(balance_ids)).delete()
