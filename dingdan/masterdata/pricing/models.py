"""Price lists, taxes and shipping: what the shop asks for its goods."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from dingdan.kernel.money import ROUNDINGS
from dingdan.kernel.quantity import LARGEST_QUANTITY
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.pricing.lifecycle import PRICING_LIFE

_STATES = [(state, state) for state in PRICING_LIFE.states]


class PriceList(TenantModel):
    """Prices for some channel, customer group and time. Of several that apply, the highest priority wins."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    channel = TenantForeignKey(Channel, null=True, blank=True, related_name="price_lists", help_text="Empty: every channel.")
    customer_group = models.CharField(max_length=40, default="", blank=True, help_text="Empty: every customer.")
    currency = models.CharField(max_length=3)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    priority = models.IntegerField(default=0)
    state = models.CharField(max_length=10, default=PRICING_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="price_list_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=PRICING_LIFE.states), name="price_list_state_is_known"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="price_list_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="price_list_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Price(TenantModel):
    """The unit price from some quantity on, in minor units with up to six decimals."""

    price_list = TenantForeignKey(PriceList, related_name="prices")
    variant = TenantForeignKey(Variant, related_name="prices")
    min_quantity = models.BigIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=20, decimal_places=6)

    class Meta(TenantModel.Meta):
        constraints = (
            # Serves the price book as well: variant first.
            models.UniqueConstraint(
                fields=("tenant_id", "variant", "price_list", "min_quantity"), name="price_is_given_once_a_break"
            ),
            models.CheckConstraint(
                condition=Q(min_quantity__gte=1, min_quantity__lte=LARGEST_QUANTITY), name="price_break_is_an_ordered_quantity"
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_is_never_negative"),
        )
        indexes = (models.Index(fields=("tenant_id", "price_list", "variant"), name="prices_of_a_list"),)


class PastList(TenantModel):
    """What a price list said from a moment on, until another; what it says now has no end yet."""

    price_list = TenantForeignKey(PriceList, related_name="past")
    channel_id = models.UUIDField(null=True)
    customer_group = models.CharField(max_length=40, default="", blank=True)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    priority = models.IntegerField()
    is_active = models.BooleanField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "price_list"), condition=Q(ended_at=None), name="a_price_list_says_one_thing_now"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="a_past_list_ends_after_it_began"
            ),
        )


class PastPrice(TenantModel):
    """A unit price of a list from a moment on, until another; the one of now has no end yet."""

    price_list = TenantForeignKey(PriceList, related_name="past_prices")
    variant = TenantForeignKey(Variant, related_name="past_prices")
    min_quantity = models.BigIntegerField()
    unit_price = models.DecimalField(max_digits=20, decimal_places=6)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "variant", "price_list", "min_quantity"),
                condition=Q(ended_at=None),
                name="a_price_is_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="a_past_price_ends_after_it_began"
            ),
        )
        indexes = (
            models.Index(fields=("tenant_id", "variant", "-began_at"), name="past_prices_of_a_variant"),
            models.Index(fields=("tenant_id", "price_list", "variant"), name="past_prices_of_a_list"),
        )


class TaxRate(TenantModel):
    """A tax on a class of things in a country or region. The rate is a fraction: 0.2 is twenty percent."""

    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100, default="", blank=True, help_text="Empty: the whole country.")
    tax_class = models.CharField(max_length=40, default="standard")
    rate = models.DecimalField(max_digits=9, decimal_places=6)
    name = models.CharField(max_length=60)
    applies_to_shipping = models.BooleanField(default=True)
    rounding = models.CharField(max_length=10, default="half_up", choices=[(rule, rule) for rule in ROUNDINGS])
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    state = models.CharField(max_length=10, default=PRICING_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "country", "region", "tax_class", "name", "starts_on"),
                condition=Q(state="active"),
                nulls_distinct=False,
                name="tax_rate_is_given_once",
            ),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lte=2), name="tax_rate_is_a_fraction"),
            models.CheckConstraint(condition=Q(rounding__in=ROUNDINGS), name="tax_rounding_is_known"),
            models.CheckConstraint(condition=Q(state__in=PRICING_LIFE.states), name="tax_rate_state_is_known"),
            models.CheckConstraint(condition=Q(country__regex="^[A-Z]{2}$"), name="tax_country_is_a_code"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="tax_rate_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.country} {self.name}"


class ShippingMethod(TenantModel):
    """A way to get goods to people, as they choose it."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    name_i18n = models.JSONField(default=dict, blank=True)
    carrier = models.CharField(max_length=40, default="", blank=True)
    countries = ArrayField(
        models.CharField(max_length=2), default=list, blank=True, help_text="Where it goes; empty: everywhere."
    )
    tax_class = models.CharField(max_length=40, default="", blank=True, help_text="Empty: taxed like the goods it carries.")
    min_days = models.PositiveSmallIntegerField(default=1)
    max_days = models.PositiveSmallIntegerField(default=5)
    position = models.IntegerField(default=0)
    state = models.CharField(max_length=10, default=PRICING_LIFE.initial, choices=_STATES)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="shipping_method_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=PRICING_LIFE.states), name="shipping_method_state_is_known"),
            models.CheckConstraint(condition=Q(max_days__gte=F("min_days")), name="shipping_takes_at_most_as_long_as_it_says"),
        )

    def __str__(self) -> str:
        return self.name


class ShippingRate(TenantModel):
    """A line of a method's table: from which weight and amount, in which zone, for how much."""

    method = TenantForeignKey(ShippingMethod, related_name="rates")
    currency = models.CharField(max_length=3)
    zone = models.CharField(max_length=60, default="", blank=True, help_text="The name of the zone, for people.")
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True, help_text="Empty: wherever the method goes.")
    regions = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    postal_prefixes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    min_weight_grams = models.BigIntegerField(default=0)
    max_weight_grams = models.BigIntegerField(null=True, blank=True, help_text="Up to and with this weight; empty: any.")
    min_amount = models.BigIntegerField(default=0)
    max_amount = models.BigIntegerField(null=True, blank=True, help_text="Below this amount of goods; empty: any.")
    price = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(price__gte=0), name="shipping_price_is_never_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="shipping_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(min_weight_grams__gte=0)
                & (Q(max_weight_grams=None) | Q(max_weight_grams__gte=F("min_weight_grams"))),
                name="shipping_weights_are_a_range",
            ),
            models.CheckConstraint(
                condition=Q(min_amount__gte=0) & (Q(max_amount=None) | Q(max_amount__gt=F("min_amount"))),
                name="shipping_amounts_are_a_range",
            ),
        )
        indexes = (models.Index(fields=("tenant_id", "method"), name="rates_of_a_shipping_method"),)
