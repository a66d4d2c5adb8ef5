"""Rules about returns, reasons, grades, and what may be given as a favor. Amounts in minor units."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.policies.lifecycle import POLICY_LIFE, Condition, CountedFrom, Fault, GoesTo, PaidBy, RefundAt

_STATES = [(state, state) for state in POLICY_LIFE.states]


def _known(field: str, words: Iterable[str], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": [str(word) for word in words]}), name=name)


def _codes(length: int, text: str) -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(models.CharField(max_length=length), default=list, blank=True, help_text=text)


class ReturnReason(TenantModel):
    """Why goods come back or are claimed. Its id is what reports count by, whatever it is called."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True)
    fault = models.CharField(max_length=10, default=Fault.CUSTOMER.value)
    position = models.IntegerField(default=100)
    state = models.CharField(max_length=10, default=POLICY_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="return_reason_code_is_unique"),
            _known("fault", Fault, "return_reason_fault_is_known"),
            _known("state", POLICY_LIFE.states, "return_reason_state_is_known"),
        )

    def __str__(self) -> str:
        return self.name


class ReturnGrade(TenantModel):
    """What inspected goods are found to be: where they go, and which part of their worth is given back."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    goes_to = models.CharField(max_length=10, default=GoesTo.STOCK.value)
    given_back = models.DecimalField(max_digits=9, decimal_places=6, default=1, help_text="0.8 is eighty percent")
    position = models.IntegerField(default=100)
    state = models.CharField(max_length=10, default=POLICY_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="return_grade_code_is_unique"),
            _known("goes_to", GoesTo, "return_grade_place_is_known"),
            _known("state", POLICY_LIFE.states, "return_grade_state_is_known"),
            models.CheckConstraint(condition=Q(given_back__gte=0, given_back__lte=1), name="return_grade_gives_back_a_part"),
        )

    def __str__(self) -> str:
        return self.name


class ReturnRule(TenantModel):
    """One rule about returns. Of those that fit, the one with the lowest position decides; what is empty narrows nothing."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    position = models.IntegerField(default=100)
    channels = _codes(40, "Codes of channels; empty: every channel.")
    countries = _codes(2, "Where goods were sent; empty: everywhere.")
    tax_classes = _codes(40, "Tax classes of goods; empty: all.")
    skus = _codes(64, "Empty: all goods.")
    reasons = _codes(40, "Codes of reasons; empty: whatever the reason.")
    currency = models.CharField(max_length=3, blank=True, help_text="Empty: every currency, and then without amounts.")
    starts_on = models.DateField(null=True, blank=True, help_text="For orders from this day on.")
    ends_on = models.DateField(null=True, blank=True, help_text="For orders up to and with this day.")
    allows = models.BooleanField(default=True, help_text="Whether such goods may come back at all; no: a final sale.")
    window_days = models.PositiveIntegerField(null=True, blank=True, help_text="Whole days after the first; empty: no end.")
    counted_from = models.CharField(max_length=10, default=CountedFrom.DELIVERED.value)
    conditions = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="In which condition goods may come back; empty: any."
    )
    shipping_paid_by = models.CharField(max_length=10, default=PaidBy.CUSTOMER.value)
    shipping_fee = models.BigIntegerField(default=0, help_text="Kept back for a label of the shop's, once per return.")
    restocking_rate = models.DecimalField(max_digits=9, decimal_places=6, default=0, help_text="0.15 is fifteen percent")
    restocking_fee = models.BigIntegerField(default=0, help_text="Kept back per unit, beside the percentage.")
    grades_count = models.BooleanField(default=True, help_text="Whether the grade lowers what is given back.")
    refund_at = models.CharField(max_length=10, default=RefundAt.INSPECTION.value)
    sends_ahead = models.BooleanField(default=False, help_text="Whether goods in exchange leave before the first are back.")
    state = models.CharField(max_length=10, default=POLICY_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="return_rule_code_is_unique"),
            _known("state", POLICY_LIFE.states, "return_rule_state_is_known"),
            _known("counted_from", CountedFrom, "return_rule_counts_from_a_known_day"),
            _known("shipping_paid_by", PaidBy, "return_rule_payer_is_known"),
            _known("refund_at", RefundAt, "return_rule_time_of_refund_is_known"),
            models.CheckConstraint(
                condition=Q(conditions__contained_by=[one.value for one in Condition]), name="return_rule_conditions_are_known"
            ),
            models.CheckConstraint(
                condition=Q(shipping_fee__gte=0, restocking_fee__gte=0, restocking_rate__gte=0, restocking_rate__lte=1),
                name="return_rule_fees_are_parts_of_a_price",
            ),
            models.CheckConstraint(
                condition=~Q(currency="") | Q(shipping_fee=0, restocking_fee=0), name="return_rule_amounts_have_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="return_rule_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.name


class FavorTerms(TenantModel):
    """What may be given in a currency beyond what is owed."""

    currency = models.CharField(max_length=3)
    goodwill_limit = models.BigIntegerField(default=0, help_text="In all per order, without a permission of its own.")
    bonus_rate = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        default=0,
        help_text="On top of credit that is taken instead of a refund; 0.1 is ten percent.",
    )
    thank_you = models.BigIntegerField(default=0, help_text="Credit after a claim was settled.")
    credit_days = models.PositiveIntegerField(null=True, blank=True, help_text="How long given credit lasts; empty: for good.")
    declined_to_credit = models.BooleanField(
        default=True, help_text="Whether a refund that the way it came does not take becomes credit of the customer."
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "currency"), name="favors_are_agreed_once_per_currency"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="favor_terms_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(goodwill_limit__gte=0, thank_you__gte=0, bonus_rate__gte=0, bonus_rate__lte=1),
                name="favor_terms_are_never_negative",
            ),
        )

    def __str__(self) -> str:
        return self.currency
