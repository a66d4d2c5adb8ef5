"""Returns, and the goods that come back with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
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
from dingdan.masterdata.policies.lifecycle import RefundAt
from dingdan.trade.aftersales import queries
from dingdan.trade.aftersales.lifecycle import RETURN_LIFE
from dingdan.trade.aftersales.models import ComponentWeight, ExchangeLine, Grading, Return, ReturnLine, ReturnPiece
from dingdan.trade.aftersales.queries import Standing
from dingdan.trade.aftersales.rules import Graded, LineOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPiece:
    """So many pieces of a demand are to come back."""

    id: UUID
    demand: Demand
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """So many units of an order line come back; `refund` and `fee` are known only where they are back already.

    `rule_id` is the rule that decided, the terms are what it said; `override` is why it may come back all the same.
    """

    id: UUID
    order_line_id: UUID
    quantity: int
    reason: str
    pieces: tuple[NewPiece, ...]
    refund: int = 0
    fee: int = 0
    component_id: UUID | None = None
    why_id: UUID | None = None
    condition: str = ""
    rule_id: UUID | None = None
    restocking_rate: Decimal = Decimal(0)
    restocking_each: int = 0
    grades_count: bool = True
    override: str = ""


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
    refund_at: str = RefundAt.INSPECTION
    shipping_fee: int = 0
    due_back_at: datetime | None = None

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
                    "id": line.id, "rma_id": new.id, "order_line_id": line.order_line_id, "component_id": line.component_id,
                    "quantity": line.quantity,
                    "accepted": line.quantity if new.is_back else 0, "refund": line.refund, "fee": line.fee,
                    "reason": line.reason, "why_id": line.why_id, "condition": line.condition, "rule_id": line.rule_id,
                    "restocking_rate": line.restocking_rate, "restocking_each": line.restocking_each,
                    "grades_count": line.grades_count, "override": line.override,
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
        "refund_at": str(new.refund_at), "shipping_fee": new.shipping_fee, "is_ahead": new.due_back_at is not None,
        "due_back_at": new.due_back_at, "state": new.state, "authorized_at": at, "received_at": at if new.is_back else None,
        "inspected_at": at if new.is_back else None, "closed_at": at if new.state == "closed" else None,
    }  # fmt: skip


def weigh(entry: Entry, *, standing: Standing, lines: Sequence[NewLine]) -> Standing:
    """The standing with the weights of the kits of which a part comes back alone; the first time, they are said for good.

    A piece weighs what it costs by itself at the prices of the day; where one has no price, all weigh the same.
    """
    weighed = queries.weighed(standing, {line.order_line_id for line in lines if line.component_id}, on=entry.at.date())
    rows: list[dict[str, Any]] = [
        {"id": new_id(), "order_line_id": line_id, "demand_id": demand.id, "weight": weighed.weights[demand.id]}
        for line_id, demands in sorted(standing.demands.items())
        for demand in demands
        if demand.id in weighed.weights and demand.id not in standing.weights
    ]
    if rows:
        insert((ComponentWeight, rows))
    return weighed


@dataclass(frozen=True, slots=True)
class Back:
    """So many pieces of a demand come home to a location: of a lot, where it is known of which."""

    entry: Entry
    demand: Demand
    location_id: UUID
    quantity: int
    lot_id: UUID | None = None


def bring_home(backs: Sequence[Back]) -> None:
    """Take goods back from the customer, in the lots and from the owners they left with."""
    customer = inventory_queries.location_ids()[None, LocationKind.CUSTOMER]
    lying = inventory_queries.lying_at(customer, [back.demand for back in backs])
    inventory.take_back(
        [
            inventory.Homecoming(back.entry, back.demand, back.location_id, owner_id, quantity, lot_id)
            for back in backs
            for owner_id, lot_id, quantity in _drawn(lying.get(back.demand.id, []), back.quantity, lot_id=back.lot_id)
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
    lot_id: UUID | None = None


def sort(sortings: Sequence[Sorting]) -> None:
    """Move inspected goods to where they were told to go. All come from one location; what has a name stands first."""
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
            for owner_id, lot_id, quantity in _drawn(lying.get(one.demand.id, []), one.quantity, lot_id=one.lot_id)
        ]
    )  # fmt: skip


def _drawn(
    lying: list[tuple[UUID, UUID | None, int]], quantity: int, *, lot_id: UUID | None
) -> Iterable[tuple[UUID, UUID | None, int]]:
    """Take pieces from what lies there, of a lot if one is named, else in order; the list holds what is left afterwards."""
    for place in [one for one in lying if lot_id in (None, one[1])]:
        if not quantity:
            return
        owner_id, found, there = place
        taken = min(quantity, there)
        at = lying.index(place)
        lying[at : at + 1] = [(owner_id, found, there - taken)] if taken < there else []
        quantity -= taken
        yield owner_id, found, taken
    if quantity:
        # More than ever left with an owner known here: `take_back` refuses, and names how much is out.
        yield inventory_queries.own_owner_id(), lot_id, quantity


_COUNT_PIECES = """
UPDATE aftersales_returnpiece AS piece
SET received = piece.received + asked.received, restocked = piece.restocked + asked.restocked,
    damaged = piece.damaged + asked.damaged, scrapped = piece.scrapped + asked.scrapped,
    refurbished = piece.refurbished + asked.refurbished, sent_back = piece.sent_back + asked.sent_back
FROM unnest(%(ids)s::uuid[], %(received)s::bigint[], %(restocked)s::bigint[], %(damaged)s::bigint[], %(scrapped)s::bigint[],
            %(refurbished)s::bigint[], %(sent_back)s::bigint[])
    AS asked (id, received, restocked, damaged, scrapped, refurbished, sent_back)
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
    refurbished: int = 0
    sent_back: int = 0


def count_pieces(entry: Entry, *, counts: Sequence[PieceCount]) -> None:
    """Add to the counters of pieces of a return that is locked."""
    names = ("received", "restocked", "damaged", "scrapped", "refurbished", "sent_back")
    params: dict[str, Any] = {name: [getattr(one, name) for one in counts] for name in names}
    params |= {"tenant": entry.tenant_id, "ids": [one.id for one in counts]}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_PIECES, params)


_SETTLE_LINES = """
UPDATE aftersales_returnline AS line SET accepted = settled.accepted, refund = settled.refund, fee = settled.fee,
    wear = settled.wear, restocking = settled.restocking, shipping = settled.shipping
FROM unnest(%(ids)s::uuid[], %(accepted)s::bigint[], %(refunds)s::bigint[], %(fees)s::bigint[], %(wear)s::bigint[],
            %(restocking)s::bigint[], %(shipping)s::bigint[])
    AS settled (id, accepted, refund, fee, wear, restocking, shipping)
WHERE line.tenant_id = %(tenant)s AND line.id = settled.id
"""


def settle_lines(entry: Entry, *, outcomes: Sequence[LineOutcome]) -> None:
    """Write what the lines of a return that is locked came to."""
    params: dict[str, Any] = {
        "tenant": entry.tenant_id, "ids": [one.id for one in outcomes], "accepted": [one.accepted for one in outcomes],
        "refunds": [one.refund for one in outcomes], "fees": [one.fee for one in outcomes],
        "wear": [one.wear for one in outcomes], "restocking": [one.restocking for one in outcomes],
        "shipping": [one.shipping for one in outcomes],
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


def grade(entry: Entry, *, graded: Sequence[Graded]) -> None:
    """Write which grades the pieces of a return that is locked were given."""
    if graded:
        rows: list[dict[str, Any]] = [{"id": new_id(), **asdict(one)} for one in graded]
        insert((Grading, rows))


def mark(entry: Entry, *, rma: Return, **values: Any) -> None:
    """Write how a locked return is on its way: who carries it, under which number, since when."""
    Return.objects.filter(id=rma.id).update(**values)
    for name, value in values.items():
        setattr(rma, name, value)
    entry.about("return", rma.id)
    entry.about("order", rma.order_id)
