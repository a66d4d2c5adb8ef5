"""What comes back is seen on its way and looked at: where the pieces go, and what is given back for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import one_of
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.masterdata.policies import queries as policies
from dingdan.masterdata.policies.lifecycle import GoesTo, RefundAt
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ReturnedLine, ReturnInspected, ReturnScanned, SortedPiece
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import Terms, apart, kept_back, settle, spread_fee, worth


class NotSorted(Refusal):
    """The verdicts on some pieces do not add up to what arrived."""

    status = 422
    sentence = _("{received} pieces arrived, but {sorted} were told where to go.")
    remedy = _("Say of every piece that arrived where it goes, or of which grade it is.")


class SeenBefore(Refusal):
    """The parcel is known to be on its way, or is not expected any more."""

    sentence = _("This parcel was seen on its way before, or is not expected.")
    remedy = _("Nothing is to be done; receive it when it arrives.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where pieces of a return go: on sale again, to the damaged goods, or to scrap."""

    piece_id: UUID
    restock: int = 0
    damaged: int = 0
    scrap: int = 0

    @property
    def pieces(self) -> int:
        """How many it is about."""
        return self.restock + self.damaged + self.scrap


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedPieces:
    """So many pieces of a return are of a grade of the shop's list."""

    piece_id: UUID
    grade: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRefund:
    """What is given back for a return line (minor units): its worth less a fee, or an amount that somebody decided on."""

    return_line_id: UUID
    fee: int = 0
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class _Sorted:
    """A piece that arrived: how many go where, and the grades that say so."""

    piece: ReturnPiece
    goes: Mapping[GoesTo, int]
    grades: Sequence[steps.Graded] = ()


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
    pieces = queries.pieces_of(rma.id)
    return _inspect(entry, standing, rma, sorted_=_sorted(pieces, verdicts), refunds=refunds)


@command
def grade_return(
    entry: Entry, *, return_id: UUID, pieces: tuple[GradedPieces, ...], refunds: tuple[LineRefund, ...] = ()
) -> ReturnInspected:
    """Say of which grade everything is that has arrived: its grade says where it goes and which part of its worth is given back.

    Otherwise as `inspect_return`. Refuses `NotSorted`, `RefundAboveWorth`, and a grade that the shop does not have.
    """
    standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="inspect")
    return _inspect(entry, standing, rma, sorted_=_graded(queries.pieces_of(rma.id), pieces), refunds=refunds)


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
    found = _outcomes(standing, rma, [_Found(line, line.quantity) for line in lines]) if at_once else []
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
    entry: Entry, standing: Standing, rma: Return, *, sorted_: Sequence[_Sorted], refunds: Sequence[LineRefund]
) -> ReturnInspected:
    lines, pieces = queries.lines_of(rma.id), queries.pieces_of(rma.id)
    before = sum(line.refund for line in lines)
    found = _outcomes(standing, rma, _found(lines, pieces, sorted_=sorted_, refunds=refunds))
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


# ── where the pieces go ──────────────────────────────────────────────────────────────────────────────────────────────────


def _sorted(pieces: Sequence[ReturnPiece], verdicts: Sequence[Verdict]) -> list[_Sorted]:
    """The verdict on each piece that arrived."""
    known = {piece.id for piece in pieces}
    told: dict[UUID, Verdict] = {}
    for index, verdict in enumerate(verdicts):
        where = f"verdicts.{index}"
        if verdict.piece_id not in known:
            raise NotFound(field=f"{where}.piece_id", what="piece of this return", id=verdict.piece_id)
        if verdict.piece_id in told:
            raise Invalid(field=f"{where}.piece_id", reason=_("Give one verdict on each piece."))
        if min(verdict.restock, verdict.damaged, verdict.scrap) < 0:
            raise Invalid(field=where, reason=_("A number of pieces is below zero."))
        told[verdict.piece_id] = verdict
    found = []
    for piece in pieces:
        verdict = told.get(piece.id, Verdict(piece_id=piece.id))
        if verdict.pieces != piece.received:
            raise NotSorted(field="verdicts", received=piece.received, sorted=verdict.pieces)
        goes = {GoesTo.STOCK: verdict.restock, GoesTo.DAMAGED: verdict.damaged, GoesTo.SCRAP: verdict.scrap}
        if piece.received:
            found.append(_Sorted(piece, goes))
    return found


def _graded(pieces: Sequence[ReturnPiece], told: Sequence[GradedPieces]) -> list[_Sorted]:
    """The grades of each piece that arrived."""
    grades, known = policies.grades_in_force(), {piece.id for piece in pieces}
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for index, one in enumerate(told):
        where = f"pieces.{index}"
        if one.piece_id not in known:
            raise NotFound(field=f"{where}.piece_id", what="piece of this return", id=one.piece_id)
        code = one_of(one.grade, f"{where}.grade", grades)
        if code in found[one.piece_id]:
            raise Invalid(field=f"{where}.grade", reason=_("Name each grade of a piece once."))
        found[one.piece_id][code] = checked_quantity(one.quantity, field=f"{where}.quantity")
    sorted_ = []
    for piece in pieces:
        told_of = found.get(piece.id, {})
        if sum(told_of.values()) != piece.received:
            raise NotSorted(field="pieces", received=piece.received, sorted=sum(told_of.values()))
        goes: dict[GoesTo, int] = defaultdict(int)
        rows = []
        for code, quantity in told_of.items():
            grade = grades[code]
            goes[GoesTo(grade.goes_to)] += quantity
            rows.append(
                steps.Graded(
                    piece_id=piece.id, code=code, grade_id=grade.id, goes_to=str(grade.goes_to), given_back=grade.given_back,
                    quantity=quantity,
                )
            )  # fmt: skip
        if piece.received:
            sorted_.append(_Sorted(piece, goes, rows))
    return sorted_


_COUNTERS: Final = {
    GoesTo.STOCK: "restocked",
    GoesTo.DAMAGED: "damaged",
    GoesTo.SCRAP: "scrapped",
    GoesTo.REFURBISH: "refurbished",
    GoesTo.SUPPLIER: "sent_back",
}
_REASONS: Final = {GoesTo.STOCK: "restock", GoesTo.SUPPLIER: "to_supplier"}


def _put_away(entry: Entry, rma: Return, sorted_: Sequence[_Sorted]) -> None:
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
            steps.Sorting(entry, one.piece.demand, here, targets[place], quantity, _REASONS.get(place, str(place)))
            for one in sorted_
            for place, quantity in one.goes.items()
            if quantity
        ]
    )


# ── what is given back ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Found:
    """What is found of a return line: the units that are back in whole, their grades by pieces, and what somebody decided on."""

    line: ReturnLine
    units: int
    grades: Sequence[tuple[Decimal, int]] = field(default=())
    wish: LineRefund | None = None


def _found(
    lines: Sequence[ReturnLine],
    pieces: Sequence[ReturnPiece],
    *,
    sorted_: Sequence[_Sorted],
    refunds: Sequence[LineRefund],
) -> list[_Found]:
    wishes = {refund.return_line_id: refund for refund in refunds}
    unknown = wishes.keys() - {line.id for line in lines}
    if unknown:
        raise NotFound(field="refunds", what="line of this return", id=min(unknown))
    units: dict[UUID, list[int]] = defaultdict(list)
    for piece in pieces:
        units[piece.line_id].append(piece.received // (piece.quantity // piece.line.quantity))
    grades: dict[UUID, list[tuple[Decimal, int]]] = defaultdict(list)
    for one in sorted_:
        grades[one.piece.line_id] += [(row.given_back, row.quantity) for row in one.grades]
    return [_Found(line, min(units[line.id]), grades[line.id], wishes.get(line.id)) for line in lines]


def _outcomes(standing: Standing, rma: Return, found: Sequence[_Found]) -> list[steps.LineOutcome]:
    """What each line comes to: the units that are back in whole, what is given back for them and what is kept back for what.

    The way back is kept back once, of the first lines that are worth it. An amount that somebody decided on stands as it is.
    """
    sold = {line.id: line for line in standing.lines}
    for row in (one.line for one in found):
        before = standing.units(row.order_line_id, row.accepted, row.component_id)
        sold[row.order_line_id] = apart(sold[row.order_line_id], units=before, refund=row.refund, fee=row.fee)
    told = []
    for one in found:
        line, row, wish = sold[one.line.order_line_id], one.line, one.wish
        units = standing.units(line.id, one.units, row.component_id)
        terms = Terms(restocking_rate=row.restocking_rate, restocking_each=row.restocking_each, grades_count=row.grades_count)
        kept = kept_back(worth(line, units), one.units, terms=terms, grades=one.grades)
        own = wish is not None and wish.amount is not None
        fee = 0 if own else kept.total + (wish.fee if wish else 0)
        settled = settle(line, units, fee=fee, amount=wish.amount if wish else None)
        parts = {} if own else {"wear": kept.wear, "restocking": kept.restocking}
        sold[line.id] = apart(line, units=-units, refund=-settled.refund, fee=-settled.fee)
        told.append((own, steps.LineOutcome(row.id, one.units, settled.refund, settled.fee, **parts)))
    left = [0 if own else one.refund for own, one in told]
    return [
        replace(one, refund=one.refund - part, fee=one.fee + part, shipping=part)
        for (_own, one), part in zip(told, spread_fee(rma.shipping_fee, left), strict=True)
    ]
