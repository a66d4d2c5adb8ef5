"""Parcels that a carrier is asked to turn back."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.aftersales.models import Interception
from dingdan.trade.aftersales.queries.standings import Standing, standing
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine


def interceptions() -> QuerySet[Interception]:
    """All interceptions with their shipments, newest first."""
    return Interception.objects.select_related("shipment").order_by("-id")


def lock_shipment(shipment_id: UUID) -> tuple[Standing, Shipment]:
    """A shipment and how its order stands, the order locked; nothing of it is delivered meanwhile. Raises `NotFound`."""
    order_id = Shipment.objects.filter(id=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="shipment", id=shipment_id)
    found = standing(order_id, lock=True)
    return found, Shipment.objects.get(id=shipment_id)


def lock_interception(interception_id: UUID) -> tuple[Standing, Interception]:
    """An interception and how its order stands, both locked, the order first. Raises `NotFound`."""
    rows = Interception.objects.filter(id=interception_id)
    order_id = rows.values_list("shipment__order_id", flat=True).first()
    if order_id is None:
        raise NotFound(what="interception", id=interception_id)
    found = standing(order_id, lock=True)
    return found, Interception.objects.select_for_update(no_key=True, of=("self",)).select_related("shipment").get(
        id=interception_id
    )


def parcels_under_way(order_id: UUID) -> list[Shipment]:
    """The shipments of an order that have left and not arrived, oldest first."""
    return list(Shipment.objects.filter(order_id=order_id, state="shipped").order_by("id"))


def inside(shipment_id: UUID) -> dict[UUID, dict[UUID, int]]:
    """What a shipment carries: pieces by order line and demand."""
    found: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for line in ShipmentLine.objects.filter(shipment_id=shipment_id, quantity__gt=0).order_by("id"):
        found[line.order_line_id][line.demand_id] = line.quantity
    return found
