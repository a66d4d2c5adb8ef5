"""Parcels that are turned back under way, inside a command."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.trade.aftersales.lifecycle import INTERCEPTION_LIFE
from dingdan.trade.aftersales.models import Interception


def intercept(entry: Entry, *, shipment_id: UUID, reason: str) -> UUID:
    """Write that a carrier is asked to turn a parcel back. Returns its id."""
    id_ = new_id()
    insert((Interception, [{"id": id_, "shipment_id": shipment_id, "reason": reason, "asked_at": entry.at}]))
    entry.about("shipment", shipment_id)
    return id_


def answer_interception(entry: Entry, *, interception: Interception, name: str, return_id: UUID | None) -> str:
    """Write what came of it. Raises `NotInThisState`. Returns the state."""
    state = INTERCEPTION_LIFE.turn(name, interception.state)
    Interception.objects.filter(id=interception.id).update(state=state, rma_id=return_id, answered_at=entry.at)
    entry.about("shipment", interception.shipment_id)
    return state
