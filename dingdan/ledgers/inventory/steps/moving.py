"""The one step that moves goods: the move and the balances are written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory.lifecycle import BOUNDLESS, LocationKind
from dingdan.ledgers.inventory.models import Balance, Holding, Location, Lot, Move
from dingdan.ledgers.inventory.steps.counters import lock_and_change


class NotThere(Refusal):
    """A place does not hold the pieces that were to leave it."""

    sentence = _("There are not enough pieces at {place} to move {quantity} away.")
    remedy = _("Count the place, correct the stock, and try again.")


class ReservedStock(Refusal):
    """Stock that is promised to customers was to be taken away."""

    sentence = _("Pieces that are reserved for orders cannot be taken away.")
    remedy = _("Release reservations first: cancel or re-source the orders that hold them.")


class SerialThere(Refusal):
    """A serial number that lies here was to arrive once more."""

    sentence = _("A serial number of this line is in stock already.")
    remedy = _("Check the number on the piece; where the books are wrong, count the place that they name.")


refuses("reserved_never_exceeds_on_hand", ReservedStock)
refuses("a_serial_number_is_one_piece", SerialThere)


@dataclass(frozen=True, slots=True)
class Pieces:
    """So many pieces go from one location to another, for a reason, perhaps for a demand or from a supply."""

    entry: Entry
    variant_id: UUID
    source_id: UUID
    target_id: UUID
    quantity: int
    reason: str
    owner_id: UUID
    lot_id: UUID | None = None
    demand_id: UUID | None = None
    frees: int = 0
    """How many of them were reserved on the source's balance for the demand; they stop being so."""
    unallocates: int = 0
    """How many of them were chosen at the source for the demand; they stop being so."""
    supply_id: UUID | None = None


_Stock = tuple[UUID, UUID, UUID]
_Place = tuple[UUID, UUID, UUID, UUID | None]


def move(pieces: Sequence[Pieces]) -> None:
    """Write the moves and change the balances and holdings they touch, in one order of locking.

    Raises `NotThere`, `ReservedStock`, `SerialThere`.
    """
    if not pieces:
        return
    places = Location.objects.in_bulk({p.source_id for p in pieces} | {p.target_id for p in pieces})
    _change_balances(pieces, places)
    _change_holdings(pieces, places)
    _check_serials({p.lot_id for p in pieces if p.lot_id})
    insert(
        (
            Move,
            [
                {
                    "entry_id": p.entry.id, "variant_id": p.variant_id, "source_id": p.source_id, "target_id": p.target_id,
                    "owner_id": p.owner_id, "lot_id": p.lot_id, "demand_id": p.demand_id, "supply_id": p.supply_id,
                    "quantity": p.quantity, "reason": p.reason, "at": p.entry.at,
                }
                for p in pieces
            ],
        )
    )  # fmt: skip


def _check_serials(lot_ids: set[UUID]) -> None:
    """Refuse a serial number that now lies in two of our places."""
    if not lot_ids:
        return
    here = Holding.objects.filter(lot_id__in=lot_ids, lot__is_serial=True, boundless=False)
    if here.values("lot_id").annotate(all=Sum("on_hand")).filter(all__gt=1).exists():
        raise SerialThere(field="lines")


_ASKED_BALANCES = """unnest(%(variants)s::uuid[], %(nodes)s::uuid[], %(owners)s::uuid[],
                                %(changes)s::bigint[], %(frees)s::bigint[])
    AS asked (variant_id, node_id, owner_id, change, frees)"""
_LOCK_BALANCES = f"""
SELECT FROM inventory_balance AS balance JOIN {_ASKED_BALANCES} USING (variant_id, node_id, owner_id)
WHERE balance.tenant_id = %(tenant)s
ORDER BY balance.variant_id, balance.node_id, balance.owner_id FOR NO KEY UPDATE OF balance
"""
_BALANCES = f"""
UPDATE inventory_balance AS balance
SET on_hand = balance.on_hand + asked.change, reserved = balance.reserved - asked.frees
FROM {_ASKED_BALANCES}
WHERE balance.tenant_id = %(tenant)s AND balance.variant_id = asked.variant_id AND balance.node_id = asked.node_id
  AND balance.owner_id = asked.owner_id
  AND balance.on_hand + asked.change >= balance.reserved - asked.frees AND balance.reserved >= asked.frees
RETURNING balance.variant_id, balance.node_id, balance.owner_id
"""  # noqa: S608 (a constant of this module)


def _change_balances(pieces: Sequence[Pieces], places: dict[UUID, Location]) -> None:
    changes: dict[_Stock, list[int]] = defaultdict(lambda: [0, 0])
    for p in pieces:
        source, target = places[p.source_id], places[p.target_id]
        if source.kind == LocationKind.STOCK and source.node_id:
            change = changes[p.variant_id, source.node_id, p.owner_id]
            change[0] -= p.quantity
            change[1] += p.frees
        if target.kind == LocationKind.STOCK and target.node_id:
            changes[p.variant_id, target.node_id, p.owner_id][0] += p.quantity
    missing = _updated(pieces[0].entry, changes)
    if not missing:
        return
    born = {key: changes[key] for key in missing}
    for key, (difference, frees) in born.items():
        if difference < 0 or frees:
            raise _too_little(key, -difference)
    open_balances(pieces[0].entry, born)
    if _updated(pieces[0].entry, born):
        raise ReservedStock


def _too_little(key: _Stock, quantity: int) -> Refusal:
    """Why a balance cannot give so many: they are not there, or they are promised."""
    variant_id, node_id, owner_id = key
    rows = Balance.objects.filter(variant_id=variant_id, node_id=node_id, owner_id=owner_id).select_related("node")
    balance = rows.first()
    if balance and balance.on_hand >= quantity:
        return ReservedStock()
    return NotThere(place=balance.node.code if balance else str(_("this node")), quantity=quantity, variant_id=variant_id)


def open_balances(entry: Entry, keys: Collection[tuple[UUID, UUID, UUID]]) -> None:
    """Write empty balances by variant, node and owner, where there are none yet."""
    entry.about("variant", *{variant for variant, _node, _owner in keys})
    rows = [
        {"id": new_id(), "variant_id": variant, "node_id": node, "owner_id": owner, "on_hand": 0}
        for variant, node, owner in sorted(keys, key=str)
    ]
    insert((Balance, rows), skip_existing=True)


def _updated(entry: Entry, changes: dict[_Stock, list[int]]) -> set[_Stock]:
    """Change the balances that are there and have enough; return the keys of the others."""
    if not changes:
        return set()
    params = {
        "variants": [key[0] for key in changes],
        "nodes": [key[1] for key in changes],
        "owners": [key[2] for key in changes],
        "changes": [change for change, _frees in changes.values()],
        "frees": [frees for _change, frees in changes.values()],
    }
    return set(changes) - set(lock_and_change(entry, lock=_LOCK_BALANCES, change=_BALANCES, params=params))


_ASKED_HOLDINGS = """unnest(%(variants)s::uuid[], %(places)s::uuid[], %(owners)s::uuid[], %(lots)s::uuid[],
                                %(changes)s::bigint[], %(unallocates)s::bigint[])
    AS asked (variant_id, location_id, owner_id, lot_id, change, unallocates)"""
_SAME_HOLDING = """holding.tenant_id = %(tenant)s AND holding.variant_id = asked.variant_id
  AND holding.location_id = asked.location_id AND holding.owner_id = asked.owner_id
  AND holding.lot_id IS NOT DISTINCT FROM asked.lot_id"""
_LOCK_HOLDINGS = f"""
SELECT FROM inventory_holding AS holding JOIN {_ASKED_HOLDINGS} ON {_SAME_HOLDING}
ORDER BY holding.variant_id, holding.location_id, holding.owner_id, holding.lot_id FOR NO KEY UPDATE OF holding
"""
_HOLDINGS = f"""
UPDATE inventory_holding AS holding
SET on_hand = holding.on_hand + asked.change, allocated = holding.allocated - asked.unallocates
FROM {_ASKED_HOLDINGS} WHERE {_SAME_HOLDING}
  AND (holding.boundless OR (holding.on_hand + asked.change >= holding.allocated - asked.unallocates
                             AND holding.allocated >= asked.unallocates))
RETURNING holding.variant_id, holding.location_id, holding.owner_id, holding.lot_id
"""  # noqa: S608 (a constant of this module)


def _change_holdings(pieces: Sequence[Pieces], places: dict[UUID, Location]) -> None:
    changes: dict[_Place, list[int]] = defaultdict(lambda: [0, 0])
    for p in pieces:
        change = changes[p.variant_id, p.source_id, p.owner_id, p.lot_id]
        change[0] -= p.quantity
        change[1] += p.unallocates
        changes[p.variant_id, p.target_id, p.owner_id, p.lot_id][0] += p.quantity
    missing = _held(pieces[0].entry, changes)
    if not missing:
        return
    born = {place: changes[place] for place in missing}
    for (variant_id, place_id, _owner, _lot), (change_, unallocates) in born.items():
        if (change_ < 0 or unallocates) and places[place_id].kind not in BOUNDLESS:
            raise NotThere(place=places[place_id].code, quantity=-change_, variant_id=variant_id)
    _open_holdings(born, places)
    if _held(pieces[0].entry, born):
        raise NotThere(place=str(_("this place")), quantity=sum(-change for change, _chosen in born.values() if change < 0))


def _open_holdings(born: Iterable[_Place], places: dict[UUID, Location]) -> None:
    keys = sorted(born, key=str)
    lot_ids = {lot for _variant, _place, _owner, lot in keys if lot}
    serials = set(Lot.objects.filter(id__in=lot_ids, is_serial=True).values_list("id", flat=True)) if lot_ids else set()
    rows = [
        {
            "id": new_id(), "variant_id": variant, "location_id": place, "owner_id": owner, "lot_id": lot, "on_hand": 0,
            "boundless": places[place].kind in BOUNDLESS, "is_serial": lot in serials,
        }
        for variant, place, owner, lot in keys
    ]  # fmt: skip
    insert((Holding, rows), skip_existing=True)


def _held(entry: Entry, changes: dict[_Place, list[int]]) -> set[_Place]:
    """Change the holdings that are there and have enough; return the places of the others."""
    params = {
        "variants": [place[0] for place in changes],
        "places": [place[1] for place in changes],
        "owners": [place[2] for place in changes],
        "lots": [place[3] for place in changes],
        "changes": [change for change, _unallocates in changes.values()],
        "unallocates": [unallocates for _change, unallocates in changes.values()],
    }
    return set(changes) - set(lock_and_change(entry, lock=_LOCK_HOLDINGS, change=_HOLDINGS, params=params))
