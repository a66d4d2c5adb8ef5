"""Notices: which mail is to be sent about what, and how far that has come. Imports of registers. Reports that are mailed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.automation.lifecycle import (
    IMPORT_LIFE,
    LANGUAGES,
    NOTICE_LIFE,
    REPORT_MAIL_LIFE,
    SCHEDULE_LIFE,
    NoticeKind,
    RowOutcome,
    Way,
)
from dingdan.automation.rhythm import Rhythm
from dingdan.kernel.models import JournalEntry
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.trade.orders.models import Order
from dingdan.trade.tickets.models import Ticket
from dingdan.trade.wishes.models import Wish


class Notice(TenantModel):
    """Something that a customer is told about an order, a ticket or a wish, in one way. Holds nothing personal: who gets it and
    what it says is read from there when it is sent."""

    entry = TenantForeignKey(JournalEntry, related_name="+")
    kind = models.CharField(max_length=20)
    order = TenantForeignKey(Order, null=True, related_name="notices")
    ticket = TenantForeignKey(Ticket, null=True, related_name="notices")
    wish = TenantForeignKey(Wish, null=True, related_name="notices")
    way = models.CharField(max_length=10, default=Way.MAIL.value)
    about_id = models.UUIDField(help_text="The shipment, payment, refund or message that it is about; else the order")
    language = models.CharField(max_length=16)
    state = models.CharField(max_length=10, default=NOTICE_LIFE.initial)
    message_id = models.CharField(max_length=200, help_text="The same however often it is tried")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0, help_text="Tries that came to nothing")
    error = models.CharField(max_length=100, blank=True, help_text="Why the last try came to nothing, without any address")
    reference = models.CharField(max_length=100, blank=True, help_text="What the firm that carries it calls it")

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(fields=["tenant_id", "order"], name="notices_of_order"),
            # Serves the list of mails, newest first.
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="notices_newest_first"),
            # Serves the number of those that failed, and their list.
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="notices_that_failed", condition=Q(state="failed")),
            models.Index(fields=["tenant_id", "-queued_at", "-id"], name="notices_nobody_knows_of", condition=Q(state="unknown")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "kind", "order", "about_id", "way"], name="each_thing_is_told_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "kind", "ticket", "about_id", "way"], name="each_thing_of_a_ticket_is_told_once"
            ),
            models.UniqueConstraint(fields=["tenant_id", "kind", "wish", "way"], name="each_wish_is_told_once"),
            models.CheckConstraint(
                condition=Q(order__isnull=False, ticket=None, wish=None)
                | Q(order=None, ticket__isnull=False, wish=None)
                | Q(order=None, ticket=None, wish__isnull=False),
                name="a_notice_is_about_one_thing",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(NoticeKind)), name="notice_kinds_are_real"),
            models.CheckConstraint(condition=Q(way__in=list(Way)), name="ways_of_notices_are_real"),
            models.CheckConstraint(condition=Q(state__in=NOTICE_LIFE.states), name="notice_states_are_real"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="notice_languages_are_ours"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_sent_notice_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id or self.ticket_id or self.wish_id}"


class RegisterImport(TenantModel):
    """Rows of a register that are to be written, from a file or chosen in a list: seen first, written once somebody wants."""

    register = models.CharField(max_length=40)
    name = models.CharField(max_length=200, help_text="The file, or what is done with the chosen rows")
    rows = models.IntegerField()
    ignored = models.CharField(max_length=500, blank=True, help_text="Headers that were not understood")
    state = models.CharField(max_length=10, default=IMPORT_LIFE.initial)
    actor_kind = models.CharField(max_length=10)
    actor = models.CharField(max_length=64)
    language = models.CharField(max_length=16, default="en", help_text="In which refusals are told")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IMPORT_LIFE.states), name="states_of_imports_are_real"),
            models.CheckConstraint(condition=Q(rows__gte=1), name="an_import_has_rows"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(TenantModel):
    """A row of an import: its texts until it is written, what would come of it, what came of it."""

    of = TenantForeignKey(RegisterImport, related_name="parts")
    line = models.IntegerField()
    name = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=dict)
    changes = models.JSONField(default=list, help_text="Column, before, after")
    seen = models.CharField(max_length=32, blank=True, help_text="What stands for the row as it was looked at")
    outcome = models.CharField(max_length=10, default=RowOutcome.WAITING)
    detail = models.CharField(max_length=400, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "of", "line"], name="an_import_has_each_line_once"),
            models.CheckConstraint(condition=Q(outcome__in=list(RowOutcome)), name="outcomes_of_rows_are_real"),
        ]
        indexes = [models.Index(fields=["tenant_id", "of", "outcome", "line"], name="rows_of_an_import")]

    def __str__(self) -> str:
        return f"{self.line} {self.name}"


class ReportSchedule(TenantModel):
    """A report that goes to members by mail again and again: which, of which period, when, to whom."""

    report = models.CharField(max_length=40)
    period = models.CharField(max_length=20, help_text="The name of a period, seen from the day on which it is sent")
    currency = models.CharField(max_length=3, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    file_format = models.CharField(max_length=4)
    language = models.CharField(max_length=16)
    rhythm = models.CharField(max_length=8)
    hour = models.SmallIntegerField(help_text="By the shop's clock")
    weekday = models.SmallIntegerField(default=0, help_text="0 is Monday")
    month_day = models.SmallIntegerField(default=1, help_text="Of shorter months the last day")
    readers = ArrayField(models.BigIntegerField(), help_text="Accounts: they belong to a library and to no tenant")
    user_id = models.BigIntegerField(null=True, help_text="Whose it is")
    state = models.CharField(max_length=10, default=SCHEDULE_LIFE.initial)
    next_at = models.DateTimeField()
    last_sent_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    error = models.CharField(
        max_length=100, blank=True, help_text="Why the last mail that came to nothing did, without any address"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SCHEDULE_LIFE.states), name="report_schedule_states_are_real"),
            models.CheckConstraint(condition=Q(rhythm__in=list(Rhythm)), name="report_schedules_have_a_rhythm"),
            models.CheckConstraint(condition=Q(hour__gte=0, hour__lte=23), name="reports_are_due_at_an_hour"),
            models.CheckConstraint(condition=Q(weekday__gte=0, weekday__lte=6), name="reports_are_due_on_a_weekday"),
            models.CheckConstraint(condition=Q(month_day__gte=1, month_day__lte=31), name="reports_are_due_on_a_day"),
            models.CheckConstraint(condition=Q(readers__len__gte=1), name="a_scheduled_report_has_readers"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="report_schedule_languages_are_ours"),
        ]
        # Serves the schedule that asks every minute what is due.
        indexes = [models.Index(fields=["tenant_id", "next_at"], name="reports_that_are_due", condition=Q(state="active"))]

    def __str__(self) -> str:
        return f"{self.report} {self.rhythm}"


class ReportMail(TenantModel):
    """A report on its way to one member, for one moment at which it was due. What it says is worked out when it is sent."""

    schedule = TenantForeignKey(ReportSchedule, related_name="mails")
    user_id = models.BigIntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=REPORT_MAIL_LIFE.initial)
    message_id = models.CharField(max_length=200, help_text="The same however often it is tried")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0, help_text="Tries that came to nothing")
    error = models.CharField(max_length=100, blank=True, help_text="Why the last try came to nothing, without any address")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "schedule", "user_id", "due_at"], name="a_report_is_due_once_for_each"),
            models.CheckConstraint(condition=Q(state__in=REPORT_MAIL_LIFE.states), name="report_mail_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="a_sent_report_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "schedule", "-due_at"], name="mails_of_a_report"),
            # Serves the search for mails whose job was lost.
            models.Index(fields=["tenant_id", "queued_at"], name="reports_to_send", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.due_at}"
