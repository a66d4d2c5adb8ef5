"""What is said at the returns desk of pieces that came back, and parcels that nobody had asked for."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel import numbering
from dingdan.kernel.journal import Entry
from dingdan.trade.aftersales.lifecycle import PARCEL_LIFE
from dingdan.trade.aftersales.models import Examination, Return, ReturnPiece, StrayParcel
from dingdan.trade.aftersales.steps.returning import mark
from dingdan.trade.fulfillment.rules import written_as


def lie_at_the_desk(entry: Entry, *, rma: Return) -> None:
    """The parcel of a locked return is here, from the first time on that anybody says so."""
    mark(entry, rma=rma, **({} if rma.arrived_at else {"arrived_at": entry.at}))


def examine(entry: Entry, *, piece: ReturnPiece, code: str, quantity: int, lot_id: UUID | None) -> Examination:
    """Write of which grade pieces of a locked return are."""
    return Examination.objects.create(
        piece=piece, lot_id=lot_id, code=code, quantity=quantity, examiner=written_as(entry.actor), at=entry.at
    )


def undo_examination(entry: Entry, *, examination: Examination, rma: Return) -> None:
    """Take back what was said of pieces of a locked return."""
    Examination.objects.filter(id=examination.id).update(undone_at=entry.at)
    entry.about("return", rma.id)
    entry.about("order", rma.order_id)


def park(entry: Entry, *, node_id: UUID, code: str, note: str) -> StrayParcel:
    """Write down a parcel that nobody had asked for, under a number that can be written on it."""
    (number,) = numbering.take(entry, "parcel", prefix="U", first=101)
    row = StrayParcel.objects.create(number=number, node_id=node_id, code=code, note=note, parked_at=entry.at)
    entry.about("parcel", row.id)
    return row


def turn_parcel(entry: Entry, *, parcel: StrayParcel, name: str, rma: Return | None = None, answer: str = "") -> None:
    """End the waiting of a locked parcel. Raises `NotInThisState`."""
    state = PARCEL_LIFE.turn(name, parcel.state)
    StrayParcel.objects.filter(id=parcel.id).update(state=state, rma=rma, answer=answer, ended_at=entry.at)
    entry.about("parcel", parcel.id)
