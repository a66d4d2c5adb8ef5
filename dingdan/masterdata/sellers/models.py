"""Sellers: the parties that sell on a marketplace beside the shop itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.sellers.lifecycle import SELLER_LIFE


class Seller(TenantModel):
    """A party that sells here. Who to write to there is kept apart from its trade."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    legal_name = models.CharField(max_length=200, default="", blank=True)
    tax_number = models.CharField(max_length=40, default="", blank=True)
    country = models.CharField(max_length=2, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    currency = models.CharField(max_length=3, help_text="What it is paid out in.")
    state = models.CharField(max_length=10, default=SELLER_LIFE.initial, choices=[(state, state) for state in SELLER_LIFE.states])

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="seller_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=SELLER_LIFE.states), name="seller_state_is_known"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="seller_currency_is_a_code"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="seller_has_a_code_and_a_name"),
        )

    def __str__(self) -> str:
        return self.name
