"""The tables of the money, and what the database refuses to write into them."""

from enum import StrEnum

from django.db import models
from django.db.models import Case, F, Q, Value, When

from dingdan.kernel.models import JournalEntry, append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.ledgers.payments.events import PromptKind
from dingdan.ledgers.payments.lifecycle import (
    CARD_LIFE,
    OUT,
    AccountKind,
    AttemptKind,
    AttemptState,
    CardOrigin,
    DisputeState,
    PayableKind,
    PaymentState,
    PaymentStatus,
    Terms,
)
from dingdan.masterdata.methods.models import MerchantAccount

_PAID = F("allocated") - F("refunded")
_OWED = F("amount") - F("written_off")


def _kept(name: str, **conditions: int) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**conditions), name=name)


def _one_of(column: str, states: type[StrEnum], name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [state.value for state in states]}), name=name)


def _at_most(name: str, most: str, *parts: str) -> models.CheckConstraint:
    """`parts` added up are at most `most`."""
    total = F(parts[0])
    for part in parts[1:]:
        total = total + F(part)  # type: ignore[assignment]
    return models.CheckConstraint(condition=Q(**{f"{most}__gte": total}), name=name)


def _never_negative(name: str, *columns: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__gte": 0 for column in columns}), name=name)


class Account(TenantModel):
    """A ledger account of the tenant, from the one chart in `rules`."""

    code = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "code"], name="an_account_code_is_used_once"),
            _one_of("kind", AccountKind, "account_kinds_are_real"),
        ]

    def __str__(self) -> str:
        return self.code


class Receivable(TenantModel):
    """What a document is owed, and how far that has come. One row per document; all amounts in minor units.

    `settled` is the part of the invoices that is covered by money; deposits (money before the invoice) and the open
    account follow from it, so neither can go below zero.
    """

    document_kind = models.CharField(max_length=32)
    document_id = models.UUIDField()
    customer_id = models.UUIDField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    terms = models.CharField(max_length=16, default=Terms.PREPAID.value)
    due_at = models.DateTimeField(null=True, blank=True)
    amount = models.BigIntegerField(help_text="Owed in all, as it stands now")
    invoiced = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0, help_text="Credit notes")
    written_off = models.BigIntegerField(default=0)
    authorized = models.BigIntegerField(default=0, help_text="Held by gateways and neither captured nor voided")
    allocated = models.BigIntegerField(default=0, help_text="Payments that were put to it")
    refunded = models.BigIntegerField(default=0, help_text="Of those, what was given back")
    waits = models.BooleanField(default=False, db_default=False, help_text="Nothing is captured for it until it is let go")
    settled = models.GeneratedField(
        expression=models.functions.Least(F("invoiced") - F("credited") - F("written_off"), _PAID),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    due = models.GeneratedField(
        expression=_OWED - _PAID,
        output_field=models.BigIntegerField(help_text="Below zero: paid too much"),
        db_persist=True,
    )
    payment_status = models.GeneratedField(
        expression=Case(
            When(Q(amount__lt=F("written_off") + _PAID), then=Value(PaymentStatus.OVERPAID.value)),
            When(
                Q(amount__gt=F("written_off") + _PAID, allocated__gt=F("refunded")), then=Value(PaymentStatus.PARTLY_PAID.value)
            ),
            When(Q(amount__gt=F("written_off") + _PAID + F("authorized")), then=Value(PaymentStatus.UNPAID.value)),
            When(Q(amount__gt=F("written_off") + _PAID), then=Value(PaymentStatus.AUTHORIZED.value)),
            When(Q(written_off__gt=0), then=Value(PaymentStatus.WRITTEN_OFF.value)),
            When(Q(allocated__gt=F("refunded"), refunded__gt=0), then=Value(PaymentStatus.PARTLY_REFUNDED.value)),
            When(Q(allocated__gt=F("refunded")), then=Value(PaymentStatus.PAID.value)),
            When(Q(refunded__gt=0), then=Value(PaymentStatus.REFUNDED.value)),
            default=Value(PaymentStatus.NOTHING_DUE.value),
        ),
        output_field=models.CharField(max_length=16),
        db_persist=True,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "document_kind", "document_id"], name="a_document_has_one_receivable"),
            _one_of("terms", Terms, "receivable_terms_are_real"),
            _never_negative(
                "receivable_amounts_are_never_negative",
                *("amount", "invoiced", "credited", "written_off", "authorized", "allocated", "refunded"),
            ),
            _at_most("receivable_refunded_never_exceeds_allocated", "allocated", "refunded"),
            _at_most("receivable_relief_never_exceeds_invoiced", "invoiced", "credited", "written_off"),
        ]
        indexes = [
            # What is due, oldest first; what one customer owes.
            models.Index(fields=["tenant_id", "due_at"], name="receivable_due", condition=Q(due__gt=0)),
            models.Index(fields=["tenant_id", "customer_id"], name="receivable_customer"),
            # What carriers are to collect.
            models.Index(
                fields=["tenant_id", "document_id"],
                name="receivables_to_collect",
                condition=Q(due__gt=0, terms=Terms.ON_DELIVERY.value),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_kind} {self.document_id}"


class Payable(TenantModel):
    """What we owe to a party for a document. Store credit is one row per customer and currency: granted, and spent."""

    kind = models.CharField(max_length=16)
    document_kind = models.CharField(max_length=32)
    document_id = models.UUIDField()
    party_kind = models.CharField(max_length=16)
    party_id = models.UUIDField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    due = models.GeneratedField(expression=F("amount") - F("paid"), output_field=models.BigIntegerField(), db_persist=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "document_kind", "document_id", "party_id", "currency", "kind"],
                name="a_document_owes_a_party_once",
            ),
            _one_of("kind", PayableKind, "payable_kinds_are_real"),
            _never_negative("payable_amounts_are_never_negative", "amount", "paid"),
            _at_most("payable_paid_never_exceeds_amount", "amount", "paid"),
        ]
        indexes = [
            # What we owe to one party.
            models.Index(fields=["tenant_id", "party_id"], name="payable_party"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_id}"


class CreditGrant(TenantModel):
    """A part of a store credit that lasts until a day. What is spent is taken from what expires first; the rest never expires."""

    payable = TenantForeignKey(Payable, related_name="grants")
    amount = models.BigIntegerField()
    used = models.BigIntegerField(default=0, help_text="Spent, paid out or expired")
    expired = models.BigIntegerField(default=0, help_text="Of what was used: what nobody had spent in time")
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            _kept("a_credit_grant_gives_something", amount__gt=0),
            _never_negative("credit_grants_are_never_negative", "used", "expired"),
            _at_most("never_spend_more_than_was_granted", "amount", "used"),
            _at_most("only_what_was_used_up_can_have_expired", "used", "expired"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "payable"], name="grants_of_a_credit"),
            # Serves the schedule that lets credit expire.
            models.Index(fields=["tenant_id", "expires_at"], name="credit_to_expire", condition=Q(used__lt=F("amount"))),
        ]


class Payment(TenantModel):
    """Money on its way to us, here, or given back: by one method, in one currency.

    `capturing`, `voiding` and `refunding` are asked for and not yet answered; they count against the limits, so that two
    who ask at once can never both be granted. `applied` is what its allocations still hold; `unapplied` is nobody's yet.
    """

    gateway = models.CharField(max_length=32, help_text="The method's code, or the gateway's")
    gateway_reference = models.CharField(max_length=200, blank=True)
    account = TenantForeignKey(MerchantAccount, null=True, blank=True, help_text="Whose account at the gateway")
    means = models.CharField(max_length=80, blank=True, db_default="", help_text="How it was paid, as the gateway says")
    customer_id = models.UUIDField(null=True, blank=True)
    payable = TenantForeignKey(Payable, null=True, blank=True, help_text="The credit or gift card that is spent")
    currency = models.CharField(max_length=3)
    authorizes = models.BooleanField(default=False, help_text="Captures need an authorization first")
    state = models.CharField(max_length=16, default=PaymentState.REQUESTED.value)
    requested = models.BigIntegerField()
    authorized = models.BigIntegerField(default=0)
    capturing = models.BigIntegerField(default=0)
    captured = models.BigIntegerField(default=0)
    voiding = models.BigIntegerField(default=0)
    voided = models.BigIntegerField(default=0)
    applied = models.BigIntegerField(default=0)
    refunding = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    settled = models.BigIntegerField(default=0, help_text="What the gateway or carrier has passed on to our bank, fees included")
    disputed = models.BigIntegerField(
        default=0, db_default=0, help_text="Taken back by the gateway in disputes, less what was won"
    )
    unapplied = models.GeneratedField(
        expression=F("captured") - F("applied") - F("refunding") - F("refunded"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    requested_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant_id", "gateway", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="a_gateway_reference_is_paid_once",
            ),
            _one_of("state", PaymentState, "payment_states_are_real"),
            _never_negative(
                "payment_amounts_are_never_negative",
                *("requested", "authorized", "capturing", "captured", "voiding", "voided"),
                *("applied", "refunding", "refunded", "settled"),
            ),
            _never_negative("disputed_money_is_never_negative", "disputed"),
            _at_most("what_is_disputed_is_not_refunded_too", "captured", "refunded", "refunding", "disputed"),
            _at_most("authorized_never_exceeds_requested", "requested", "authorized"),
            _at_most("captured_never_exceeds_requested", "requested", "captured", "capturing"),
            models.CheckConstraint(
                condition=Q(authorizes=False, authorized=0, voided=0, voiding=0)
                | Q(authorized__gte=F("captured") + F("capturing") + F("voided") + F("voiding")),
                name="captured_and_voided_never_exceed_authorized",
            ),
            _at_most("refunded_never_exceeds_captured", "captured", "refunded", "refunding"),
            _at_most("payment_uses_never_exceed_captured", "captured", "applied", "refunded", "refunding"),
            _at_most("payment_settled_never_exceeds_captured", "captured", "settled"),
        ]
        indexes = [
            # Money that belongs to nobody yet.
            models.Index(fields=["tenant_id", "currency"], name="payment_unapplied", condition=Q(unapplied__gt=0)),
            # Serves the number of payments that failed lately.
            models.Index(fields=["tenant_id", "requested_at"], name="payments_declined", condition=Q(state="declined")),
            # Serves what firms hold, the longest held first, and what carriers have not passed on.
            models.Index(fields=["tenant_id", "requested_at"], name="payments_held", condition=Q(state="authorized")),
            models.Index(
                fields=["tenant_id", "currency"],
                name="payments_at_carriers",
                condition=Q(gateway="cash_on_delivery", captured__gt=F("settled")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.gateway_reference or self.id}"


class Allocation(TenantModel):
    """Which payment pays what: many to many between payments and receivables."""

    payment = TenantForeignKey(Payment, related_name="allocations")
    receivable = TenantForeignKey(Receivable, related_name="allocations")
    planned = models.BigIntegerField(default=0, help_text="What the payment was asked for this receivable")
    held = models.BigIntegerField(default=0, help_text="Authorized for it and neither captured nor voided")
    amount = models.BigIntegerField(default=0, help_text="Money put to it, refunds not taken off")
    refunding = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "payment", "receivable"], name="a_payment_pays_a_receivable_in_one_row"),
            _never_negative("allocation_amounts_are_never_negative", "planned", "held", "amount", "refunding", "refunded"),
            _at_most("allocation_refunded_never_exceeds_amount", "amount", "refunded", "refunding"),
            _at_most("allocation_held_never_exceeds_planned", "planned", "held"),
        ]
        indexes = [
            # The payments of a document.
            models.Index(fields=["tenant_id", "receivable"], name="allocation_receivable"),
        ]


class Attempt(TenantModel):
    """One thing asked of a gateway (or of a person with a cash box), under one key, and what is known of the answer."""

    payment = TenantForeignKey(Payment, related_name="attempts")
    allocation = TenantForeignKey(Allocation, null=True, blank=True)
    gateway = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=16, default=AttemptState.REQUESTED.value)
    amount = models.BigIntegerField()
    key = models.CharField(max_length=64, help_text="The gateway sees each key once, however often it is asked")
    gateway_reference = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=64, blank=True, help_text="The gateway's code for why not")
    reason = models.CharField(max_length=32, blank=True, help_text="Our code for why")
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "key"], name="an_attempt_key_is_used_once"),
            models.UniqueConstraint(
                fields=["tenant_id", "gateway", "kind", "gateway_reference"],
                condition=~Q(gateway_reference=""),
                name="a_gateway_reference_happens_once",
            ),
            _one_of("kind", AttemptKind, "attempt_kinds_are_real"),
            _one_of("state", AttemptState, "attempt_states_are_real"),
            _kept("attempt_amounts_are_positive", amount__gt=0),
        ]
        indexes = [
            # The attempts of a payment; those whose answer is still out, oldest first.
            models.Index(fields=["tenant_id", "payment"], name="attempt_payment"),
            models.Index(
                fields=["tenant_id", "requested_at"],
                name="attempt_open",
                condition=Q(state__in=OUT),
            ),
        ]


class Checkout(TenantModel):
    """A payer in front of a gateway: how they meet it, and what they are to do. Beside its attempt, so that it can be erased."""

    attempt = TenantForeignKey(Attempt, related_name="checkouts")
    way = models.CharField(max_length=16)
    title = models.CharField(max_length=120)
    language = models.CharField(max_length=16, default="en")
    details = models.JSONField(default=dict, help_text="What this way asks for; may be personal")
    keep = models.BooleanField(default=False, help_text="The customer wants to pay this way again")
    expires_at = models.DateTimeField()
    prompt_kind = models.CharField(max_length=16, blank=True)
    prompt = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "attempt"], name="an_attempt_has_one_checkout"),
            models.CheckConstraint(
                condition=Q(prompt_kind="", prompt="") | Q(prompt_kind__in=[kind.value for kind in PromptKind]),
                name="prompt_kinds_are_real",
            ),
        ]


class GiftCard(TenantModel):
    """A card that whoever knows its code may pay with. What is on it is what its payable still owes.

    Of the code only a keyed digest is kept, and its last characters for people; sealed it is kept as long as it has to be mailed
    or shown. A card that was sold on an order is there since its invoice, and gets its code when the order is paid.
    """

    payable = TenantForeignKey(Payable, related_name="cards")
    origin = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=CARD_LIFE.initial)
    document_kind = models.CharField(max_length=32, blank=True)
    document_id = models.UUIDField(null=True, help_text="The order that it was sold on, or is a favor for")
    line_id = models.UUIDField(null=True, help_text="The line of that order")
    face = models.BigIntegerField(help_text="What was on it when it was new")
    valid_months = models.SmallIntegerField(null=True, help_text="Counted from when it gets its code; empty: it never expires")
    code_digest = models.CharField(max_length=64, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    sealed_code = models.TextField(blank=True)
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "payable"], name="a_gift_card_has_a_balance_of_its_own"),
            models.UniqueConstraint(
                fields=["tenant_id", "code_digest"], condition=~Q(code_digest=""), name="a_gift_card_code_opens_one_card"
            ),
            _one_of("origin", CardOrigin, "gift_card_origins_are_real"),
            models.CheckConstraint(condition=Q(state__in=CARD_LIFE.states), name="gift_card_states_are_real"),
            _kept("a_gift_card_is_worth_something", face__gt=0),
            models.CheckConstraint(condition=~Q(state="active", code_digest=""), name="a_gift_card_in_use_has_a_code"),
            models.CheckConstraint(
                condition=~Q(origin="order") | Q(document_id__isnull=False, line_id__isnull=False),
                name="a_sold_card_has_its_line",
            ),
        ]
        indexes = [
            # The cards of an order, and of one of its lines.
            models.Index(fields=["tenant_id", "document_id"], name="gift_cards_of_document"),
            # Serves the schedule that lets cards expire, and the one that forgets codes.
            models.Index(fields=["tenant_id", "expires_at"], name="gift_cards_to_expire", condition=Q(state="active")),
            models.Index(fields=["tenant_id", "issued_at"], name="gift_card_codes_sealed", condition=~Q(sealed_code="")),
        ]

    def __str__(self) -> str:
        return f"… {self.last4}"


class Dispute(TenantModel):
    """Money of a payment that a gateway took back because the payer asked for it. All amounts in the payment's minor units."""

    payment = TenantForeignKey(Payment, related_name="disputes")
    gateway = models.CharField(max_length=32)
    reference = models.CharField(max_length=200, help_text="The gateway's own")
    state = models.CharField(max_length=8, default=DisputeState.OPEN.value)
    reason = models.CharField(max_length=64, blank=True, help_text="The gateway's code for why")
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    won = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True, help_text="When what speaks for us was sent last")
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "gateway", "reference"], name="a_dispute_is_opened_once"),
            _one_of("state", DisputeState, "dispute_states_are_real"),
            _kept("a_dispute_is_about_something", amount__gt=0),
            _never_negative("dispute_amounts_are_never_negative", "fee", "won", "lost"),
            _at_most("no_more_is_decided_than_was_disputed", "amount", "won", "lost"),
            models.CheckConstraint(
                condition=Q(state="open", amount__gt=F("won") + F("lost"), closed_at=None)
                | (~Q(state="open") & Q(amount=F("won") + F("lost"), closed_at__isnull=False)),
                name="a_dispute_is_over_when_all_is_decided",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="a_dispute_has_a_reference"),
        ]
        indexes = [
            models.Index(fields=["tenant_id", "payment"], name="disputes_of_payment"),
            # What is to be answered, the next one first.
            models.Index(fields=["tenant_id", "answer_due_at"], name="disputes_to_answer", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.reference}"


class Posting(AppendedModel):
    """Money moved from one account to another, by one rule of `rules.RULES`. An unbalanced one cannot be written down."""

    entry = TenantForeignKey(JournalEntry)
    rule = models.CharField(max_length=40)
    debit = TenantForeignKey(Account, related_name="+")
    credit = TenantForeignKey(Account, related_name="+")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    receivable = TenantForeignKey(Receivable, null=True, blank=True)
    payment = TenantForeignKey(Payment, null=True, blank=True)
    payable = TenantForeignKey(Payable, null=True, blank=True)

    class Meta(AppendedModel.Meta):
        constraints = [
            _kept("posting_amounts_are_positive", amount__gt=0),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="a_posting_moves_between_two_accounts"),
        ]
        indexes = [
            # The postings of an entry: the journal for accountants, and the statement of a day.
            models.Index(fields=["tenant_id", "entry"], name="postings_of_an_entry"),
            # The postings of one receivable, payment or payable: its page, and the laws.
            models.Index(fields=["tenant_id", "receivable"], name="posting_receivable", condition=Q(receivable__isnull=False)),
            models.Index(fields=["tenant_id", "payment"], name="posting_payment", condition=Q(payment__isnull=False)),
            models.Index(fields=["tenant_id", "payable"], name="posting_payable", condition=Q(payable__isnull=False)),
        ]
        triggers = append_only("postings")
