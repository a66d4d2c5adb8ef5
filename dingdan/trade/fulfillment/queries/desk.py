"""The worklist of a warehouse: what is to be done next, what is late, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When

from dingdan.ledgers.inventory.models import Peg
from dingdan.trade.fulfillment.lifecycle import OPEN
from dingdan.trade.fulfillment.models import Package, Shipment, ShipmentLine

_MOVES: Final = Q(order__state="placed", order__in_review=False)
_STATE_OF: Final = {"to_pick": "planned", "picking": "picking", "to_pack": "picking", "to_hand_over": "packed"}
_OWN: Final = {
    "to_pick": Q(),
    "picking": Q(gathered_at=None, wave__isnull=False),
    "to_pack": Q(gathered_at__isnull=False) | Q(wave=None),
    "to_hand_over": Q(),
}
"""What of a stage the shipment itself says beside its state; its order says the rest, and nearly always that it moves."""
STAGES: Final = {**{name: _MOVES & Q(state=_STATE_OF[name]) & own for name, own in _OWN.items()}, "stopped": ~_MOVES}
"""What is to be done next with a shipment that has not left."""


def open_shipments(
    *, node_id: UUID | None = None, method: str = "", due_before: datetime | None = None, states: Sequence[str] = OPEN
) -> QuerySet[Shipment]:
    """What has not left, what was promised soonest first; of a node, a way of shipping, due before a moment."""
    rows = Shipment.objects.filter(state__in=states).select_related("order", "node", "wave")
    if node_id:
        rows = rows.filter(node_id=node_id)
    if method:
        rows = rows.filter(order__shipping_method=method)
    if due_before:
        rows = rows.filter(due_at__lt=due_before)
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


AT_ONCE: Final = 1000


def first_at(
    stage: str, *, most: int, node_id: UUID | None = None, method: str = "", due_before: datetime | None = None
) -> list[Shipment]:
    """The first shipments that are at a stage: of a node, a way of shipping, due before a moment.

    They are taken in the order of their promises, and then looked at: asked for with the state of their orders at once, all that
    is open would be read and sorted.
    """
    states = [_STATE_OF[stage]] if stage in _STATE_OF else OPEN
    rows = open_shipments(node_id=node_id, method=method, due_before=due_before, states=states)
    if stage not in _OWN:
        return list(rows.filter(STAGES[stage])[:most])
    found, start, asked = list[UUID](), 0, rows.filter(_OWN[stage]).values_list("id", flat=True)
    while len(found) < most and (part := list(asked[start : start + AT_ONCE])):
        moving = set(Shipment.objects.filter(_MOVES, id__in=part).values_list("id", flat=True))
        found += [id_ for id_ in part if id_ in moving]
        start += AT_ONCE
    return list(rows.filter(id__in=found[:most]))


def stage_of(shipment: Shipment) -> str:
    """What is to be done next with a shipment that was read with its order; empty for one that left."""
    if shipment.state not in OPEN:
        return ""
    if shipment.order.state != "placed" or shipment.order.in_review:
        return "stopped"
    if shipment.state != "picking":
        return {"planned": "to_pick", "packed": "to_hand_over"}[shipment.state]
    return "picking" if shipment.wave_id and shipment.gathered_at is None else "to_pack"


LATE: Final = "late"
TODAY: Final = "today"


@dataclass(frozen=True, slots=True)
class Pile:
    """How many shipments that have not left are alike: at the same node, by the same way of shipping, at the same stage.

    `due` is :data:`LATE`, :data:`TODAY` (within a day), or empty.
    """

    node_id: UUID
    method: str
    stage: str
    due: str
    count: int


def piles(*, at: datetime) -> list[Pile]:
    """All that has not left, counted in one pass over it."""
    stage = Case(*(When(condition, then=Value(name)) for name, condition in STAGES.items()), default=Value(""))
    due = Case(
        When(due_at__lt=at, then=Value(LATE)), When(due_at__lt=at + timedelta(days=1), then=Value(TODAY)), default=Value("")
    )  # fmt: skip
    rows = Shipment.objects.filter(state__in=OPEN).order_by().values_list("node_id", "order__shipping_method")
    return [Pile(*row) for row in rows.annotate(stage=stage, due=due, count=Count("id"))]


def counts(there: Iterable[Pile]) -> dict[str, int]:
    """How many shipments are at which stage."""
    found = dict.fromkeys(STAGES, 0)
    for pile in there:
        found[pile.stage] += pile.count
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in a shipment: how many lines and pieces."""

    lines: int
    pieces: int


def contents(shipment_ids: Iterable[UUID]) -> dict[UUID, Held]:
    """How much is in shipments, by shipment."""
    rows = ShipmentLine.objects.filter(shipment_id__in=list(shipment_ids), quantity__gt=0).values("shipment_id")
    told = rows.annotate(lines=Count("id"), pieces=Sum("quantity"))
    return {row["shipment_id"]: Held(row["lines"], row["pieces"]) for row in told}


def unplanned(*, limit: int) -> list[UUID]:
    """Orders that move forward and have pieces reserved that lie in no shipment, the oldest first."""
    lies = ShipmentLine.objects.filter(demand_id=OuterRef("demand_id"), quantity__gt=0, shipment__state__in=OPEN)
    pegs = Peg.objects.filter(~Exists(lies), quantity__gt=0, balance__isnull=False, demand__document_kind="order")
    ids = pegs.order_by("demand__document_id").values_list("demand__document_id", flat=True).distinct()
    return list(ids[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTime:
    """How it stands with promises: what should have left, what is to leave within a day, and where it is stuck."""

    late: int
    due_today: int
    late_by_stage: dict[str, int]
    left_on_time: int
    left_late: int


def on_time(*, at: datetime, node_id: UUID | None = None, days: int = 7, there: Sequence[Pile] | None = None) -> OnTime:
    """What is late now or due within a day, by stage, and how much of what left in the last days left in time.

    `there` is what :func:`piles` said, for whoever has asked already.
    """
    rows = [one for one in (piles(at=at) if there is None else there) if node_id in (None, one.node_id)]
    late = counts(one for one in rows if one.due == LATE)
    left = Shipment.objects.filter(shipped_at__gte=at - timedelta(days=days), due_at__isnull=False)
    if node_id:
        left = left.filter(node_id=node_id)
    told = left.aggregate(good=Count("id", filter=Q(shipped_at__lte=F("due_at"))), all=Count("id"))
    return OnTime(
        late=sum(late.values()), late_by_stage=late, left_on_time=told["good"], left_late=told["all"] - told["good"],
        due_today=sum(one.count for one in rows if one.due == TODAY),
    )  # fmt: skip


def by_code(code: str) -> Shipment | None:
    """The shipment that a scanned code names: its number, or the tracking number of it or of one of its packages."""
    boxed = Package.objects.filter(tracking_number=code).order_by("-id").values("shipment_id")[:1]
    rows = Shipment.objects.select_related("order", "node")
    for found in (Q(number=code), Q(tracking_number=code), Q(id__in=boxed)):
        if code and (row := rows.filter(found).order_by("-id").first()):
            return row
    return None


def left(*, node_id: UUID | None, carrier: str, since: datetime, until: datetime) -> list[Shipment]:
    """What was handed to a carrier in a period, in the order in which it left."""
    rows = Shipment.objects.filter(shipped_at__gte=since, shipped_at__lt=until).select_related("order__ship_to", "node")
    if node_id:
        rows = rows.filter(node_id=node_id)
    if carrier:
        rows = rows.filter(carrier=carrier)
    return list(rows.prefetch_related("packages").order_by("carrier", "shipped_at", "id"))
