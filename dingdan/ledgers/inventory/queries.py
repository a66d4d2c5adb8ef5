"""What can be asked about goods. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Balance, Demand, Location, Node, Owner, Peg, Supply, Tally
from dingdan.ledgers.inventory.rules import Spot

_SPOTS = """
SELECT balance.id, balance.variant_id, balance.node_id, balance.owner_id, node.priority,
    balance.on_hand - balance.reserved - balance.safety
FROM inventory_balance AS balance
JOIN inventory_node AS node ON node.tenant_id = balance.tenant_id AND node.id = balance.node_id AND node.active
WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = ANY(%(variants)s::uuid[])
"""
_LOCKED = "ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE OF balance"


def spots(variant_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, list[Spot]]:
    """Sellable stock of the variants at active nodes, by node priority. With `lock`, held until the transaction ends."""
    found: dict[UUID, list[Spot]] = defaultdict(list)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "variants": list(variant_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_SPOTS + (_LOCKED if lock else ""), params)
        for row in cursor.fetchall():
            found[row[1]].append(Spot(*row))
    for at_nodes in found.values():
        if len(at_nodes) > 1:
            at_nodes.sort(key=lambda spot: (spot.priority, str(spot.node_id)))
    return found


def default_node() -> Node:
    """The node that ships first."""
    return Node.objects.filter(active=True).order_by("priority", "code")[0]


def own_owner_id() -> UUID:
    """The owner of the tenant's own goods."""
    return current_tenant_id()


def location_ids() -> dict[tuple[UUID | None, str], UUID]:
    """The first location of each kind, by node and kind; outside places have no node."""
    found: dict[tuple[UUID | None, str], UUID] = {}
    for location in Location.objects.order_by("code"):
        found.setdefault((location.node_id, location.kind), location.id)
    return found


def demands_of(document_ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, list[Demand]]:
    """The demands of documents, in a stable order."""
    wanted = Demand.objects.filter(document_id__in=document_ids).order_by("document_id", "id")
    if lock:
        wanted = wanted.select_for_update(no_key=True)
    found: dict[UUID, list[Demand]] = defaultdict(list)
    for demand in wanted:
        found[demand.document_id].append(demand)
    return found


def open_pegs_of(demand_ids: Sequence[UUID]) -> dict[UUID, list[Peg]]:
    """What answers the demands: open pegs, with their balance."""
    found: dict[UUID, list[Peg]] = defaultdict(list)
    for peg in Peg.objects.filter(demand_id__in=demand_ids, quantity__gt=0).select_related("balance").order_by("id"):
        found[peg.demand_id].append(peg)
    return found


def unanswered(variant_ids: Sequence[UUID]) -> QuerySet[Demand, UUID]:
    """Ids of the demands for these variants that nothing answers in full."""
    answered = F("canceled") + F("issued") + F("pegged")
    return Demand.objects.filter(variant_id__in=variant_ids, quantity__gt=answered).values_list("id", flat=True)


def tallies_of(document_ids: Sequence[UUID]) -> dict[UUID, Tally]:
    """The summed goods of documents; one without goods has none."""
    return Tally.objects.in_bulk(list(document_ids))


_LYING_AT = """
SELECT demand_id, owner_id, lot_id, sum(pieces)::bigint FROM (
    SELECT demand_id, owner_id, lot_id, quantity AS pieces FROM inventory_move
    WHERE tenant_id = %(tenant)s AND variant_id = ANY(%(variants)s) AND demand_id = ANY(%(demands)s) AND target_id = %(place)s
    UNION ALL SELECT demand_id, owner_id, lot_id, -quantity FROM inventory_move
    WHERE tenant_id = %(tenant)s AND variant_id = ANY(%(variants)s) AND demand_id = ANY(%(demands)s) AND source_id = %(place)s
) AS both_ways GROUP BY 1, 2, 3 HAVING sum(pieces) > 0 ORDER BY 1, 2, 3 NULLS FIRST
"""


def lying_at(location_id: UUID, demands: Sequence[Demand]) -> dict[UUID, list[tuple[UUID, UUID | None, int]]]:
    """What was moved to a location for demands and not away again: (owner, lot, pieces) by demand."""
    found: dict[UUID, list[tuple[UUID, UUID | None, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _LYING_AT,
            {
                "tenant": current_tenant_id(), "place": location_id, "demands": [demand.id for demand in demands],
                # The moves are found by their variants.
                "variants": list({demand.variant_id for demand in demands}),
            },
        )  # fmt: skip
        for demand_id, owner_id, lot_id, pieces in cursor.fetchall():
            found[demand_id].append((owner_id, lot_id, pieces))
    return found


@dataclass(frozen=True, slots=True)
class StockLine:
    """How much of a variant there is at a node."""

    variant_id: UUID
    sku: str
    node: str
    owner_id: UUID
    on_hand: int
    reserved: int
    available: int
    incoming: int


def stock(variant_ids: Sequence[UUID] | None = None) -> list[StockLine]:
    """On hand, reserved, available and incoming, by SKU and node."""
    wanted = Balance.objects.select_related("variant", "node").order_by("variant__sku", "node__code")
    if variant_ids is not None:
        wanted = wanted.filter(variant_id__in=variant_ids)
    rows = list(wanted)
    coming = _incoming([row.variant_id for row in rows])
    return [
        StockLine(
            row.variant_id, row.variant.sku, row.node.code, row.owner_id, row.on_hand, row.reserved,
            row.on_hand - row.reserved - row.safety, coming.get((row.variant_id, row.node_id, row.owner_id), 0),
        )
        for row in rows
    ]  # fmt: skip


def _incoming(variant_ids: Sequence[UUID]) -> dict[tuple[UUID, UUID, UUID], int]:
    left = F("quantity") - F("received") - F("canceled")
    found: dict[tuple[UUID, UUID, UUID], int] = defaultdict(int)
    for supply in Supply.objects.filter(variant_id__in=variant_ids).annotate(left=left).filter(left__gt=0):
        found[supply.variant_id, supply.node_id, supply.owner_id] += supply.left
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One move seen from a place: what it changed and what was there afterwards."""

    at: datetime
    reason: str
    change: int
    on_hand: int
    source: str
    target: str
    entry_id: UUID


_WHY = """
SELECT move.at, move.reason,
       CASE WHEN target.node_id = %(node)s AND target.kind = 'stock' THEN move.quantity ELSE 0 END
       - CASE WHEN source.node_id = %(node)s AND source.kind = 'stock' THEN move.quantity ELSE 0 END AS change,
       source.code, target.code, move.entry_id
FROM inventory_move AS move
JOIN inventory_location AS source ON source.tenant_id = move.tenant_id AND source.id = move.source_id
JOIN inventory_location AS target ON target.tenant_id = move.tenant_id AND target.id = move.target_id
WHERE move.tenant_id = %(tenant)s AND move.variant_id = %(variant)s AND move.owner_id = %(owner)s
  AND ((source.node_id = %(node)s AND source.kind = 'stock') OR (target.node_id = %(node)s AND target.kind = 'stock'))
ORDER BY move.id
"""


def why(variant_id: UUID, node_id: UUID, owner_id: UUID) -> list[Step]:
    """Every move that made the sellable stock of a variant at a node what it is, with the stock after each."""
    params = {"tenant": current_tenant_id(), "variant": variant_id, "node": node_id, "owner": owner_id}
    steps, on_hand = [], 0
    with connection.cursor() as cursor:
        cursor.execute(_WHY, params)
        for at, reason, change, source, target, entry_id in cursor.fetchall():
            on_hand += change
            steps.append(Step(at, reason, change, on_hand, source, target, entry_id))
    return steps


def ensure_places_exist() -> bool:
    """Whether the tenant has a node and its own owner row."""
    return Node.objects.exists() and Owner.objects.filter(id=current_tenant_id()).exists()


def _breaches(sql: str, sentence: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"tenant": current_tenant_id()})
        for row in cursor.fetchall():
            yield sentence.format(*row)


def law_on_hand_is_the_sum_of_moves() -> Iterator[str]:
    """What a place holds is what was moved there less what was moved away."""
    return _breaches(
        """
        SELECT variant_id, location_id, owner_id, lot_id, sum(held), sum(moved) FROM (
            SELECT variant_id, location_id, owner_id, lot_id, on_hand AS held, 0 AS moved
            FROM inventory_holding WHERE tenant_id = %(tenant)s
            UNION ALL SELECT variant_id, target_id, owner_id, lot_id, 0, quantity FROM inventory_move WHERE tenant_id = %(tenant)s
            UNION ALL SELECT variant_id, source_id, owner_id, lot_id, 0, -quantity FROM inventory_move WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY 1, 2, 3, 4 HAVING sum(held) <> sum(moved)
        """,
        "variant {0} at location {1} (owner {2}, lot {3}): holds {4}, moves say {5}",
    )


def law_a_balance_is_the_sum_of_its_places() -> Iterator[str]:
    """Sellable stock at a node is what its stock locations hold."""
    return _breaches(
        f"""
        SELECT variant_id, node_id, owner_id, sum(balance), sum(held) FROM (
            SELECT variant_id, node_id, owner_id, on_hand AS balance, 0 AS held
            FROM inventory_balance WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT holding.variant_id, location.node_id, holding.owner_id, 0, holding.on_hand
            FROM inventory_holding AS holding
            JOIN inventory_location AS location
              ON location.tenant_id = holding.tenant_id AND location.id = holding.location_id AND location.kind = '{LocationKind.STOCK}'
            WHERE holding.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY 1, 2, 3 HAVING sum(balance) <> sum(held)
        """,
        "variant {0} at node {1} (owner {2}): balance {3}, its places hold {4}",
    )


def law_reserved_is_the_sum_of_open_pegs() -> Iterator[str]:
    """What a balance has reserved is what open pegs on it ask for."""
    return _breaches(
        """
        SELECT id, sum(reserved), sum(pegged) FROM (
            SELECT id, reserved, 0 AS pegged FROM inventory_balance WHERE tenant_id = %(tenant)s
            UNION ALL SELECT balance_id, 0, quantity FROM inventory_peg
            WHERE tenant_id = %(tenant)s AND balance_id IS NOT NULL AND quantity > 0
        ) AS both_sides GROUP BY id HAVING sum(reserved) <> sum(pegged)
        """,
        "balance {0}: reserved {1}, open pegs {2}",
    )


def law_a_supply_knows_its_pegs() -> Iterator[str]:
    """What a supply has promised is what open pegs on it ask for."""
    return _breaches(
        """
        SELECT id, sum(promised), sum(pegged) FROM (
            SELECT id, pegged AS promised, 0 AS pegged FROM inventory_supply WHERE tenant_id = %(tenant)s
            UNION ALL SELECT supply_id, 0, quantity FROM inventory_peg
            WHERE tenant_id = %(tenant)s AND supply_id IS NOT NULL AND quantity > 0
        ) AS both_sides GROUP BY id HAVING sum(promised) <> sum(pegged)
        """,
        "supply {0}: promised {1}, open pegs {2}",
    )


def law_a_demand_knows_its_pegs() -> Iterator[str]:
    """What a demand counts as answered is what its open pegs hold."""
    return _breaches(
        """
        SELECT id, sum(counted), sum(pegged) FROM (
            SELECT id, pegged AS counted, 0 AS pegged FROM inventory_demand WHERE tenant_id = %(tenant)s
            UNION ALL SELECT demand_id, 0, quantity FROM inventory_peg WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(counted) <> sum(pegged)
        """,
        "demand {0}: counts {1} answered, its pegs hold {2}",
    )


def law_issued_is_what_moved_to_the_customer() -> Iterator[str]:
    """What a demand counts as issued and returned is what was moved for it."""
    return _breaches(
        """
        SELECT id, sum(kept), sum(moved) FROM (
            SELECT id, issued - returned AS kept, 0 AS moved FROM inventory_demand WHERE tenant_id = %(tenant)s
            UNION ALL
            SELECT move.demand_id, 0, CASE WHEN target.kind = 'customer' THEN move.quantity
                                           WHEN source.kind = 'customer' THEN -move.quantity ELSE 0 END
            FROM inventory_move AS move
            JOIN inventory_location AS source ON source.tenant_id = move.tenant_id AND source.id = move.source_id
            JOIN inventory_location AS target ON target.tenant_id = move.tenant_id AND target.id = move.target_id
            WHERE move.tenant_id = %(tenant)s AND move.demand_id IS NOT NULL
        ) AS both_sides GROUP BY id HAVING sum(kept) <> sum(moved)
        """,
        "demand {0}: {1} with the customer, moves say {2}",
    )


def law_a_tally_is_the_sum_of_its_demands() -> Iterator[str]:
    """The goods of a document are the sum of its demands."""
    return _breaches(
        """
        SELECT document_id, sum(a), sum(b), sum(c), sum(d), sum(e) FROM (
            SELECT id AS document_id, demanded AS a, canceled AS b, issued AS c, delivered AS d, returned AS e
            FROM inventory_tally WHERE tenant_id = %(tenant)s
            UNION ALL SELECT document_id, -quantity, -canceled, -issued, -delivered, -returned
            FROM inventory_demand WHERE tenant_id = %(tenant)s
        ) AS both_sides GROUP BY document_id
        HAVING sum(a) <> 0 OR sum(b) <> 0 OR sum(c) <> 0 OR sum(d) <> 0 OR sum(e) <> 0
        """,
        "document {0}: tally differs from its demands by demanded {1}, canceled {2}, issued {3}, delivered {4}, returned {5}",
    )


LAWS = (
    law_on_hand_is_the_sum_of_moves,
    law_a_balance_is_the_sum_of_its_places,
    law_reserved_is_the_sum_of_open_pegs,
    law_a_supply_knows_its_pegs,
    law_a_demand_knows_its_pegs,
    law_issued_is_what_moved_to_the_customer,
    law_a_tally_is_the_sum_of_its_demands,
)
