"""How orders stand after the sale: what is with the customer, what was given back, what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Sum

from dingdan.kernel.errors import NotFound
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments.queries import ReceivableView
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import AllowanceLine, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.rules import Given, Line, returnable
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order, OrderLine

DOCUMENT = "order"


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order stands after the sale: its lines with their goods, what it is owed, and what is on its way back."""

    order: Order
    lines: tuple[Line, ...]
    demands: Mapping[UUID, Sequence[Demand]]
    """The goods by order line, in the order of `Line.goods`."""
    receivable: ReceivableView
    coming: Mapping[UUID, int]
    """Pieces by demand that were authorized to come back and have not."""
    rows: Mapping[UUID, OrderLine]
    """The lines as the order keeps them."""

    def line(self, line_id: UUID) -> Line | None:
        """The line of that id, if the order has it."""
        return next((line for line in self.lines if line.id == line_id), None)

    def returnable(self, line: Line) -> int:
        """Units of a line that may still be authorized to come back."""
        demands = self.demands.get(line.id, ())
        return returnable(line, {place: self.coming.get(demand.id, 0) for place, demand in enumerate(demands)})

    @property
    def surplus(self) -> int:
        """What was paid above what is owed, refunds on their way not counted."""
        return max(0, -self.receivable.due)


def standings(order_ids: Iterable[UUID], *, lock: bool = False, hold_goods: bool = False) -> dict[UUID, Standing]:
    """How orders stand; ids that are no orders here are left out.

    With `lock`, the orders and their receivables are held until the transaction ends: nothing of them leaves or comes back
    meanwhile. With `hold_goods`, nothing answers their demands either.
    """
    known = order_queries.existing(order_ids)
    orders = order_queries.lock_orders(known) if lock else {row.id: row for row in order_queries.orders().filter(id__in=known)}
    ids = list(orders)
    rows = order_queries.lines_of(ids)
    demands = inventory_queries.demands_of(ids, lock=hold_goods)
    given, coming = given_back(ids), _coming(ids)
    owed = payment_queries.receivable_of(DOCUMENT, ids, lock=lock)
    return {
        order.id: _standing(order, rows.get(order.id, []), demands.get(order.id, []), owed[order.id], (given, coming))
        for order in orders.values()
    }


def _standing(
    order: Order,
    rows: Sequence[OrderLine],
    demands: Sequence[Demand],
    receivable: ReceivableView,
    before: tuple[Mapping[UUID, Given], Mapping[UUID, int]],
) -> Standing:
    given, coming = before
    by_line: dict[UUID, list[Demand]] = defaultdict(list)
    for demand in demands:
        by_line[demand.line_id].append(demand)
    lines = tuple(
        Line(
            id=row.id, kind=row.kind, variant_id=row.variant_id, name=row.name, quantity=row.quantity, canceled=row.canceled,
            discount=row.discount, tax=row.tax, total=row.total, tax_included=order.prices_include_tax,
            goods=tuple(by_line.get(row.id, ())), given=given.get(row.id, Given()),
        )
        for row in rows
    )  # fmt: skip
    return Standing(order, lines, by_line, receivable, coming, {row.id: row for row in rows})


def standing(order_id: UUID, *, lock: bool = False) -> Standing:
    """How one order stands. Raises `NotFound`."""
    found = standings([order_id], lock=lock).get(order_id)
    if found is None:
        raise NotFound(what="order", id=order_id)
    return found


def given_back(order_ids: Sequence[UUID]) -> dict[UUID, Given]:
    """What was taken off the price of order lines after the sale, by order line."""
    returned = (
        ReturnLine.objects.filter(rma__order_id__in=order_ids)
        .values("order_line_id")
        .annotate(units=Sum("accepted"), value=Sum(F("refund") + F("fee")), fees=Sum("fee"))
    )
    found = {
        row["order_line_id"]: Given(units=int(row["units"]), value=int(row["value"]), fees=int(row["fees"])) for row in returned
    }
    allowed = AllowanceLine.objects.filter(allowance__order_id__in=order_ids).values("order_line_id").annotate(all=Sum("amount"))
    for row in allowed:
        before = found.get(row["order_line_id"], Given())
        found[row["order_line_id"]] = Given(before.units, before.value, before.fees, int(row["all"]))
    return found


def _coming(order_ids: Sequence[UUID]) -> dict[UUID, int]:
    pieces = ReturnPiece.objects.filter(line__rma__order_id__in=order_ids, line__rma__state__in=OPEN)
    rows = pieces.values("demand_id").annotate(coming=Sum(F("quantity") - F("received")))
    return {row["demand_id"]: int(row["coming"]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOptions:
    """What can still be done with an order line: units to cancel or to return, and what can be given back for it."""

    line_id: UUID
    cancelable: int
    returnable: int
    left: int


def options(order_id: UUID) -> list[LineOptions]:
    """What can be canceled and returned of an order, line by line. Raises `NotFound`."""
    found = standing(order_id)
    stopped = found.order.state in ("canceled", "closed")
    return [
        LineOptions(
            line_id=line.id,
            cancelable=0 if stopped else max(0, line.open),
            returnable=max(0, found.returnable(line)),
            left=line.left,
        )
        for line in found.lines
    ]


def refundable(order_id: UUID) -> int:
    """What was paid for an order above what is owed and is not on its way back yet, in minor units. Raises `NotFound`."""
    return refundable_of(standing(order_id))


def refundable_of(found: Standing) -> int:
    """The same for an order whose standing is known."""
    if not found.surplus:
        return 0
    paid = payment_queries.payments_of(DOCUMENT, [found.order.id])[found.order.id]
    return max(0, found.surplus - sum(share.refunding for payment in paid for share in payment.shares))
