"""Reminders that were given, and who is not to be reminded."""

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.customers.models import Customer
from dingdan.trade.settlement.models import Invoice


class Reminder(TenantModel):
    """A customer was reminded of an invoice, once at each level."""

    invoice = TenantForeignKey(Invoice, related_name="reminders")
    level = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(help_text="After how many days the level was to follow")
    reminded_on = models.DateField()
    open = models.BigIntegerField(help_text="What of it was not paid, in minor units")
    fee = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "invoice", "level"], name="an_invoice_is_reminded_once_at_a_level"),
            models.CheckConstraint(condition=Q(open__gt=0), name="only_what_is_open_is_reminded"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="a_reminder_costs_nothing_or_more"),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.level}"


class ReminderStop(TenantModel):
    """Nobody reminds this customer, or of this invoice, until it is taken away."""

    customer = TenantForeignKey(Customer, null=True, related_name="reminder_stops")
    invoice = TenantForeignKey(Invoice, null=True, related_name="reminder_stops")
    reason = models.CharField(max_length=200)
    stopped_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "customer"], name="reminders_of_a_customer_stop_once"),
            models.UniqueConstraint(fields=["tenant_id", "invoice"], name="reminders_of_an_invoice_stop_once"),
            models.CheckConstraint(
                condition=Q(customer__isnull=False, invoice=None) | Q(customer=None, invoice__isnull=False),
                name="reminders_stop_for_a_customer_or_an_invoice",
            ),
        ]
