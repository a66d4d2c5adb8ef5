"""The returns desk: what waits there, what a scanned code is of, and what was said of the pieces so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from dingdan.kernel.errors import NotFound
from dingdan.ledgers.inventory import queries as inventory
from dingdan.ledgers.inventory.lifecycle import LocationKind
from dingdan.trade.aftersales.lifecycle import OPEN
from dingdan.trade.aftersales.models import Examination, Return, ReturnPiece, StrayParcel
from dingdan.trade.aftersales.rules import GradedPieces, drawn_home
from dingdan.trade.fulfillment.models import Package, Shipment
from dingdan.trade.orders.models import Order

LONGEST_AT_THE_DESK: Final = timedelta(days=2)
"""What lies there for longer is overdue."""
MOST_FOUND: Final = 20

STAGES: Final[Mapping[str, Callable[[datetime], Q]]] = {
    "announced": lambda _at: Q(state="authorized", arrived_at=None),
    "arrived": lambda _at: Q(state="authorized", arrived_at__isnull=False),
    "to_inspect": lambda _at: Q(state="received"),
    "overdue": lambda at: (
        Q(state="authorized", arrived_at=None, due_back_at__lt=at)
        | Q(state="authorized", arrived_at__lt=at - LONGEST_AT_THE_DESK)
        | Q(state="received", received_at__lt=at - LONGEST_AT_THE_DESK)
    ),
}
"""Where an open return stands for the desk, at a time: on its way, lying there unopened, taken in, or there for too long."""


def at_stage(stage: str, *, at: datetime) -> QuerySet[Return]:
    """The returns at a stage of the desk."""
    return Return.objects.filter(STAGES[stage](at))


def at_the_desk(at: datetime) -> Mapping[str, int]:
    """How many returns are at each stage of the desk at a time. One statement."""
    counts = {stage: Count("id", filter=asked(at)) for stage, asked in STAGES.items()}
    return Return.objects.filter(state__in=OPEN).aggregate(**counts)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scanned code is of: returns, the open ones first; or an order for which none was asked."""

    returns: Sequence[Return] = ()
    order: Order | None = None


def expected(code: str) -> Expected:
    """What lies in a parcel, by the number of its return, of its order, or of any label that it ever carried."""
    numbers = {code, code.upper()}
    own = Q(number__in=numbers) | (Q(tracking_number__in=numbers) & ~Q(tracking_number=""))
    rows = list(Return.objects.filter(own).select_related("order", "node").order_by("-id")[:MOST_FOUND])
    order = rows[0].order if rows else _order_by(numbers)
    if not rows and order is not None:
        rows = list(Return.objects.filter(order=order).select_related("order", "node").order_by("-id")[:MOST_FOUND])
    is_open = {row.id: row.state in OPEN for row in rows}
    return Expected(sorted(rows, key=lambda row: not is_open[row.id]), order)


def _order_by(numbers: Iterable[str]) -> Order | None:
    """The order with one of the numbers, or of which a parcel had left under it."""
    wanted = list(numbers)
    found = Order.objects.filter(number__in=wanted).first()
    if found is not None:
        return found
    left = Shipment.objects.filter(Q(tracking_number__in=wanted) | Q(number__in=wanted)).order_by("-id")
    shipment = left.select_related("order").first()
    if shipment is None:
        boxes = Package.objects.filter(tracking_number__in=wanted).select_related("shipment__order")
        shipment = next((one.shipment for one in boxes.order_by("-id")[:1]), None)
    return shipment.order if shipment else None


def parked_as(code: str) -> StrayParcel | None:
    """The parcel that was put aside under a code and waits, or that has it as its number."""
    wanted = StrayParcel.objects.filter(Q(code=code) | Q(number__in={code, code.upper()}), state="parked")
    return wanted.exclude(code="", number="").order_by("-id").first()


def lock_parcel(parcel_id: UUID) -> StrayParcel:
    """A parcel that nobody had asked for, locked. Raises `NotFound`."""
    found = StrayParcel.objects.select_for_update(no_key=True).filter(id=parcel_id).first()
    if found is None:
        raise NotFound(what="parcel", id=parcel_id)
    return found


# ── what was said of the pieces ──────────────────────────────────────────────────────────────────────────────────────────


def examinations(return_id: UUID) -> QuerySet[Examination]:
    """What was said of the pieces of a return and not undone, oldest first."""
    wanted = Examination.objects.filter(piece__line__rma_id=return_id, undone_at=None)
    return wanted.select_related("piece", "lot").order_by("at", "id")


def examined(return_ids: Iterable[UUID]) -> Counter[UUID]:
    """How many pieces of each return were looked at so far. One statement."""
    rows = Examination.objects.filter(piece__line__rma_id__in=list(return_ids), undone_at=None).order_by()
    return Counter(dict(rows.values_list("piece__line__rma_id").annotate(Sum("quantity"))))


def grades_said(rows: Iterable[Examination]) -> tuple[GradedPieces, ...]:
    """What was said, as an inspection takes it: each grade of a piece once."""
    sums: Counter[tuple[UUID, str]] = Counter()
    for row in rows:
        sums[row.piece_id, row.code] += row.quantity
    return tuple(GradedPieces(piece_id=id_, grade=code, quantity=quantity) for (id_, code), quantity in sums.items())


Lots = Mapping[UUID, Mapping[UUID | None, int]]
"""By demand: how many pieces of which lot lie somewhere."""


def lots_at(node_id: UUID | None, kind: LocationKind, pieces: Sequence[ReturnPiece]) -> Lots:
    """Which lots of the demands of pieces lie at a place."""
    found: dict[UUID, Counter[UUID | None]] = defaultdict(Counter)
    place = inventory.location_ids()[node_id, kind]
    for demand_id, lying in inventory.lying_at(place, [piece.demand for piece in pieces]).items():
        for _owner, lot_id, quantity in lying:
            found[demand_id][lot_id] += quantity
    return found


def to_bring_home(
    rma: Return, pieces: Sequence[ReturnPiece], rows: Sequence[Examination]
) -> list[tuple[ReturnPiece, UUID | None, int]]:
    """Of the examined pieces those that were not received before: of which lot, and how many. Refuses `AnotherReceived`."""
    here = lots_at(rma.node_id, LocationKind.INSPECTION, pieces)
    said = lots_said(rows)
    return [
        (piece, lot_id, quantity)
        for piece in pieces
        for lot_id, quantity in drawn_home(
            said[piece.id], here.get(piece.demand_id, {}), left=sum(said[piece.id].values()) - piece.received
        ).items()
    ]


def lots_said(rows: Iterable[Examination]) -> dict[UUID, Counter[UUID | None]]:
    """How many pieces of which lot were looked at, by piece."""
    found: dict[UUID, Counter[UUID | None]] = defaultdict(Counter)
    for row in rows:
        found[row.piece_id][row.lot_id] += row.quantity
    return found
