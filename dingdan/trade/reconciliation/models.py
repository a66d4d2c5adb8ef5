"""What was found to differ between the money outside and the books, and what the database refuses to write."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.trade.reconciliation.lifecycle import DISCREPANCY_LIFE, DiscrepancyKind, Resolution

_KINDS = tuple(value.value for value in DiscrepancyKind)
_RESOLUTIONS = tuple(value.value for value in Resolution)


class Discrepancy(TenantModel):
    """A row of the exception queue: what the outside says, what the books say, and how a person settled it."""

    kind = models.CharField(max_length=24, choices=[(value, value) for value in _KINDS])
    source = models.CharField(max_length=32, help_text="Code of the gateway or carrier, or “bank”")
    reference = models.CharField(max_length=200, help_text="What the outside calls it")
    payment_reference = models.CharField(max_length=200, blank=True, help_text="What the outside calls the payment that it is of")
    currency = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField(null=True, help_text="What the outside says, in minor units")
    expected = models.BigIntegerField(null=True, help_text="What the books say")
    payment = TenantForeignKey(Payment, null=True)
    attempt = TenantForeignKey(Attempt, null=True)
    line_id = models.UUIDField(null=True, help_text="The line of the bank statement that it is about")
    state = models.CharField(max_length=10, default=DISCREPANCY_LIFE.initial)
    seen = models.IntegerField(default=1, help_text="How often it was found")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolution = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_kind = models.CharField(max_length=16, blank=True)
    resolved_by_id = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "source", "kind", "reference"),
                condition=Q(state="open"),
                name="a_discrepancy_is_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="discrepancy_kinds_are_known"),
            models.CheckConstraint(condition=Q(state__in=DISCREPANCY_LIFE.states), name="discrepancy_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="open", resolution="", resolved_at=None)
                | Q(state="resolved", resolution__in=_RESOLUTIONS, resolved_at__isnull=False),
                name="a_resolved_discrepancy_says_how_and_when",
            ),
            models.CheckConstraint(condition=Q(seen__gte=1), name="a_discrepancy_was_seen_at_least_once"),
        )
        indexes = (
            # Serves the exception queue: what is open, the oldest first.
            models.Index(fields=["tenant_id", "first_seen_at", "id"], name="discrepancies_open", condition=Q(state="open")),
            models.Index(fields=["tenant_id", "state", "-first_seen_at", "-id"], name="discrepancies_by_state"),
            # Serves the question whether people let the same be before.
            models.Index(
                fields=["tenant_id", "source", "reference"], name="discrepancies_ignored", condition=Q(resolution="ignored")
            ),
            models.Index(fields=["tenant_id", "payment"], name="discrepancies_of_a_payment", condition=Q(payment__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.reference}"
