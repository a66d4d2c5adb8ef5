"""Invoices and credit notes: never edited, numbered without gaps. All amounts in minor units of their currency."""

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.customers.models import Customer
from dingdan.masterdata.shop.models import Profile
from dingdan.trade.aftersales.models import Allowance, Claim, Return
from dingdan.trade.fulfillment.models import Shipment
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.models import Contact, Order, OrderLine
from dingdan.trade.settlement.lifecycle import CreditCause

_KINDS = [kind.value for kind in LineKind]


class Billed(TenantModel):
    """What invoices and credit notes have in common. `goods`, `shipping`, `fees` and `discount` contain tax where prices do."""

    number = models.CharField(max_length=32)
    external_number = models.CharField(max_length=64, blank=True, help_text="The number it had where it was brought over from")
    customer = TenantForeignKey(Customer, null=True)
    profile = TenantForeignKey(Profile, related_name="+", help_text="Who issued it, as it was then")
    bill_to = TenantForeignKey(Contact, null=True, related_name="+")
    issued_on = models.DateField(help_text="By the clock of the order's channel")
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=16, default="en")
    prices_include_tax = models.BooleanField()
    goods = models.BigIntegerField(help_text="Goods and services before discount")
    discount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0, help_text="After its own discount")
    fees = models.BigIntegerField(default=0, help_text="After their own discount")
    tax = models.BigIntegerField(default=0, help_text="Contained in or added to the rest, as prices_include_tax says")
    total = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.number


class BilledLine(TenantModel):
    """What lines of invoices and credit notes have in common: the thing as it was named, and its part of the money."""

    position = models.IntegerField()
    kind = models.CharField(max_length=10, default=LineKind.GOODS.value)
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=300)
    quantity = models.BigIntegerField(help_text="0: an amount of its own")
    unit_price = models.DecimalField(max_digits=20, decimal_places=6, help_text="Minor units, with more digits where needed")
    goods = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    tax_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0)
    tax_base = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    tax_name = models.CharField(max_length=60, blank=True)
    total = models.BigIntegerField(help_text="tax_base + tax")

    class Meta(TenantModel.Meta):
        abstract = True


_never_negative = Q(goods__gte=0, discount__gte=0, shipping__gte=0, fees__gte=0, tax__gte=0, total__gte=0)
_net = F("goods") - F("discount") + F("shipping") + F("fees")
_adds_up = Q(prices_include_tax=True, total=_net) | Q(prices_include_tax=False, total=_net + F("tax"))
_line_adds_up = Q(goods__gte=0, discount__gte=0, tax__gte=0, total__gte=0, quantity__gte=0) & Q(total=F("tax_base") + F("tax"))


class Invoice(Billed):
    """What was shipped (or done) and is owed now."""

    order = TenantForeignKey(Order, related_name="invoices")
    shipment = TenantForeignKey(Shipment, null=True, related_name="invoices", help_text="What gave rise to it")
    due_on = models.DateField(null=True, help_text="Of what was bought on account; empty: at once")

    class Meta(Billed.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="invoices_of_order"),
            # Serves the list of invoices, newest first, and the sums of a period.
            models.Index(fields=["tenant_id", "-issued_on", "-id"], name="invoices_newest_first"),
            # Serves the reminders, and the page of what is overdue.
            models.Index(fields=["tenant_id", "due_on"], name="invoices_on_account", condition=Q(due_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="an_invoice_number_is_given_once"),
            models.CheckConstraint(condition=_never_negative, name="invoice_amounts_are_never_negative"),
            models.CheckConstraint(condition=_adds_up, name="an_invoice_is_the_sum_of_its_parts"),
        ]
        triggers = append_only("invoices")


class InvoiceLine(BilledLine):
    """So many units of an order line, invoiced."""

    invoice = TenantForeignKey(Invoice, related_name="lines")
    order_line = TenantForeignKey(OrderLine, related_name="invoice_lines")

    class Meta(BilledLine.Meta):
        abstract = False
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="invoiced_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "invoice", "position"], name="an_invoice_position_is_used_once"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="invoice_line_kinds_are_real"),
            models.CheckConstraint(condition=_line_adds_up, name="an_invoice_line_is_its_base_and_tax"),
        ]
        triggers = append_only("invoice_lines")


class CreditNote(Billed):
    """What was invoiced and is owed no longer; or, without an order, what we owe."""

    cause = models.CharField(max_length=12)
    order = TenantForeignKey(Order, null=True, related_name="credit_notes")
    invoice = TenantForeignKey(Invoice, null=True, related_name="credit_notes", help_text="The first invoice that it takes from")
    rma = TenantForeignKey(Return, null=True, related_name="credit_notes")
    allowance = TenantForeignKey(Allowance, null=True, related_name="credit_notes")
    claim = TenantForeignKey(Claim, null=True, related_name="credit_notes")
    reason = models.CharField(max_length=200, blank=True)

    class Meta(Billed.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="credit_notes_of_order"),
            models.Index(fields=["tenant_id", "-issued_on", "-id"], name="credit_notes_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_credit_note_number_is_given_once"),
            models.UniqueConstraint(fields=["tenant_id", "rma"], name="a_return_is_credited_once"),
            models.UniqueConstraint(fields=["tenant_id", "allowance"], name="an_allowance_is_credited_once"),
            models.UniqueConstraint(fields=["tenant_id", "claim"], name="a_claim_is_credited_once"),
            models.CheckConstraint(condition=Q(cause__in=[cause.value for cause in CreditCause]), name="credit_causes_are_real"),
            models.CheckConstraint(
                condition=Q(cause="standalone", order__isnull=True) | (~Q(cause="standalone") & Q(order__isnull=False)),
                name="a_credit_note_has_an_order_or_stands_alone",
            ),
            models.CheckConstraint(condition=_never_negative, name="credit_note_amounts_are_never_negative"),
            models.CheckConstraint(condition=_adds_up, name="a_credit_note_is_the_sum_of_its_parts"),
        ]
        triggers = append_only("credit_notes")


class CreditNoteLine(BilledLine):
    """So many units of an order line, or an amount, credited."""

    credit_note = TenantForeignKey(CreditNote, related_name="lines")
    order_line = TenantForeignKey(OrderLine, null=True, related_name="credit_note_lines")

    class Meta(BilledLine.Meta):
        abstract = False
        indexes = [models.Index(fields=["tenant_id", "order_line"], name="credited_of_order_line")]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "credit_note", "position"], name="a_credit_position_is_used_once"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="credit_line_kinds_are_real"),
            models.CheckConstraint(condition=_line_adds_up, name="a_credit_line_is_its_base_and_tax"),
        ]
        triggers = append_only("credit_note_lines")
