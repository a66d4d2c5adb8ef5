"""Shipments, what is in them, and what the database refuses to write into them."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.models import Demand, Location, Lot, Node
from dingdan.trade.fulfillment.lifecycle import OPEN, SHIPMENT_LIFE, WAVE_LIFE
from dingdan.trade.orders.models import Order, OrderLine


class Wave(TenantModel):
    """One round through the shelves of a node, for several shipments at once."""

    number = models.CharField(max_length=32)
    node = TenantForeignKey(Node)
    state = models.CharField(max_length=10, default=WAVE_LIFE.initial)
    picker = models.CharField(max_length=80, help_text="Who walks: kind and id of an actor")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves the desk: which rounds are on their way at a node.
            models.Index(fields=["tenant_id", "node", "started_at"], name="waves_under_way", condition=Q(state="walking"))
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_wave_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=WAVE_LIFE.states), name="wave_states_are_real"),
        ]

    def __str__(self) -> str:
        return self.number


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
    due_at = models.DateTimeField(null=True, help_text="The earliest promise among what is in it")
    wave = TenantForeignKey(Wave, null=True, related_name="shipments")
    tote = models.PositiveSmallIntegerField(null=True, help_text="Where its goods are put on the round")
    gathered_at = models.DateTimeField(null=True, help_text="When everything in it had been taken from the shelves")
    packer = models.CharField(max_length=80, default="", db_default="", help_text="Who packs it: kind and id of an actor")

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves the worklist: what is to leave a node, what was promised soonest first.
            models.Index(fields=["tenant_id", "node", "due_at", "id"], name="shipments_by_promise", condition=Q(state__in=OPEN)),
            # Serves what left in a period: manifests, and how much of it was in time.
            models.Index(fields=["tenant_id", "shipped_at"], name="shipments_that_left", condition=Q(shipped_at__isnull=False)),
            models.Index(fields=["tenant_id", "wave"], name="shipments_of_wave", condition=Q(wave__isnull=False)),
            models.Index(fields=["tenant_id", "order"], name="shipments_of_order"),
            # Serves the worklist of all nodes: what was promised soonest first.
            models.Index(fields=["tenant_id", "due_at", "id"], name="open_shipments_by_promise", condition=Q(state__in=OPEN)),
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


class PackedLine(TenantModel):
    """So many pieces of a shipment's line in one of its packages."""

    package = TenantForeignKey(Package, related_name="contents")
    line = TenantForeignKey(ShipmentLine)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "package", "line"], name="a_package_names_a_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_packed_line_holds_something"),
        ]


class Errand(TenantModel):
    """So many pieces of a shipment's line that are to be taken from one place, of one lot."""

    line = TenantForeignKey(ShipmentLine, related_name="errands")
    location = TenantForeignKey(Location)
    lot = TenantForeignKey(Lot, null=True)
    planned = models.BigIntegerField()
    picked = models.BigIntegerField(default=0)
    missing = models.BigIntegerField(default=0, help_text="What was planned and could not be taken; no longer planned")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "line", "location", "lot"], name="one_errand_per_line_place_and_lot", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(picked__gte=0) & Q(picked__lte=F("planned")), name="never_pick_more_than_planned"),
            models.CheckConstraint(condition=Q(missing__gte=0), name="what_is_missing_is_never_negative"),
        ]


class Pick(TenantModel):
    """Pieces were taken for an errand, by somebody, at a time; undone, it was a mistake."""

    errand = TenantForeignKey(Errand, related_name="picks")
    quantity = models.BigIntegerField()
    picker = models.CharField(max_length=80, help_text="Kind and id of an actor")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "errand"], name="picks_of_errand"),
            # Serves how much was picked by whom.
            models.Index(fields=["tenant_id", "at"], name="picks_by_time", condition=Q(undone_at__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="a_pick_takes_something")]
