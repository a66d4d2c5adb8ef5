"""Rounds through the shelves: what is to be taken from where, for which shipment, and how much was picked by whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from dingdan.kernel.errors import NotFound
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.fulfillment.models import Errand, Pick, Shipment, ShipmentLine, Wave

OPEN_ERRAND = Q(planned__gt=F("picked"))
"""Something is still to be taken."""


def lock_wave(wave_id: UUID) -> Wave:
    """The round, locked; the shipments on it must be locked already where they are to change. Raises `NotFound`."""
    wave = Wave.objects.filter(id=wave_id).select_for_update(no_key=True).first()
    if wave is None:
        raise NotFound(what="wave", id=wave_id)
    return wave


def waves() -> QuerySet[Wave]:
    """The rounds, the last first, with their nodes."""
    return Wave.objects.select_related("node").order_by("-id")


def skus_of(lines: Sequence[ShipmentLine]) -> dict[UUID, str]:
    """The SKUs of lines of shipments, by line."""
    known = dict(Variant.objects.filter(id__in={line.demand.variant_id for line in lines}).values_list("id", "sku"))
    return {line.id: known[line.demand.variant_id] for line in lines}


def begun_among(shipment_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the shipments of which something lies in a tote."""
    picks = Pick.objects.filter(errand__line__shipment_id__in=list(shipment_ids), undone_at=None)
    return set(picks.values_list("errand__line__shipment_id", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTake:
    """Pieces of one article, from one place and lot, for one shipment."""

    errand_id: UUID
    shipment_id: UUID
    shipment: str
    tote: int | None
    location_id: UUID
    location: str
    lot: str
    expires_on: date | None
    sku: str
    name: str
    barcode: str
    tracking: str
    unit: str
    planned: int
    picked: int
    missing: int


def to_take(shipments: QuerySet[Shipment]) -> list[ToTake]:
    """What is to be taken for shipments, in the order in which somebody walks: by place, article, lot and tote."""
    rows = (
        Errand.objects.filter(line__shipment__in=shipments.order_by())
        .filter(Q(planned__gt=0) | Q(missing__gt=0))
        .select_related("location", "lot", "line__shipment", "line__demand__variant")
        .order_by("location__code", "line__demand__variant__sku", "lot__code", "line__shipment__tote", "id")
    )
    return [
        ToTake(
            errand_id=row.id, shipment_id=row.line.shipment_id, shipment=row.line.shipment.number,
            tote=row.line.shipment.tote, location_id=row.location_id, location=row.location.code,
            lot=row.lot.code if row.lot else "", expires_on=row.lot.expires_on if row.lot else None,
            sku=row.line.demand.variant.sku, name=row.line.demand.variant.name, barcode=row.line.demand.variant.barcode,
            tracking=row.line.demand.variant.tracking, unit=row.line.demand.variant.unit, planned=row.planned,
            picked=row.picked, missing=row.missing,
        )
        for row in rows
    ]  # fmt: skip


def stops(taken: Sequence[ToTake]) -> list[list[ToTake]]:
    """What is to be taken, by place, article and lot: one stop each, for all the shipments that need something there."""
    found: dict[tuple[UUID, str, str], list[ToTake]] = {}
    for one in taken:
        found.setdefault((one.location_id, one.sku, one.lot), []).append(one)
    return list(found.values())


def progress(wave_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many pieces of rounds were taken, of how many, by round."""
    rows = Errand.objects.filter(line__shipment__wave_id__in=wave_ids).values("line__shipment__wave_id")
    told = rows.annotate(picked_=Sum("picked"), planned_=Sum("planned"))
    return {row["line__shipment__wave_id"]: (row["picked_"], row["planned_"]) for row in told}


def last_picks(shipments: QuerySet[Shipment], *, limit: int) -> list[Pick]:
    """What was taken last and is not undone, the last first."""
    rows = Pick.objects.filter(errand__line__shipment__in=shipments.order_by(), undone_at=None)
    return list(rows.select_related("errand__line__demand__variant", "errand__lot").order_by("-id")[:limit])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """What somebody took from the shelves in a period."""

    picker: str
    lines: int
    pieces: int
    shipments: int
    minutes: int
    """From the first to the last pick, day by day, added up; at least one for each day."""
    lines_per_hour: int


def pickers(since: datetime, until: datetime) -> list[Picker]:
    """How much was picked by whom in a period, who took most lines first."""
    found: dict[str, list[int]] = {}
    rows = Pick.objects.filter(at__gte=since, at__lt=until, undone_at=None).values("picker", "at__date")
    told = rows.annotate(
        lines=Count("errand", distinct=True), pieces=Sum("quantity"), first=Min("at"), last=Max("at"),
        shipments=Count("errand__line__shipment", distinct=True),
    )  # fmt: skip
    for row in told:
        sums = found.setdefault(row["picker"], [0, 0, 0, 0])
        minutes = max(1, round((row["last"] - row["first"]).total_seconds() / 60))
        for index, value in enumerate((row["lines"], row["pieces"], row["shipments"], minutes)):
            sums[index] += value
    people = [
        Picker(
            picker=who, lines=lines, pieces=pieces, shipments=shipments, minutes=minutes,
            lines_per_hour=round(lines * 60 / minutes),
        )
        for who, (lines, pieces, shipments, minutes) in found.items()
    ]  # fmt: skip
    return sorted(people, key=lambda one: (-one.lines, one.picker))
