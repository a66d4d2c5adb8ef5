"""Shipments: plan, pick, pack, unpack, ship, deliver, call off."""

from __future__ import annotations

from typing import Annotated

from dingdan.trade.fulfillment.commands import (
    cancel_shipment,
    deliver_shipments,
    pack_shipment,
    pick_shipment,
    plan_shipments,
    ship_shipments,
    take_shipment,
    unpack_shipment,
)
from dingdan.trade.fulfillment.lifecycle import SHIPMENT_LIFE
from dingdan.trade.fulfillment.models import Shipment
from dingdan.web.api.many import Many, mount_many
from dingdan.web.api.names import found, id_of
from dingdan.web.api.reads import After, Limit, OneOf, Page, page, read
from dingdan.web.api.resources.shipment_views import ShipmentView, shipment_views
from dingdan.web.api.writes import Write, mount

TAG = "Shipments"

ShipmentState = Annotated[str, OneOf(SHIPMENT_LIFE.states)]


@read("/shipments", permission="fulfillment.read", tag=TAG)
def list_shipments(
    *,
    order: str | None = None,
    state: ShipmentState | None = None,
    node: str | None = None,
    tracking_number: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ShipmentView]:
    """Shipments, newest first. `order` and `node` take an id or what people know them by."""
    rows = Shipment.objects.select_related("node").order_by("-id")
    if order is not None:
        rows = rows.filter(order_id=id_of("order_id", order, field="order"))
    if state is not None:
        rows = rows.filter(state=state)
    if node is not None:
        rows = rows.filter(node_id=id_of("node_id", node, field="node"))
    if tracking_number is not None:
        rows = rows.filter(tracking_number=tracking_number)
    return page(rows, shipment_views, after=after, limit=limit)


@read("/shipments/{shipment_id}", permission="fulfillment.read", tag=TAG)
def get_shipment(shipment_id: str) -> ShipmentView:
    """One shipment with its lines and packages. Its number will do for its id."""
    row = found(Shipment.objects.select_related("node"), "shipment_id", shipment_id)
    return shipment_views([row])[0]


mount(
    Write(path="/orders/{order_id}/shipments", command=plan_shipments, tag=TAG),
    Write(path="/shipments/{shipment_id}/pick", command=pick_shipment, tag=TAG),
    Write(path="/shipments/{shipment_id}/pack", command=pack_shipment, tag=TAG),
    Write(path="/shipments/{shipment_id}/take", command=take_shipment, tag=TAG),
    Write(path="/shipments/{shipment_id}/unpack", command=unpack_shipment, tag=TAG),
    Write(path="/shipments/{shipment_id}/ship", command=ship_shipments, name="ship_shipment", tag=TAG),
    Write(path="/shipments/{shipment_id}/deliver", command=deliver_shipments, name="deliver_shipment", tag=TAG),
    Write(path="/shipments/{shipment_id}/cancel", command=cancel_shipment, tag=TAG),
)

mount_many(
    Many(path="/shipments/pick", single="/shipments/{shipment_id}/pick", command=pick_shipment, name="pick_shipments", tag=TAG),
    Many(path="/shipments/pack", single="/shipments/{shipment_id}/pack", command=pack_shipment, name="pack_shipments", tag=TAG),
    Many(path="/shipments/ship", single="/shipments/{shipment_id}/ship", command=ship_shipments, name="ship_shipments", tag=TAG),
    Many(
        path="/shipments/deliver",
        single="/shipments/{shipment_id}/deliver",
        command=deliver_shipments,
        name="deliver_shipments",
        tag=TAG,
    ),
)
