"""Why it is 47: what came and went, by whom and for which document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from dingdan.kernel.models import EntrySubject, JournalEntry
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Demand, Move, Remark


@dataclass(frozen=True, slots=True)
class About:
    """A thing that an entry is about: the order, the node, the shipment."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """One move seen from a place: what it changed, what was there afterwards, and what was done when it was made.

    `event` is the kind of what happened and `facts` what it says.
    `document_kind` and `document_id` name what the goods were for (an order, a transfer, …), where they were for something;
    `subjects` is everything that the entry is about.
    """

    at: datetime
    reason: str
    change: int
    on_hand: int
    source: str
    target: str
    entry_id: UUID
    owner_id: UUID
    lot: str
    command: str
    event: str
    facts: dict[str, Any]
    actor: str
    document_kind: str
    document_id: UUID | None
    subjects: tuple[About, ...]


_WHY = """
WITH place AS (
    SELECT id FROM inventory_location WHERE tenant_id = %(tenant)s AND CASE
        WHEN %(location)s::uuid IS NOT NULL THEN id = %(location)s::uuid
        ELSE kind = 'stock' AND (%(node)s::uuid IS NULL OR node_id = %(node)s::uuid) END
), moved AS (
    SELECT move.*, CASE WHEN move.target_id IN (SELECT id FROM place) THEN move.quantity ELSE 0 END
                 - CASE WHEN move.source_id IN (SELECT id FROM place) THEN move.quantity ELSE 0 END AS change
    FROM inventory_move AS move
    WHERE move.tenant_id = %(tenant)s AND move.variant_id = %(variant)s
      AND (%(owner)s::uuid IS NULL OR move.owner_id = %(owner)s::uuid)
      AND (%(lot)s::uuid IS NULL OR move.lot_id = %(lot)s::uuid)
), seen AS (
    SELECT * FROM moved WHERE change <> 0 ORDER BY id DESC LIMIT %(limit)s::bigint
)
SELECT (
    SELECT coalesce(sum(on_hand), 0)::bigint FROM inventory_holding
    WHERE tenant_id = %(tenant)s AND variant_id = %(variant)s AND location_id IN (SELECT id FROM place)
      AND (%(owner)s::uuid IS NULL OR owner_id = %(owner)s::uuid) AND (%(lot)s::uuid IS NULL OR lot_id = %(lot)s::uuid)
) AS on_hand, seen.at, seen.reason, seen.change, source.code, target.code, seen.entry_id, seen.owner_id, coalesce(lot.code, ''),
       entry.command, coalesce(entry.event_kind, ''), entry.event, entry.actor_kind, entry.actor_id,
       coalesce(demand.document_kind, supply.document_kind, ''), coalesce(demand.document_id, supply.document_id)
FROM seen
JOIN inventory_location AS source ON source.tenant_id = %(tenant)s AND source.id = seen.source_id
JOIN inventory_location AS target ON target.tenant_id = %(tenant)s AND target.id = seen.target_id
JOIN kernel_journalentry AS entry ON entry.tenant_id = %(tenant)s AND entry.id = seen.entry_id
LEFT JOIN inventory_lot AS lot ON lot.tenant_id = %(tenant)s AND lot.id = seen.lot_id
LEFT JOIN inventory_demand AS demand ON demand.tenant_id = %(tenant)s AND demand.id = seen.demand_id
LEFT JOIN inventory_supply AS supply ON supply.tenant_id = %(tenant)s AND supply.id = seen.supply_id
ORDER BY seen.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which of a variant's stock: of one location of any kind, of the sellable stock of a node, or of all sellable stock; of one
    owner or lot, or of all.
    """

    node_id: UUID | None = None
    location_id: UUID | None = None
    owner_id: UUID | None = None
    lot_id: UUID | None = None


def why(variant_id: UUID, where: Where, *, limit: int | None = None) -> list[Step]:
    """The moves that made what there is of a variant what it is, oldest first, with what was there after each.

    All of them, or as many of the newest.
    """
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "variant": variant_id, "node": where.node_id, "owner": where.owner_id,
        "location": where.location_id, "lot": where.lot_id, "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WHY, params)
        rows = cursor.fetchall()
    subjects = _subjects(row[6] for row in rows)
    # From what lies there now back in time, so that the newest moves need none of those before.
    on_hand, found = rows[0][0] if rows else 0, []
    for _now, *row in rows:
        at, reason, change, source, target, entry_id, owner, lot, *done, document, about = row
        command, kind, event, actor, actor_id = done
        found.append(
            Step(
                at=at, reason=reason, change=change, on_hand=on_hand, source=source, target=target, entry_id=entry_id,
                owner_id=owner, lot=lot, command=command, event=kind, facts=orjson.loads(event) if event else {},
                actor=f"{actor}:{actor_id}".rstrip(":"), document_kind=document, document_id=about,
                subjects=tuple(subjects[entry_id]),
            )
        )  # fmt: skip
        on_hand -= change
    return found[::-1]


def _subjects(entry_ids: Iterable[UUID]) -> dict[UUID, list[About]]:
    found: dict[UUID, list[About]] = defaultdict(list)
    for row in EntrySubject.objects.filter(entry_id__in=set(entry_ids)).order_by("id"):
        found[row.entry_id].append(About(row.kind, row.subject_id))
    return found


_LYING_AT = """
SELECT demand_id, owner_id, lot_id, sum(pieces)::bigint FROM (
    SELECT demand_id, owner_id, lot_id, quantity AS pieces FROM inventory_move
    WHERE tenant_id = %(tenant)s AND demand_id = ANY(%(demands)s) AND target_id = %(place)s
    UNION ALL SELECT demand_id, owner_id, lot_id, -quantity FROM inventory_move
    WHERE tenant_id = %(tenant)s AND demand_id = ANY(%(demands)s) AND source_id = %(place)s
) AS both_ways GROUP BY 1, 2, 3 HAVING sum(pieces) > 0 ORDER BY 1, 2, 3 NULLS FIRST
"""


def lying_at(location_id: UUID, demands: Sequence[Demand]) -> dict[UUID, list[tuple[UUID, UUID | None, int]]]:
    """What was moved to a location for demands and not away again: (owner, lot, pieces) by demand."""
    found: dict[UUID, list[tuple[UUID, UUID | None, int]]] = defaultdict(list)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "place": location_id, "demands": [demand.id for demand in demands]}
    with connection.cursor() as cursor:
        cursor.execute(_LYING_AT, params)
        for demand_id, owner_id, lot_id, pieces in cursor.fetchall():
            found[demand_id].append((owner_id, lot_id, pieces))
    return found


ADJUSTED = "StockAdjusted"


def adjusted_by(entry_id: UUID, *, lock: bool = False) -> list[Move]:
    """The moves of an adjustment; none where the entry is none. With `lock`, nobody else takes it back meanwhile."""
    entries = JournalEntry.objects.filter(id=entry_id, event_kind=ADJUSTED)
    if lock:
        entries = entries.select_for_update(no_key=True)
    return list(Move.objects.filter(entry_id=entry_id).order_by("id")) if entries.first() else []


def was_taken_back(entry_id: UUID) -> bool:
    """Whether an adjustment was undone."""
    return entry_id in taken_back_among([entry_id])


def taken_back_among(entry_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the adjustments that were undone."""
    rows = EntrySubject.objects.filter(kind="adjustment", subject_id__in=list(entry_ids))
    return set(rows.values_list("subject_id", flat=True))


def remarks(entry_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What people wrote about corrections, by entry."""
    return dict(Remark.objects.filter(id__in=list(entry_ids)).values_list("id", "text"))


# Which places count is asked once: joined twice, the few of them would be taken for one, and the moves be read for each pair.
_BY_DAY = """
WITH stock AS MATERIALIZED (SELECT id FROM inventory_location WHERE tenant_id = %(tenant)s AND kind = 'stock')
SELECT (move.at AT TIME ZONE %(zone)s)::date AS day, sum(
    CASE WHEN move.target_id IN (SELECT id FROM stock) THEN move.quantity ELSE 0 END
    - CASE WHEN move.source_id IN (SELECT id FROM stock) THEN move.quantity ELSE 0 END
)::bigint
FROM inventory_move AS move
WHERE move.tenant_id = %(tenant)s AND move.variant_id = %(variant)s AND move.at >= %(since)s GROUP BY 1
"""


def changes_by_day(variant_id: UUID, *, since: datetime, zone: str) -> dict[date, int]:
    """By how much the sellable stock of a variant changed on each day of a time zone, at all nodes together."""
    params: dict[str, Any] = {"tenant": current_tenant_id(), "variant": variant_id, "since": since, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, params)
        return dict(cursor.fetchall())
