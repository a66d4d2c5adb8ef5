"""Promotions, their coupons, and how often each was used, where and for how much."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.kernel.text import said
from dingdan.masterdata.promotions.lifecycle import PROMOTION_LIFE
from dingdan.masterdata.promotions.rules import Gives

_KINDS = tuple(kind.value for kind in Gives)


def _codes(length: int) -> ArrayField[Any, Any]:
    return ArrayField(models.CharField(max_length=length), default=list, blank=True)


class Promotion(TenantModel):
    """What a shop takes off, of what, for whom and how often. Amounts in minor units of its only currency."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True, help_text="Other names by language tag, such as zh-Hant.")
    gives = models.CharField(max_length=16, choices=[(kind, kind) for kind in _KINDS])
    percent = models.DecimalField(max_digits=7, decimal_places=6, default=0)
    amount = models.BigIntegerField(default=0, help_text="What is taken off, or what a set costs")
    buy = models.BigIntegerField(default=0)
    get = models.BigIntegerField(default=0)
    tiers = models.JSONField(default=list, blank=True)
    bundle = models.JSONField(default=dict, blank=True, help_text="How many of each article make a set")
    most_off = models.BigIntegerField(null=True, blank=True)
    skus = _codes(64)
    not_skus = _codes(64)
    categories = _codes(100)
    others = _codes(64)
    channels = _codes(40)
    currencies = _codes(3)
    groups = _codes(40)
    tags = _codes(40)
    least_amount = models.BigIntegerField(null=True, blank=True)
    least_quantity = models.BigIntegerField(null=True, blank=True)
    first_order = models.BooleanField(default=False)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    priority = models.IntegerField(default=0)
    exclusive = models.BooleanField(default=False)
    combines = _codes(40)
    most_uses = models.BigIntegerField(null=True, blank=True)
    most_each = models.BigIntegerField(null=True, blank=True)
    used = models.BigIntegerField(default=0, help_text="Counted where there is a limit in all")
    state = models.CharField(
        max_length=10, default=PROMOTION_LIFE.initial, choices=[(state, state) for state in PROMOTION_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="promotion_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=PROMOTION_LIFE.states), name="promotion_states_are_real"),
            models.CheckConstraint(condition=Q(gives__in=_KINDS), name="what_a_promotion_gives_is_known"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & (Q(most_uses=None) | Q(used__lte=F("most_uses"))),
                name="a_promotion_is_not_used_too_often",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def named(self, language: str) -> str:
        """Its name in a language."""
        return said(self.name_i18n, language, self.name)


class PastTerms(TenantModel):
    """What a promotion that applied by itself said from a moment on, until another; what it says now has no end yet."""

    promotion = TenantForeignKey(Promotion, related_name="past")
    terms = models.JSONField(encoder=DjangoJSONEncoder)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "promotion"), condition=Q(ended_at=None), name="a_promotion_says_one_thing_now"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="past_terms_end_after_they_began"
            ),
        )


class Coupon(TenantModel):
    """A word that brings a promotion."""

    promotion = TenantForeignKey(Promotion, related_name="coupons")
    code = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "code"), name="a_coupon_brings_one_promotion"),)
        indexes = (models.Index(fields=("tenant_id", "promotion"), name="coupons_of_a_promotion"),)

    def __str__(self) -> str:
        return self.code


class PromotionUse(TenantModel):
    """An order got a promotion. ``place`` numbers the uses of one customer, or of one e-mail, where these are limited."""

    promotion = TenantForeignKey(Promotion, related_name="uses")
    order_id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    email_key = models.UUIDField(null=True, help_text="A digest of the e-mail that was ordered with")
    coupon = models.CharField(max_length=40, default="", blank=True)
    amount = models.BigIntegerField(help_text="What it took off when the order was placed, in minor units")
    currency = models.CharField(max_length=3)
    place = models.IntegerField(null=True)
    used_at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)
    stays = models.BooleanField(default=False, help_text="Lines of its order went to another one, so it is not given back")

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "promotion", "order_id"), name="an_order_uses_a_promotion_once"),
            models.UniqueConstraint(
                fields=("tenant_id", "promotion", "customer_id", "place"),
                condition=Q(given_back_at=None),
                name="a_customer_has_each_place_once",
            ),
            models.UniqueConstraint(
                fields=("tenant_id", "promotion", "email_key", "place"),
                condition=Q(given_back_at=None, customer_id=None),
                name="a_guest_has_each_place_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_used_promotion_gives_something"),
        )
        indexes = (
            models.Index(fields=("tenant_id", "order_id"), name="promotions_of_an_order"),
            models.Index(fields=("tenant_id", "promotion", "-used_at"), name="uses_of_a_promotion"),
            models.Index(fields=("tenant_id", "email_key"), condition=~Q(email_key=None), name="uses_with_an_email"),
        )


class PromotionShare(TenantModel):
    """What a line of an order bears of a promotion, as it was placed."""

    use = TenantForeignKey(PromotionUse, related_name="shares")
    line_id = models.UUIDField()
    amount = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "use", "line_id"), name="a_line_bears_a_promotion_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_share_of_a_promotion_is_something"),
        )
        indexes = (models.Index(fields=("tenant_id", "line_id"), name="promotions_of_a_line"),)
