"""Accounts at payment firms. What is secret of them is sealed as one text; the database and its backups do not know it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.methods.lifecycle import MERCHANT_ACCOUNT_LIFE


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
