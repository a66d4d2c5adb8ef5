"""Notices: which mail is to be sent about what, and how far that has come."""

from django.db import models
from django.db.models import Q

from dingdan.automation.lifecycle import LANGUAGES, NOTICE_LIFE, NoticeKind
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.models import Ticket


class Notice(TenantModel):
    """A mail to a customer about an order or a ticket. Holds nothing personal: who gets it and what it says is read from there
    when it is sent."""

    entry = TenantForeignKey(JournalEntry, related_name="+")
    kind = models.CharField(max_length=20)
    order = TenantForeignKey(Order, null=True, related_name="notices")
    ticket = TenantForeignKey(Ticket, null=True, related_name="notices")
    about_id = models.UUIDField(help_text="The shipment, payment, refund or message that it is about; else the order")
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=10, default=NOTICE_LIFE.initial)
    message_id = models.CharField(max_length=200, help_text="The same however often it is tried")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0, help_text="Tries that came to nothing")
    error = models.CharField(max_length=100, blank=True, help_text="Why the last try came to nothing, without any address")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="notices_of_order"),
            # Serves the list of mails, newest first.
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="notices_newest_first"),
            # Serves the number of those that failed, and their list.
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="notices_that_failed", condition=Q(state="failed")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "kind", "order", "about_id"], name="each_thing_is_told_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "ticket", "about_id"], name="each_thing_of_a_ticket_is_told_once"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False, ticket=None) | Q(order=None, ticket__isnull=False),
                name="a_notice_is_about_an_order_or_a_ticket",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(NoticeKind)), name="notice_kinds_are_real"),
            models.CheckConstraint(condition=Q(state__in=NOTICE_LIFE.states), name="notice_states_are_real"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="notice_languages_are_ours"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_sent_notice_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id or self.ticket_id}"
