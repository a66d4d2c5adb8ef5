"""Tickets with what is said in them, the registers that they go by, and what the database refuses to write."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from dingdan.kernel.filing import StoredFile, file_constraints
from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.customers.models import Customer
from dingdan.trade.tickets.lifecycle import ALIVE, TICKET_LIFE, AboutKind, CameBy, MessageKind, Priority
from dingdan.trade.tickets.rules import MOST_FILES_OF_TICKET, MOST_MESSAGES


class Ticket(TenantModel):
    """A complaint or a question, whose it is, and by when it must be answered and solved. Personal words can be erased."""

    number = models.CharField(max_length=32)
    title = models.CharField(max_length=160, blank=True, help_text="In a few words; empty once erased")
    topic = models.CharField(max_length=40, help_text="Code of a topic: the shop's own, or one that every shop has")
    came_by = models.CharField(max_length=12)
    customer = TenantForeignKey(Customer, null=True)
    language = models.CharField(max_length=16, default="en")
    # What a ticket is about belongs to desks beside and above this one: hence ids and numbers, and no foreign keys.
    about_kind = models.CharField(max_length=10, blank=True)
    about_id = models.UUIDField(null=True)
    about_number = models.CharField(max_length=80, blank=True)
    order_id = models.UUIDField(null=True, help_text="The order that all of it belongs to")
    state = models.CharField(max_length=20, default=TICKET_LIFE.initial)
    priority = models.CharField(max_length=8, default=Priority.NORMAL)
    owner_id = models.BigIntegerField(null=True, help_text="The account that looks after it")
    merged_into = TenantForeignKey("self", null=True, related_name="merged_from")

    opened_at = models.DateTimeField()
    allowed_seconds = models.BigIntegerField(default=0, help_text="For the solution, by the topic's clock; 0: no deadline")
    answer_by_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_seconds = models.BigIntegerField(null=True, help_text="How long the first answer took, by the topic's clock")
    solve_by_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True, help_text="Since when the customer is waited for")
    solved_at = models.DateTimeField(null=True)
    solve_seconds = models.BigIntegerField(null=True, help_text="How long the solution took, without waiting for the customer")
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="The next deadline that staff has to meet")
    level = models.PositiveSmallIntegerField(default=0, help_text="Escalations of the deadline that is due")
    escalates_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True, help_text="When it was escalated last")

    messages_count = models.IntegerField(default=0)
    files_count = models.IntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)
    rating_word = models.CharField(max_length=1000, blank=True)
    rated_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [
            # Serves the queue: what is due next, of everybody or of one owner.
            models.Index(fields=["tenant_id", "due_at", "id"], name="tickets_by_deadline", condition=Q(state__in=ALIVE)),
            models.Index(fields=["tenant_id", "owner_id", "due_at"], name="tickets_of_owner", condition=Q(state__in=ALIVE)),
            # Serves the list of all, newest first, and the report.
            models.Index(fields=["tenant_id", "-opened_at", "-id"], name="tickets_newest_first"),
            models.Index(fields=["tenant_id", "customer"], name="tickets_of_customer", condition=Q(customer__isnull=False)),
            models.Index(fields=["tenant_id", "order_id"], name="tickets_about_order", condition=Q(order_id__isnull=False)),
            # Serve the schedules.
            models.Index(
                fields=["tenant_id", "escalates_at"], name="tickets_to_escalate", condition=Q(escalates_at__isnull=False)
            ),
            models.Index(fields=["tenant_id", "solved_at"], name="tickets_to_close", condition=Q(state="solved")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "number"], name="a_ticket_number_is_given_once"),
            models.CheckConstraint(condition=Q(state__in=TICKET_LIFE.states), name="ticket_states_are_real"),
            models.CheckConstraint(condition=Q(priority__in=list(Priority)), name="ticket_priorities_are_real"),
            models.CheckConstraint(condition=Q(came_by__in=list(CameBy)), name="tickets_come_by_known_ways"),
            models.CheckConstraint(
                condition=Q(about_kind="", about_id=None) | Q(about_kind__in=list(AboutKind), about_id__isnull=False),
                name="a_ticket_is_about_a_known_kind_of_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting_for_customer", paused_at__isnull=False)
                | (~Q(state="waiting_for_customer") & Q(paused_at=None)),
                name="a_ticket_pauses_while_it_waits_for_the_customer",
            ),
            models.CheckConstraint(
                condition=~Q(state="solved") | Q(solved_at__isnull=False), name="a_solved_ticket_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_ticket_has_its_time",
            ),
            models.CheckConstraint(condition=Q(state__in=ALIVE) | Q(due_at=None), name="what_is_over_is_not_due"),
            models.CheckConstraint(condition=Q(merged_into=None) | Q(state="closed"), name="a_merged_ticket_is_closed"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="a_ticket_is_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(rating=None, rated_at=None) | Q(rating__range=(1, 5), rated_at__isnull=False),
                name="a_rating_goes_from_one_to_five",
            ),
            models.CheckConstraint(
                condition=Q(files_count__range=(0, MOST_FILES_OF_TICKET)), name="a_ticket_holds_so_many_files"
            ),
            models.CheckConstraint(condition=Q(messages_count__range=(0, MOST_MESSAGES)), name="a_ticket_holds_so_many_messages"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(title="", rating_word=""), name="an_erased_ticket_says_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TicketContact(TenantModel):
    """Who writes, and how to answer: the row that is emptied when a person is to be forgotten."""

    ticket = TenantForeignKey(Ticket, related_name="contacts")
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "ticket"], name="a_ticket_has_one_contact")]


class Message(TenantModel):
    """Something said: by the customer, to the customer, or among staff."""

    ticket = TenantForeignKey(Ticket, related_name="messages")
    kind = models.CharField(max_length=8)
    text = models.TextField(blank=True, help_text="Empty once erased")
    author = models.CharField(max_length=80, help_text="Kind and id of the actor")
    written_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["tenant_id", "ticket", "written_at"], name="messages_of_ticket")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(MessageKind)), name="message_kinds_are_real"),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(text="") | Q(erased_at__isnull=False, text=""),
                name="a_message_says_something_until_it_is_erased",
            ),
        ]


class Attachment(StoredFile):
    """A file on a message."""

    message = TenantForeignKey(Message, related_name="attachments")

    class Meta(StoredFile.Meta):
        indexes = [models.Index(fields=["tenant_id", "message"], name="attachments_of_message")]
        constraints = file_constraints("attachment", article="an")


class TicketTag(TenantModel):
    """A word that staff put on a ticket to find it again."""

    ticket = TenantForeignKey(Ticket, related_name="tags")
    tag = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant_id", "ticket", "tag"], name="a_ticket_has_a_tag_once")]
        indexes = [models.Index(fields=["tenant_id", "tag"], name="tickets_with_tag")]


class Topic(TenantModel):
    """A topic of the shop's own, or one that every shop has as this shop wants it."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    answer_minutes = models.IntegerField(default=0, help_text="0: no deadline")
    solution_minutes = models.IntegerField(default=0, help_text="0: no deadline")
    in_working_time = models.BooleanField(default=True)
    priority = models.CharField(max_length=8, default=Priority.NORMAL)
    owner_id = models.BigIntegerField(null=True)
    escalates_to_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default="active")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="topic_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=("active", "retired")), name="topic_state_is_known"),
            models.CheckConstraint(condition=Q(priority__in=list(Priority)), name="topic_priority_is_known"),
            models.CheckConstraint(
                condition=Q(answer_minutes__gte=0) & Q(solution_minutes__gte=0), name="topic_deadlines_are_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class AnswerTemplate(TenantModel):
    """An answer to be used again, with names in braces that are filled in."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    text = models.TextField()
    language = models.CharField(max_length=16, default="en")
    topic = models.CharField(max_length=40, blank=True, help_text="Offered for this topic first")
    state = models.CharField(max_length=10, default="active")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="answer_template_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=("active", "retired")), name="answer_template_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.code


class WorkingHours(TenantModel):
    """When the shop works on tickets. One row of a tenant, under its own id."""

    week = models.JSONField(help_text="Spans of each weekday from Monday on, in minutes from midnight")
    days_off = ArrayField(models.DateField(), default=list)
    days_on = ArrayField(models.DateField(), default=list)
