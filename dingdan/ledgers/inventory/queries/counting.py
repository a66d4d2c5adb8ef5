"""What is to be counted, and what the books had at places when they were counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Holding, Move

Place = tuple[UUID, UUID, UUID, UUID | None]
"""Variant, location, owner and lot."""


def countable(
    node_id: UUID, *, between: tuple[str, str], begins: str = "", variant_ids: Collection[UUID] | None = None, limit: int
) -> list[Holding]:
    """What lies in the stock of a node, in the order of a walk through the shelves.

    Between two locations by code, both in it and empty for no end (the last one takes along what is inside of it: `R2` also
    `R2-05`), of SKUs that begin so, of certain articles.
    """
    first, last = between
    rows = Holding.objects.filter(location__node_id=node_id, location__kind=LocationKind.STOCK, on_hand__gt=0)
    if first:
        rows = rows.filter(location__code__gte=first)
    if last:
        rows = rows.filter(Q(location__code__lte=last) | Q(location__code__startswith=last))
    if begins:
        rows = rows.filter(variant__sku__startswith=begins)
    if variant_ids is not None:
        rows = rows.filter(variant_id__in=list(variant_ids))
    return list(rows.order_by("location__code", "variant__sku", "lot__code", "id")[:limit])


@dataclass(frozen=True, slots=True)
class Level:
    """What the books had at a place, and the last move of it that they had written by then (0: none)."""

    on_hand: int
    position: int


_LEVELS = """
SELECT asked.number, coalesce(holding.on_hand, 0) - coalesce(since.change, 0), coalesce(last.id, 0)
FROM unnest(%(variants)s::uuid[], %(locations)s::uuid[], %(owners)s::uuid[], %(lots)s::uuid[])
    WITH ORDINALITY AS asked (variant_id, location_id, owner_id, lot_id, number)
LEFT JOIN inventory_holding AS holding ON holding.tenant_id = %(tenant)s AND holding.variant_id = asked.variant_id
    AND holding.location_id = asked.location_id AND holding.owner_id = asked.owner_id
    AND holding.lot_id IS NOT DISTINCT FROM asked.lot_id
LEFT JOIN LATERAL (
    SELECT move.id FROM inventory_move AS move
    WHERE move.tenant_id = %(tenant)s AND move.variant_id = asked.variant_id AND move.owner_id = asked.owner_id
      AND move.lot_id IS NOT DISTINCT FROM asked.lot_id AND asked.location_id IN (move.source_id, move.target_id)
      AND (%(at)s::timestamptz IS NULL OR move.at <= %(at)s::timestamptz)
    ORDER BY move.id DESC LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN move.target_id = asked.location_id THEN move.quantity ELSE -move.quantity END)::bigint AS change
    FROM inventory_move AS move
    WHERE move.tenant_id = %(tenant)s AND move.variant_id = asked.variant_id AND move.owner_id = asked.owner_id
      AND move.lot_id IS NOT DISTINCT FROM asked.lot_id AND asked.location_id IN (move.source_id, move.target_id)
      AND move.id > coalesce(last.id, 0) AND %(at)s::timestamptz IS NOT NULL
) AS since ON true
ORDER BY asked.number
"""


def levels(places: Sequence[Place], *, at: datetime | None = None) -> list[Level]:
    """What the books had at places at a moment, or have now: exact while the places are locked, because whoever moves goods to
    or from a place writes the move while it holds the place.
    """
    if not places:
        return []
    variants, locations, owners, lots = (list(column) for column in zip(*places, strict=True))
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "variants": variants, "locations": locations, "owners": owners, "lots": lots, "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LEVELS, params)
        return [Level(on_hand, position) for _number, on_hand, position in cursor.fetchall()]


def moves_of_entry(entry_id: UUID) -> list[Move]:
    """What was moved by an entry, in order."""
    return list(Move.objects.filter(entry_id=entry_id).order_by("id"))
