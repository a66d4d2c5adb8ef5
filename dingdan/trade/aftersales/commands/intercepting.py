"""A parcel under way is turned back, if the carrier can."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.command import command
from dingdan.kernel.errors import Refusal, refuses
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.text import clean_text
from dingdan.trade.aftersales import queries, steps
from dingdan.trade.aftersales.events import InterceptionAnswered, ParcelIntercepted
from dingdan.trade.aftersales.lifecycle import ReturnReason
from dingdan.trade.aftersales.models import Interception
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import ReturnAboveShipped


class NotUnderWay(Refusal):
    """The parcel has not left, has arrived, or the carrier was asked before."""

    sentence = _("This parcel is not under way, or its carrier was asked before.")
    remedy = _("Cancel what has not left; take back what has arrived as a return.")


refuses("a_parcel_is_intercepted_once", NotUnderWay)


@command
def intercept_parcel(entry: Entry, *, shipment_id: UUID, reason: str = "") -> ParcelIntercepted:
    """Note that the carrier is asked to turn a parcel back. Refuses `NotUnderWay`."""
    standing, shipment = queries.lock_shipment(shipment_id)
    if shipment.state != "shipped" or queries.interceptions().filter(shipment_id=shipment_id).exists():
        raise NotUnderWay(field="shipment_id")
    id_ = steps.intercept(entry, shipment_id=shipment_id, reason=clean_text(reason, "reason", 200, required=False))
    entry.about("order", standing.order.id)
    return ParcelIntercepted(interception_id=id_, shipment_id=shipment_id, order_id=standing.order.id)


@command
def answer_interception(entry: Entry, *, interception_id: UUID, stopped: bool) -> InterceptionAnswered:
    """Say whether the carrier could turn the parcel back. If so, all that is in it is to come back as a return, at no cost.

    Refuses `ReturnAboveShipped` where something of it is claimed or on its way back already.
    """
    standing, interception = queries.lock_interception(interception_id)
    return_id, number = _return(entry, standing, interception) if stopped else (None, "")
    state = steps.answer_interception(entry, interception=interception, name="stop" if stopped else "miss", return_id=return_id)
    entry.about("order", standing.order.id)
    return InterceptionAnswered(
        interception_id=interception.id, shipment_id=interception.shipment_id, order_id=standing.order.id, state=state,
        return_id=return_id, number=number,
    )  # fmt: skip


def _return(entry: Entry, standing: Standing, interception: Interception) -> tuple[UUID, str]:
    lines = [line for line_id, inside in queries.inside(interception.shipment_id).items()
             for line in _lines(standing, line_id, inside)]  # fmt: skip
    steps.weigh(entry, standing=standing, lines=lines)
    new = steps.NewReturn(
        entry=entry, id=new_id(), order_id=standing.order.id, node_id=interception.shipment.node_id, lines=tuple(lines)
    )
    (number,) = steps.write([new])
    return new.id, number


def _lines(standing: Standing, line_id: UUID, inside: dict[UUID, int]) -> Iterator[steps.NewLine]:
    """What a parcel holds of an order line: whole units, and of kits what is over as parts."""
    demands, line = standing.demands[line_id], standing.line(line_id)
    for demand in demands:
        if line is None or inside.get(demand.id, 0) > standing.loose(line, demand):
            raise ReturnAboveShipped(name=standing.rows[line_id].name, left=0, asked=inside.get(demand.id, 0))
    whole = min(inside.get(demand.id, 0) // demand.per_line_unit for demand in demands)
    if whole:
        pieces = tuple(steps.NewPiece(id=new_id(), demand=demand, quantity=whole * demand.per_line_unit) for demand in demands)
        yield _line(line_id, whole, pieces)
    for demand in demands:
        over = inside.get(demand.id, 0) - whole * demand.per_line_unit
        if over:
            yield _line(line_id, over, (steps.NewPiece(id=new_id(), demand=demand, quantity=over),), component_id=demand.id)


def _line(line_id: UUID, quantity: int, pieces: tuple[steps.NewPiece, ...], *, component_id: UUID | None = None) -> steps.NewLine:
    return steps.NewLine(
        id=new_id(), order_line_id=line_id, component_id=component_id, quantity=quantity, reason=ReturnReason.OTHER,
        pieces=pieces, grades_count=False,
    )  # fmt: skip
