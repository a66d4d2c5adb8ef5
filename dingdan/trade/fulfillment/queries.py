"""What can be asked about shipments. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.trade.fulfillment.lifecycle import OPEN
from dingdan.trade.fulfillment.models import Shipment, ShipmentLine


def orders_of(shipment_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Order ids by shipment id, unlocked; what is not there is left out."""
    return dict(Shipment.objects.filter(id__in=list(shipment_ids)).values_list("id", "order_id"))


def lock_shipments(shipment_ids: Iterable[UUID]) -> dict[UUID, Shipment]:
    """The shipments, locked; their orders must be locked already. Raises `NotFound` for the first that is not there."""
    wanted = list(dict.fromkeys(shipment_ids))
    found = {row.id: row for row in Shipment.objects.filter(id__in=wanted).order_by("id").select_for_update(no_key=True)}
    for shipment_id in wanted:
        if shipment_id not in found:
            raise NotFound(what="shipment", id=shipment_id)
    return found


def lines_of(shipment_ids: Sequence[UUID]) -> dict[UUID, list[ShipmentLine]]:
    """What is in the shipments, with the demands."""
    found: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment_id__in=shipment_ids, quantity__gt=0).select_related("demand").order_by("id")
    for line in lines:
        found[line.shipment_id].append(line)
    return found


def open_lines_of(order_ids: Sequence[UUID]) -> list[ShipmentLine]:
    """What lies in shipments of these orders that have not left, newest shipment first."""
    lines = ShipmentLine.objects.filter(shipment__order_id__in=order_ids, shipment__state__in=OPEN, quantity__gt=0)
    return list(lines.select_related("shipment").order_by("-shipment__id", "id"))


def shipments_of(order_id: UUID) -> QuerySet[Shipment]:
    """The shipments of an order, oldest first."""
    return Shipment.objects.filter(order_id=order_id).select_related("node").order_by("id")
