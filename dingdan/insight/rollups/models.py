"""What is kept summed, and what each order and shipment was counted as. Days are the shop's, amounts minor units of a currency.

A part says what one thing was counted as: when the thing changes, the difference of its parts goes into the sums. So a part may
be made again at any time, and nothing is counted twice. What the books only ever append to (postings, lines of invoices) needs no
part: it is counted once, by its position in the feed. docs/reports.md defines every figure.
"""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel


class Calendar(TenantModel):
    """By which clock days are counted. Its id is the tenant's; when the shop goes by another clock, all is counted anew."""

    time_zone = models.CharField(max_length=64)


class Ordered(TenantModel):
    """Figures of orders, by the day on which they were placed. Amounts are less what was canceled since."""

    counted_on = models.DateField()
    currency = models.CharField(max_length=3)
    canceled = models.BigIntegerField(default=0, help_text="Of the orders, those that were canceled as a whole")
    units = models.BigIntegerField(default=0, help_text="Of things that can be bought; shipping and fees not counted")
    net = models.BigIntegerField(default=0, help_text="Without tax")
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0, help_text="net + tax")
    discount = models.BigIntegerField(default=0, help_text="What was taken off before total")
    shipping = models.BigIntegerField(default=0, help_text="The part of total that is for shipping")
    given_back = models.BigIntegerField(default=0, help_text="What is owed no longer of total: returns, claims, allowances")

    class Meta(TenantModel.Meta):
        abstract = True


class Sold(Ordered):
    """The same with the hour and the channel."""

    hour = models.SmallIntegerField(help_text="By the shop's clock; where clocks go back, both hours of one name are one")
    channel_id = models.UUIDField()

    class Meta(Ordered.Meta):
        abstract = True


SOLD: Final = ("canceled", "units", "net", "tax", "total", "discount", "shipping", "given_back")
"""Figures that an order's part and the sums of sales have in common."""


class OrderPart(Sold):
    """What an order was counted as. Its id is the order's."""

    customer_id = models.UUIDField(null=True)
    promised_on = models.DateField(null=True, help_text="The day by which goods are to leave that may leave and have not")
    waits = models.BooleanField(default=False, help_text="For goods that are not here")
    variants = ArrayField(models.UUIDField(), default=list, help_text="What was bought of; the next three go along with it")
    pieces = ArrayField(models.BigIntegerField(), default=list)
    nets = ArrayField(models.BigIntegerField(), default=list)
    totals = ArrayField(models.BigIntegerField(), default=list)

    class Meta(Sold.Meta):
        abstract = False
        indexes = (
            # What is late or due, and what waits: lists of some orders among millions.
            models.Index(fields=["tenant_id", "promised_on"], name="parts_by_promise", condition=Q(promised_on__isnull=False)),
            models.Index(fields=["tenant_id", "id"], name="parts_that_wait", condition=Q(waits=True)),
        )


class SalesHour(Sold):
    """Orders placed in an hour of a day, by channel and currency."""

    orders = models.BigIntegerField(default=0, help_text="All that were placed, canceled or not")

    class Meta(Sold.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "hour", "channel_id", "currency"], name="an_hour_of_sales_is_kept_once"
            ),
        )


class Grain(models.TextChoices):
    """Over how long a row of sales of items sums."""

    DAY = "day"
    MONTH = "month"


class ItemSales(TenantModel):
    """What was bought of a variant on a day or in a month (then `counted_on` is its first day), by channel and currency."""

    grain = models.CharField(max_length=5)
    counted_on = models.DateField()
    channel_id = models.UUIDField()
    variant_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    orders = models.BigIntegerField(default=0, help_text="Lines that are not canceled as a whole")
    units = models.BigIntegerField(default=0)
    net = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "grain", "counted_on", "variant_id", "channel_id", "currency"],
                name="sales_of_an_item_are_kept_once",
            ),
            models.CheckConstraint(condition=Q(grain__in=Grain.values), name="grains_are_real"),
        )


class CustomerMonth(Ordered):
    """What a customer ordered in a month, whose first day it is kept under. Orders of nobody known are in none."""

    customer_id = models.UUIDField()
    orders = models.BigIntegerField(default=0, help_text="All that were placed, canceled or not")

    class Meta(Ordered.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "customer_id", "currency"], name="a_month_of_a_customer_is_kept_once"
            ),
        )
        indexes = (models.Index(fields=["tenant_id", "customer_id"], name="months_of_a_customer"),)


class Buyer(TenantModel):
    """How often somebody bought, as far as it matters, and when last. Its id is the customer's; who was merged has none."""

    orders = models.SmallIntegerField(help_text="Not canceled; counted up to `rules.MOST_ORDERS`")
    last_at = models.DateTimeField(null=True, help_text="When the last of them was placed")

    class Meta(TenantModel.Meta):
        indexes = (
            models.Index(fields=["tenant_id", "orders", "-id"], name="buyers_by_orders"),
            models.Index(fields=["tenant_id", "last_at", "id"], name="buyers_by_last_order", condition=Q(last_at__isnull=False)),
        )


class Left(TenantModel):
    """Figures of shipments that left, by the day on which they did."""

    counted_on = models.DateField()
    node_id = models.UUIDField()
    person = models.CharField(max_length=80, help_text="Who packed it, else who handed it over: kind and id of the actor")
    took = models.CharField(max_length=8, help_text="How long from placing to leaving, as one of `rules.TOOK`")
    units = models.BigIntegerField(default=0, help_text="Pieces")
    late = models.BigIntegerField(default=0, help_text="Left after the promised day")
    seconds = models.BigIntegerField(default=0, help_text="From placing to leaving")
    delivered = models.BigIntegerField(default=0, help_text="Of them, those that arrived")
    on_the_way = models.BigIntegerField(default=0, help_text="Seconds from leaving to arriving, of those that arrived")

    class Meta(TenantModel.Meta):
        abstract = True


LEFT: Final = ("units", "late", "seconds", "delivered", "on_the_way")
"""Figures that a shipment's part and the sums of fulfillment have in common."""


class ShipmentPart(Left):
    """What a shipment that left was counted as. Its id is the shipment's."""

    order_id = models.UUIDField()

    class Meta(Left.Meta):
        abstract = False
        indexes = (models.Index(fields=["tenant_id", "order_id"], name="parts_of_shipments_of_order"),)


class FulfillmentDay(Left):
    """Shipments that left on a day, by node, person and how long they took."""

    shipments = models.BigIntegerField(default=0)

    class Meta(Left.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "node_id", "person", "took"], name="a_day_of_fulfillment_is_kept_once"
            ),
        )


class Returned(TenantModel):
    """Figures of what comes back, by the day on which it was authorized."""

    counted_on = models.DateField()
    channel_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    variant_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=40)
    units = models.BigIntegerField(default=0, help_text="Authorized; parts of kits that come back alone are counted as pieces")
    accepted = models.BigIntegerField(default=0, help_text="Of them, those that are back in whole")
    refund = models.BigIntegerField(default=0, help_text="What is owed no longer for them")
    fee = models.BigIntegerField(default=0, help_text="What was kept back of their value")

    class Meta(TenantModel.Meta):
        abstract = True


RETURNED: Final = ("units", "accepted", "refund", "fee")
"""Figures that the part of a line of a return and the sums of returns have in common."""


class ReturnPart(Returned):
    """What a line of a return was counted as. Its id is the line's; what was canceled or never came has none."""

    order_id = models.UUIDField()

    class Meta(Returned.Meta):
        abstract = False
        indexes = (models.Index(fields=["tenant_id", "order_id"], name="parts_of_returns_of_order"),)


class ReturnDay(Returned):
    """What came back of an article for a reason, by day, channel and currency."""

    lines = models.BigIntegerField(default=0)

    class Meta(Returned.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "channel_id", "currency", "variant_id", "reason"],
                name="a_day_of_returns_is_kept_once",
                nulls_distinct=False,
            ),
        )


class MoneyDay(TenantModel):
    """Postings of a day, by rule, payment method and currency."""

    counted_on = models.DateField()
    rule = models.CharField(max_length=40)
    method = models.CharField(max_length=32, blank=True, help_text="Of the payment; empty where none is named")
    currency = models.CharField(max_length=3)
    times = models.BigIntegerField(default=0)
    amount = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "rule", "method", "currency"], name="a_day_of_postings_is_kept_once"
            ),
        )


class TaxDay(TenantModel):
    """Tax on the invoices and credit notes of a day, by rate. `counted_on` is the one that stands on the papers."""

    counted_on = models.DateField()
    channel_id = models.UUIDField(null=True, help_text="Nothing on credit notes without an order")
    name = models.CharField(max_length=60, blank=True)
    rate = models.DecimalField(max_digits=9, decimal_places=6)
    currency = models.CharField(max_length=3)
    invoiced_base = models.BigIntegerField(default=0)
    invoiced_tax = models.BigIntegerField(default=0)
    credited_base = models.BigIntegerField(default=0)
    credited_tax = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["tenant_id", "counted_on", "channel_id", "name", "rate", "currency"],
                name="a_day_of_tax_is_kept_once",
                nulls_distinct=False,
            ),
        )
