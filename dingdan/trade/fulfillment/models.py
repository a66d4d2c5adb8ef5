"""Shipments, what is in them, and what the database refuses to write into them."""

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.models import Demand, Node
from dingdan.trade.fulfillment.lifecycle import OPEN, SHIPMENT_LIFE
from dingdan.trade.orders.models import Order, OrderLine


class Shipment(TenantModel):
    """Goods of one order that leave one node together."""

    number = models.CharField(max_length=32)
    order = TenantForeignKey(Order, related_name="shipments")
    node = TenantForeignKey(Node)
    state = models.CharField(max_length=10, default=SHIPMENT_LIFE.initial)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    planned_at = models.DateTimeField()
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="shipments_of_order"),
            # Serves the packing desk: what is to leave a node, oldest first.
            models.Index(fields=["tenant_id", "node", "planned_at"], name="shipments_to_do", condition=Q(state__in=OPEN)),
            models.Index(fields=["tenant_id", "tracking_number"], name="shipment_by_tracking", condition=~Q(tracking_number="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_shipment_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=SHIPMENT_LIFE.states), name="shipment_states_are_real"),
            models.CheckConstraint(
                condition=~Q(state__in=["shipped", "delivered"]) | Q(shipped_at__isnull=False), name="what_was_shipped_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ShipmentLine(TenantModel):
    """So many pieces of a demand in a shipment."""

    shipment = TenantForeignKey(Shipment, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    demand = TenantForeignKey(Demand)
    quantity = models.BigIntegerField(help_text="0 when it was taken off again")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "shipment", "demand"], name="a_shipment_carries_a_demand_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="a_shipment_line_is_never_negative"),
        ]
        indexes = [models.Index(fields=["tenant_id", "demand"], name="shipment_lines_of_demand")]


class Package(TenantModel):
    """A box of a shipment. Grams and millimeters."""

    shipment = TenantForeignKey(Shipment, related_name="packages")
    position = models.IntegerField()
    weight_grams = models.BigIntegerField(null=True)
    length_mm = models.BigIntegerField(null=True)
    width_mm = models.BigIntegerField(null=True)
    height_mm = models.BigIntegerField(null=True)
    tracking_number = models.CharField(max_length=80, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "shipment", "position"], name="a_package_position_is_used_once"),
        ]
