"""Wishes to be told."""

from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.channels.models import Channel
from dingdan.masterdata.customers.models import Customer
from dingdan.trade.wishes.lifecycle import WISH_LIFE


class Wish(TenantModel):
    """Somebody wants to know when an article can be had again: told once, by one mail, and then forgotten."""

    variant = TenantForeignKey(Variant, related_name="wishes")
    channel = TenantForeignKey(Channel, related_name="wishes")
    customer = TenantForeignKey(Customer, null=True, related_name="wishes")
    email = models.CharField(max_length=254, blank=True, help_text="Empty once it is forgotten")
    email_key = models.CharField(max_length=254, blank=True, editable=False, help_text="The e-mail as it is compared")
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=10, default=WISH_LIFE.initial)
    wished_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    forget_at = models.DateTimeField(help_text="When the address is needed no longer")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "variant", "channel", "email_key"],
                condition=Q(state="waiting"),
                name="an_address_waits_for_an_article_once",
            ),
            models.CheckConstraint(condition=Q(state__in=WISH_LIFE.states), name="wish_states_are_real"),
            models.CheckConstraint(condition=~Q(state="waiting") | ~Q(email=""), name="who_waits_can_be_told"),
            models.CheckConstraint(
                condition=Q(state="told", told_at__isnull=False) | (~Q(state="told") & Q(told_at__isnull=True)),
                name="a_wish_that_was_told_has_its_time",
            ),
        ]
        indexes = [
            # Serves the question who is next, and how many wait.
            models.Index(fields=["tenant_id", "variant", "id"], name="who_waits_for_an_article", condition=Q(state="waiting")),
            # Serves the question how many were told a while ago.
            models.Index(
                fields=["tenant_id", "variant", "told_at"], name="who_was_told_of_an_article", condition=Q(state="told")
            ),
            models.Index(fields=["tenant_id", "forget_at"], name="addresses_to_forget", condition=~Q(email="")),
            models.Index(fields=["tenant_id", "email_key"], name="wishes_of_an_address", condition=~Q(email="")),
            models.Index(fields=["tenant_id", "customer"], name="wishes_of_a_customer", condition=Q(customer__isnull=False)),
            models.Index(fields=["tenant_id", "-wished_at", "-id"], name="wishes_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.state}"
