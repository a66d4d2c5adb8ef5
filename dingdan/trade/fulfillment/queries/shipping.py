"""What can be asked about shipments. Never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from dingdan.kernel.errors import NotFound
from dingdan.kernel.laws import breaches
from dingdan.ledgers.inventory.models import Allocation, Node
from dingdan.ledgers.inventory.queries import open_allocations_of
from dingdan.trade.fulfillment.lifecycle import OPEN
from dingdan.trade.fulfillment.models import Package, Shipment, ShipmentLine
from dingdan.trade.orders.models import Order


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
    """What is in the shipments, with what the demands are for (their counters are read when asked for)."""
    found: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment_id__in=shipment_ids, quantity__gt=0).select_related("demand").order_by("id")
    own = [field.attname for field in ShipmentLine._meta.concrete_fields]
    for line in lines.only(*own, "demand__tenant_id", "demand__document_id", "demand__line_id", "demand__variant_id"):
        found[line.shipment_id].append(line)
    return found


def open_lines_of(order_ids: Sequence[UUID]) -> list[ShipmentLine]:
    """What lies in shipments of these orders that have not left, newest shipment first."""
    lines = ShipmentLine.objects.filter(shipment__order_id__in=order_ids, shipment__state__in=OPEN, quantity__gt=0)
    return list(lines.select_related("shipment").order_by("-shipment__id", "id"))


def parcels_of(order_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """The shipments of orders that are not called off, with their states, by order."""
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    rows = Shipment.objects.filter(order_id__in=list(order_ids)).exclude(state="canceled").order_by("id")
    for order_id, id_, state in rows.values_list("order_id", "id", "state"):
        found[order_id].append((id_, state))
    return found


def lock_open_shipments_of(order_ids: Iterable[UUID]) -> dict[UUID, list[Shipment]]:
    """What has not left of orders, by order, locked; the orders must be locked already."""
    rows = Shipment.objects.filter(order_id__in=list(order_ids), state__in=OPEN).order_by("id").select_for_update(no_key=True)
    found: dict[UUID, list[Shipment]] = defaultdict(list)
    for row in rows:
        found[row.order_id].append(row)
    return found


def shipments_of(order_id: UUID) -> QuerySet[Shipment]:
    """The shipments of an order, oldest first."""
    return Shipment.objects.filter(order_id=order_id).select_related("node").order_by("id")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Pieces of one article in a parcel, and from which shelf they come where that is known."""

    sku: str
    name: str
    quantity: int
    unit: str
    barcode: str
    shelf: str
    variant_id: UUID


@dataclass(frozen=True, slots=True)
class Slip:
    """A shipment as its papers tell it."""

    number: str
    order: Order
    node: Node
    carrier: str
    tracking_numbers: tuple[str, ...]
    lines: tuple[SlipLine, ...]


def open_or_all(order_ids: Iterable[UUID]) -> list[UUID]:
    """The shipments of orders that are to be packed; of an order that has none of these, those that left. In their order."""
    found: dict[UUID, list[tuple[UUID, bool]]] = defaultdict(list)
    rows = Shipment.objects.filter(order_id__in=list(order_ids)).exclude(state="canceled").order_by("planned_at", "id")
    for order_id, id_, state in rows.values_list("order_id", "id", "state"):
        found[order_id].append((id_, state in OPEN))
    kept = {one for its in found.values() for one, is_open in its if is_open or not any(open_ for _id, open_ in its)}
    return [one for its in found.values() for one, _is_open in its if one in kept]


def slips(shipment_ids: Iterable[UUID]) -> list[Slip]:
    """Shipments for their papers, in the order asked for. Four statements, however many there are."""
    wanted = list(dict.fromkeys(shipment_ids))
    rows = Shipment.objects.filter(id__in=wanted).select_related("node", "order__ship_to", "order__channel").in_bulk()
    inside: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment_id__in=wanted, quantity__gt=0).select_related("demand__variant")
    for line in lines.order_by("id"):
        inside[line.shipment_id].append(line)
    shelves = open_allocations_of({line.demand_id for its in inside.values() for line in its})
    boxes: dict[UUID, list[str]] = defaultdict(list)
    packages = Package.objects.filter(shipment_id__in=wanted).exclude(tracking_number="").order_by("position")
    for shipment_id, tracking in packages.values_list("shipment_id", "tracking_number"):
        boxes[shipment_id].append(tracking)
    return [_slip(rows[id_], inside[id_], shelves, boxes[id_]) for id_ in wanted if id_ in rows]


def _slip(row: Shipment, lines: Sequence[ShipmentLine], shelves: dict[UUID, list[Allocation]], boxes: Sequence[str]) -> Slip:
    numbers = dict.fromkeys([*boxes, *([row.tracking_number] if row.tracking_number else [])])
    told = []
    for line in lines:
        variant = line.demand.variant
        places = [one.holding.location for one in shelves.get(line.demand_id, ()) if one.holding.location.node_id == row.node_id]
        shelf = ", ".join(dict.fromkeys(place.code for place in places))
        name, barcode = variant.name or variant.sku, variant.barcode or ""
        told.append(SlipLine(variant.sku, name, line.quantity, variant.unit, barcode, shelf, variant.id))
    return Slip(row.number, row.order, row.node, row.carrier, tuple(numbers), tuple(told))


def law_what_left_was_issued() -> Iterator[str]:
    """What lies in shipments that left is what inventory has issued for their demands."""
    return breaches(
        """
        SELECT id, sum(issued), sum(carried) FROM (
            SELECT demand.id, demand.issued, 0 AS carried FROM inventory_demand AS demand
            WHERE demand.tenant_id = %(tenant)s AND demand.document_kind = 'order'
            UNION ALL SELECT line.demand_id, 0, line.quantity FROM fulfillment_shipmentline AS line
            JOIN fulfillment_shipment AS shipment
              ON shipment.tenant_id = line.tenant_id AND shipment.id = line.shipment_id
             AND shipment.state IN ('shipped', 'delivered')
            WHERE line.tenant_id = %(tenant)s
        ) AS both_sides GROUP BY id HAVING sum(issued) <> sum(carried)
        """,
        "demand {0}: issued {1}, shipments carried {2}",
        about=("demand",),
    )


def law_what_is_planned_is_reserved() -> Iterator[str]:
    """What lies in shipments that have not left is reserved at their node."""
    return breaches(
        """
        SELECT demand_id, node_id, sum(planned), sum(held) FROM (
            SELECT line.demand_id, shipment.node_id, line.quantity AS planned, 0 AS held
            FROM fulfillment_shipmentline AS line
            JOIN fulfillment_shipment AS shipment
              ON shipment.tenant_id = line.tenant_id AND shipment.id = line.shipment_id
             AND shipment.state IN ('planned', 'picking', 'packed')
            WHERE line.tenant_id = %(tenant)s
            UNION ALL SELECT peg.demand_id, balance.node_id, 0, peg.quantity FROM inventory_peg AS peg
            JOIN inventory_balance AS balance ON balance.tenant_id = peg.tenant_id AND balance.id = peg.balance_id
            WHERE peg.tenant_id = %(tenant)s AND peg.quantity > 0
        ) AS both_sides GROUP BY demand_id, node_id HAVING sum(planned) > sum(held)
        """,
        "demand {0} at node {1}: {2} planned, {3} reserved",
        about=("demand",),
    )


def law_picked_is_the_sum_of_picks() -> Iterator[str]:
    """What was picked for a shipment is what people took and did not put back; less where its order was lessened since."""
    return breaches(
        """
        SELECT line.demand_id, errand.picked, coalesce(sum(pick.quantity), 0) FROM fulfillment_errand AS errand
        JOIN fulfillment_shipmentline AS line ON line.tenant_id = errand.tenant_id AND line.id = errand.line_id
        LEFT JOIN fulfillment_pick AS pick
          ON pick.tenant_id = errand.tenant_id AND pick.errand_id = errand.id AND pick.undone_at IS NULL
        WHERE errand.tenant_id = %(tenant)s
        GROUP BY line.demand_id, errand.id, errand.picked HAVING errand.picked > coalesce(sum(pick.quantity), 0)
        """,
        "demand {0}: picked {1} for an errand, people took {2}",
        about=("demand",),
    )


def law_packages_hold_what_the_shipment_does() -> Iterator[str]:
    """Where it was told what lies in the packages of a shipment, it is what the shipment held when it was packed, or more."""
    return breaches(
        """
        SELECT line.demand_id, line.quantity, sum(packed.quantity) FROM fulfillment_packedline AS packed
        JOIN fulfillment_shipmentline AS line ON line.tenant_id = packed.tenant_id AND line.id = packed.line_id
        WHERE packed.tenant_id = %(tenant)s
        GROUP BY line.demand_id, line.id, line.quantity HAVING sum(packed.quantity) < line.quantity
        """,
        "demand {0}: {1} pieces are in a shipment, {2} in its packages",
        about=("demand",),
    )


LAWS = (
    law_what_left_was_issued,
    law_what_is_planned_is_reserved,
    law_picked_is_the_sum_of_picks,
    law_packages_hold_what_the_shipment_does,
)
