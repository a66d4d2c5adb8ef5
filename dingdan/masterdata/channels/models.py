"""Channels: where orders come from, with the currency and the promise of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantModel
from dingdan.masterdata.channels.lifecycle import CHANNEL_LIFE
from dingdan.masterdata.channels.rules import ChannelKind, LateMoney

_KINDS = tuple(value.value for value in ChannelKind)


class Channel(TenantModel):
    """A place where the shop sells, and what it promises there."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, default=ChannelKind.STOREFRONT.value, choices=[(value, value) for value in _KINDS])
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=16, default="en")
    prices_include_tax = models.BooleanField(default=True, help_text="Whether the prices of this channel are gross.")
    # A node of the inventory, which stands above this floor: hence an id and not a foreign key.
    default_node_id = models.UUIDField(null=True, blank=True)
    handling_hours = models.PositiveSmallIntegerField(default=24, help_text="Working time from a paid order to the carrier.")
    ship_by_hour = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Orders before this hour of the day leave that day."
    )
    self_service_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long customers may change their order themselves; empty: until it is picked."
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    late_money = models.CharField(
        max_length=10, default=LateMoney.REFUND.value, db_default=LateMoney.REFUND.value,
        choices=[(value.value, value.value) for value in LateMoney],
        help_text="What becomes of money that comes for an order which is canceled by then.",
    )  # fmt: skip
    state = models.CharField(
        max_length=10, default=CHANNEL_LIFE.initial, choices=[(state, state) for state in CHANNEL_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="channel_code_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="channel_kind_is_known"),
            models.CheckConstraint(
                condition=Q(late_money__in=[value.value for value in LateMoney]), name="late_money_is_revived_or_refunded"
            ),
            models.CheckConstraint(condition=Q(state__in=CHANNEL_LIFE.states), name="channel_state_is_known"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="channel_currency_is_a_code"),
            models.CheckConstraint(
                condition=Q(ship_by_hour=None) | Q(ship_by_hour__lte=23), name="channel_ships_by_an_hour_of_the_day"
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="channel_has_a_code_and_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class Gate(TenantModel):
    """Orders of which channels wait for the review before anything of them moves. Its id is the tenant's; no row: none do.

    The desk that reviews orders stands above and keeps this row, so that whoever places an order need not look up.
    """

    every_channel = models.BooleanField(default=False)
    channel_ids = ArrayField(models.UUIDField(), default=list)
    money_of_every_channel = models.BooleanField(default=False, help_text="Their money is not captured meanwhile either.")
    money_of_channel_ids = ArrayField(models.UUIDField(), default=list)
