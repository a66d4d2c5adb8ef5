"""Goods come back: authorized, received, inspected; or brought over from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import Batch, Item, batch_command, command
from dingdan.kernel.errors import Invalid, NotFound, Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_text, one_of
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.masterdata.catalog.queries import variants_by_sku
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import (
    AuthorizedLine,
    ReceivedPiece,
    ReturnAuthorized,
    ReturnCanceled,
    ReturnedLine,
    ReturnReceived,
    ReturnRecorded,
    Wanted,
)
from dingdan.trade.aftersales.lifecycle import ReturnReason
from dingdan.trade.aftersales.models import ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import NothingToReturn, NotReturnable, ReturnAboveShipped, rounds, settle
from dingdan.trade.orders.rules import UnknownSku


class AboveAuthorized(Refusal):
    """More arrived than was to come."""

    sentence = _("Only {left} of these pieces are still to come, not {asked}.")
    remedy = _("Receive {left}, and authorize another return for the rest.")


refuses("never_take_back_more_than_shipped", lambda: ReturnAboveShipped(name=_("this line"), left=0, asked="more"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWanted:
    """So many units of an order line are to come back."""

    line_id: UUID
    quantity: int
    reason: str = ReturnReason.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeWanted:
    """So many of an article in exchange."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class PieceBack:
    """So many pieces of a return have arrived."""

    piece_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedUnits:
    """So many units of an order line came back; `amount` (minor units) was given back for them, without it their whole worth."""

    line_id: UUID
    quantity: int
    amount: int | None = None
    reason: str = ReturnReason.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReturn:
    """A return that happened elsewhere: everything is back in stock, at a node or where it had left from."""

    order_id: UUID
    lines: tuple[ReturnedUnits, ...]
    external_number: str = ""
    node_id: UUID | None = None


@command
def authorize_return(
    entry: Entry, *, order_id: UUID, lines: tuple[ReturnWanted, ...], node_id: UUID | None = None
) -> ReturnAuthorized:
    """Let goods of an order come back, to a node or to where they left from. Refuses `ReturnAboveShipped`, `NotReturnable`."""
    return _authorize(entry, order_id=order_id, lines=lines, node_id=node_id)


@command
def exchange_return(
    entry: Entry,
    *,
    order_id: UUID,
    lines: tuple[ReturnWanted, ...],
    wanted: tuple[ExchangeWanted, ...],
    node_id: UUID | None = None,
) -> ReturnAuthorized:
    """Let goods come back in exchange for others. Those are ordered once the return is inspected, and paid with its money.

    Refuses as `authorize_return` does, and `UnknownSku`.
    """
    if not wanted:
        raise Invalid(field="wanted", reason=_("Say what the customer gets in exchange."))
    known = variants_by_sku({one.sku for one in wanted})
    variants: dict[UUID, int] = {}
    for index, one in enumerate(wanted):
        variant = known.get(one.sku)
        if variant is None or not variant.is_sold:
            raise UnknownSku(field=f"wanted.{index}.sku", sku=one.sku)
        quantity = checked_quantity(one.quantity, field=f"wanted.{index}.quantity")
        variants[variant.id] = variants.get(variant.id, 0) + quantity
    return _authorize(entry, order_id=order_id, lines=lines, node_id=node_id, wanted=variants)


def _authorize(
    entry: Entry, *, order_id: UUID, lines: Sequence[ReturnWanted], node_id: UUID | None, wanted: dict[UUID, int] | None = None
) -> ReturnAuthorized:
    standing = queries.standing(order_id, lock=True)
    new = steps.NewReturn(
        entry=entry, id=new_id(), order_id=order_id, node_id=_node(node_id, order_id, queries.nodes_of([order_id])),
        lines=_new_lines(standing, lines), wanted=wanted or {},
    )  # fmt: skip
    (number,) = steps.write([new])
    if standing.order.customer_id:
        entry.about("customer", standing.order.customer_id)
    return ReturnAuthorized(
        return_id=new.id,
        number=number,
        order_id=order_id,
        node_id=new.node_id,
        lines=tuple(
            AuthorizedLine(
                return_line_id=line.id, order_line_id=line.order_line_id, quantity=line.quantity, reason=line.reason
            )
            for line in new.lines
        ),
        wanted=tuple(Wanted(variant_id=id_, quantity=quantity) for id_, quantity in new.wanted.items()),
    )  # fmt: skip


def _node(node_id: UUID | None, order_id: UUID, left: Mapping[UUID, UUID]) -> UUID:
    """The node named, or the one that goods of the order left from."""
    if node_id is not None:
        if (node_id, LocationKind.INSPECTION) not in inventory_queries.location_ids():
            raise NotFound(field="node_id", what="node", id=node_id)
        return node_id
    return left.get(order_id) or inventory_queries.default_node().id


def _new_lines(standing: Standing, wanted: Sequence[ReturnWanted | ReturnedUnits]) -> tuple[steps.NewLine, ...]:
    """The lines of a return, checked against what is with the customer and not on its way back."""
    if not wanted:
        raise NothingToReturn(field="lines")
    if len({one.line_id for one in wanted}) < len(wanted):
        raise Invalid(field="lines", reason=_("Name each order line once."))
    found = []
    for index, one in enumerate(wanted):
        where = f"lines.{index}"
        line = standing.line(one.line_id)
        if line is None:
            raise NotFound(field=f"{where}.line_id", what="order line", id=one.line_id)
        if not line.goods:
            raise NotReturnable(field=f"{where}.line_id", name=line.name)
        quantity, left = checked_quantity(one.quantity, field=f"{where}.quantity"), standing.returnable(line)
        if quantity > left:
            raise ReturnAboveShipped(field=f"{where}.quantity", name=line.name, left=max(left, 0), asked=quantity)
        pieces = tuple(
            steps.NewPiece(id=new_id(), demand=demand, quantity=quantity * demand.per_line_unit)
            for demand in standing.demands[line.id]
        )
        reason = one_of(one.reason, f"{where}.reason", list(ReturnReason))
        found.append(steps.NewLine(id=new_id(), order_line_id=line.id, quantity=quantity, reason=reason, pieces=pieces))
    return tuple(found)


@command
def cancel_return(entry: Entry, *, return_id: UUID) -> ReturnCanceled:
    """Call off a return of which nothing has arrived."""
    _standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="cancel")
    return ReturnCanceled(return_id=rma.id, order_id=rma.order_id)


@command
def receive_return(entry: Entry, *, return_id: UUID, pieces: tuple[PieceBack, ...] = ()) -> ReturnReceived:
    """Take what has arrived (without pieces: everything that is to come) to the node's place of inspection.

    Refuses `AboveAuthorized`.
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


@batch_command(ReturnRecorded)
def record_returns(batch: Batch[RecordReturn]) -> None:
    """Bring returns over from elsewhere: the goods are in stock again, and less is owed for their orders.

    Refuses as `authorize_return` does, and `RefundAboveWorth`.
    """
    for items in rounds(batch.items, lambda item: item.intent.order_id):
        ids = [item.intent.order_id for item in items]
        found, left = queries.standings(ids, lock=True), queries.nodes_of(ids)
        recording = []
        for item in items:
            try:
                recording.append((item, *_recorded(item, found, left)))
            except Refusal as refusal:
                item.refuse(refusal)
        _record(recording)


def _recorded(
    item: Item[RecordReturn], found: Mapping[UUID, Standing], left: Mapping[UUID, UUID]
) -> tuple[Standing, steps.NewReturn]:
    intent = item.intent
    standing = found.get(intent.order_id)
    if standing is None:
        raise NotFound(field="order_id", what="order", id=intent.order_id)
    lines = []
    for new, told in zip(_new_lines(standing, intent.lines), intent.lines, strict=True):
        line = standing.line(new.order_line_id)
        assert line is not None  # noqa: S101 (found a moment ago)
        outcome = settle(line, new.quantity, amount=told.amount)
        lines.append(
            steps.NewLine(
                id=new.id, order_line_id=new.order_line_id, quantity=new.quantity, reason=new.reason, pieces=new.pieces,
                refund=outcome.refund, fee=outcome.fee,
            )
        )  # fmt: skip
    return standing, steps.NewReturn(
        entry=item.entry, id=new_id(), order_id=intent.order_id, node_id=_node(intent.node_id, intent.order_id, left),
        lines=tuple(lines), is_back=True,
        external_number=clean_text(intent.external_number, "external_number", 64, required=False),
    )  # fmt: skip


def _record(recording: Sequence[tuple[Item[Any], Standing, steps.NewReturn]]) -> None:
    if not recording:
        return
    refunds = [sum(line.refund for line in new.lines) for _item, _standing, new in recording]
    relieved = steps.relieve(
        [
            steps.Relief(new.entry, standing, refund)
            for (_item, standing, new), refund in zip(recording, refunds, strict=True)
        ]
    )  # fmt: skip
    places = inventory_queries.location_ids()
    steps.bring_home(
        [
            steps.Back(new.entry, piece.demand, places[new.node_id, LocationKind.STOCK], piece.quantity)
            for _item, _standing, new in recording
            for line in new.lines
            for piece in line.pieces
        ]
    )
    numbers = steps.write([new for _item, _standing, new in recording])
    for (item, standing, new), now, refund, number in zip(recording, relieved, refunds, numbers, strict=True):
        if standing.order.customer_id:
            item.entry.about("customer", standing.order.customer_id)
        item.accept(
            ReturnRecorded(
                return_id=new.id, number=number, order_id=new.order_id, node_id=new.node_id,
                customer_id=standing.order.customer_id, state=new.state, currency=standing.order.currency, refund=refund,
                owed=now.owed, refund_due=now.refund_due,
                lines=tuple(
                    ReturnedLine(order_line_id=line.order_line_id, quantity=line.quantity, refund=line.refund, fee=line.fee)
                    for line in new.lines
                ),
            )
        )  # fmt: skip
