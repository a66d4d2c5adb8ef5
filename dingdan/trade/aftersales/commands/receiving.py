"""Goods are on their way back, arrive, are called off, or never come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.commands.inspecting import SeenBefore
from dingdan.trade.aftersales.events import (
    ReceivedPiece,
    ReturnCanceled,
    ReturnLabeled,
    ReturnLapsed,
    ReturnReceived,
)
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import Return, ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import CUSTOMER, LineOutcome

_ADDRESS = re.compile(r"https?://[!-~]+")


class AboveAuthorized(Refusal):
    """More arrived than was to come."""

    sentence = _("Only {left} of these pieces are still to come, not {asked}.")
    remedy = _("Receive {left}, and authorize another return for the rest.")


class LookedAt(Refusal):
    """Pieces of it lie at the desk."""

    sentence = _("Pieces of this return were looked at at the desk.")
    remedy = _("Finish it there; or take back there what was said of the pieces, and call it off then.")


class LeftAhead(Refusal):
    """Other goods were sent, or are to be sent, because these come back."""

    sentence = _("Other goods are sent before these are back, so the customer does not call this return off.")
    remedy = _("Send the goods back, or write to the shop.")


class NotLate(Refusal):
    """Nothing left ahead for it, it is on its way, or there is still time."""

    sentence = _("This return does not lapse: nothing left ahead for it, it is on its way or here, or there is still time.")
    remedy = _("Wait until the day on which it is due back, or call it off.")


@dataclass(frozen=True, slots=True)
class PieceBack:
    """So many pieces of a return have arrived."""

    piece_id: UUID
    quantity: int


@command
def label_return(
    entry: Entry, *, return_id: UUID, carrier: str = "", tracking_number: str = "", label_url: str = ""
) -> ReturnLabeled:
    """Say how the parcel travels: by which carrier, under which number, and where its label can be fetched."""
    _standing, rma = queries.lock_return(return_id)
    if rma.state != RETURN_LIFE.initial:
        RETURN_LIFE.turn("cancel", rma.state)  # refuses: what has arrived or was called off needs no label
    url = clean_text(label_url, "label_url", 500, required=False)
    if url and not _ADDRESS.fullmatch(url):
        raise Invalid(field="label_url", reason=_("Give an address that begins with https://."))
    number = clean_text(tracking_number, "tracking_number", 80, required=False)
    steps.mark(entry, rma=rma, carrier=clean_text(carrier, "carrier", 60, required=False), tracking_number=number, label_url=url)
    return ReturnLabeled(return_id=rma.id, order_id=rma.order_id, carrier=rma.carrier, tracking_number=rma.tracking_number)


@command
def cancel_return(entry: Entry, *, return_id: UUID) -> ReturnCanceled:
    """Call off a return of which nothing has arrived. What was given back when it was scanned is owed again.

    Refuses customers whose parcel is on its way or here (`SeenBefore`) or who get other goods first (`LeftAhead`), and everybody
    once a piece was looked at (`LookedAt`).
    """
    standing, rma = queries.lock_return(return_id)
    if entry.actor.kind == CUSTOMER:
        _check_customer(rma)
    if queries.examinations(rma.id).exists():
        raise LookedAt
    steps.turn(entry, rma=rma, name="cancel")
    _take_back(entry, standing, rma)
    return ReturnCanceled(return_id=rma.id, order_id=rma.order_id)


def _check_customer(rma: Return) -> None:
    """Refuse the customer the end of a return that the shop counts on."""
    if rma.scanned_at or rma.arrived_at:
        raise SeenBefore
    if rma.is_ahead:
        raise LeftAhead


@command
def lapse_return(entry: Entry, *, return_id: UUID) -> ReturnLapsed:
    """Give up waiting for goods for which others left ahead: those are to be paid for. Refuses `NotLate`."""
    standing, rma = queries.lock_return(return_id)
    late = rma.due_back_at is not None and rma.due_back_at <= entry.at
    if not late or rma.state != RETURN_LIFE.initial or rma.scanned_at or rma.arrived_at:
        raise NotLate
    steps.turn(entry, rma=rma, name="lapse")
    if rma.follow_up_id:
        entry.about("order", rma.follow_up_id)
    at_risk = queries.standing(rma.follow_up_id).receivable.due if rma.follow_up_id else 0
    return ReturnLapsed(
        return_id=rma.id, order_id=rma.order_id, follow_up_id=rma.follow_up_id, currency=standing.order.currency,
        at_risk=max(0, at_risk),
    )  # fmt: skip


def _take_back(entry: Entry, standing: Standing, rma: Return) -> None:
    """Owe again what was given back before anything arrived."""
    given = queries.lines_of(rma.id)
    steps.relieve([steps.Relief(entry, standing, -sum(line.refund for line in given))])
    steps.settle_lines(entry, outcomes=[LineOutcome(line.id) for line in given if line.accepted])


@command
def receive_return(entry: Entry, *, return_id: UUID, pieces: tuple[PieceBack, ...] = ()) -> ReturnReceived:
    """Take what has arrived (without pieces: everything that is to come) to the node's place of inspection.

    One parcel after the other may be received, until what is there is inspected. Refuses `AboveAuthorized`.
    """
    _standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="receive")
    arrived = _arrived(queries.pieces_of(rma.id), pieces)
    place = inventory_queries.location_ids()[rma.node_id, LocationKind.INSPECTION]
    steps.bring_home([steps.Back(entry, piece.demand, place, quantity) for piece, quantity in arrived])
    steps.count_pieces(entry, counts=[steps.PieceCount(id=piece.id, received=quantity) for piece, quantity in arrived])
    return ReturnReceived(
        return_id=rma.id,
        order_id=rma.order_id,
        node_id=rma.node_id,
        pieces=tuple(
            ReceivedPiece(piece_id=piece.id, variant_id=piece.demand.variant_id, quantity=quantity) for piece, quantity in arrived
        ),
    )


def _arrived(known: Sequence[ReturnPiece], told: Sequence[PieceBack]) -> list[tuple[ReturnPiece, int]]:
    by_id = {piece.id: piece for piece in known}
    if not told:
        found = [(piece, piece.quantity - piece.received) for piece in known if piece.quantity > piece.received]
        if not found:
            raise AboveAuthorized(field="pieces", left=0, asked=1)
        return found
    sums: dict[UUID, int] = {}
    for index, one in enumerate(told):
        where = f"pieces.{index}"
        if one.piece_id not in by_id:
            raise NotFound(field=f"{where}.piece_id", what="piece of this return", id=one.piece_id)
        sums[one.piece_id] = sums.get(one.piece_id, 0) + checked_quantity(one.quantity, field=f"{where}.quantity")
        left = by_id[one.piece_id].quantity - by_id[one.piece_id].received
        if sums[one.piece_id] > left:
            raise AboveAuthorized(field=f"{where}.quantity", left=left, asked=sums[one.piece_id])
    return [(by_id[piece_id], quantity) for piece_id, quantity in sums.items()]
