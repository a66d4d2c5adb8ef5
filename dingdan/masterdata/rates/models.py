"""Rates between currencies. They are for showing amounts alone; the money book does not know them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.rates.lifecycle import RATE_LIFE
from dingdan.masterdata.rates.rules import DIGITS, PLACES


class Rate(TenantModel):
    """One unit of the base currency is so much of another, from a day on until a later rate."""

    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, help_text="Of the other currency for one of the base")
    valid_on = models.DateField(help_text="From this day on")
    source = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=10, default=RATE_LIFE.initial, choices=[(state, state) for state in RATE_LIFE.states])

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "base", "currency", "valid_on"), name="a_rate_is_there_once_for_a_day"),
            models.CheckConstraint(condition=Q(state__in=RATE_LIFE.states), name="rate_states_are_real"),
            models.CheckConstraint(condition=Q(value__gt=0), name="a_rate_is_above_zero"),
            models.CheckConstraint(condition=~Q(base=F("currency")), name="a_rate_is_between_two_currencies"),
        )

    def __str__(self) -> str:
        return f"{self.base}/{self.currency} {self.valid_on}"
