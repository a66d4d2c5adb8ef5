"""The returns desk: a parcel lies there, its pieces are held one by one, and what they come to is decided at the end.

Nothing moves and nothing is given back before `finish_examination`, so that everything said until then can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.masterdata.catalog.rules import Tracking
from dingdan.masterdata.policies import queries as policies
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ExaminationUndone, ParcelArrived, PiecesExamined
from dingdan.trade.aftersales.lifecycle import OPEN, RETURN_LIFE
from dingdan.trade.aftersales.models import Examination, Return, ReturnPiece
from dingdan.trade.aftersales.rules import drawn_home


class ArrivedBefore(Refusal):
    """The parcel lies at the desk already."""

    sentence = _("This parcel was put down at the desk before.")
    remedy = _("Open it and look at the goods, or put it back to the others.")


class MoreThanExpected(Refusal):
    """More pieces were held than are to come."""

    sentence = _("Only {left} of these pieces are still to be looked at, not {asked}.")
    remedy = _(
        "Look whether one was scanned twice. What is really too many is put aside: let it come back as a return of its own."
    )


class NumberWanted(Refusal):
    """Which piece it is has to be known."""

    status = 422
    sentence = _("Every piece of {sku} has a serial number.")
    remedy = _("Scan the number on the piece.")


class AnotherPiece(Refusal):
    """A piece of the right article, but not one that this customer got, or one that was held before."""

    sentence = _("The piece {code} did not leave with this order, or was looked at before.")
    remedy = _("Look at the number once more. If it is right, put the piece aside as a parcel that nobody asked for.")


class UndoneBefore(Refusal):
    """What was said of these pieces is taken back already."""

    sentence = _("This was taken back before.")
    remedy = _("Nothing needs to be done.")


@command
def note_arrival(entry: Entry, *, return_id: UUID) -> ParcelArrived:
    """Say that the parcel of a return lies at the desk, to be opened later. Refuses `ArrivedBefore`."""
    _standing, rma = queries.lock_return(return_id)
    _require_open(rma)
    if rma.arrived_at is not None or rma.state != RETURN_LIFE.initial:
        raise ArrivedBefore
    steps.lie_at_the_desk(entry, rma=rma)
    return ParcelArrived(return_id=rma.id, order_id=rma.order_id, node_id=rma.node_id)


@command
def examine_pieces(entry: Entry, *, piece_id: UUID, grade: str, quantity: int = 1, lot_code: str = "") -> PiecesExamined:
    """Say of which grade pieces of a return are that lie at the desk; by their serial numbers where they have any.

    Refuses `MoreThanExpected`, `NumberWanted`, `AnotherPiece`, `AnotherReceived`, and a grade that the shop does not have.
    """
    rma, piece = _locked(piece_id)
    code = one_of(grade, "grade", policies.grades_in_force())
    count = checked_quantity(quantity, field="quantity")
    said = list(queries.examinations(rma.id).filter(piece=piece))
    left = piece.quantity - sum(one.quantity for one in said)
    if count > left:
        raise MoreThanExpected(field="quantity", left=left, asked=count)
    lot_id = _named(rma, piece, said, quantity=count, lot_code=lot_code)
    steps.lie_at_the_desk(entry, rma=rma)
    row = steps.examine(entry, piece=piece, code=code, quantity=count, lot_id=lot_id)
    return PiecesExamined(
        examination_id=row.id, return_id=rma.id, order_id=rma.order_id, piece_id=piece.id, variant_id=piece.demand.variant_id,
        lot_id=lot_id, grade=code, quantity=count, left=left - count,
    )  # fmt: skip


@command
def undo_examination(entry: Entry, *, examination_id: UUID) -> ExaminationUndone:
    """Take back what was said of pieces by mistake: they are to be looked at once more. Refuses `UndoneBefore`."""
    seen = Examination.objects.filter(id=examination_id).first()
    if seen is None:
        raise NotFound(what="examination", id=examination_id)
    rma, piece = _locked(seen.piece_id)
    row = Examination.objects.get(id=examination_id)
    if row.undone_at is not None:
        raise UndoneBefore(field="examination_id")
    steps.undo_examination(entry, examination=row, rma=rma)
    return ExaminationUndone(
        examination_id=row.id, return_id=rma.id, order_id=rma.order_id, piece_id=piece.id, quantity=row.quantity
    )


def _require_open(rma: Return) -> None:
    if rma.state not in OPEN:
        RETURN_LIFE.turn("receive", rma.state)  # refuses: what is decided, called off or lapsed is not looked at any more


def _locked(piece_id: UUID) -> tuple[Return, ReturnPiece]:
    """A piece of an open return that is locked with its order."""
    return_id = ReturnPiece.objects.filter(id=piece_id).values_list("line__rma_id", flat=True).first()
    if return_id is None:
        raise NotFound(field="piece_id", what="piece", id=piece_id)
    _standing, rma = queries.lock_return(return_id)
    _require_open(rma)
    return rma, ReturnPiece.objects.select_related("line", "demand__variant").get(id=piece_id)


def _named(rma: Return, piece: ReturnPiece, said: Sequence[Examination], *, quantity: int, lot_code: str) -> UUID | None:
    """The lot or piece that is named, if it left for this line, lies here or there, and was not held before."""
    variant = piece.demand.variant
    if variant.tracking == Tracking.SERIAL and not lot_code:
        raise NumberWanted(field="lot_code", sku=variant.sku)
    if not lot_code:
        return None
    if variant.tracking == Tracking.NONE:
        raise Invalid(field="lot_code", reason=_("Pieces of this article have no numbers."))
    key = (variant.id, clean_text(lot_code, "lot_code", 64))
    lot = inventory_queries.lots([key]).get(key)
    if lot is None:
        raise AnotherPiece(field="lot_code", code=lot_code)
    here = queries.lots_at(rma.node_id, LocationKind.INSPECTION, [piece]).get(piece.demand_id, {})
    there = queries.lots_at(None, LocationKind.CUSTOMER, [piece]).get(piece.demand_id, {})
    held = queries.lots_said(said)[piece.id]
    held[lot.id] += quantity
    if held[lot.id] > here.get(lot.id, 0) + there.get(lot.id, 0):
        raise AnotherPiece(field="lot_code", code=lot_code)
    drawn_home(held, here, left=piece.quantity - piece.received)
    return lot.id
