"""Bills and payouts of gateways, statements of closed days, and what accountants call our accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from dingdan.kernel.lifecycle import Lifecycle
from dingdan.kernel.models import JournalEntry, append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.ledgers.payments.models import Attempt, Payment
from dingdan.masterdata.methods.models import MerchantAccount
from dingdan.trade.closing.lifecycle import BILL_LIFE, BILL_LINE_LIFE, DAY_CLOSE_LIFE, PAYOUT_LIFE, PointKind
from dingdan.trade.closing.rules import Target


def _lives(life: Lifecycle, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(state__in=life.states), name=name)


class AccountMapping(TenantModel):
    """What a program of accountants calls an account of ours, where it is not the usual name."""

    target = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Target])
    account = models.CharField(max_length=32, help_text="Code of the account in our books")
    code = models.CharField(max_length=100)
    name = models.CharField(max_length=100, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "target", "account"), name="a_program_names_an_account_once"),
            models.CheckConstraint(
                condition=Q(target__in=[one.value for one in Target]), name="programs_of_accountants_are_known"
            ),
            models.CheckConstraint(condition=~Q(code=""), name="a_mapped_account_has_a_code"),
        )

    def __str__(self) -> str:
        return f"{self.account} → {self.code}"


class Bill(TenantModel):
    """What a gateway says moved on one day of its own time zone, for one account of the shop."""

    account = TenantForeignKey(MerchantAccount, related_name="bills")
    gateway = models.CharField(max_length=32)
    moved_on = models.DateField()
    state = models.CharField(max_length=10, default=BILL_LIFE.initial)
    asked = models.IntegerField(default=0, help_text="How often the firm had none, or could not be asked")
    error = models.CharField(max_length=64, blank=True, help_text="Why it was not there when it was last asked for")
    asked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    lines = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "account", "moved_on"), name="an_account_has_one_bill_a_day"),
            _lives(BILL_LIFE, "bill_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="awaited", fetched_at=None) | Q(state="fetched", fetched_at__isnull=False),
                name="a_fetched_bill_says_when",
            ),
        )
        indexes = (
            # Serves the list of bills, newest first, and what is still awaited.
            models.Index(fields=["tenant_id", "-moved_on", "-id"], name="bills_newest_first"),
            models.Index(fields=["tenant_id", "moved_on"], name="bills_awaited", condition=Q(state="awaited")),
        )

    def __str__(self) -> str:
        return f"{self.gateway} {self.moved_on}"


class Payout(TenantModel):
    """Money that a gateway sends to our bank: what it says, and what has arrived. In minor units of its currencies."""

    account = TenantForeignKey(MerchantAccount, related_name="payouts")
    gateway = models.CharField(max_length=32)
    reference = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, help_text="What it arrives in")
    amount = models.BigIntegerField(help_text="What the firm says; below zero when it takes money from our bank")
    at = models.DateTimeField(help_text="When the firm sent it")
    state = models.CharField(max_length=10, default=PAYOUT_LIFE.initial)
    lines_currency = models.CharField(max_length=3, blank=True, help_text="What its lines are in")
    lines_total = models.BigIntegerField(default=0, help_text="What its lines add up to, fees taken off")
    arrived_at = models.DateTimeField(null=True)
    line_id = models.UUIDField(null=True, help_text="The line of the bank statement by which it arrived")

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "account", "reference"), name="a_payout_is_written_down_once"),
            models.UniqueConstraint(
                fields=("tenant_id", "line_id"), condition=Q(line_id__isnull=False), name="a_statement_line_is_one_payout"
            ),
            _lives(PAYOUT_LIFE, "gateway_payout_states_are_real"),
            models.CheckConstraint(
                condition=Q(state="arrived", arrived_at__isnull=False) | (~Q(state="arrived") & Q(arrived_at=None)),
                name="an_arrived_payout_says_when",
            ),
        )
        indexes = (
            models.Index(fields=["tenant_id", "-at", "-id"], name="payouts_newest_first"),
            models.Index(fields=["tenant_id", "at"], name="payouts_on_their_way", condition=~Q(state="arrived")),
        )

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"


class BillLine(TenantModel):
    """A line of a bill as the firm wrote it, and what the books say of it."""

    bill = TenantForeignKey(Bill, related_name="rows")
    account = TenantForeignKey(MerchantAccount, related_name="+")
    gateway = models.CharField(max_length=32)
    kind = models.CharField(max_length=10)
    reference = models.CharField(max_length=200)
    payment_reference = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64, blank=True, help_text="Our own key, where the bill says it")
    amount = models.BigIntegerField(help_text="What moved, in minor units; above zero towards us")
    fee = models.BigIntegerField(default=0, help_text="What the firm kept of it; below zero where it gave a fee back")
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    payout = TenantForeignKey(Payout, null=True, related_name="rows", help_text="In which payout it is")
    payout_reference = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, default=BILL_LINE_LIFE.initial)
    expected = models.BigIntegerField(null=True, help_text="What the books say, where they say something else")
    attempt = TenantForeignKey(Attempt, null=True, related_name="+")
    payment = TenantForeignKey(Payment, null=True, related_name="+")
    fee_posted = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "account", "kind", "reference"), name="a_line_of_a_bill_is_kept_once"),
            _lives(BILL_LINE_LIFE, "bill_line_states_are_real"),
        )
        indexes = (
            models.Index(fields=["tenant_id", "bill", "id"], name="lines_of_a_bill"),
            models.Index(fields=["tenant_id", "payout"], name="lines_of_a_payout", condition=Q(payout__isnull=False)),
            # Serves the payout whose lines were told of before it.
            models.Index(
                fields=["tenant_id", "account", "payout_reference"],
                name="bill_lines_without_payout",
                condition=Q(payout__isnull=True) & ~Q(payout_reference=""),
            ),
            # What is to be compared, and what waits for people.
            models.Index(
                fields=["tenant_id", "bill"],
                name="bill_lines_open",
                condition=Q(state__in=["fetched", "missing", "differing"]),
            ),
            # Serves the question which attempts no bill has told of.
            models.Index(fields=["tenant_id", "attempt"], name="bill_lines_of_an_attempt", condition=Q(attempt__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class DayClose(TenantModel):
    """The statement of a business day in one currency.

    It counts the entries of the journal up to `position` whose business time lies before `ends_at` and which the close before
    it did not count. So what is written later with an earlier time belongs to the next close, and nothing is lost between them.
    """

    moved_on = models.DateField(help_text="By the shop's clock")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default=DAY_CLOSE_LIFE.initial)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    previous = TenantForeignKey("self", null=True, related_name="+", help_text="The close that it goes on from")
    position = models.BigIntegerField(help_text="The last position of the journal that it counts")
    behind = models.BigIntegerField(help_text="The first position that the next close may have to count")
    postings = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0, help_text="How many of them belong to days that were closed before")
    closed_at = models.DateTimeField()
    closed_by_kind = models.CharField(max_length=16)
    closed_by_id = models.CharField(max_length=64, blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_kind = models.CharField(max_length=16, blank=True)
    reopened_by_id = models.CharField(max_length=64, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="Why it was reopened")

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "currency", "moved_on"), condition=Q(state="closed"), name="a_day_is_closed_once"
            ),
            models.UniqueConstraint(
                fields=("tenant_id", "previous"),
                condition=Q(state="closed", previous__isnull=False),
                name="one_close_goes_on_from_another",
            ),
            _lives(DAY_CLOSE_LIFE, "day_close_states_are_real"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="a_closed_day_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(behind__lte=F("position") + 1), name="a_close_leaves_no_gap_behind"),
        )

    def __str__(self) -> str:
        return f"{self.moved_on} {self.currency}"


class DayBalance(AppendedModel):
    """An account in the statement of a day; debits count up, credits down, whatever its kind. `party` is whose clearing it is."""

    close = TenantForeignKey(DayClose, related_name="balances")
    account = models.CharField(max_length=32)
    party = models.CharField(max_length=32, blank=True)
    opening = models.BigIntegerField()
    late = models.BigIntegerField(help_text="What came late for days that were closed before")
    debits = models.BigIntegerField()
    credits = models.BigIntegerField()
    closing = models.BigIntegerField()

    class Meta(AppendedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "close", "account", "party"), name="a_close_tells_an_account_once"),
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("late") + F("debits") - F("credits")),
                name="what_a_day_opened_with_and_moved_is_its_closing",
            ),
        )
        triggers = append_only("day_balances")


class DayMovement(AppendedModel):
    """What moved on a day by one posting rule and one method."""

    close = TenantForeignKey(DayClose, related_name="movements")
    rule = models.CharField(max_length=40)
    method = models.CharField(max_length=32, blank=True)
    is_late = models.BooleanField()
    postings = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta(AppendedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "close", "rule", "method", "is_late"), name="a_close_tells_a_movement_once"
            ),
        )
        triggers = append_only("day_movements")


class DayPoint(AppendedModel):
    """What was open when a day was closed, and why it may stay so."""

    close = TenantForeignKey(DayClose, related_name="points")
    kind = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    note = models.CharField(max_length=500)

    class Meta(AppendedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "close", "kind", "reference"), name="a_point_is_acknowledged_once"),
            models.CheckConstraint(condition=Q(kind__in=[one.value for one in PointKind]), name="kinds_of_open_points_are_real"),
            models.CheckConstraint(condition=~Q(note=""), name="an_acknowledged_point_has_a_note"),
        )
        triggers = append_only("day_points")


class CashCount(AppendedModel):
    """What was counted in the cash boxes, against what the books said at that time."""

    entry = TenantForeignKey(JournalEntry)
    number = models.UUIDField(help_text="What its entry calls it")
    counted_on = models.DateField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()
    expected = models.BigIntegerField()
    counted = models.BigIntegerField()
    difference = models.GeneratedField(
        expression=F("counted") - F("expected"), output_field=models.BigIntegerField(), db_persist=True
    )

    class Meta(AppendedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "number"), name="a_cash_count_has_a_number_of_its_own"),
            models.CheckConstraint(condition=Q(counted__gte=0), name="what_is_counted_is_never_negative"),
        )
        indexes = (models.Index(fields=["tenant_id", "counted_on", "currency", "-id"], name="cash_counts_of_a_day"),)
        triggers = append_only("cash_counts")
