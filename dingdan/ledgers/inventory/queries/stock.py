"""What is there, where, whose, and what can be promised of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

import orjson
from django.db.models import F, Q, Sum

from dingdan.kernel.errors import NotFound
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Backlog, Balance, Demand, Holding, Location, Lot, Node, Owner, Supply, Transfer
from dingdan.ledgers.inventory.rules import Bin, ClosedPlace, Incoming, NoSuchStock, Shelves, Spot
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.masterdata.catalog.rules import Sellable

# ── places and owners ────────────────────────────────────────────────────────────────────────────────────────────────────


def default_node() -> Node:
    """The node that ships first."""
    return Node.objects.filter(active=True).order_by("priority", "code")[0]


def node(node_id: UUID | None, *, field: str = "node_id") -> Node:
    """The node, or the one that ships first when none is named. Raises `NotFound`."""
    if node_id is None:
        return default_node()
    found = Node.objects.filter(id=node_id).first()
    if found is None:
        raise NotFound(field=field, what="node", id=node_id)
    return found


def node_by_code(code: str) -> UUID | None:
    """The id of the node with this code, or None."""
    return Node.objects.filter(code=code).values_list("id", flat=True).first()


def own_owner_id() -> UUID:
    """The owner of the tenant's own goods."""
    return current_tenant_id()


def owner_id(asked: UUID | None) -> UUID:
    """The owner, or the tenant itself when none is named. Raises `NotFound`."""
    if asked is not None and not Owner.objects.filter(id=asked).exists():
        raise NotFound(field="owner_id", what="owner", id=asked)
    return asked or own_owner_id()


def owners_among(party_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the parties that keep goods of their own here; an owner has the id of its party."""
    return set(Owner.objects.filter(id__in=list(party_ids)).values_list("id", flat=True))


def location_ids() -> dict[tuple[UUID | None, str], UUID]:
    """The first location of each kind, by node and kind; outside places have no node."""
    found: dict[tuple[UUID | None, str], UUID] = {}
    for location in Location.objects.order_by("id"):
        found.setdefault((location.node_id, location.kind), location.id)
    return found


def locations(ids: Iterable[UUID]) -> dict[UUID, Location]:
    """Locations by id; what is not there is left out."""
    return Location.objects.in_bulk(list(ids))


def ensure_places_exist() -> bool:
    """Whether the tenant has a node and its own owner row."""
    return Node.objects.exists() and Owner.objects.filter(id=current_tenant_id()).exists()


def place(location_id: UUID | None, node_id: UUID, *, field: str, kind: str | None = None) -> UUID | None:
    """A location of a node that goods may be put at; None when none is named. Raises `NotFound`, `ClosedPlace`."""
    if location_id is None:
        return None
    found = Location.objects.filter(id=location_id, node_id=node_id).exclude(kind=LocationKind.TRANSIT).first()
    if found is None or (kind and found.kind != kind):
        raise NotFound(field=field, what="location", id=location_id)
    if not found.active:
        raise ClosedPlace(field=field, place=found.code)
    return found.id


# ── variants and lots ────────────────────────────────────────────────────────────────────────────────────────────────────


class HasSku(Protocol):
    """A line that names an article."""

    @property
    def sku(self) -> str:
        """The shop's own code of it."""


def variants_in_stock(lines: Sequence[HasSku]) -> list[Sellable]:
    """The variant of each line. Refuses the first that is unknown or not kept in stock, and broken text, naming the line."""
    found = variants_by_sku({clean_text(line.sku, f"lines.{index}.sku", 64) for index, line in enumerate(lines)})
    return [sellable_of(line, found, field=f"lines.{index}.sku") for index, line in enumerate(lines)]


def sellable_of(line: HasSku, known: Mapping[str, Sellable], *, field: str) -> Sellable:
    """The variant that a line names, of those that were looked up. Raises `NoSuchStock`."""
    sku = clean_text(line.sku, field, 64)
    if sku not in known or not known[sku].needs_stock:
        raise NoSuchStock(field=field, sku=sku)
    return known[sku]


def lots(keys: Iterable[tuple[UUID, str]], *, lock: bool = False) -> dict[tuple[UUID, str], Lot]:
    """Lots by variant and code; what is not there is left out. With `lock`, held until the transaction ends."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Lot.objects.filter(variant_id__in={key[0] for key in wanted}, code__in={key[1] for key in wanted}).order_by("id")
    if lock:
        rows = rows.select_for_update(no_key=True)
    return {(row.variant_id, row.code): row for row in rows if (row.variant_id, row.code) in wanted}


def lot(variant_id: UUID, code: object, *, field: str) -> Lot | None:
    """The lot that a line names; None when it names none. Raises `NotFound` for a code that is not there."""
    if not code:
        return None
    key = (variant_id, clean_text(code, field, 64))
    found = lots([key]).get(key)
    if found is None:
        raise NotFound(field=field, what="lot", id=key[1])
    return found


# ── what can be promised ─────────────────────────────────────────────────────────────────────────────────────────────────


_SPOTS = """
SELECT balance.id, balance.variant_id, balance.node_id, balance.owner_id, node.priority,
       balance.on_hand - balance.reserved - balance.safety, balance.safety, nullif(balance.channel_safety, '{}'::jsonb)
FROM inventory_balance AS balance
JOIN inventory_node AS node ON node.tenant_id = balance.tenant_id AND node.id = balance.node_id AND node.active
WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = ANY(%(variants)s::uuid[])
  AND (%(nodes)s::uuid[] IS NULL OR balance.node_id = ANY(%(nodes)s::uuid[]))
"""
_LOCKED = "ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE OF balance"


def spots(variant_ids: Iterable[UUID], *, lock: bool = False, node_ids: Iterable[UUID] = ()) -> dict[UUID, list[Spot]]:
    """Sellable stock of the variants at active nodes (or at these), by node priority. With `lock`, held to the end."""
    found: dict[UUID, list[Spot]] = defaultdict(list)
    params: dict[str, Any] = {"tenant": current_tenant_id(), "variants": list(variant_ids), "nodes": list(node_ids) or None}
    with ready_cursor() as cursor:
        cursor.execute(_SPOTS + (_LOCKED if lock else ""), params)
        for balance, variant, node, owner, priority, free, safety, by_channel in cursor.fetchall():
            kept = _kept(safety, orjson.loads(by_channel)) if by_channel else {}
            found[variant].append(Spot(balance, variant, node, owner, priority, free, kept))
    for at_nodes in found.values():
        if len(at_nodes) > 1:
            at_nodes.sort(key=lambda spot: (spot.priority, str(spot.node_id)))
    return found


def _kept(safety: int, by_channel: Mapping[str, int]) -> dict[UUID, int]:
    """What is kept back from single channels above what is kept back from all."""
    return {UUID(channel): max(0, kept - safety) for channel, kept in by_channel.items()}


def spot_of(balance: Balance) -> Spot:
    """A balance as a place to take goods from; it was read with its node."""
    free, kept = balance.on_hand - balance.reserved - balance.safety, _kept(balance.safety, balance.channel_safety)
    return Spot(balance.id, balance.variant_id, balance.node_id, balance.owner_id, balance.node.priority, free, kept)


def supplies(variant_ids: Iterable[UUID], *, lock: bool = False) -> list[Supply]:
    """What is still to come of the variants to active nodes, without date last. With `lock`, held until the transaction ends."""
    wanted = Supply.objects.filter(variant_id__in=list(variant_ids), quantity__gt=F("received") + F("canceled"))
    wanted = wanted.filter(node__active=True)
    if lock:
        wanted = wanted.order_by("id").select_for_update(no_key=True, of=("self",))
    return sorted(wanted, key=lambda row: (row.expected_at is None, row.expected_at or datetime.max.replace(tzinfo=UTC), row.id))


def incoming(rows: Iterable[Supply]) -> dict[UUID, list[Incoming]]:
    """Supplies as goods to come that can be promised, by variant, in the order given."""
    found: dict[UUID, list[Incoming]] = defaultdict(list)
    for row in rows:
        free = row.quantity - row.received - row.canceled - row.pegged
        found[row.variant_id].append(Incoming(row.id, row.variant_id, row.owner_id, row.node_id, row.expected_at, free))
    return found


def owed(variant_ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, int]:
    """How many pieces of each variant are owed beyond stock; only those that owe. With `lock`, held to the end."""
    wanted = Backlog.objects.filter(id__in=list(variant_ids), owed__gt=0).order_by("id")
    if lock:
        wanted = Backlog.objects.filter(id__in=list(variant_ids)).order_by("id").select_for_update(no_key=True)
    return {row.id: row.owed for row in wanted}


def shelves(variant_ids: Iterable[UUID], *, owing: Iterable[UUID] = (), lock: bool = False) -> Shelves:
    """What can be promised of the variants from stock; of those in `owing` also from goods to come, once somebody needs to.

    With `lock` that is read at once, and all of it is held until the transaction ends, in the order of the house: goods to
    come, stock, what is owed.
    """
    wanted, backed = list(variant_ids), set(owing)
    coming = incoming(supplies(backed, lock=True)) if backed and lock else {}
    there = spots(wanted, lock=lock) if wanted else {}
    owes = owed(backed, lock=True) if backed and lock else {}
    return Shelves(there, coming, owes, unseen=set() if lock else backed)


def look_ahead(shelves: Shelves) -> None:
    """Look what will come and what is owed of the variants that may be owed, where nobody has looked yet."""
    if shelves.unseen:
        shelves.coming |= incoming(supplies(shelves.unseen))
        shelves.owed |= owed(shelves.unseen)
        shelves.unseen.clear()


def balances(balance_ids: Iterable[UUID]) -> list[Balance]:
    """The balances as they are now."""
    return list(Balance.objects.filter(id__in=list(balance_ids)))


def lock_balances(balance_ids: Iterable[UUID]) -> dict[UUID, Balance]:
    """The balances with their nodes, held until the transaction ends, in one order for all."""
    wanted = Balance.objects.filter(id__in=list(balance_ids)).select_related("node")
    rows = wanted.order_by("variant_id", "node_id", "owner_id").select_for_update(no_key=True, of=("self",))
    return {row.id: row for row in rows}


def hold_balances(balance_ids: Iterable[UUID]) -> None:
    """Hold the balances as `lock_balances` does, for whoever needs to know nothing of them."""
    wanted = Balance.objects.filter(id__in=list(balance_ids)).order_by("variant_id", "node_id", "owner_id")
    list(wanted.select_for_update(no_key=True).values_list("id", flat=True))


def lock_balances_at(variant_ids: Iterable[UUID], node_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID, UUID], Balance]:
    """The balances of variants at nodes by variant, node and owner, held until the transaction ends, in one order for all."""
    wanted = Balance.objects.filter(variant_id__in=list(variant_ids), node_id__in=list(node_ids)).select_related("node")
    rows = wanted.order_by("variant_id", "node_id", "owner_id").select_for_update(no_key=True, of=("self",))
    return {(row.variant_id, row.node_id, row.owner_id): row for row in rows}


def atp(
    variant_id: UUID,
    *,
    on: date | None = None,
    node_id: UUID | None = None,
    owner_id: UUID | None = None,
    channel_id: UUID | None = None,
) -> int:
    """Available to promise by the end of a day (UTC): what is free now, and what will have come by then and is not promised.

    Without a day, stock alone. Without a node, all active ones, less what is owed and not answered by anything yet. Without an
    owner, the tenant's own goods. A channel may not promise what is kept back from it. Never negative.
    """
    owner = owner_id or own_owner_id()
    here = [
        spot for spot in spots([variant_id]).get(variant_id, []) if spot.owner_id == owner and node_id in (None, spot.node_id)
    ]
    found = sum(max(0, spot.free_for(channel_id)) for spot in here)
    if on is not None:
        until = datetime.combine(on, time.min, UTC) + timedelta(days=1)
        due = [row for row in supplies([variant_id]) if row.expected_at is not None and row.expected_at < until]
        for group in incoming(row for row in due if row.owner_id == owner and node_id in (None, row.node_id)).values():
            found += sum(one.free for one in group)
    if node_id is None:
        found -= _unanswered(variant_id, owner)
    return max(0, found)


def _unanswered(variant_id: UUID, owner_id: UUID) -> int:
    answered = F("canceled") + F("issued") + F("pegged")
    rows = Demand.objects.filter(variant_id=variant_id, owner_id=owner_id, quantity__gt=answered)
    return int(rows.aggregate(all=Sum(F("quantity") - answered))["all"] or 0)


# ── what is there ────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    coming = _still_to_come({row.variant_id for row in rows})
    return [
        StockLine(
            row.variant_id, row.variant.sku, row.node.code, row.owner_id, row.on_hand, row.reserved,
            row.on_hand - row.reserved - row.safety, coming.get((row.variant_id, row.node_id, row.owner_id), 0),
        )
        for row in rows
    ]  # fmt: skip


def _still_to_come(variant_ids: Iterable[UUID]) -> Mapping[tuple[UUID, UUID, UUID], int]:
    found: dict[tuple[UUID, UUID, UUID], int] = defaultdict(int)
    for row in supplies(variant_ids):
        found[row.variant_id, row.node_id, row.owner_id] += row.quantity - row.received - row.canceled
    return found


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """What lies at one location, by owner and lot. `lot` is '' for goods without lots."""

    variant_id: UUID
    sku: str
    location_id: UUID
    location: str
    kind: str
    owner_id: UUID
    lot: str
    expires_on: date | None
    on_hand: int
    allocated: int


def holdings(variant_ids: Sequence[UUID] | None = None, *, node_id: UUID | None = None) -> list[HoldingLine]:
    """What lies where inside the nodes, by SKU, location and lot."""
    wanted = Holding.objects.filter(boundless=False).exclude(on_hand=0).select_related("variant", "location", "lot")
    if variant_ids is not None:
        wanted = wanted.filter(variant_id__in=variant_ids)
    if node_id is not None:
        wanted = wanted.filter(location__node_id=node_id)
    return [
        HoldingLine(
            row.variant_id, row.variant.sku, row.location_id, row.location.code, row.location.kind, row.owner_id,
            row.lot.code if row.lot else "", row.lot.expires_on if row.lot else None, row.on_hand, row.allocated,
        )
        for row in wanted.order_by("variant__sku", "location__code", "lot__expires_on", "lot__code", "owner_id")
    ]  # fmt: skip


def bins(variant_ids: Iterable[UUID], node_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID, UUID], list[Bin]]:
    """What can be picked from the stock locations of nodes, by variant, node and owner. Exact while their balances are locked."""
    held = Holding.objects.filter(
        variant_id__in=set(variant_ids), location__node_id__in=set(node_ids), location__kind=LocationKind.STOCK, on_hand__gt=0
    )
    found: dict[tuple[UUID, UUID, UUID], list[Bin]] = defaultdict(list)
    whose = ("variant_id", "location__node_id", "owner_id")
    what = ("id", "location_id", "lot_id", "lot__expires_on", "location__code")
    for variant_id, node_id, of_id, *bin_ in held.values_list(*whose, *what, F("on_hand") - F("allocated")):
        found[variant_id, node_id, of_id].append(Bin(*bin_))
    return found


def bin_of(row: Holding) -> Bin:
    """A holding as a place to pick from; it was read with its location and lot."""
    expires_on = row.lot.expires_on if row.lot else None
    return Bin(row.id, row.location_id, row.lot_id, expires_on, row.location.code, row.on_hand - row.allocated)


def expired(on: date, *, limit: int) -> list[Holding]:
    """Stock whose lot was good before a day and is not on it, oldest first, with location and lot."""
    rows = Holding.objects.filter(location__kind=LocationKind.STOCK, on_hand__gt=0, lot__expires_on__lt=on)
    return list(rows.select_related("location", "lot").order_by("lot__expires_on", "id")[:limit])


def holdings_at(keys: Iterable[tuple[UUID, UUID, UUID, UUID | None]]) -> dict[tuple[UUID, UUID, UUID, UUID | None], Holding]:
    """Holdings by variant, location, owner and lot, locked; their balances must be locked already."""
    wanted = set(keys)
    rows = Holding.objects.filter(variant_id__in={key[0] for key in wanted}, location_id__in={key[1] for key in wanted})
    rows = rows.order_by("variant_id", "location_id", "owner_id", "lot_id").select_for_update(no_key=True)
    found = {(row.variant_id, row.location_id, row.owner_id, row.lot_id): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


# ── goods between nodes ──────────────────────────────────────────────────────────────────────────────────────────────────


def transfer(transfer_id: UUID, *, lock: bool = False) -> Transfer:
    """A transfer with its nodes. Raises `NotFound`. With `lock`, held until the transaction ends."""
    wanted: Any = Transfer.objects.select_related("source", "target").filter(id=transfer_id)
    if lock:
        wanted = wanted.select_for_update(no_key=True, of=("self",))
    found: Transfer | None = wanted.first()
    if found is None:
        raise NotFound(field="transfer_id", what="transfer", id=transfer_id)
    return found


def supplies_of(document_id: UUID) -> list[Supply]:
    """What a document said would come, with variants and lots, in a stable order."""
    return list(Supply.objects.filter(document_id=document_id).select_related("variant", "lot").order_by("id"))


def supplies_by_id(supply_ids: Iterable[UUID]) -> dict[UUID, Supply]:
    """Supplies by id with their variants, unlocked; what is not there is left out."""
    return Supply.objects.select_related("variant").in_bulk(list(supply_ids))


def is_empty(location_id: UUID) -> bool:
    """Whether nothing lies at a location."""
    return not Holding.objects.filter(Q(location_id=location_id), ~Q(on_hand=0)).exists()
