"""What can be asked about counts. Never writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count as Number
from django.db.models import Q, QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import breaches
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.queries import Place
from dingdan.trade.counting.lifecycle import COUNT_LIFE
from dingdan.trade.counting.models import Count, CountLine
from dingdan.trade.counting.rules import is_beyond


def lock_count(count_id: UUID) -> Count:
    """A count with its node, held until the transaction ends. Raises `NotFound`."""
    found = Count.objects.select_related("node").filter(id=count_id).select_for_update(no_key=True, of=("self",)).first()
    if found is None:
        raise NotFound(field="count_id", what="count", id=count_id)
    return found


def counts() -> QuerySet[Count]:
    """The counts with their nodes, the last first."""
    return Count.objects.select_related("node").order_by("-id")


def lines_of(count_id: UUID) -> list[CountLine]:
    """The lines of a count, in the order of a walk through the shelves."""
    rows = CountLine.objects.filter(count_id=count_id).select_related("variant", "location", "lot")
    return list(rows.order_by("location__code", "variant__sku", "lot__code", "id"))


def is_to_recount(count: Count, line: CountLine) -> bool:
    """Whether a place was counted only once and differs by more than is tolerated."""
    return line.times == 1 and is_beyond(
        line.difference or 0, line.books or 0, tolerance=count.tolerance, percent=count.tolerance_percent
    )


def by_place(lines: Sequence[CountLine]) -> dict[Place, CountLine]:
    """The lines of a sheet by what they count."""
    return {(line.variant_id, line.location_id, line.owner_id, line.lot_id): line for line in lines}


def lots_at(lines: Sequence[CountLine]) -> dict[tuple[UUID, str], UUID]:
    """The lots on a sheet, by article and code."""
    return {(line.variant_id, line.lot.code): line.lot.id for line in lines if line.lot}


def counted_since(moment: datetime, *, node_id: UUID) -> set[UUID]:
    """The articles of a node that were counted since a moment, on sheets that were applied."""
    rows = CountLine.objects.filter(count__node_id=node_id, count__state="applied", counted_at__gte=moment)
    return set(rows.values_list("variant_id", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Done:
    """How far a count is: places in all, counted, and counted with a difference."""

    places: int
    counted: int
    different: int


def progress(count_ids: Iterable[UUID]) -> dict[UUID, Done]:
    """How far counts are, by count."""
    rows = CountLine.objects.filter(count_id__in=list(count_ids)).order_by().values("count_id")
    told: Any = rows.annotate(
        places=Number("id"), done=Number("counted"), wrong=Number("id", filter=Q(difference__isnull=False) & ~Q(difference=0))
    )
    return {row["count_id"]: Done(row["places"], row["done"], row["wrong"]) for row in told}


@dataclass(frozen=True, slots=True)
class LastCount:
    """An article that lies at a node, when it was counted there last (None: never), and by how many steps it differed then."""

    variant_id: UUID
    counted_at: datetime | None
    difference: int


# An index finds the last count of each article, so what is read is as much as lies there, however often that was counted.
_LAST_COUNTS: Final = """
SELECT there.variant_id, last.counted_at, coalesce(last.difference, 0)
FROM (
    SELECT DISTINCT balance.variant_id FROM inventory_balance AS balance
    WHERE balance.tenant_id = %(tenant)s AND balance.node_id = %(node)s AND balance.on_hand > 0
) AS there
LEFT JOIN LATERAL (
    SELECT line.counted_at, (
        SELECT sum(abs(beside.difference))::bigint FROM counting_countline AS beside
        WHERE beside.tenant_id = %(tenant)s AND beside.count_id = line.count_id AND beside.variant_id = line.variant_id
    ) AS difference
    FROM counting_countline AS line
    JOIN counting_count AS sheet ON sheet.tenant_id = %(tenant)s AND sheet.id = line.count_id
        AND sheet.node_id = %(node)s AND sheet.state = 'applied'
    WHERE line.tenant_id = %(tenant)s AND line.variant_id = there.variant_id AND line.counted_at IS NOT NULL
    ORDER BY line.counted_at DESC LIMIT 1
) AS last ON true
"""


def last_counts(node_id: UUID) -> list[LastCount]:
    """The articles that lie at a node, each with its last count on a sheet that was applied."""
    with ready_cursor() as cursor:
        cursor.execute(_LAST_COUNTS, {"tenant": current_tenant_id(), "node": node_id})
        return [LastCount(*row) for row in cursor.fetchall()]


def on_open_sheets(node_id: UUID) -> set[UUID]:
    """The articles of a node that stand on a sheet which is being counted."""
    rows = CountLine.objects.filter(count__node_id=node_id, count__state=COUNT_LIFE.initial)
    return set(rows.values_list("variant_id", flat=True).distinct())


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
def law_a_count_knows_its_books() -> Iterator[str]:
    """What a counted place should have held is what its moves up to the position of the count say, less what was taken."""
    return breaches(
        """
        SELECT line.count_id, line.id, line.books, line.taken, line.position, coalesce(moved.quantity, 0)
        FROM counting_countline AS line
        LEFT JOIN LATERAL (
            SELECT sum(CASE WHEN move.target_id = line.location_id THEN move.quantity ELSE -move.quantity END) AS quantity
            FROM inventory_move AS move
            WHERE move.tenant_id = %(tenant)s AND move.variant_id = line.variant_id AND move.owner_id = line.owner_id
              AND move.lot_id IS NOT DISTINCT FROM line.lot_id AND line.location_id IN (move.source_id, move.target_id)
              AND move.id <= line.position
        ) AS moved ON true
        WHERE line.tenant_id = %(tenant)s AND line.counted IS NOT NULL
          AND line.books + line.taken <> coalesce(moved.quantity, 0)
        """,
        "count {0}: line {1} says that the books had {2} and {3} were taken; its moves up to {4} say {5}",
        about=("document",),
    )


def law_an_applied_count_moved_its_differences() -> Iterator[str]:
    """What an applied count moved are the differences that it found, but for the places that were refused."""
    return breaches(
        """
        SELECT sheet.id, coalesce(found.pieces, 0), coalesce(moved.pieces, 0) FROM counting_count AS sheet
        LEFT JOIN LATERAL (
            SELECT sum(abs(line.difference)) AS pieces FROM counting_countline AS line
            WHERE line.tenant_id = %(tenant)s AND line.count_id = sheet.id AND line.refusal = ''
        ) AS found ON true
        LEFT JOIN LATERAL (
            SELECT sum(move.quantity) AS pieces FROM inventory_move AS move
            WHERE move.tenant_id = %(tenant)s AND move.entry_id = sheet.applied_by_id
              AND move.variant_id IN (SELECT line.variant_id FROM counting_countline AS line
                                      WHERE line.tenant_id = %(tenant)s AND line.count_id = sheet.id)
        ) AS moved ON true
        WHERE sheet.tenant_id = %(tenant)s AND sheet.state IN ('applied', 'taken_back')
          AND coalesce(found.pieces, 0) <> coalesce(moved.pieces, 0)
        """,
        "count {0}: found {1} pieces of difference, moved {2}",
        about=("document",),
    )


LAWS = (law_a_count_knows_its_books, law_an_applied_count_moved_its_differences)
