"""Parcels that nobody had asked for: put aside with what is known of them, until after-sales knows what they are."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ParcelJoined, ParcelParked, ParcelSettled
from dingdan.trade.aftersales.lifecycle import OPEN

MOST_NOTE = 2000


@command
def park_parcel(entry: Entry, *, code: str = "", note: str = "", node_id: UUID | None = None) -> ParcelParked:
    """Put a parcel aside that nobody had asked for, with what was scanned from it and what was seen, at a node."""
    scanned = clean_text(code, "code", 80, required=False)
    seen = clean_text(note, "note", MOST_NOTE, required=False, multiline=True)
    if not scanned and not seen:
        raise Invalid(field="note", reason=_("Scan something from the parcel, or say what is in it."))
    node = node_id or inventory_queries.default_node().id
    if (node, LocationKind.INSPECTION) not in inventory_queries.location_ids():
        raise NotFound(field="node_id", what="node", id=node)
    row = steps.park(entry, node_id=node, code=scanned, note=seen)
    return ParcelParked(parcel_id=row.id, number=row.number, node_id=row.node_id)


@command
def join_parcel(entry: Entry, *, parcel_id: UUID, return_id: UUID) -> ParcelJoined:
    """Say which return a parcel is of: it lies at the desk then, to be looked at with the others."""
    _standing, rma = queries.lock_return(return_id)
    parcel = queries.lock_parcel(parcel_id)
    steps.turn_parcel(entry, parcel=parcel, name="join", rma=rma)
    if rma.state in OPEN:
        steps.lie_at_the_desk(entry, rma=rma)
    return ParcelJoined(parcel_id=parcel.id, return_id=rma.id, order_id=rma.order_id)


@command
def settle_parcel(entry: Entry, *, parcel_id: UUID, answer: str) -> ParcelSettled:
    """Say what became of a parcel that is of no return: sent back, kept, thrown away."""
    parcel = queries.lock_parcel(parcel_id)
    steps.turn_parcel(entry, parcel=parcel, name="settle", answer=clean_text(answer, "answer", 200))
    return ParcelSettled(parcel_id=parcel.id)
