"""How orders stand after the sale: what is with the customer, what was given back, what is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Sum

from dingdan.kernel.errors import NotFound
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments.lifecycle import PayableKind
from dingdan.ledgers.payments.queries import CreditView, ReceivableView
from dingdan.trade.aftersales.lifecycle import CLAIM_LIFE, CLAIMED, OPEN
from dingdan.trade.aftersales.models import AllowanceLine, ClaimLine, ComponentWeight, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.rules import Given, Line, returnable
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Order, OrderLine

DOCUMENT = "order"


class Claimed(NamedTuple):
    """Units of a line that are claimed; `kept` are those of them that do not come back: no answer yet, or money was given."""

    units: int = 0
    kept: int = 0


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
    claimed: Mapping[UUID, Claimed]
    """Units by order line that are claimed."""
    weights: Mapping[UUID, int]
    """What a piece of a kit's component weighs against the others, by demand, where one ever came back alone."""

    def line(self, line_id: UUID) -> Line | None:
        """The line of that id, if the order has it."""
        return next((line for line in self.lines if line.id == line_id), None)

    def returnable(self, line: Line) -> int:
        """Units of a line that may still be authorized to come back."""
        return self._with_customer(line) - self.claimed.get(line.id, Claimed()).kept

    def claimable(self, line: Line) -> int:
        """Units of a line that may still be claimed."""
        return self._with_customer(line) - self.claimed.get(line.id, Claimed()).units

    def _with_customer(self, line: Line) -> int:
        demands = self.demands.get(line.id, ())
        return returnable(line, {place: self.coming.get(demand.id, 0) for place, demand in enumerate(demands)})

    def loose(self, line: Line, component: Demand) -> int:
        """Pieces of a kit's component that may still be authorized to come back alone."""
        kept = self.claimed.get(line.id, Claimed()).kept * component.per_line_unit
        return component.issued - component.returned - self.coming.get(component.id, 0) - kept

    def units(self, line_id: UUID, quantity: int, component_id: UUID | None = None) -> int | Fraction:
        """So many units of a line, or the part of a unit that so many pieces of a component make."""
        if component_id is None:
            return quantity
        whole = sum(self.weights[demand.id] * demand.per_line_unit for demand in self.demands[line_id])
        return Fraction(quantity * self.weights[component_id], whole)

    @property
    def surplus(self) -> int:
        """What was paid above what is owed, refunds on their way not counted."""
        return max(0, -self.receivable.due)


def standings(order_ids: Iterable[UUID], *, lock: bool = False, hold_goods: bool = False) -> dict[UUID, Standing]:
    """How orders stand; ids that are no orders here are left out.

    With `lock`, the orders and their receivables are held until the transaction ends: nothing of them leaves or comes back
    meanwhile. With `hold_goods`, nothing answers their demands either.
    """
    asked = list(order_ids)
    if lock:
        orders = order_queries.lock_orders(order_queries.existing(asked))
    else:
        orders = {row.id: row for row in order_queries.orders().filter(id__in=asked)}
    ids = list(orders)
    rows = order_queries.lines_of(ids)
    demands = inventory_queries.demands_of(ids, lock=hold_goods)
    before = _before(ids)
    owed = payment_queries.receivable_of(DOCUMENT, ids, lock=lock)
    return {
        order.id: _standing(order, rows.get(order.id, []), demands.get(order.id, []), owed[order.id], before)
        for order in orders.values()
    }


class _Before(NamedTuple):
    """What happened to the orders after the sale: given back, on its way back, claimed."""

    given: Mapping[UUID, Given]
    coming: Mapping[UUID, int]
    claimed: Mapping[UUID, Claimed]
    weights: Mapping[UUID, ComponentWeight]


def _standing(
    order: Order,
    rows: Sequence[OrderLine],
    demands: Sequence[Demand],
    receivable: ReceivableView,
    before: _Before,
) -> Standing:
    by_line: dict[UUID, list[Demand]] = defaultdict(list)
    for demand in demands:
        by_line[demand.line_id].append(demand)
    lines = tuple(
        Line(
            id=row.id, kind=row.kind, variant_id=row.variant_id, name=row.name, quantity=row.quantity, canceled=row.canceled,
            discount=row.discount, tax=row.tax, total=row.total, tax_included=order.prices_include_tax, step=row.step,
            goods=tuple(by_line.get(row.id, ())), given=before.given.get(row.id, Given()),
        )
        for row in rows
    )  # fmt: skip
    weights = {demand_id: one.weight for demand_id, one in before.weights.items()}
    return Standing(order, lines, by_line, receivable, before.coming, {row.id: row for row in rows}, before.claimed, weights)


def standing(order_id: UUID, *, lock: bool = False) -> Standing:
    """How one order stands. Raises `NotFound`."""
    found = standings([order_id], lock=lock).get(order_id)
    if found is None:
        raise NotFound(what="order", id=order_id)
    return found


_TOUCHED = """
SELECT order_id FROM aftersales_return WHERE tenant_id = %(tenant)s::uuid AND order_id = ANY(%(orders)s::uuid[])
UNION SELECT order_id FROM aftersales_claim WHERE tenant_id = %(tenant)s::uuid AND order_id = ANY(%(orders)s::uuid[])
UNION SELECT order_id FROM aftersales_allowance WHERE tenant_id = %(tenant)s::uuid AND order_id = ANY(%(orders)s::uuid[])
"""


def _touched(order_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the orders of which anything came back, was claimed or was given up: few, most of the time none."""
    with ready_cursor() as cursor:
        cursor.execute(_TOUCHED, {"tenant": current_tenant_id(), "orders": list(order_ids)})
        return [order_id for (order_id,) in cursor.fetchall()]


def _before(order_ids: Sequence[UUID]) -> _Before:
    """What was taken off the prices of orders after the sale, and what of them comes back or is claimed.

    One statement, or five.
    """
    touched = _touched(order_ids)
    return _before_of(touched) if touched else _Before({}, {}, {}, {})


def _before_of(order_ids: Sequence[UUID]) -> _Before:
    returned = list(
        ReturnLine.objects.filter(rma__order_id__in=order_ids)
        .values("order_line_id", "component_id")
        .annotate(units=Sum("accepted"), value=Sum(F("refund") + F("fee")), fees=Sum("fee"))
    )
    weights = _weights(order_ids) if any(row["component_id"] for row in returned) else {}
    claims = ClaimLine.objects.filter(claim__order_id__in=order_ids, claim__state__in=CLAIMED)
    claimed = list(
        claims.values("order_line_id", "claim__state").annotate(
            units=Sum("quantity"), done=Sum("settled"), value=Sum(F("refund") + F("fee")), fees=Sum("fee")
        )
    )
    found: dict[UUID, Given] = {}
    whole: dict[UUID, int] = defaultdict(int)
    for one in weights.values():
        whole[one.order_line_id] += one.weight * one.demand.per_line_unit
    for row in returned:
        accepted, weight = int(row["units"]), weights.get(row["component_id"])
        part = Fraction(accepted * weight.weight, whole[row["order_line_id"]]) if weight else accepted
        _add(found, row["order_line_id"], Given(part, int(row["value"]), int(row["fees"])))
    kept: dict[UUID, Claimed] = {}
    for told in claimed:
        line_id, units, done = told["order_line_id"], int(told["units"]), int(told["done"])
        _add(found, line_id, Given(done, int(told["value"]), int(told["fees"])))
        before = kept.get(line_id, Claimed())
        stays = units if told["claim__state"] == CLAIM_LIFE.initial else done
        kept[line_id] = Claimed(before.units + units, before.kept + stays)
    allowed = AllowanceLine.objects.filter(allowance__order_id__in=order_ids).values("order_line_id").annotate(all=Sum("amount"))
    for favor in allowed:
        _add(found, favor["order_line_id"], Given(allowed=int(favor["all"])))
    return _Before(found, _coming(order_ids), kept, weights)


def _add(found: dict[UUID, Given], line_id: UUID, more: Given) -> None:
    old = found.get(line_id, Given())
    found[line_id] = Given(old.units + more.units, old.value + more.value, old.fees + more.fees, old.allowed + more.allowed)


def _weights(order_ids: Sequence[UUID]) -> dict[UUID, ComponentWeight]:
    rows = ComponentWeight.objects.filter(order_line__order_id__in=order_ids).select_related("demand")
    return {row.demand_id: row for row in rows}


def _coming(order_ids: Sequence[UUID]) -> dict[UUID, int]:
    pieces = ReturnPiece.objects.filter(line__rma__order_id__in=order_ids, line__rma__state__in=OPEN)
    rows = pieces.values("demand_id").annotate(coming=Sum(F("quantity") - F("received")))
    return {row["demand_id"]: int(row["coming"]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOptions:
    """What can still be done with an order line: units to cancel, to return or to claim, and what can be given back for it."""

    line_id: UUID
    cancelable: int
    returnable: int
    left: int
    claimable: int


def options(order_id: UUID) -> list[LineOptions]:
    """What can be canceled, returned and claimed of an order, line by line. Raises `NotFound`."""
    found = standing(order_id)
    stopped = found.order.state in ("canceled", "closed")
    return [
        LineOptions(
            line_id=line.id,
            cancelable=0 if stopped else max(0, line.open),
            returnable=max(0, found.returnable(line)),
            left=line.left,
            claimable=max(0, found.claimable(line)),
        )
        for line in found.lines
    ]


def refundable(order_id: UUID) -> int:
    """What was paid for an order above what is owed and is not on its way back yet, in minor units. Raises `NotFound`."""
    return refundable_of(standing(order_id))


def goodwill_of(order: Order) -> list[CreditView]:
    """What was given to the customer of an order in goodwill, paid out or not; of a customer nobody knows, for this order."""
    return payment_queries.credit_of(order.customer_id or order.id, kind=PayableKind.GOODWILL)


def refundable_of(found: Standing) -> int:
    """The same for an order whose standing is known."""
    if not found.surplus:
        return 0
    paid = payment_queries.payments_of(DOCUMENT, [found.order.id])[found.order.id]
    return max(0, found.surplus - sum(share.refunding for payment in paid for share in payment.shares))
