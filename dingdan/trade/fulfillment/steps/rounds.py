"""Rounds begin and end; shipments go along, are put back, or go without what could not be found."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import F

from dingdan.kernel.journal import Entry
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE, WAVE_LIFE
from dingdan.trade.fulfillment.models import Errand, Shipment, ShipmentLine, Wave
from dingdan.trade.fulfillment.queries import OPEN_ERRAND
from dingdan.trade.fulfillment.steps.errands import close_gathered


def start(entry: Entry, *, wave: Wave, shipments: Sequence[Shipment]) -> None:
    """Write a new round, and that locked shipments go along, each with a tote of its own."""
    Wave.objects.bulk_create([wave])
    for tote, shipment in enumerate(shipments, start=1):
        shipment.wave_id, shipment.tote, shipment.picked_at, shipment.gathered_at = wave.id, tote, entry.at, None
    Shipment.objects.bulk_update(shipments, ["state", "wave", "tote", "picked_at", "gathered_at"])
    entry.about("wave", wave.id)
    entry.about("order", *(one.order_id for one in shipments))
    entry.about("shipment", *(one.id for one in shipments))


_FORGET_PICKS = """
DELETE FROM fulfillment_pick AS pick USING fulfillment_errand AS errand, fulfillment_shipmentline AS line
WHERE pick.tenant_id = %(tenant)s AND errand.tenant_id = pick.tenant_id AND errand.id = pick.errand_id
  AND line.tenant_id = errand.tenant_id AND line.id = errand.line_id AND line.shipment_id = ANY(%(ids)s::uuid[])
"""
_FORGET_ERRANDS = """
DELETE FROM fulfillment_errand AS errand USING fulfillment_shipmentline AS line
WHERE errand.tenant_id = %(tenant)s AND line.tenant_id = errand.tenant_id AND line.id = errand.line_id
  AND line.shipment_id = ANY(%(ids)s::uuid[])
"""


def put_back(entry: Entry, *, shipments: Sequence[Shipment]) -> None:
    """Let locked shipments, of which nothing was taken, be picked on another round."""
    ids = [shipment.id for shipment in shipments]
    with connection.cursor() as cursor:
        for forget in (_FORGET_PICKS, _FORGET_ERRANDS):
            cursor.execute(forget, {"tenant": entry.tenant_id, "ids": ids})
    Shipment.objects.filter(id__in=ids).update(
        state=SHIPMENT_LIFE.turn("put_back", "picking"), wave=None, tote=None, picked_at=None
    )
    entry.about("order", *(one.order_id for one in shipments))
    entry.about("shipment", *ids)


def end_if_done(entry: Entry, *, wave_id: UUID | None) -> bool:
    """End a locked round of which nothing is left to be taken; returns whether it ended."""
    if wave_id is None or Errand.objects.filter(OPEN_ERRAND, line__shipment__wave_id=wave_id).exists():
        return False
    wave = Wave.objects.get(id=wave_id)
    entry.about("wave", wave_id)
    if WAVE_LIFE.may("end", wave.state):
        Wave.objects.filter(id=wave_id).update(state=WAVE_LIFE.turn("end", wave.state), ended_at=entry.at)
    return True


def walk_on(entry: Entry, *, wave_id: UUID | None) -> None:
    """Go on with a locked round that had ended."""
    wave = Wave.objects.filter(id=wave_id).first() if wave_id else None
    if wave and WAVE_LIFE.may("walk_on", wave.state):
        Wave.objects.filter(id=wave.id).update(state=WAVE_LIFE.turn("walk_on", wave.state), ended_at=None)


def go_without(entry: Entry, *, errand: Errand, quantity: int) -> bool:
    """Let a locked shipment go without pieces that could not be taken; returns whether nothing is left of it."""
    shipment = errand.line.shipment
    Errand.objects.filter(id=errand.id).update(planned=F("planned") - quantity, missing=F("missing") + quantity)
    ShipmentLine.objects.filter(id=errand.line_id).update(quantity=F("quantity") - quantity)
    if not ShipmentLine.objects.filter(shipment_id=shipment.id, quantity__gt=0).exists():
        Shipment.objects.filter(id=shipment.id).update(state=SHIPMENT_LIFE.turn("cancel", shipment.state))
        return True
    close_gathered(entry, shipment_id=shipment.id)
    return False


_EMPTY = """
DELETE FROM fulfillment_packedline AS packed USING fulfillment_package AS package
WHERE packed.tenant_id = %(tenant)s AND package.tenant_id = packed.tenant_id AND package.id = packed.package_id
  AND package.shipment_id = %(shipment)s
"""
_OPEN = "DELETE FROM fulfillment_package AS package WHERE package.tenant_id = %(tenant)s AND package.shipment_id = %(shipment)s"


def open_packages(entry: Entry, *, shipment_id: UUID) -> int:
    """Take a locked shipment out of its packages; returns how many there were."""
    params = {"tenant": entry.tenant_id, "shipment": shipment_id}
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY, params)
        cursor.execute(_OPEN, params)
        return int(cursor.rowcount)
