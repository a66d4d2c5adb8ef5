"""What is owed to documents, and what answers it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet, Sum

from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory.models import Allocation, Demand, Peg, Supply, Tally
from dingdan.ledgers.inventory.queries.stock import spot_of, supplies
from dingdan.ledgers.inventory.rules import Held, Pegged, Waiting


def demands_of(document_ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, list[Demand]]:
    """The demands of documents, in a stable order."""
    wanted = Demand.objects.filter(document_id__in=document_ids).order_by("document_id", "id")
    if lock:
        wanted = wanted.order_by("id").select_for_update(no_key=True)
    found: dict[UUID, list[Demand]] = defaultdict(list)
    for demand in wanted:
        found[demand.document_id].append(demand)
    return found


def held_for_carts(variant_ids: Iterable[UUID], at: datetime) -> dict[UUID, int]:
    """How many pieces of articles are held now for what may still be ordered, by article. One statement."""
    rows = Demand.objects.filter(expires_at__gt=at, quantity__gt=F("canceled") + F("issued"), variant_id__in=list(variant_ids))
    counted = rows.values("variant_id").annotate(pieces=Sum(F("quantity") - F("canceled") - F("issued"))).order_by("variant_id")
    return {row["variant_id"]: row["pieces"] for row in counted}


def lock_demands(demand_ids: Iterable[UUID]) -> dict[UUID, Demand]:
    """The demands as they are now, held until the transaction ends, in one order for all.

    Whoever changes what answers a demand holds it: documents do before they touch stock, and so do goods that arrive.
    """
    wanted = Demand.objects.filter(id__in=list(demand_ids)).order_by("id").select_for_update(no_key=True)
    return {demand.id: demand for demand in wanted}


def hold_demands(demand_ids: Iterable[UUID]) -> None:
    """Hold the demands as `lock_demands` does, for whoever needs to know nothing of them."""
    wanted = Demand.objects.filter(id__in=list(demand_ids)).order_by("id").select_for_update(no_key=True)
    list(wanted.values_list("id", flat=True))


class Reserved(NamedTuple):
    """Pieces of stock that answer a demand."""

    peg_id: UUID
    balance_id: UUID
    node_id: UUID
    owner_id: UUID
    quantity: int


def reserved_for(demand_ids: Iterable[UUID]) -> dict[UUID, list[Reserved]]:
    """What of the demands stock answers, by demand: the open pegs on balances, oldest first."""
    found: dict[UUID, list[Reserved]] = defaultdict(list)
    rows = Peg.objects.filter(demand_id__in=list(demand_ids), quantity__gt=0, balance__isnull=False).order_by("id")
    columns = ("demand_id", "id", "balance_id", "balance__node_id", "balance__owner_id", "quantity")
    for demand_id, *reserved in rows.values_list(*columns):
        found[demand_id].append(Reserved(*reserved))
    return found


def open_pegs_of(demand_ids: Iterable[UUID]) -> dict[UUID, list[Peg]]:
    """What answers the demands: open pegs, with their balance."""
    found: dict[UUID, list[Peg]] = defaultdict(list)
    for peg in Peg.objects.filter(demand_id__in=list(demand_ids), quantity__gt=0).select_related("balance__node").order_by("id"):
        found[peg.demand_id].append(peg)
    return found


def open_allocations_of(demand_ids: Iterable[UUID]) -> dict[UUID, list[Allocation]]:
    """From where the demands' pieces will be taken: open allocations, with place and lot."""
    found: dict[UUID, list[Allocation]] = defaultdict(list)
    rows = Allocation.objects.filter(demand_id__in=list(demand_ids), quantity__gt=0)
    for row in rows.select_related("holding__location", "holding__lot").order_by("id"):
        found[row.demand_id].append(row)
    return found


def unanswered(variant_ids: Sequence[UUID]) -> QuerySet[Demand, UUID]:
    """Ids of the demands for these variants that nothing answers in full."""
    answered = F("canceled") + F("issued") + F("pegged")
    return Demand.objects.filter(variant_id__in=variant_ids, quantity__gt=answered).values_list("id", flat=True)


def tallies_of(document_ids: Sequence[UUID]) -> dict[UUID, Tally]:
    """The summed goods of documents; one without goods has none."""
    return Tally.objects.in_bulk(list(document_ids))


def lock_tallies(document_ids: Iterable[UUID]) -> dict[UUID, Tally]:
    """The summed goods of documents, held until the transaction ends: the lock of documents that are only holds."""
    rows = Tally.objects.filter(id__in=list(document_ids)).order_by("id").select_for_update(no_key=True)
    return {row.id: row for row in rows}


# ── those who wait ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Queue:
    """Demands that wait for goods, oldest first, and the goods to come of their variants, by date. All of it is locked."""

    waiting: Sequence[Waiting]
    supplies: Mapping[UUID, Supply]


_WAITING = """
WITH waiting AS (
    SELECT id, variant_id, owner_id, NULL::uuid AS supply_id FROM inventory_demand
    WHERE tenant_id = %(tenant)s AND variant_id = ANY(%(variants)s::uuid[]) AND expires_at IS NULL
      AND quantity > canceled + issued + pegged
    UNION
    SELECT peg.demand_id, supply.variant_id, supply.owner_id, supply.id FROM inventory_peg AS peg
    JOIN inventory_supply AS supply ON supply.tenant_id = %(tenant)s AND supply.id = peg.supply_id
    WHERE peg.tenant_id = %(tenant)s AND peg.quantity > 0 AND supply.variant_id = ANY(%(variants)s::uuid[])
      AND supply.quantity > supply.received + supply.canceled
), lined_up AS (
    SELECT id, supply_id, dense_rank() OVER (PARTITION BY variant_id, owner_id ORDER BY id) AS place,
           dense_rank() OVER (PARTITION BY supply_id ORDER BY id) AS place_there FROM waiting
)
SELECT DISTINCT id FROM lined_up
WHERE %(most)s::bigint IS NULL OR place <= %(most)s::bigint
   OR (supply_id = ANY(%(supplies)s::uuid[]) AND place_there <= %(most)s::bigint)
"""


def queue(variant_ids: Iterable[UUID], *, most: int | None = None, supply_ids: Iterable[UUID] = ()) -> Queue:
    """Lock the demands that wait for these variants (the `most` oldest of each, and of these supplies), then what is to come.

    Demands that were pegged to it while we waited for it are locked last, without waiting: whoever holds one serves it.
    """
    wanted = list(variant_ids)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "variants": wanted, "most": most, "supplies": list(supply_ids)}
    demands = lock_demands(_waiting(params))
    coming = {row.id: row for row in supplies(wanted, lock=True)}
    added = set(_waiting(params)) - demands.keys()
    newer = Demand.objects.filter(id__in=list(added)).order_by("id").select_for_update(no_key=True, skip_locked=True)
    demands |= {demand.id: demand for demand in newer} if added else {}
    pegs: dict[UUID, list[Pegged]] = defaultdict(list)
    for peg in Peg.objects.filter(demand_id__in=list(demands), supply_id__in=list(coming), quantity__gt=0).order_by("id"):
        if peg.supply_id is not None:
            pegs[peg.demand_id].append(Pegged(peg.id, peg.supply_id, coming[peg.supply_id].expected_at, peg.quantity))
    waiting = [
        Waiting(
            demand.id, demand.document_kind, demand.document_id, demand.variant_id, demand.owner_id,
            demand.quantity - demand.canceled - demand.issued - demand.pegged, pegs[demand.id],
        )
        for _id, demand in sorted(demands.items())
    ]  # fmt: skip
    return Queue([one for one in waiting if one.owed], coming)


def _waiting(params: dict[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, params)
        return [id_ for (id_,) in cursor.fetchall()]


# ── holds ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def held_by(document_ids: Iterable[UUID], *, over_at: datetime | None = None) -> dict[UUID, list[Held]]:
    """What documents hold until they expire (or what of it is over by then); their tallies and demands are locked."""
    documents = list(document_ids)
    lock_tallies(documents)  # a hold has no document of its own above the goods book: its tally is locked in that place
    rows = Demand.objects.filter(document_id__in=documents, expires_at__isnull=False)
    if over_at is not None:
        rows = rows.filter(expires_at__lte=over_at)
    rows = rows.filter(quantity__gt=F("canceled") + F("issued")).order_by("id").select_for_update(no_key=True)
    demands = {row.id: row for row in rows}
    found: dict[UUID, list[Held]] = defaultdict(list)
    for demand_id, pegs in open_pegs_of(demands).items() if demands else ():
        demand = demands[demand_id]
        for peg in pegs:
            if peg.balance:
                kept = Held(peg.id, demand_id, demand.document_kind, demand.document_id, spot_of(peg.balance), peg.quantity)
                found[demand.document_id].append(kept)
    return found


def unchosen(demand_ids: Iterable[UUID], node_id: UUID) -> dict[UUID, int]:
    """How many reserved pieces of each demand have no place chosen yet at a node."""
    ids = list(demand_ids)
    found: dict[UUID, int] = defaultdict(int)
    for demand_id, pegs in open_pegs_of(ids).items():
        found[demand_id] += sum(peg.quantity for peg in pegs if peg.balance and peg.balance.node_id == node_id)
    for demand_id, rows in open_allocations_of(ids).items():
        found[demand_id] -= sum(row.quantity for row in rows if row.holding.location.node_id == node_id)
    return found


def due_to_let_go(now: datetime, *, limit: int) -> list[UUID]:
    """Documents whose holds are over, the earliest first."""
    rows = Demand.objects.filter(expires_at__lte=now, quantity__gt=F("canceled") + F("issued")).order_by("expires_at")
    return list(dict.fromkeys(rows.values_list("document_id", flat=True)[:limit]))


@dataclass(frozen=True, slots=True)
class LateLine:
    """A promise that cannot be kept as things stand: goods are expected after the day that was promised."""

    demand_id: UUID
    document_kind: str
    document_id: UUID
    due_at: datetime
    expected_at: datetime | None


def late(supply_ids: Iterable[UUID] | None = None) -> list[LateLine]:
    """Demands that goods to come answer too late (of these supplies, or of all), the longest promised first."""
    pegs = Peg.objects.filter(supply__isnull=False, quantity__gt=0, demand__due_at__isnull=False).select_related(
        "demand", "supply"
    )
    if supply_ids is not None:
        pegs = pegs.filter(supply_id__in=list(supply_ids))
    found: dict[UUID, LateLine] = {}
    for peg in pegs.order_by("demand__due_at", "demand_id"):
        demand, expected_at = peg.demand, peg.supply.expected_at if peg.supply else None
        if demand.due_at and (expected_at is None or expected_at > demand.due_at):
            found[demand.id] = LateLine(demand.id, demand.document_kind, demand.document_id, demand.due_at, expected_at)
    return list(found.values())
