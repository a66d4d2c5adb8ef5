"""How the shop is paid: accounts at payment firms, methods that are offered, and how customers are reminded.

What is secret of an account is sealed as one text; the database and its backups do not know it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE, METHOD_LIFE

_STATES = [(state, state) for state in METHOD_LIFE.states]


class MerchantAccount(TenantModel):
    """The shop's account at a payment firm. A firm has one that begins payments; others finish what they began."""

    gateway = models.CharField(max_length=32)
    merchant = models.CharField(max_length=64, help_text="The firm's own name for it: an app id, a merchant number, …")
    name = models.CharField(max_length=200, default="", blank=True)
    mode = models.CharField(max_length=8)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(default="", blank=True)
    secrets_known = models.JSONField(default=list, help_text="The names of the secrets that are there")
    state = models.CharField(
        max_length=10,
        default=MERCHANT_ACCOUNT_LIFE.initial,
        choices=[(state, state) for state in MERCHANT_ACCOUNT_LIFE.states],
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "gateway", "merchant"), name="a_merchant_account_is_there_once"),
            models.UniqueConstraint(
                fields=("tenant_id", "gateway"), condition=Q(state="active"), name="a_firm_has_one_account_in_use"
            ),
            models.CheckConstraint(condition=Q(state__in=MERCHANT_ACCOUNT_LIFE.states), name="merchant_account_states_are_real"),
            models.CheckConstraint(condition=~Q(gateway="") & ~Q(merchant=""), name="a_merchant_account_has_firm_and_name"),
        )

    def __str__(self) -> str:
        return self.name or f"{self.gateway} {self.merchant}"


class PaymentMethod(TenantModel):
    """A way to pay as it is offered: to whom, where and for which amounts, what it is called, and what it costs."""

    code = models.CharField(max_length=40)
    gateway = models.CharField(max_length=32, help_text="A method that needs no firm, or a firm's code")
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True)
    instructions = models.TextField(default="", blank=True)
    instructions_i18n = models.JSONField(default=dict, blank=True)
    ways = ArrayField(models.CharField(max_length=16), default=list, blank=True, help_text="Empty: whatever fits the device")
    icon = models.CharField(max_length=20, default="", blank=True)
    position = models.IntegerField(default=0)
    channels = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Codes; empty: all")
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="Of delivery; empty: all")
    currencies = ArrayField(models.CharField(max_length=3), default=list, blank=True, help_text="Empty: all")
    groups = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="Of customers; empty: all")
    least = models.BigIntegerField(null=True, blank=True, help_text="Minor units; empty: any")
    most = models.BigIntegerField(null=True, blank=True, help_text="Minor units; empty: any")
    charge_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0, help_text="Below zero: a discount")
    charge_amount = models.BigIntegerField(default=0, help_text="Minor units; below zero: a discount")
    tax_class = models.CharField(max_length=40, default="standard", help_text="Of the surcharge")
    expires_hours = models.PositiveIntegerField(null=True, blank=True, help_text="How long an order waits for its money")
    net_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="On account: paid so many days after the invoice"
    )
    net_days_by_group = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, default=METHOD_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="payment_method_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=METHOD_LIFE.states), name="payment_method_states_are_real"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="a_payment_method_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(charge_rate__gte=-1, charge_rate__lte=1), name="a_payment_charge_rate_is_a_fraction"
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(most__gte=models.F("least")), name="payment_amounts_are_a_range"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ReminderLevel(TenantModel):
    """How customers are reminded of an invoice so many days after it was due."""

    level = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(help_text="After the day on which it was due")
    fee = models.BigIntegerField(default=0, help_text="Minor units; added to the order")
    currency = models.CharField(max_length=3, default="", blank=True)
    automatic = models.BooleanField(default=True, help_text="Otherwise it is proposed, and a person sends it")
    state = models.CharField(max_length=10, default=METHOD_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "level"), name="a_reminder_level_is_there_once"),
            models.CheckConstraint(condition=Q(state__in=METHOD_LIFE.states), name="reminder_level_states_are_real"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=9), name="a_reminder_level_is_from_one_to_nine"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="a_reminder_fee_is_not_negative"),
        )

    def __str__(self) -> str:
        return str(self.level)
