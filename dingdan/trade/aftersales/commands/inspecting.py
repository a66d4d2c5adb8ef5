"""What comes back is seen on its way and looked at: where the pieces go, and what is given back for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal
from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.masterdata.policies.lifecycle import GoesTo, RefundAt
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ReturnedLine, ReturnInspected, ReturnScanned, SortedPiece
from dingdan.trade.aftersales.lifecycle import OPEN, RETURN_LIFE
from dingdan.trade.aftersales.models import Examination, Return, ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import GradedPieces, LineRefund, NotSorted, Verdict


class SeenBefore(Refusal):
    """The parcel is known to be on its way, or is not expected any more."""

    sentence = _("This parcel was seen on its way before, or is not expected.")
    remedy = _("Nothing is to be done; receive it when it arrives.")


class NothingExamined(Refusal):
    """No piece was held yet."""

    sentence = _("Nothing of this return was looked at yet.")
    remedy = _("Scan the pieces that came, and say of which grade they are.")


@command
def inspect_return(
    entry: Entry, *, return_id: UUID, verdicts: tuple[Verdict, ...], refunds: tuple[LineRefund, ...] = ()
) -> ReturnInspected:
    """Sort what has arrived and decide what is given back; from now on the customer owes that much less.

    Lines without a refund of their own are given back at their worth, less what the rules keep back. Of a kit only whole units
    count. What did not arrive is no longer expected. Refuses `NotSorted`, `RefundAboveWorth`.
    """
    standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="inspect")
    return _inspect(entry, standing, rma, sorted_=queries.sorted_by(queries.pieces_of(rma.id), verdicts), refunds=refunds)


@command
def grade_return(
    entry: Entry, *, return_id: UUID, pieces: tuple[GradedPieces, ...], refunds: tuple[LineRefund, ...] = ()
) -> ReturnInspected:
    """Say of which grade everything is that has arrived: its grade says where it goes and which part of its worth is given back.

    Otherwise as `inspect_return`. Refuses `NotSorted`, `RefundAboveWorth`, and a grade that the shop does not have.
    """
    standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="inspect")
    return _inspect(entry, standing, rma, sorted_=queries.graded(queries.pieces_of(rma.id), pieces), refunds=refunds)


@command
def finish_examination(entry: Entry, *, return_id: UUID, refunds: tuple[LineRefund, ...] = ()) -> ReturnInspected:
    """Inspect a return by what was said of its pieces at the desk: what was not received before is received now.

    What was not held does not come any more. Otherwise as `grade_return`. Refuses `NothingExamined`, `NotSorted` where pieces
    were received that nobody held, and `AnotherReceived`.
    """
    standing, rma = queries.lock_return(return_id)
    if rma.state not in OPEN:
        RETURN_LIFE.turn("inspect", rma.state)  # refuses: what is decided, called off or lapsed is not looked at any more
    said = list(queries.examinations(rma.id))
    if not said:
        raise NothingExamined(field="return_id")
    pieces = queries.pieces_of(rma.id)
    held = Counter[UUID]()
    for one in said:
        held[one.piece_id] += one.quantity
    for piece in pieces:
        if held[piece.id] < piece.received:
            raise NotSorted(field="return_id", received=piece.received, sorted=held[piece.id])
    _receive(entry, rma, pieces, said)
    steps.turn(entry, rma=rma, name="inspect")
    sorted_ = _with_names(queries.graded(queries.pieces_of(rma.id), queries.grades_said(said)), said)
    return _inspect(entry, standing, rma, sorted_=sorted_, refunds=refunds)


@command
def scan_return(entry: Entry, *, return_id: UUID) -> ReturnScanned:
    """The carrier has the parcel. Where the rules give the money back at this point, as much less is owed from now on.

    What the inspection finds later replaces what was given back now. Refuses `SeenBefore`.
    """
    standing, rma = queries.lock_return(return_id)
    if rma.state != RETURN_LIFE.initial or rma.scanned_at is not None:
        raise SeenBefore
    steps.mark(entry, rma=rma, scanned_at=entry.at)
    lines, at_once = queries.lines_of(rma.id), rma.refund_at == RefundAt.SCAN and not queries.is_exchange(rma.id)
    found = queries.outcomes(standing, rma, [queries.FoundLine(line, line.quantity) for line in lines]) if at_once else []
    refund = sum(one.refund for one in found)
    (relieved,) = steps.relieve([steps.Relief(entry, standing, refund)])
    steps.settle_lines(entry, outcomes=found)
    if standing.order.customer_id:
        entry.about("customer", standing.order.customer_id)
    return ReturnScanned(
        return_id=rma.id, order_id=rma.order_id, customer_id=standing.order.customer_id, currency=standing.order.currency,
        refund=refund, fee=sum(one.fee for one in found), owed=relieved.owed, refund_due=relieved.refund_due,
        lines=tuple(
            ReturnedLine(order_line_id=line.order_line_id, quantity=one.accepted, refund=one.refund, fee=one.fee)
            for line, one in zip(lines, found, strict=False)
        ),
    )  # fmt: skip


def _inspect(
    entry: Entry, standing: Standing, rma: Return, *, sorted_: Sequence[queries.SortedOut], refunds: Sequence[LineRefund]
) -> ReturnInspected:
    lines = queries.lines_of(rma.id)
    before = sum(line.refund for line in lines)
    found = queries.inspected(standing, rma, sorted_out=sorted_, refunds=refunds)
    refund = sum(one.refund for one in found)
    (relieved,) = steps.relieve([steps.Relief(entry, standing, refund - before)])
    steps.settle_lines(entry, outcomes=found)
    is_exchange = queries.is_exchange(rma.id)
    if not refund and not is_exchange:
        steps.turn(entry, rma=rma, name="close")
    _put_away(entry, rma, sorted_)
    order = standing.order
    if order.customer_id:
        entry.about("customer", order.customer_id)
    return ReturnInspected(
        return_id=rma.id, order_id=order.id, node_id=rma.node_id, customer_id=order.customer_id, is_exchange=is_exchange,
        state=rma.state, currency=order.currency, refund=refund, fee=sum(one.fee for one in found), owed=relieved.owed,
        refund_due=relieved.refund_due,
        lines=tuple(
            ReturnedLine(
                order_line_id=line.order_line_id, quantity=one.accepted, refund=one.refund, fee=one.fee, wear=one.wear,
                restocking=one.restocking, shipping=one.shipping,
            )
            for line, one in zip(lines, found, strict=True)
        ),
        pieces=tuple(
            SortedPiece(
                variant_id=one.piece.demand.variant_id, restocked=one.goes.get(GoesTo.STOCK, 0),
                damaged=one.goes.get(GoesTo.DAMAGED, 0), scrapped=one.goes.get(GoesTo.SCRAP, 0),
                refurbished=one.goes.get(GoesTo.REFURBISH, 0), sent_back=one.goes.get(GoesTo.SUPPLIER, 0),
            )
            for one in sorted_
        ),
    )  # fmt: skip


def _receive(entry: Entry, rma: Return, pieces: Sequence[ReturnPiece], said: Sequence[Examination]) -> None:
    """Take what was held and not received before to the place of inspection."""
    arrived = queries.to_bring_home(rma, pieces, said)
    if not arrived:
        return
    steps.turn(entry, rma=rma, name="receive")
    place = inventory_queries.location_ids()[rma.node_id, LocationKind.INSPECTION]
    steps.bring_home([steps.Back(entry, piece.demand, place, quantity, lot_id) for piece, lot_id, quantity in arrived])
    sums = Counter[UUID]()
    for piece, _lot_id, quantity in arrived:
        sums[piece.id] += quantity
    steps.count_pieces(entry, counts=[steps.PieceCount(id=id_, received=quantity) for id_, quantity in sums.items()])


def _with_names(sorted_: Sequence[queries.SortedOut], said: Sequence[Examination]) -> list[queries.SortedOut]:
    """Which piece goes where, for those that were held by name."""
    return [
        replace(
            one,
            named=[
                (row.lot_id, GoesTo(grade.goes_to), row.quantity)
                for row in said
                for grade in one.grades
                if row.piece_id == one.piece.id and row.lot_id and row.code == grade.code
            ],
        )
        for one in sorted_
    ]


_COUNTERS: Final = {
    GoesTo.STOCK: "restocked",
    GoesTo.DAMAGED: "damaged",
    GoesTo.SCRAP: "scrapped",
    GoesTo.REFURBISH: "refurbished",
    GoesTo.SUPPLIER: "sent_back",
}
_REASONS: Final = {GoesTo.STOCK: "restock", GoesTo.SUPPLIER: "to_supplier"}


def _put_away(entry: Entry, rma: Return, sorted_: Sequence[queries.SortedOut]) -> None:
    places = inventory_queries.location_ids()
    here = places[rma.node_id, LocationKind.INSPECTION]
    targets = {
        GoesTo.STOCK: places[rma.node_id, LocationKind.STOCK],
        GoesTo.DAMAGED: places[rma.node_id, LocationKind.DAMAGED],
        GoesTo.SCRAP: places[None, LocationKind.SCRAP],
        GoesTo.SUPPLIER: places[None, LocationKind.SUPPLIER],
    }
    if any(one.goes.get(GoesTo.REFURBISH) for one in sorted_):
        targets[GoesTo.REFURBISH] = inventory.open_place(entry, node_id=rma.node_id, kind=LocationKind.REFURBISH)
    counts = [
        steps.PieceCount(id=one.piece.id, **{_COUNTERS[place]: quantity for place, quantity in one.goes.items()})
        for one in sorted_
    ]
    steps.count_pieces(entry, counts=counts)
    steps.grade(entry, graded=[row for one in sorted_ for row in one.grades])
    steps.sort(
        [
            steps.Sorting(entry, one.piece.demand, here, targets[place], quantity, _REASONS.get(place, str(place)), lot_id)
            for one in sorted_
            for lot_id, place, quantity in _ways(one)
            if quantity
        ]
    )


def _ways(one: queries.SortedOut) -> list[tuple[UUID | None, GoesTo, int]]:
    """Which lot goes where, what has a name first: nobody else may be given it."""
    rest = dict(one.goes)
    for _lot_id, place, quantity in one.named:
        rest[place] -= quantity
    return [*one.named, *((None, place, quantity) for place, quantity in rest.items())]
