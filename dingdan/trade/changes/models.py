"""Changes of orders, what each did, and what the database refuses to write about them."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.trade.changes.lifecycle import BULK_LIFE, CHANGE_LIFE, BulkOutcome, Effect
from dingdan.trade.orders.models import Order, OrderLine


class Change(TenantModel):
    """A change set that was applied to an order. Amounts in minor units of the order's currency."""

    order = TenantForeignKey(Order, related_name="changes")
    entry = TenantForeignKey(JournalEntry, related_name="+")
    state = models.CharField(max_length=10, default=CHANGE_LIFE.initial)
    kinds = models.JSONField(default=list, help_text="The kinds of change in it, each once")
    applied_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    total_before = models.BigIntegerField(help_text="What the order said")
    total_after = models.BigIntegerField()
    difference = models.BigIntegerField(help_text="How much more is owed; below zero, how much less")
    along = TenantForeignKey(
        "self",
        null=True,
        related_name="others",
        help_text="The change of the order that was split or merged, of which it is a part",
    )
    head = models.JSONField(default=dict, help_text="What the head of the order said before and says after, by column; no names")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order", "id"], name="changes_of_order"),
            # Serves taking a split or a merge back.
            models.Index(fields=["tenant_id", "along"], name="changes_along", condition=Q(along__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CHANGE_LIFE.states), name="change_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="an_undone_change_says_when",
            ),
        ]


class ChangedLine(TenantModel):
    """One effect of a change on a line: so many units, and how many were kept of the line afterwards."""

    change = TenantForeignKey(Change, related_name="lines")
    position = models.IntegerField()
    effect = models.CharField(max_length=10)
    line = TenantForeignKey(OrderLine, related_name="+")
    replaces = TenantForeignKey(OrderLine, null=True, related_name="+")
    units = models.BigIntegerField()
    kept = models.BigIntegerField(help_text="Units of the line that were not canceled afterwards")
    handed_on = models.BooleanField(default=False, help_text="The line got the goods of the one that it replaces")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "line"], name="changes_of_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "change", "position"], name="an_effect_has_a_place_of_its_own"),
            models.CheckConstraint(condition=Q(effect__in=list(Effect)), name="effects_are_real"),
            models.CheckConstraint(condition=Q(units__gt=0) & Q(kept__gte=0), name="an_effect_is_about_something"),
        ]


class Bulk(TenantModel):
    """One change set for many orders, done some at a time. A dry run changes nothing and says what would come of it."""

    state = models.CharField(max_length=10, default=BULK_LIFE.initial)
    is_dry = models.BooleanField(default=False)
    wishes = models.JSONField(default=list, help_text="The changes: each with its kind and what it asks for")
    refund_to = models.CharField(max_length=20, blank=True)
    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=80, help_text="Who asked for it, and in whose name it is done")
    orders = models.IntegerField()
    done = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BULK_LIFE.states), name="bulk_change_states_are_real"),
            models.CheckConstraint(
                condition=Q(done=F("changed") + F("refused")) & Q(done__lte=F("orders")), name="a_bulk_change_counts_its_orders"
            ),
        ]


class BulkOrder(TenantModel):
    """One order of a bulk change, and what became of it. `difference` in minor units of the order's currency."""

    bulk = TenantForeignKey(Bulk, related_name="every")
    order = TenantForeignKey(Order, related_name="+")
    position = models.IntegerField()
    outcome = models.CharField(max_length=16, default=BulkOutcome.WAITING)
    change = TenantForeignKey(Change, null=True, related_name="+")
    code = models.CharField(max_length=60, blank=True, help_text="Of the refusal")
    detail = models.CharField(max_length=300, blank=True)
    difference = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves going on where it stopped.
            models.Index(fields=["tenant_id", "bulk", "position"], name="orders_that_wait", condition=Q(outcome="waiting")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "bulk", "order"], name="a_bulk_change_names_an_order_once"),
            models.CheckConstraint(condition=Q(outcome__in=list(BulkOutcome)), name="bulk_outcomes_are_real"),
        ]
