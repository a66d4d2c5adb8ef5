"""Goods arrive, are corrected, and get places to be at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.ledgers.inventory import queries
from dingdan.ledgers.inventory.lifecycle import LocationKind, OwnerKind
from dingdan.ledgers.inventory.models import Location, Node, Owner
from dingdan.ledgers.inventory.steps.moving import Pieces, move

INSIDE = (LocationKind.STOCK, LocationKind.INSPECTION, LocationKind.DAMAGED, LocationKind.TRANSIT)
OUTSIDE = (LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.PRODUCTION, LocationKind.SCRAP)


@dataclass(frozen=True, slots=True)
class Arrival:
    """So many pieces arrive at a node from outside."""

    entry: Entry
    variant_id: UUID
    node_id: UUID
    quantity: int
    owner_id: UUID
    lot_id: UUID | None = None
    reason: str = "receive"


def receive(arrivals: Sequence[Arrival]) -> None:
    """Bring goods from a supplier into the stock of nodes."""
    places = queries.location_ids()
    move(
        [
            Pieces(
                entry=arrival.entry, variant_id=arrival.variant_id, source_id=places[None, LocationKind.SUPPLIER],
                target_id=places[arrival.node_id, LocationKind.STOCK], quantity=arrival.quantity, reason=arrival.reason,
                owner_id=arrival.owner_id, lot_id=arrival.lot_id,
            )
            for arrival in arrivals
        ]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Correction:
    """Stock at a node is so many more (or fewer) than was written."""

    entry: Entry
    variant_id: UUID
    node_id: UUID
    change: int
    owner_id: UUID
    reason: str
    lot_id: UUID | None = None


def adjust(corrections: Sequence[Correction]) -> None:
    """Correct stock: what is missing goes to scrap, what is found comes from it. Raises `NotThere`."""
    places = queries.location_ids()
    scrap = places[None, LocationKind.SCRAP]
    pieces = []
    for correction in corrections:
        here = places[correction.node_id, LocationKind.STOCK]
        source, target = (scrap, here) if correction.change > 0 else (here, scrap)
        pieces.append(
            Pieces(
                entry=correction.entry, variant_id=correction.variant_id, source_id=source, target_id=target,
                quantity=abs(correction.change), reason=correction.reason, owner_id=correction.owner_id, lot_id=correction.lot_id,
            )
        )  # fmt: skip
    move(pieces)


def open_node(entry: Entry, *, code: str, name: str, country: str, priority: int = 100) -> UUID:
    """Make a node with a location of every kind, and the places outside if they are not there yet; return its id."""
    node_id = new_id()
    insert((Owner, [{"id": entry.tenant_id, "kind": OwnerKind.TENANT}]), skip_existing=True)
    insert((Location, [{"id": new_id(), "code": kind.value, "kind": kind.value} for kind in OUTSIDE]), skip_existing=True)
    insert(
        (Node, [{"id": node_id, "code": code, "name": name, "country": country, "priority": priority}]),
        (
            Location,
            [{"id": new_id(), "node_id": node_id, "code": f"{code}-{kind}", "kind": kind.value} for kind in INSIDE],
        ),
    )
    return node_id
