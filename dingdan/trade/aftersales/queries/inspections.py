"""What an inspection comes to: where pieces go, and what is given back. The command does it, the desk shows it before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, NotFound
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import one_of
from dingdan.masterdata.policies import queries as policies
from dingdan.masterdata.policies.lifecycle import GoesTo
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries.desk import examinations, grades_said
from dingdan.trade.aftersales.queries.returns import is_exchange, lines_of, pieces_of, return_
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.aftersales.rules import (
    Graded,
    GradedPieces,
    LineOutcome,
    LineRefund,
    NotSorted,
    Terms,
    Verdict,
    apart,
    kept_back,
    settle,
    spread_fee,
    worth,
)


@dataclass(frozen=True, slots=True)
class SortedOut:
    """A piece that arrived: how many go where, and the grades that say so; of those with names, which lot goes where."""

    piece: ReturnPiece
    goes: Mapping[GoesTo, int]
    grades: Sequence[Graded] = ()
    named: Sequence[tuple[UUID, GoesTo, int]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionOffer:
    """What an inspection would come to, in minor units: by line, and in all.

    `before` was given back when the parcel was scanned; `refund_due` is paid above what would be owed for the order then. Of an
    exchange it pays for the other goods first.
    """

    currency: str
    outcomes: tuple[LineOutcome, ...]
    sorted_out: tuple[SortedOut, ...]
    refund: int
    fee: int
    before: int
    owed: int
    refund_due: int
    is_exchange: bool


def inspection_preview(return_id: UUID, *, pieces: Sequence[GradedPieces], refunds: Sequence[LineRefund] = ()) -> InspectionOffer:
    """What giving these grades would do to goods and money. Refuses as `grade_return` does; writes nothing."""
    rma, there = return_(return_id), pieces_of(return_id)
    RETURN_LIFE.turn("inspect", rma.state)
    return _offer(rma, there, sorted_out=graded(there, pieces), refunds=refunds)


def examined_preview(return_id: UUID) -> InspectionOffer:
    """What finishing with what was examined at the desk would do to goods and money. Refuses as `finish_examination` does."""
    rma, there, told = return_(return_id), pieces_of(return_id), grades_said(examinations(return_id))
    for piece in there:
        piece.received = max(piece.received, sum(one.quantity for one in told if one.piece_id == piece.id))
    return _offer(rma, there, sorted_out=graded(there, told), refunds=())


def _offer(
    rma: Return, pieces: Sequence[ReturnPiece], *, sorted_out: Sequence[SortedOut], refunds: Sequence[LineRefund]
) -> InspectionOffer:
    found, lines = standing(rma.order_id), lines_of(rma.id)
    told = outcomes(found, rma, found_of(lines, pieces, sorted_out=sorted_out, refunds=refunds))
    refund, before = sum(one.refund for one in told), sum(line.refund for line in lines)
    owed = found.receivable.amount - refund + before
    paid = found.receivable.allocated - found.receivable.refunded + found.receivable.written_off
    return InspectionOffer(
        currency=found.order.currency, outcomes=tuple(told), sorted_out=tuple(sorted_out), refund=refund,
        fee=sum(one.fee for one in told), before=before, owed=owed, refund_due=max(0, paid - owed),
        is_exchange=is_exchange(rma.id),
    )  # fmt: skip


def inspected(
    standing: Standing, rma: Return, *, sorted_out: Sequence[SortedOut], refunds: Sequence[LineRefund]
) -> list[LineOutcome]:
    """What the lines of a return come to when its pieces go where they are told, in the order of the lines."""
    return outcomes(standing, rma, found_of(lines_of(rma.id), pieces_of(rma.id), sorted_out=sorted_out, refunds=refunds))


# ── where the pieces go ──────────────────────────────────────────────────────────────────────────────────────────────────


def sorted_by(pieces: Sequence[ReturnPiece], verdicts: Sequence[Verdict]) -> list[SortedOut]:
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
            found.append(SortedOut(piece, goes))
    return found


def graded(pieces: Sequence[ReturnPiece], told: Sequence[GradedPieces]) -> list[SortedOut]:
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
                Graded(
                    piece_id=piece.id, code=code, grade_id=grade.id, goes_to=str(grade.goes_to), given_back=grade.given_back,
                    quantity=quantity,
                )
            )  # fmt: skip
        if piece.received:
            sorted_.append(SortedOut(piece, goes, rows))
    return sorted_


# ── what is given back ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What is found of a return line: the units that are back in whole, their grades by pieces, and what somebody decided on."""

    line: ReturnLine
    units: int
    grades: Sequence[tuple[Decimal, int]] = field(default=())
    wish: LineRefund | None = None


def found_of(
    lines: Sequence[ReturnLine],
    pieces: Sequence[ReturnPiece],
    *,
    sorted_out: Sequence[SortedOut],
    refunds: Sequence[LineRefund],
) -> list[FoundLine]:
    wishes = {refund.return_line_id: refund for refund in refunds}
    unknown = wishes.keys() - {line.id for line in lines}
    if unknown:
        raise NotFound(field="refunds", what="line of this return", id=min(unknown))
    units: dict[UUID, list[int]] = defaultdict(list)
    for piece in pieces:
        units[piece.line_id].append(piece.received // (piece.quantity // piece.line.quantity))
    grades: dict[UUID, list[tuple[Decimal, int]]] = defaultdict(list)
    for one in sorted_out:
        grades[one.piece.line_id] += [(row.given_back, row.quantity) for row in one.grades]
    return [FoundLine(line, min(units[line.id]), grades[line.id], wishes.get(line.id)) for line in lines]


def outcomes(standing: Standing, rma: Return, found: Sequence[FoundLine]) -> list[LineOutcome]:
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
        kept = kept_back(worth(line, units), one.units, terms=terms, grades=one.grades, step=line.step)
        own = wish is not None and wish.amount is not None
        fee = 0 if own else kept.total + (wish.fee if wish else 0)
        settled = settle(line, units, fee=fee, amount=wish.amount if wish else None)
        parts = {} if own else {"wear": kept.wear, "restocking": kept.restocking}
        sold[line.id] = apart(line, units=-units, refund=-settled.refund, fee=-settled.fee)
        told.append((own, LineOutcome(row.id, one.units, settled.refund, settled.fee, **parts)))
    left = [0 if own else one.refund for own, one in told]
    return [
        replace(one, refund=one.refund - part, fee=one.fee + part, shipping=part)
        for (_own, one), part in zip(told, spread_fee(rma.shipping_fee, left), strict=True)
    ]
