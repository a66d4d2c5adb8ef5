"""The row of an order on the board, and how many there are of a kind."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from dingdan.insight.board.rules import TO_BE_SENT
from dingdan.kernel.tenancy import TenantModel
from dingdan.trade.orders.lifecycle import CHANGEABLE


def _newest_first(name: str, *before: str, only: Q | None = None) -> models.Index:
    return models.Index(fields=["tenant_id", *before, "-placed_at", "-id"], name=name, condition=only)


_TO_BE_SENT = Q(state__in=CHANGEABLE, fulfillment_status__in=TO_BE_SENT, promised_at__isnull=False)


class BoardRow(TenantModel):
    """What the list of orders shows and is searched by. Its id is the order's; the books can make it again at any time."""

    number = models.CharField(max_length=32)
    external_id = models.CharField(max_length=120, blank=True)
    channel_id = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    name = models.CharField(max_length=200, blank=True, help_text="Who it goes to; empty once the person is forgotten")
    country = models.CharField(max_length=2, blank=True)
    state = models.CharField(max_length=10)
    payment_status = models.CharField(max_length=16)
    fulfillment_status = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    units = models.BigIntegerField(default=0, help_text="Ordered and not canceled, shipping and fees not counted")
    tags = ArrayField(models.CharField(max_length=40), default=list)
    placed_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True)
    in_review = models.BooleanField(default=False, db_default=False, help_text="Nothing of it leaves until it has passed")
    waiting = models.BigIntegerField(default=0, db_default=0, help_text="Pieces that are owed and not held in stock for it")
    tokens = ArrayField(models.CharField(max_length=200), default=list, help_text="What it is found by: see rules")

    class Meta(TenantModel.Meta):
        # Each serves a filter of the list in the list's own order, so that a page never sorts.
        indexes = (
            _newest_first("board_newest_first"),
            _newest_first("board_by_state", "state"),
            _newest_first("board_by_payment_status", "payment_status"),
            _newest_first("board_by_fulfillment_status", "fulfillment_status"),
            _newest_first("board_by_channel", "channel_id"),
            _newest_first("board_by_customer", "customer_id"),
            _newest_first("board_by_country", "country"),
            _newest_first("board_by_currency", "currency"),
            _newest_first("board_in_review", only=Q(in_review=True)),
            _newest_first("board_waiting", only=Q(waiting__gt=0)),
            models.Index(fields=["tenant_id", "-total", "-id"], name="board_largest_first"),
            models.Index(fields=["tenant_id", "promised_at", "id"], name="board_promised_first", condition=_TO_BE_SENT),
            models.Index(fields=["tenant_id", "external_id"], name="board_by_external_id", condition=~Q(external_id="")),
            # Every search also reads the list of what was not sorted in yet: a short one costs nothing that can be seen.
            GinIndex(fields=["tokens"], name="board_by_token", gin_pending_list_limit=64),
        )

    def __str__(self) -> str:
        return self.number


KIND = ("channel_id", "state", "payment_status", "fulfillment_status")


class BoardCount(TenantModel):
    """How many orders of a kind the board has: kept by whoever writes its rows, so that nobody ever counts them."""

    channel_id = models.UUIDField()
    state = models.CharField(max_length=10)
    payment_status = models.CharField(max_length=16)
    fulfillment_status = models.CharField(max_length=20)
    orders = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["tenant_id", *KIND], name="the_orders_of_a_kind_are_counted_once"),
            models.CheckConstraint(condition=Q(orders__gte=0), name="a_count_of_orders_is_never_negative"),
        )
