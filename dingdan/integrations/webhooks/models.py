"""Where events go, what is to be delivered, and what came of every try."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.integrations.webhooks.lifecycle import DELIVERY_LIFE, ENDPOINT_LIFE, Fault, PauseReason
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel

FAULTS = ("", *Fault)


class Endpoint(TenantModel):
    """An address that wants to be told. Its secrets are kept sealed: see `dingdan.kernel.sealing`."""

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    types = ArrayField(models.CharField(max_length=80), help_text="Types of events that it wants, or patterns of them")
    state = models.CharField(max_length=10, default=ENDPOINT_LIFE.initial)
    paused_because = models.CharField(max_length=10, blank=True)
    secret = models.TextField(help_text="Sealed")
    secret_fingerprint = models.CharField(max_length=12, help_text="Begins the SHA-256 of the secret")
    previous_secret = models.TextField(blank=True, help_text="Sealed; signs too until it expires")
    previous_expires_at = models.DateTimeField(null=True)
    entry = TenantForeignKey(JournalEntry, related_name="+")  # that made it: it is told of what comes behind it in the feed
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, help_text="When it last took something")
    failures = models.IntegerField(default=0, help_text="Tries in vain since then")
    down_at = models.DateTimeField(null=True, help_text="When the first of them was")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ENDPOINT_LIFE.states), name="endpoint_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="paused", paused_because__in=list(PauseReason)) | (~Q(state="paused") & Q(paused_because="")),
                name="a_paused_endpoint_has_its_reason",
            ),
            models.CheckConstraint(condition=Q(failures__gte=0), name="endpoint_failures_are_counted"),
        ]
        # Serves the one question that knows no tenant yet: who has an endpoint at all?
        indexes = [models.Index(fields=["tenant_id"], name="endpoints_in_use", condition=~Q(state="retired"))]

    def __str__(self) -> str:
        return self.url


class Delivery(TenantModel):
    """An entry of the journal that an endpoint is to be told. Its id is the message's, in every try and every replay.

    `due_at` says when to look at it next. It is empty while an earlier entry about the same order has not come to its end; while
    a worker sends it (`lease`), it is when the worker is believed dead.
    """

    endpoint = TenantForeignKey(Endpoint, related_name="deliveries")
    entry = TenantForeignKey(JournalEntry, related_name="+")
    position = models.BigIntegerField(help_text="Of the entry in the feed")
    type = models.CharField(max_length=100)
    recorded_at = models.DateTimeField(help_text="When the entry was")
    state = models.CharField(max_length=10, default=DELIVERY_LIFE.initial)
    due_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)
    step = models.IntegerField(default=0, help_text="Its place in the schedule: tries in vain since that began")
    strikes = models.IntegerField(default=0, help_text="Tries in vain while the endpoint took others")
    attempts = models.IntegerField(default=0, help_text="Tries ever")
    first_tried_at = models.DateTimeField(null=True, help_text="Since it was made, replayed, or its endpoint resumed")
    finished_at = models.DateTimeField(null=True)
    status = models.IntegerField(null=True, help_text="What the endpoint last answered")
    error = models.CharField(max_length=30, blank=True, help_text="Why the last try came to nothing")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "endpoint", "entry"], name="an_endpoint_is_told_of_an_entry_once"),
            models.CheckConstraint(condition=Q(state__in=DELIVERY_LIFE.states), name="delivery_states_are_real"),
            models.CheckConstraint(condition=Q(error__in=FAULTS), name="delivery_faults_are_real"),
            models.CheckConstraint(
                condition=Q(state="waiting", finished_at__isnull=True) | (~Q(state="waiting") & Q(finished_at__isnull=False)),
                name="a_finished_delivery_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(due_at__isnull=True, lease__isnull=True),
                name="a_finished_delivery_is_never_due",
            ),
        ]
        indexes = [
            # Serves the sender: what of this endpoint is due?
            models.Index(fields=["tenant_id", "endpoint", "due_at"], name="deliveries_due", condition=Q(due_at__isnull=False)),
            # Serve the lists, newest first.
            models.Index(fields=["tenant_id", "-position", "-id"], name="deliveries_newest_first"),
            models.Index(fields=["tenant_id", "endpoint", "-position", "-id"], name="deliveries_of_endpoint"),
            # Serves tidying up.
            models.Index(fields=["tenant_id", "finished_at"], name="deliveries_over", condition=Q(finished_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Place(TenantModel):
    """A delivery's place in the line of what one endpoint is told of one order. Open until the delivery has come to its end."""

    delivery = TenantForeignKey(Delivery, related_name="places")
    endpoint = TenantForeignKey(Endpoint, related_name="+")
    order_id = models.UUIDField()
    sequence = models.IntegerField(help_text="The how-manieth entry about the order it is, counted from 1")
    position = models.BigIntegerField(help_text="Of the entry in the feed")
    is_open = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "delivery", "order_id"], name="a_delivery_stands_in_a_line_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="entries_of_an_order_are_counted_from_one"),
        ]
        indexes = [
            # Serves the question who is next.
            models.Index(fields=["tenant_id", "endpoint", "order_id", "position"], name="open_places", condition=Q(is_open=True)),
            # Serves the list of what was told of an order.
            models.Index(fields=["tenant_id", "order_id"], name="places_of_an_order"),
        ]


class Attempt(AppendedModel):
    """One try: when, how long it took, and what was answered. Nothing of what was sent, and nothing of what was said."""

    delivery = TenantForeignKey(Delivery, related_name="tries")
    number = models.IntegerField()
    at = models.DateTimeField()
    duration_ms = models.IntegerField()
    status = models.IntegerField(null=True)
    error = models.CharField(max_length=30, blank=True)

    class Meta(AppendedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "delivery", "number"], name="tries_of_a_delivery_are_numbered"),
            models.CheckConstraint(condition=Q(error__in=FAULTS), name="faults_of_tries_are_real"),
        ]
