"""Bank statements with their lines and how they were matched, what differs from the books, and what the database refuses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.trade.reconciliation.lifecycle import DISCREPANCY_LIFE, LINE_LIFE, DiscrepancyKind, MatchKind, Resolution

_KINDS = tuple(value.value for value in DiscrepancyKind)
_RESOLUTIONS = tuple(value.value for value in Resolution)
_MATCHED_WITH = tuple(value.value for value in MatchKind)
_WAITING = ("open", "partly_matched")


class StatementMapping(TenantModel):
    """How a bank's table is read, as a person has explained it. Fields as in `MappingDraft`."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default="active")
    columns = models.JSONField(default=dict)
    date_format = models.CharField(max_length=40, blank=True)
    decimal = models.CharField(max_length=1, default=".")
    delimiter = models.CharField(max_length=12, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    skip_lines = models.PositiveSmallIntegerField(default=0)
    account = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    debit_words = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="mapping_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=("active", "retired")), name="mapping_states_are_real"),
        )

    def __str__(self) -> str:
        return self.name


class Tolerance(TenantModel):
    """How much may be missing of what is due before a person has to say so. Its id is the tenant's."""

    amounts = models.JSONField(default=dict, help_text="Currency → minor units that may be written off as the bank's fees")


class Statement(TenantModel):
    """A sheet of an account, as it came in a file. Amounts in minor units of its currency."""

    account = models.CharField(max_length=40, help_text="Of the shop: IBAN, or number, without blanks")
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=10, help_text="camt.053, camt.052, camt.054, mt940, csv")
    digest = models.CharField(max_length=64, help_text="Of the whole file")
    place = models.IntegerField(default=0, help_text="In the file")
    number = models.CharField(max_length=40, blank=True)
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    moved = models.BigIntegerField(default=0, help_text="The sum of all lines that it has, also of those that were here before")
    lines_count = models.IntegerField(default=0, help_text="Lines that it brought")
    known_count = models.IntegerField(default=0, help_text="Lines that another statement had brought before")
    is_whole = models.BooleanField(default=False, help_text="All of its lines are in")
    imported_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "digest", "place"), name="a_file_brings_a_statement_once"),
            models.CheckConstraint(
                condition=Q(lines_count__gte=0, known_count__gte=0), name="statements_count_their_lines_from_zero"
            ),
        )
        indexes = (models.Index(fields=["tenant_id", "-imported_at", "-id"], name="statements_newest_first"),)

    def __str__(self) -> str:
        return f"{self.account} {self.number}".strip()


class StatementLine(TenantModel):
    """One movement on an account: above zero came in, below went out. What is of people can be erased."""

    statement = TenantForeignKey(Statement, related_name="lines", help_text="The first one that it was found in")
    account = models.CharField(max_length=40)
    key = models.CharField(max_length=40, help_text="What makes it the same line in every statement of the account")
    booked_on = models.DateField()
    value_on = models.DateField(null=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    name = models.CharField(max_length=200, blank=True, help_text="Who paid, or was paid; empty once erased")
    payer_account = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    end_to_end = models.CharField(max_length=40, blank=True)
    bank_reference = models.CharField(max_length=80, blank=True)
    is_reversal = models.BooleanField(default=False, help_text="It takes back a movement that was there before")
    state = models.CharField(max_length=16, default=LINE_LIFE.initial)
    matched = models.BigIntegerField(default=0, help_text="What of it went to documents, or was a refund; never below zero")
    payment = TenantForeignKey(Payment, null=True, related_name="+", help_text="The payment that it is in the books")
    score = models.PositiveSmallIntegerField(default=0, help_text="Of the likeliest proposal when it was last looked at")
    proposals = models.JSONField(default=list, help_text="What it may be for, the likeliest first")
    looked_at = models.DateTimeField(null=True, help_text="When it was last compared with what is awaited")
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is ignored")
    erased_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "account", "key"), name="a_line_of_an_account_is_kept_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_statement_line_moves_something"),
            models.CheckConstraint(condition=Q(state__in=LINE_LIFE.states), name="statement_line_states_are_real"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "ignored", "reversed"), matched=0)
                | Q(state="matched", matched=F("amount"))
                | Q(state="matched", matched=-F("amount"))
                | Q(state="partly_matched", matched__gte=0, matched__lt=F("amount"), payment__isnull=False),
                name="a_line_is_matched_as_far_as_its_state_says",
            ),
            models.CheckConstraint(condition=~Q(state="ignored") | ~Q(reason=""), name="an_ignored_line_says_why"),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", payer_account="", text="", end_to_end=""),
                name="an_erased_line_names_nobody",
            ),
        )
        indexes = (
            # Serves the work list: what waits, the oldest first.
            models.Index(fields=["tenant_id", "booked_on", "id"], name="lines_that_wait", condition=Q(state__in=_WAITING)),
            models.Index(fields=["tenant_id", "statement", "id"], name="lines_of_a_statement"),
            # Serves: for which customers has this account paid before?
            models.Index(
                fields=["tenant_id", "payer_account"],
                name="lines_of_known_payers",
                condition=Q(state="matched") & ~Q(payer_account=""),
            ),
            models.Index(fields=["tenant_id", "payment"], name="line_of_a_payment", condition=Q(payment__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount} {self.currency}"


class LineMatch(TenantModel):
    """That a line, or a part of it, was taken for something. Undone ones stay."""

    line = TenantForeignKey(StatementLine, related_name="matches")
    kind = models.CharField(max_length=10)
    document_kind = models.CharField(max_length=32, blank=True)
    document_id = models.UUIDField(null=True)
    attempt = TenantForeignKey(Attempt, null=True)
    reverses = TenantForeignKey(StatementLine, null=True, related_name="reversed_by")
    amount = models.BigIntegerField()
    by_itself = models.BooleanField(default=False, help_text="Booked without asking, because it was certain")
    signs = models.JSONField(default=list, help_text="Why")
    matched_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=_MATCHED_WITH), name="lines_are_matched_with_known_things"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_match_is_of_some_amount"),
        )
        indexes = (
            models.Index(fields=["tenant_id", "line"], name="matches_of_a_line"),
            models.Index(fields=["tenant_id", "document_id"], name="matches_of_a_document"),
        )


class Discrepancy(TenantModel):
    """A row of the exception queue: what the outside says, what the books say, and how a person settled it."""

    kind = models.CharField(max_length=24, choices=[(value, value) for value in _KINDS])
    source = models.CharField(max_length=32, help_text="Code of the gateway or carrier, or “bank”")
    reference = models.CharField(max_length=200, help_text="What the outside calls it")
    payment_reference = models.CharField(max_length=200, blank=True, help_text="What the outside calls the payment that it is of")
    currency = models.CharField(max_length=3, blank=True)
    amount = models.BigIntegerField(null=True, help_text="What the outside says, in minor units")
    expected = models.BigIntegerField(null=True, help_text="What the books say")
    payment = TenantForeignKey(Payment, null=True)
    attempt = TenantForeignKey(Attempt, null=True)
    line_id = models.UUIDField(null=True, help_text="The line of the bank statement that it is about")
    state = models.CharField(max_length=10, default=DISCREPANCY_LIFE.initial)
    seen = models.IntegerField(default=1, help_text="How often it was found")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    resolution = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by_kind = models.CharField(max_length=16, blank=True)
    resolved_by_id = models.CharField(max_length=64, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "source", "kind", "reference"),
                condition=Q(state="open"),
                name="a_discrepancy_is_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="discrepancy_kinds_are_known"),
            models.CheckConstraint(condition=Q(state__in=DISCREPANCY_LIFE.states), name="discrepancy_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="open", resolution="", resolved_at=None)
                | Q(state="resolved", resolution__in=_RESOLUTIONS, resolved_at__isnull=False),
                name="a_resolved_discrepancy_says_how_and_when",
            ),
            models.CheckConstraint(condition=Q(seen__gte=1), name="a_discrepancy_was_seen_at_least_once"),
        )
        indexes = (
            # Serves the exception queue: what is open, the oldest first.
            models.Index(fields=["tenant_id", "first_seen_at", "id"], name="discrepancies_open", condition=Q(state="open")),
            models.Index(fields=["tenant_id", "state", "-first_seen_at", "-id"], name="discrepancies_by_state"),
            # Serves the question whether people let the same be before.
            models.Index(
                fields=["tenant_id", "source", "reference"], name="discrepancies_ignored", condition=Q(resolution="ignored")
            ),
            models.Index(fields=["tenant_id", "payment"], name="discrepancies_of_a_payment", condition=Q(payment__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.source} {self.reference}"
