"""What can be asked about orders after the sale. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import Proof, breaches
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments import queries as payment_queries
from dingdan.ledgers.payments.queries import ReceivableView
from dingdan.trade.aftersales.lifecycle import DECIDED, OPEN
from dingdan.trade.aftersales.models import AllowanceLine, Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.rules import Given, Line, returnable, worth
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders import queries as order_queries
from dingdan.trade.orders.models import Contact, Order, OrderLine
from dingdan.trade.orders.rules import Person, PlaceOrder, WantedLine

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
    asked = list(order_ids)
    if lock:
        orders = order_queries.lock_orders(order_queries.existing(asked))
    else:
        orders = {row.id: row for row in order_queries.orders().filter(id__in=asked)}
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
        ReturnLine.objects.filter(rma__order_id__in=order_ids, rma__state__in=DECIDED)
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


def returns(return_ids: Iterable[UUID]) -> dict[UUID, Return]:
    """Returns by id; what is not there is left out."""
    return Return.objects.in_bulk(list(return_ids))


def lock_return(return_id: UUID) -> tuple[Standing, Return]:
    """A return and how its order stands, both locked, the order first. Raises `NotFound`."""
    order_id = Return.objects.filter(id=return_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="return", id=return_id)
    found = standing(order_id, lock=True)
    return found, Return.objects.select_for_update(no_key=True).get(id=return_id)


def returns_of(order_id: UUID) -> QuerySet[Return]:
    """The returns of an order with their lines and pieces, oldest first."""
    wanted = Return.objects.filter(order_id=order_id).select_related("node", "follow_up")
    return wanted.prefetch_related("lines__order_line", "lines__pieces__demand__variant", "wanted__variant").order_by("id")


def return_(return_id: UUID) -> Return:
    """One return with its order and node. Raises `NotFound`."""
    found = Return.objects.select_related("order", "node", "follow_up").filter(id=return_id).first()
    if found is None:
        raise NotFound(what="return", id=return_id)
    return found


def lines_of(return_id: UUID) -> list[ReturnLine]:
    """The lines of a return with their order lines, in the order of the order."""
    return list(ReturnLine.objects.filter(rma_id=return_id).select_related("order_line").order_by("order_line__position"))


def pieces_of(return_id: UUID) -> list[ReturnPiece]:
    """The pieces of a return with their lines and demands, in a stable order."""
    return list(ReturnPiece.objects.filter(line__rma_id=return_id).select_related("line", "demand").order_by("id"))


_Amounts = dict[UUID, tuple[UUID, dict[UUID, tuple[int, int]]]]


def amounts_of_returns(return_ids: Sequence[UUID]) -> _Amounts:
    """Of inspected returns: the order, and (refund, units accepted) by order line."""
    found: _Amounts = {
        id_: (order_id, {}) for id_, order_id in Return.objects.filter(id__in=return_ids).values_list("id", "order_id")
    }
    for line in ReturnLine.objects.filter(rma_id__in=return_ids, rma__state__in=DECIDED):
        found[line.rma_id][1][line.order_line_id] = (line.refund, line.accepted)
    return found


def amounts_of_allowances(allowance_ids: Sequence[UUID]) -> _Amounts:
    """Of allowances: the order, and (amount, 0) by order line."""
    found: _Amounts = {}
    for line in AllowanceLine.objects.filter(allowance_id__in=allowance_ids).select_related("allowance"):
        _order_id, amounts = found.setdefault(line.allowance_id, (line.allowance.order_id, {}))
        amounts[line.order_line_id] = (line.amount, 0)
    return found


def nodes_of(order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The node that goods of an order left from first, by order; where nothing has left, the order is left out."""
    left = Shipment.objects.filter(order_id__in=list(order_ids), shipped_at__isnull=False)
    return dict(left.order_by("-shipped_at", "-id").values_list("order_id", "node_id"))


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


def proposed_refunds(return_id: UUID) -> dict[UUID, int]:
    """What the lines of a return are worth, if everything authorized is accepted and no fee is kept back, by return line."""
    rma = return_(return_id)
    found = standing(rma.order_id)
    lines = {line.id: line for line in found.lines}
    return {row.id: worth(lines[row.order_line_id], row.quantity) for row in lines_of(return_id)}


def refundable(order_id: UUID) -> int:
    """What was paid for an order above what is owed and is not on its way back yet, in minor units. Raises `NotFound`."""
    return refundable_of(standing(order_id))


def refundable_of(found: Standing) -> int:
    """The same for an order whose standing is known."""
    if not found.surplus:
        return 0
    paid = payment_queries.payments_of(DOCUMENT, [found.order.id])[found.order.id]
    return max(0, found.surplus - sum(share.refunding for payment in paid for share in payment.shares))


def is_exchange(return_id: UUID) -> bool:
    """Whether the customer gets other goods for what comes back."""
    return Return.objects.filter(id=return_id, wanted__isnull=False).exists()


def follow_up_of(return_id: UUID) -> PlaceOrder:
    """The order that an exchange leads to, as it is to be placed: the same people and place, today's prices, no shipping.

    Its external id is `exchange:` and the number of the return, so that it comes in once. Raises `NotFound`.
    """
    rma = return_(return_id)
    order = order_queries.order(rma.order_id)
    wanted = rma.wanted.select_related("variant").order_by("id")
    return PlaceOrder(
        channel_id=order.channel_id,
        currency=order.currency,
        lines=tuple(WantedLine(sku=row.variant.sku, quantity=row.quantity) for row in wanted),
        ship_to=person_of(order.ship_to),
        bill_to=person_of(order.bill_to) if order.bill_to_id != order.ship_to_id else None,
        customer_id=order.customer_id,
        customer_group=order.customer.group if order.customer else "",
        external_id=f"exchange:{rma.number}",
        language=order.language,
        payment_method=order.payment_method,
    )


def person_of(contact: Contact) -> Person:
    """A contact as an order is placed with it."""
    return Person(
        name=contact.name, company=contact.company, email=contact.email, phone=contact.phone, country=contact.country,
        address=contact.address,
    )  # fmt: skip


# ── laws ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def law_what_came_back_was_moved_back() -> Iterator[str]:
    """What returns say was received is what the demands count as returned."""
    return breaches(
        """
        SELECT id, sum(returned), sum(received) FROM (
            SELECT demand.id, demand.returned, 0 AS received FROM inventory_demand AS demand
            WHERE demand.tenant_id = %(tenant)s AND demand.document_kind = 'order'
            UNION ALL SELECT piece.demand_id, 0, piece.received FROM aftersales_returnpiece AS piece
            WHERE piece.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(returned) <> sum(received)
        """,
        "demand {0}: counts {1} returned, its returns received {2}",
        about=("demand",),
    )


def law_inspected_goods_went_somewhere() -> Iterator[str]:
    """Every piece of an inspected return was restocked, damaged or scrapped."""
    return breaches(
        """
        SELECT rma.id, piece.id, piece.received, piece.restocked + piece.damaged + piece.scrapped
        FROM aftersales_returnpiece AS piece
        JOIN aftersales_returnline AS line ON line.tenant_id = piece.tenant_id AND line.id = piece.line_id
        JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
        WHERE piece.tenant_id = %(tenant)s AND rma.state IN ('inspected', 'closed')
          AND piece.received <> piece.restocked + piece.damaged + piece.scrapped
        """,
        "return piece {1}: received {2}, sorted {3}",
        about=("return",),
    )


def law_canceled_lines_let_go_of_their_goods() -> Iterator[str]:
    """What is canceled of an order line is canceled of its demands."""
    return breaches(
        """
        SELECT demand.id, line.canceled * demand.per_line_unit, demand.canceled
        FROM inventory_demand AS demand
        JOIN orders_orderline AS line ON line.tenant_id = demand.tenant_id AND line.id = demand.line_id
        WHERE demand.tenant_id = %(tenant)s AND demand.canceled <> line.canceled * demand.per_line_unit
        """,
        "demand {0}: its line has {1} pieces canceled, it counts {2}",
        about=("demand",),
    )


# The running total of a line after k units, rounded half up, in whole numbers that cannot overflow.
_KEPT = """CASE WHEN line.canceled = 0 AND line.total >= 0 THEN line.total
    ELSE div(2 * line.total::numeric * (line.quantity - line.canceled) + line.quantity, 2 * line.quantity::numeric) END"""


def law_owed_is_what_was_kept() -> Iterator[str]:
    """An order is owed what its lines cost, less what was canceled, given back for returns and allowed."""
    return breaches(
        f"""
        WITH given AS (
            SELECT order_line_id, sum(value) AS value, sum(fee) AS fee FROM (
                SELECT line.order_line_id, line.refund + line.fee AS value, line.fee
                FROM aftersales_returnline AS line
                JOIN aftersales_return AS rma ON rma.tenant_id = line.tenant_id AND rma.id = line.rma_id
                WHERE line.tenant_id = %(tenant)s AND rma.state IN ('inspected', 'closed')
                UNION ALL SELECT favor.order_line_id, favor.amount, 0 FROM aftersales_allowanceline AS favor
                WHERE favor.tenant_id = %(tenant)s
            ) AS every GROUP BY order_line_id
        ), kept AS (
            SELECT line.order_id, sum(greatest(0, {_KEPT} - coalesce(given.value, 0)) + coalesce(given.fee, 0)) AS owed
            FROM orders_orderline AS line LEFT JOIN given ON given.order_line_id = line.id
            WHERE line.tenant_id = %(tenant)s GROUP BY line.order_id
        )
        SELECT kept.order_id, kept.owed, receivable.amount
        FROM kept JOIN payments_receivable AS receivable
          ON receivable.tenant_id = %(tenant)s AND receivable.document_kind = 'order' AND receivable.document_id = kept.order_id
        WHERE kept.owed <> receivable.amount
        """,  # noqa: S608 (a constant of this module)
        "order {0}: its lines are owed {1}, its receivable says {2}",
        about=("document",),
    )


def law_an_allowance_is_the_sum_of_its_lines() -> Iterator[str]:
    """An allowance falls on lines in full."""
    return breaches(
        """
        SELECT id, sum(total), sum(part) FROM (
            SELECT favor.id, favor.total, 0 AS part FROM aftersales_allowance AS favor WHERE favor.tenant_id = %(tenant)s
            UNION ALL SELECT line.allowance_id, 0, line.amount FROM aftersales_allowanceline AS line
            WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(total) <> sum(part)
        """,
        "allowance {0}: {1} in all, its lines {2}",
    )


LAWS = (
    law_what_came_back_was_moved_back,
    law_inspected_goods_went_somewhere,
    law_canceled_lines_let_go_of_their_goods,
    law_owed_is_what_was_kept,
    law_an_allowance_is_the_sum_of_its_lines,
)

PROOF = Proof(
    touched={
        "return": """
        SELECT unnest(%(document)s::uuid[])
        UNION SELECT id FROM aftersales_return WHERE tenant_id = %(tenant)s AND order_id = ANY(%(document)s::uuid[])
        """
    }
)
