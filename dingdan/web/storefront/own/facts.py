"""Everything about an order that its customer's page tells, read in a few statements however many lines it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from dingdan.automation.pay_links import PAY_ORDER
from dingdan.automation.paying import Bill, bill_of
from dingdan.kernel.errors import NotFound
from dingdan.ledgers.inventory.models import Tally
from dingdan.ledgers.inventory.queries import tallies_of
from dingdan.ledgers.payments import queries as payments
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.aftersales.models import Attachment, Claim, Return
from dingdan.trade.aftersales.queries import Standing, claims_of, files_of, returns_of, standing
from dingdan.trade.fulfillment.models import Package, Shipment, ShipmentLine
from dingdan.trade.orders.models import Order, OrderNote


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """An order with its money, its goods and their parcels, and what was sent back or claimed."""

    order: Order
    bill: Bill
    stands: Standing
    tally: Tally | None
    variants: Mapping[UUID, Variant]
    shipments: Sequence[Shipment]
    """Those that were not called off, oldest first."""
    inside: Mapping[UUID, Sequence[ShipmentLine]]
    boxes: Mapping[UUID, Sequence[Package]]
    returns: Sequence[Return]
    claims: Sequence[Claim]
    files: Mapping[UUID, Sequence[Attachment]]
    paid: Sequence[payments.PaymentView]
    refunds_out: int
    """What is on its way back to the payer, in minor units."""
    notes: Sequence[OrderNote]
    """What the shop wrote to the customer on the order itself."""

    @property
    def status(self) -> str:
        """How far its goods are."""
        return self.tally.fulfillment_status if self.tally else "nothing_to_ship"


def facts_of(order: Order) -> Facts:
    """What is known of an order now. Raises `NotFound`."""
    bill = bill_of(PAY_ORDER, order.id)
    if bill is None:
        raise NotFound(what="order", id=order.id)
    stands = standing(order.id)
    shipments = list(Shipment.objects.filter(order=order).exclude(state="canceled").order_by("id"))
    inside: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    lines = ShipmentLine.objects.filter(shipment__order=order, quantity__gt=0).select_related("order_line", "demand__variant")
    for line in lines.order_by("order_line__position", "id"):
        inside[line.shipment_id].append(line)
    boxes: dict[UUID, list[Package]] = defaultdict(list)
    for box in Package.objects.filter(shipment__order=order).order_by("position"):
        boxes[box.shipment_id].append(box)
    returns, claims = list(returns_of(order.id)), list(claims_of(order.id))
    out = payments.refunds_out("order", [order.id]).get(order.id, [])
    return Facts(
        order=order, bill=bill, stands=stands, tally=tallies_of([order.id]).get(order.id),
        variants=Variant.objects.in_bulk([row.variant_id for row in stands.rows.values() if row.variant_id]),
        shipments=shipments, inside=inside, boxes=boxes, returns=returns, claims=claims,
        files=files_of(*(one.id for one in (*returns, *claims))),
        paid=payments.payments_of("order", [order.id]).get(order.id, []), refunds_out=sum(one.amount for one in out),
        notes=list(OrderNote.objects.filter(order=order, to_customer=True).order_by("written_at", "id")),
    )  # fmt: skip
