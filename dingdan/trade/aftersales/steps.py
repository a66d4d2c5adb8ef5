"""Verbs on what was sold, inside a command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection

from dingdan.kernel import numbering
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.rows import insert
from dingdan.kernel.tenancy import current_tenant_id
from dingdan.ledgers.inventory import queries as inventory_queries
from dingdan.ledgers.inventory import steps as inventory
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.ledgers.inventory.models import Demand
from dingdan.ledgers.payments import steps as payments
from dingdan.ledgers.payments.events import Document
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.events import CanceledLine, OrderCanceled
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import Allowance, AllowanceLine, ExchangeLine, Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries import DOCUMENT, Standing
from dingdan.trade.aftersales.rules import Cancellation, spread
from dingdan.trade.fulfillment import queries as fulfillment_queries
from dingdan.trade.fulfillment import steps as fulfillment
from dingdan.trade.orders import steps as orders
from dingdan.trade.orders.rules import totals

# ── what is owed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Relief:
    """So much less is owed for an order that is locked."""

    entry: Entry
    standing: Standing
    amount: int


@dataclass(frozen=True, slots=True)
class Relieved:
    """What is owed for an order now, and what was paid above it."""

    owed: int
    refund_due: int


def relieve(reliefs: Sequence[Relief]) -> list[Relieved]:
    """Let less be owed for orders; one relief per order. Says what is owed now and what was paid too much."""
    found = []
    changed = []
    for relief in reliefs:
        receivable = relief.standing.receivable
        owed = receivable.amount - relief.amount
        paid = receivable.allocated - receivable.refunded
        found.append(Relieved(owed=owed, refund_due=max(0, paid + receivable.written_off - owed)))
        if relief.amount:
            document = Document(DOCUMENT, relief.standing.order.id)
            changed.append(payments.Reclaim(entry=relief.entry, document=document, amount=owed))
    if changed:
        payments.reclaim(changed)
    return found


@dataclass(frozen=True, slots=True)
class Favor:
    """A part of the price of an order that is locked is given up: so much of each line, or an amount over all of them."""

    entry: Entry
    standing: Standing
    amount: int
    by_line: Mapping[UUID, int] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An allowance that was written, with its parts by order line."""

    id: UUID
    by_line: Mapping[UUID, int]
    relieved: Relieved


def allow(favors: Sequence[Favor]) -> list[Allowed]:
    """Write allowances and let less be owed for their orders. The amounts are at most what is left of the lines."""
    rows: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    parts: list[tuple[UUID, Mapping[UUID, int]]] = []
    for favor in favors:
        id_ = new_id()
        by_line = favor.by_line or spread(favor.standing.lines, favor.amount)
        parts.append((id_, by_line))
        rows.append(
            {
                "id": id_, "order_id": favor.standing.order.id, "currency": favor.standing.order.currency, "total": favor.amount,
                "reason": favor.reason, "given_at": favor.entry.at,
            }
        )  # fmt: skip
        lines += [{"id": new_id(), "allowance_id": id_, "order_line_id": line, "amount": part} for line, part in by_line.items()]
    insert((Allowance, rows), (AllowanceLine, lines))
    told = relieve([Relief(favor.entry, favor.standing, favor.amount) for favor in favors])
    return [Allowed(id_, by_line, relieved) for (id_, by_line), relieved in zip(parts, told, strict=True)]


# ── what will not be shipped ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Units:
    """Units of lines of an order that is locked with its goods."""

    entry: Entry
    standing: Standing
    of: Mapping[UUID, int]


def cancel_units(canceled: Sequence[Units]) -> None:
    """Count units as canceled on the lines of their orders, which say that much less from now on. What is owed is `relieve`'s."""
    if not canceled:
        return
    orders.cancel_lines(canceled[0].entry, quantities={line_id: units for one in canceled for line_id, units in one.of.items()})
    restated = []
    for one in canceled:
        left = [replace(line, canceled=line.canceled + one.of.get(line.id, 0)) for line in one.standing.lines]
        restated.append(orders.Restated(one.entry, one.standing.order.id, totals(left)))
    orders.restate(restated)


def release(released: Sequence[Units]) -> dict[UUID, list[UUID]]:
    """Let go the goods of units, and take them off shipments that have not left; returns those that became empty, by order."""
    freed = [
        (one.entry, demand, units * demand.per_line_unit)
        for one in released
        for line_id, units in one.of.items()
        for demand in one.standing.demands.get(line_id, ())
    ]
    if not freed:
        return {}
    reserved = inventory.cancel(freed)
    ids = [one.standing.order.id for one in released]
    planned = {line.shipment.order_id for line in fulfillment_queries.open_lines_of(ids)}
    return {
        one.standing.order.id: fulfillment.take_off(one.entry, order_id=one.standing.order.id, free=reserved)
        for one in released
        if one.standing.order.id in planned
    }


@dataclass(frozen=True, slots=True)
class Canceling:
    """So much of an order that is locked, with its money and goods, will not be shipped."""

    entry: Entry
    standing: Standing
    what: Cancellation
    reason: str


def cancel(canceling: Sequence[Canceling]) -> list[OrderCanceled]:
    """Write cancellations of different orders: money, then the orders' lines and states, then goods and shipments."""
    if not canceling:
        return []
    relieved = relieve([Relief(one.entry, one.standing, one.what.amount) for one in canceling])
    units = [Units(one.entry, one.standing, one.what.units) for one in canceling]
    cancel_units(units)
    for one in canceling:
        if one.what.whole:
            orders.turn(one.entry, order=one.standing.order, name="cancel")
            if one.standing.order.expires_at is not None:
                orders.stop_expiring(one.entry, order_ids=[one.standing.order.id])
    gone = release(units)
    return [_canceled(one, now, gone.get(one.standing.order.id, [])) for one, now in zip(canceling, relieved, strict=True)]


def _canceled(one: Canceling, now: Relieved, gone: Sequence[UUID]) -> OrderCanceled:
    order = one.standing.order
    one.entry.about("order", order.id)
    if order.customer_id:
        one.entry.about("customer", order.customer_id)
    return OrderCanceled(
        order_id=order.id,
        customer_id=order.customer_id,
        whole=one.what.whole,
        reason=str(one.reason),
        currency=order.currency,
        amount=one.what.amount,
        owed=now.owed,
        refund_due=now.refund_due,
        lines=tuple(
            CanceledLine(line_id=part.line.id, variant_id=part.line.variant_id, quantity=part.quantity, amount=part.amount)
            for part in one.what.parts
        ),
        canceled_shipments=tuple(gone),
    )


# ── returns ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPiece:
    """So many pieces of a demand are to come back."""

    id: UUID
    demand: Demand
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """So many units of an order line come back; `refund` and `fee` are known only where they are back already."""

    id: UUID
    order_line_id: UUID
    quantity: int
    reason: str
    pieces: tuple[NewPiece, ...]
    refund: int = 0
    fee: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """A return to be written: authorized, or (`is_back`) with everything back in stock."""

    entry: Entry
    id: UUID
    order_id: UUID
    node_id: UUID
    lines: tuple[NewLine, ...]
    wanted: Mapping[UUID, int] = field(default_factory=dict)
    external_number: str = ""
    is_back: bool = False

    @property
    def state(self) -> str:
        """The state that it begins in."""
        if not self.is_back:
            return RETURN_LIFE.initial
        return "inspected" if any(line.refund for line in self.lines) else "closed"


def write(returns: Sequence[NewReturn]) -> list[str]:
    """Write returns with their lines and pieces in one statement, and give them their numbers."""
    numbers = numbering.take(returns[0].entry, "return", count=len(returns), prefix="R", first=1001)
    lines = [(new, line) for new in returns for line in new.lines]
    insert(
        (Return, [_return(new, number) for new, number in zip(returns, numbers, strict=True)]),
        (
            ReturnLine,
            [
                {
                    "id": line.id, "rma_id": new.id, "order_line_id": line.order_line_id, "quantity": line.quantity,
                    "accepted": line.quantity if new.is_back else 0, "refund": line.refund, "fee": line.fee,
                    "reason": line.reason,
                }
                for new, line in lines
            ],
        ),
        (
            ReturnPiece,
            [
                {
                    "id": piece.id, "line_id": line.id, "demand_id": piece.demand.id, "quantity": piece.quantity,
                    "received": piece.quantity if new.is_back else 0, "restocked": piece.quantity if new.is_back else 0,
                }
                for new, line in lines
                for piece in line.pieces
            ],
        ),
        (
            ExchangeLine,
            [
                {"id": new_id(), "rma_id": new.id, "variant_id": variant_id, "quantity": quantity}
                for new in returns
                for variant_id, quantity in new.wanted.items()
            ],
        ),
    )  # fmt: skip
    for new in returns:
        new.entry.about("return", new.id)
        new.entry.about("order", new.order_id)
    return list(numbers)


def _return(new: NewReturn, number: str) -> dict[str, Any]:
    at = new.entry.at
    return {
        "id": new.id, "number": number, "external_number": new.external_number, "order_id": new.order_id, "node_id": new.node_id,
        "state": new.state, "authorized_at": at, "received_at": at if new.is_back else None,
        "inspected_at": at if new.is_back else None, "closed_at": at if new.state == "closed" else None,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Back:
    """So many pieces of a demand come home to a location."""

    entry: Entry
    demand: Demand
    location_id: UUID
    quantity: int


def bring_home(backs: Sequence[Back]) -> None:
    """Take goods back from the customer, in the lots and from the owners they left with."""
    customer = inventory_queries.location_ids()[None, LocationKind.CUSTOMER]
    lying = inventory_queries.lying_at(customer, [back.demand for back in backs])
    inventory.take_back(
        [
            inventory.Homecoming(back.entry, back.demand, back.location_id, owner_id, quantity, lot_id)
            for back in backs
            for owner_id, lot_id, quantity in _drawn(lying.get(back.demand.id, []), back.quantity)
        ]
    )


@dataclass(frozen=True, slots=True)
class Sorting:
    """So many pieces of a demand go from where they were inspected to a location."""

    entry: Entry
    demand: Demand
    source_id: UUID
    target_id: UUID
    quantity: int
    reason: str


def sort(sortings: Sequence[Sorting]) -> None:
    """Move inspected goods to stock, to the damaged goods or to scrap. All come from one location."""
    if not sortings:
        return
    lying = inventory_queries.lying_at(sortings[0].source_id, [one.demand for one in sortings])
    inventory.move(
        [
            inventory.Pieces(
                entry=one.entry, variant_id=one.demand.variant_id, source_id=one.source_id, target_id=one.target_id,
                quantity=quantity, reason=one.reason, owner_id=owner_id, lot_id=lot_id, demand_id=one.demand.id,
            )
            for one in sortings
            for owner_id, lot_id, quantity in _drawn(lying.get(one.demand.id, []), one.quantity)
        ]
    )  # fmt: skip


def _drawn(lying: list[tuple[UUID, UUID | None, int]], quantity: int) -> Iterable[tuple[UUID, UUID | None, int]]:
    """Take pieces from what lies there, in order; the list holds what is left afterwards."""
    while quantity and lying:
        owner_id, lot_id, there = lying.pop(0)
        taken = min(quantity, there)
        if taken < there:
            lying.insert(0, (owner_id, lot_id, there - taken))
        quantity -= taken
        yield owner_id, lot_id, taken
    if quantity:
        # More than ever left with an owner known here: `take_back` refuses, and names how much is out.
        yield inventory_queries.own_owner_id(), None, quantity


_COUNT_PIECES = """
UPDATE aftersales_returnpiece AS piece
SET received = piece.received + asked.received, restocked = piece.restocked + asked.restocked,
    damaged = piece.damaged + asked.damaged, scrapped = piece.scrapped + asked.scrapped
FROM unnest(%(ids)s::uuid[], %(received)s::bigint[], %(restocked)s::bigint[], %(damaged)s::bigint[], %(scrapped)s::bigint[])
    AS asked (id, received, restocked, damaged, scrapped)
WHERE piece.tenant_id = %(tenant)s AND piece.id = asked.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceCount:
    """What is added to the counters of a piece."""

    id: UUID
    received: int = 0
    restocked: int = 0
    damaged: int = 0
    scrapped: int = 0


def count_pieces(entry: Entry, *, counts: Sequence[PieceCount]) -> None:
    """Add to the counters of pieces of a return that is locked."""
    names = ("received", "restocked", "damaged", "scrapped")
    params: dict[str, Any] = {name: [getattr(one, name) for one in counts] for name in names}
    params |= {"tenant": entry.tenant_id, "ids": [one.id for one in counts]}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_PIECES, params)


_SETTLE_LINES = """
UPDATE aftersales_returnline AS line SET accepted = settled.accepted, refund = settled.refund, fee = settled.fee
FROM unnest(%(ids)s::uuid[], %(accepted)s::bigint[], %(refunds)s::bigint[], %(fees)s::bigint[])
    AS settled (id, accepted, refund, fee)
WHERE line.tenant_id = %(tenant)s AND line.id = settled.id
"""


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What a return line came to."""

    id: UUID
    accepted: int
    refund: int
    fee: int


def settle_lines(entry: Entry, *, outcomes: Sequence[LineOutcome]) -> None:
    """Write what the lines of a return that is locked came to."""
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "ids": [one.id for one in outcomes], "accepted": [one.accepted for one in outcomes],
        "refunds": [one.refund for one in outcomes], "fees": [one.fee for one in outcomes],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE_LINES, params)


def turn(entry: Entry, *, rma: Return, name: str) -> None:
    """Turn a locked return by its life cycle, and write when. Raises `NotInThisState`."""
    rma.state = RETURN_LIFE.turn(name, rma.state)
    times = {"receive": "received_at", "inspect": "inspected_at", "close": "closed_at"}
    written = {times[name]: entry.at} if name in times else {}
    Return.objects.filter(id=rma.id).update(state=rma.state, **written)
    entry.about("return", rma.id)
    entry.about("order", rma.order_id)


@dataclass(frozen=True, slots=True)
class Closing:
    """A return is done with."""

    entry: Entry
    return_id: UUID


_CLOSE = """
UPDATE aftersales_return AS rma SET state = 'closed', closed_at = done.at
FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[]) AS done (id, at)
WHERE rma.tenant_id = %(tenant)s AND rma.id = done.id
"""


def close(closings: Sequence[Closing]) -> None:
    """Close inspected returns whose orders are locked. Raises `NotInThisState`."""
    found = queries.returns([one.return_id for one in closings])
    for one in closings:
        RETURN_LIFE.turn("close", found[one.return_id].state)
        one.entry.about("return", one.return_id)
    ids, ats = [one.return_id for one in closings], [one.entry.at for one in closings]
    params: dict[str, Any] = {"tenant": current_tenant_id(), "ids": ids, "ats": ats}
    if closings:
        with connection.cursor() as cursor:
            cursor.execute(_CLOSE, params)


def follow(entry: Entry, *, rma: Return, follow_up_id: UUID) -> None:
    """Write which order the customer got in exchange."""
    Return.objects.filter(id=rma.id).update(follow_up_id=follow_up_id)
    entry.about("return", rma.id)
    entry.about("order", rma.order_id, follow_up_id)
