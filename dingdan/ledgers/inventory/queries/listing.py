"""Articles as a list to look through: found by parts of their names, by what is the matter with their stock, a page at a time.

However many articles there are, one page looks at so many at most and says how far it looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum

from dingdan.kernel.finding import like, pairs_in
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Balance, Demand, Low, Peg, Supply

MOST_LOOKED_AT: Final = 5_000
MOST_FOUND: Final = 20_000
"""Articles that a search looks up; whoever finds more narrows it down."""


class Matter(StrEnum):
    """What is the matter with an article's stock."""

    LOW = "low"
    OUT = "sold_out"
    OWED = "backordered"
    SHORT = "below_zero"
    COMING = "incoming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which articles: every part that is given must fit."""

    q: str = ""
    node_id: UUID | None = None
    matter: str = ""
    channel_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of articles by SKU, and the SKU to go on behind; empty at the end."""

    variant_ids: list[UUID]
    next: str


# What few articles have is where the search begins; what many have is looked for among those that are looked at.
_FEW: Final = {
    Matter.LOW: """ AND variant.id IN (SELECT variant_id FROM inventory_low
        WHERE tenant_id = %(tenant)s AND (%(node)s::uuid IS NULL OR node_id = %(node)s::uuid))""",
    Matter.OWED: " AND variant.id IN (SELECT id FROM inventory_backlog WHERE tenant_id = %(tenant)s AND owed > 0)",
    Matter.COMING: """ AND variant.id IN (SELECT variant_id FROM inventory_supply WHERE tenant_id = %(tenant)s
        AND quantity > received + canceled AND (%(node)s::uuid IS NULL OR node_id = %(node)s::uuid))""",
}
_HERE: Final = """FROM inventory_balance AS balance WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = looked.id
    AND (%(node)s::uuid IS NULL OR balance.node_id = %(node)s::uuid)"""
_MANY: Final = {
    Matter.OUT: f""" AND looked.state = 'active' AND NOT EXISTS (SELECT {_HERE}
        AND balance.on_hand > balance.reserved + balance.safety)""",
    Matter.SHORT: f""" AND EXISTS (SELECT {_HERE} AND (
        balance.on_hand < balance.reserved + balance.safety OR EXISTS (
            SELECT FROM jsonb_each_text(balance.channel_safety) AS kept
            WHERE (%(channel)s::text IS NULL OR kept.key = %(channel)s::text)
              AND balance.on_hand < balance.reserved + kept.value::bigint)))""",  # noqa: S608 (made of our own parts)
}
_NAMED: Final = """ AND variant.id IN (
    SELECT id FROM catalog_variant WHERE tenant_id = %(tenant)s
      AND catalog_pairs(sku || ' ' || name || ' ' || barcode) @> %(pairs)s::text[]
      AND (sku || ' ' || name || ' ' || barcode) ILIKE ALL (%(likes)s::text[])
    UNION SELECT one.id FROM catalog_product AS product
    JOIN catalog_variant AS one ON one.tenant_id = %(tenant)s AND one.product_id = product.id
    WHERE product.tenant_id = %(tenant)s AND catalog_pairs(product.name || ' ' || product.name_i18n::text) @> %(pairs)s::text[]
      AND (product.name || ' ' || product.name_i18n::text) ILIKE ALL (%(likes)s::text[])
    LIMIT %(found)s)"""


def articles(asked: Asked, *, after: str = "", most: int = 50) -> Found:
    """The articles kept in stock that fit, by SKU, behind one of them."""
    words = asked.q.lower().split()
    where = _FEW.get(asked.matter, "") + (_NAMED if words else "")  # type: ignore[call-overload]
    fits = _MANY.get(asked.matter, "") + (f" AND EXISTS (SELECT {_HERE})" if asked.node_id else "")  # type: ignore[call-overload]
    params: dict[str, Any] = {
        "tenant": current_tenant_id(), "after": after, "most": most + 1, "looked": MOST_LOOKED_AT, "found": MOST_FOUND,
        "node": asked.node_id, "channel": str(asked.channel_id) if asked.channel_id else None,
        "pairs": sorted({pair for word in words for pair in pairs_in(word)}), "likes": [like(word) for word in words],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH looked AS MATERIALIZED (
                SELECT variant.id, variant.sku, variant.state FROM catalog_variant AS variant
                WHERE variant.tenant_id = %(tenant)s AND variant.needs_stock AND variant.sku > %(after)s {where}
                ORDER BY variant.sku LIMIT %(looked)s
            ), fitting AS (SELECT id, sku FROM looked WHERE true {fits} ORDER BY sku LIMIT %(most)s)
            SELECT (SELECT count(*) FROM looked), (SELECT max(sku) FROM looked),
                   (SELECT array_agg(id ORDER BY sku) FROM fitting), (SELECT array_agg(sku ORDER BY sku) FROM fitting)
            """,  # noqa: S608 (made of our own parts)
            params,
        )
        ((looked, last, ids, skus),) = cursor.fetchall()
    ids, skus = ids or [], skus or []
    if len(ids) > most:
        return Found(ids[:most], skus[most - 1])
    return Found(ids, last if looked == MOST_LOOKED_AT else "")


# ── the figures of some articles ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Figures:
    """How much there is of an article at a node, or at all of them."""

    on_hand: int = 0
    reserved: int = 0
    safety: int = 0
    incoming: int = 0
    is_low: bool = False

    @property
    def available(self) -> int:
        """What can be promised of what is there."""
        return self.on_hand - self.reserved - self.safety


def figures(variant_ids: Iterable[UUID]) -> dict[UUID, dict[UUID, Figures]]:
    """The stock of articles by node, of all owners together."""
    ids = list(variant_ids)
    found: dict[UUID, dict[UUID, Figures]] = {id_: defaultdict(Figures) for id_ in ids}
    for row in Balance.objects.filter(variant_id__in=ids):
        at = found[row.variant_id][row.node_id]
        at.on_hand, at.reserved, at.safety = at.on_hand + row.on_hand, at.reserved + row.reserved, at.safety + row.safety
    open_ = Supply.objects.filter(variant_id__in=ids, quantity__gt=F("received") + F("canceled"))
    coming = open_.values_list("variant_id", "node_id").annotate(pieces=Sum(F("quantity") - F("received") - F("canceled")))
    for variant_id, node_id, pieces in coming.order_by():
        found[variant_id][node_id].incoming = pieces
    for variant_id, node_id in Low.objects.filter(variant_id__in=ids).values_list("variant_id", "node_id"):
        found[variant_id][node_id].is_low = True
    return found


def holders(variant_id: UUID, *, most: int) -> list[Peg]:
    """What holds the reserved pieces of an article, the oldest first: open pegs on stock, with demand and node."""
    balances = list(Balance.objects.filter(variant_id=variant_id).values_list("id", flat=True))
    rows = Peg.objects.filter(balance_id__in=balances, quantity__gt=0).select_related("demand", "balance__node")
    return list(rows.order_by("id")[:most])


def waiters(supply_ids: Iterable[UUID]) -> dict[UUID, list[Peg]]:
    """Who waits for goods to come: open pegs by supply, with demand."""
    found: dict[UUID, list[Peg]] = defaultdict(list)
    for peg in Peg.objects.filter(supply_id__in=list(supply_ids), quantity__gt=0).select_related("demand").order_by("id"):
        if peg.supply_id is not None:
            found[peg.supply_id].append(peg)
    return found


def unpromised(variant_id: UUID, *, most: int) -> list[Demand]:
    """Demands of an article that nothing answers in full, the oldest first."""
    answered = F("canceled") + F("issued") + F("pegged")
    return list(Demand.objects.filter(variant_id=variant_id, quantity__gt=answered).order_by("id")[:most])
