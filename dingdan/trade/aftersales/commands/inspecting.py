"""What came back is looked at: where the pieces go, and what is given back for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.journal import Entry
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import ReturnedLine, ReturnInspected, SortedPiece
from dingdan.trade.aftersales.models import Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import settle


class NotSorted(Refusal):
    """The verdicts on some pieces do not add up to what arrived."""

    status = 422
    sentence = _("{received} pieces arrived, but {sorted} were told where to go.")
    remedy = _("Say of every piece that arrived whether it is restocked, damaged or scrapped.")


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
class LineRefund:
    """What is given back for a return line (minor units): its worth less a fee, or an amount that somebody decided on."""

    return_line_id: UUID
    fee: int = 0
    amount: int | None = None


@command
def inspect_return(
    entry: Entry, *, return_id: UUID, verdicts: tuple[Verdict, ...], refunds: tuple[LineRefund, ...] = ()
) -> ReturnInspected:
    """Sort what has arrived and decide what is given back; from now on the customer owes that much less.

    Lines without a refund of their own are given back at their worth. Of a kit only whole units count. What did not arrive
    is no longer expected. Refuses `NotSorted`, `RefundAboveWorth`.
    """
    standing, rma = queries.lock_return(return_id)
    steps.turn(entry, rma=rma, name="inspect")
    pieces = queries.pieces_of(rma.id)
    sorted_ = _sorted(pieces, verdicts)
    lines = queries.lines_of(rma.id)
    outcomes = _outcomes(standing, lines, pieces, refunds)
    refund = sum(one.refund for one in outcomes)
    (relieved,) = steps.relieve([steps.Relief(entry, standing, refund)])
    steps.settle_lines(entry, outcomes=outcomes)
    is_exchange = queries.is_exchange(rma.id)
    if not refund and not is_exchange:
        steps.turn(entry, rma=rma, name="close")
    _put_away(entry, rma, sorted_)
    order = standing.order
    if order.customer_id:
        entry.about("customer", order.customer_id)
    return ReturnInspected(
        return_id=rma.id, order_id=order.id, node_id=rma.node_id, customer_id=order.customer_id, is_exchange=is_exchange,
        state=rma.state, currency=order.currency, refund=refund, fee=sum(one.fee for one in outcomes), owed=relieved.owed,
        refund_due=relieved.refund_due,
        lines=tuple(
            ReturnedLine(order_line_id=line.order_line_id, quantity=one.accepted, refund=one.refund, fee=one.fee)
            for line, one in zip(lines, outcomes, strict=True)
        ),
        pieces=tuple(
            SortedPiece(
                variant_id=piece.demand.variant_id, restocked=verdict.restock, damaged=verdict.damaged, scrapped=verdict.scrap
            )
            for piece, verdict in sorted_
        ),
    )  # fmt: skip


def _sorted(pieces: Sequence[ReturnPiece], verdicts: Sequence[Verdict]) -> list[tuple[ReturnPiece, Verdict]]:
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
        if piece.received:
            found.append((piece, verdict))
    return found


def _outcomes(
    standing: Standing, lines: Sequence[ReturnLine], pieces: Sequence[ReturnPiece], refunds: Sequence[LineRefund]
) -> list[steps.LineOutcome]:
    """What each line comes to: the units that are back in whole, and what is given back for them."""
    wishes = {refund.return_line_id: refund for refund in refunds}
    unknown = wishes.keys() - {line.id for line in lines}
    if unknown:
        raise NotFound(field="refunds", what="line of this return", id=min(unknown))
    units: dict[UUID, list[int]] = defaultdict(list)
    for piece in pieces:
        units[piece.line_id].append(piece.received // (piece.quantity // piece.line.quantity))
    found = []
    for line in lines:
        sold = standing.line(line.order_line_id)
        assert sold is not None  # noqa: S101 (a foreign key says so)
        wish = wishes.get(line.id, LineRefund(return_line_id=line.id))
        accepted = min(units[line.id])
        outcome = settle(sold, accepted, fee=wish.fee, amount=wish.amount)
        found.append(steps.LineOutcome(line.id, accepted, outcome.refund, outcome.fee))
    return found


def _put_away(entry: Entry, rma: Return, sorted_: Sequence[tuple[ReturnPiece, Verdict]]) -> None:
    places = inventory_queries.location_ids()
    here = places[rma.node_id, LocationKind.INSPECTION]
    targets = {
        "restock": places[rma.node_id, LocationKind.STOCK],
        "damaged": places[rma.node_id, LocationKind.DAMAGED],
        "scrap": places[None, LocationKind.SCRAP],
    }
    steps.count_pieces(
        entry,
        counts=[
            steps.PieceCount(id=piece.id, restocked=verdict.restock, damaged=verdict.damaged, scrapped=verdict.scrap)
            for piece, verdict in sorted_
        ],
    )
    steps.sort(
        [
            steps.Sorting(entry, piece.demand, here, target, getattr(verdict, name), name)
            for piece, verdict in sorted_
            for name, target in targets.items()
            if getattr(verdict, name)
        ]
    )
