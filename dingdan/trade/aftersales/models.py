"""Returns and allowances, and what the database refuses to write into them."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.inventory.models import Demand, Node
from dingdan.masterdata.catalog.models import Variant
from dingdan.trade.aftersales.lifecycle import OPEN, RETURN_LIFE, ReturnReason
from dingdan.trade.orders.models import Order, OrderLine


class Return(TenantModel):
    """Goods of one order that come back to one node. Amounts in minor units of the order's currency."""

    number = models.CharField(max_length=32)
    external_number = models.CharField(max_length=64, blank=True, help_text="The number it had where it was brought over from")
    order = TenantForeignKey(Order, related_name="returns")
    node = TenantForeignKey(Node, help_text="Where the goods come back to")
    state = models.CharField(max_length=10, default=RETURN_LIFE.initial)
    follow_up = TenantForeignKey(Order, null=True, related_name="+", help_text="The order that the customer gets in exchange")
    authorized_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    inspected_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="returns_of_order"),
            # Serves the returns desk: what is to come to a node and to be looked at there, oldest first.
            models.Index(fields=["tenant_id", "node", "authorized_at"], name="returns_to_do", condition=Q(state__in=OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_return_number_is_given_once"),
            models.UniqueConstraint(fields=["tenant_id", "follow_up"], name="a_follow_up_order_is_for_one_return"),
            models.CheckConstraint(condition=Q(state__in=RETURN_LIFE.states), name="return_states_are_real"),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(TenantModel):
    """So many units of an order line come back, and what is given back for them."""

    rma = TenantForeignKey(Return, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    quantity = models.BigIntegerField(help_text="Units authorized; a kit is one unit")
    accepted = models.BigIntegerField(default=0, help_text="Units that are back in whole, counted when they were inspected")
    refund = models.BigIntegerField(default=0, help_text="What the customer no longer owes for them")
    fee = models.BigIntegerField(default=0, help_text="What was kept back of their value")
    reason = models.CharField(max_length=20, default=ReturnReason.OTHER)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="returns_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "rma", "order_line"], name="a_return_names_an_order_line_once"),
            models.CheckConstraint(condition=Q(reason__in=list(ReturnReason)), name="return_reasons_are_real"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_return_line_brings_something"),
            models.CheckConstraint(
                condition=Q(accepted__gte=0) & Q(accepted__lte=F("quantity")), name="never_accept_more_than_was_authorized"
            ),
            models.CheckConstraint(condition=Q(refund__gte=0) & Q(fee__gte=0), name="return_amounts_are_never_negative"),
        ]


class ReturnPiece(TenantModel):
    """So many pieces of a demand come back: one row per return line, or one per component of a kit."""

    line = TenantForeignKey(ReturnLine, related_name="pieces")
    demand = TenantForeignKey(Demand)
    quantity = models.BigIntegerField(help_text="Pieces authorized")
    received = models.BigIntegerField(default=0)
    restocked = models.BigIntegerField(default=0)
    damaged = models.BigIntegerField(default=0)
    scrapped = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "demand"], name="returns_of_demand")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "line", "demand"], name="a_return_line_takes_a_demand_once"),
            models.CheckConstraint(
                condition=Q(received__gte=0) & Q(received__lte=F("quantity")), name="never_receive_more_than_was_authorized"
            ),
            models.CheckConstraint(
                condition=Q(restocked__gte=0)
                & Q(damaged__gte=0)
                & Q(scrapped__gte=0)
                & Q(received__gte=F("restocked") + F("damaged") + F("scrapped")),
                name="never_sort_more_than_was_received",
            ),
        ]


class ExchangeLine(TenantModel):
    """What the customer gets in place of what comes back."""

    rma = TenantForeignKey(Return, related_name="wanted")
    variant = TenantForeignKey(Variant)
    quantity = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "rma", "variant"], name="an_exchange_names_a_variant_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="an_exchange_line_wants_something"),
        ]


class Allowance(TenantModel):
    """A part of an order's price that is given up as a favor, without anything coming back."""

    order = TenantForeignKey(Order, related_name="allowances")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order"], name="allowances_of_order")]
        constraints = [models.CheckConstraint(condition=Q(total__gt=0), name="an_allowance_gives_something")]
        triggers = append_only("allowances")


class AllowanceLine(TenantModel):
    """The part of an allowance that falls on an order line."""

    allowance = TenantForeignKey(Allowance, related_name="lines")
    order_line = TenantForeignKey(OrderLine)
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="allowances_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "allowance", "order_line"], name="an_allowance_names_a_line_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an_allowance_line_gives_something"),
        ]
        triggers = append_only("allowance_lines")
