"""Rules with all their versions, reviews with what was found and decided, and what the database refuses."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.models import append_only
from dingdan.kernel.tenancy import AppendedModel, TenantForeignKey, TenantModel
from dingdan.trade.orders.models import Order
from dingdan.trade.review.lifecycle import REVIEW_LIFE, RULE_LIFE, Follows, ReviewVerdict, RuleKind

_KINDS = tuple(value.value for value in RuleKind)
_FOLLOWS = tuple(value.value for value in Follows)
_VERDICTS = tuple(value.value for value in ReviewVerdict)


class RuleSet(TenantModel):
    """The edition of all rules together: it counts their changes. Its id is the tenant's; whoever reviews or changes locks it."""

    edition = models.BigIntegerField(default=0)


class _Said(TenantModel):
    """What a rule says."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default=RULE_LIFE.initial)
    kind = models.CharField(max_length=24, choices=[(value, value) for value in _KINDS])
    parameters = models.JSONField(default=dict)
    channel_ids = ArrayField(models.UUIDField(), default=list, help_text="Empty: every channel")
    follows = models.CharField(max_length=10, default=Follows.WAIT.value)
    approvals = models.PositiveSmallIntegerField(default=1, help_text="How many people must let pass what it finds")
    holds_money = models.BooleanField(default=False, help_text="Nothing is captured while an order waits for it")
    weight = models.IntegerField(default=0, help_text="For the risk score")
    version = models.IntegerField()

    class Meta(TenantModel.Meta):
        abstract = True


class Rule(_Said):
    """A rule as it is now."""

    code = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "code"), name="rule_code_is_unique"),
            models.CheckConstraint(condition=Q(state__in=RULE_LIFE.states), name="rule_states_are_real"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="rule_kind_is_known"),
            models.CheckConstraint(condition=Q(follows__in=_FOLLOWS), name="what_follows_a_rule_is_known"),
            models.CheckConstraint(condition=Q(approvals__in=(1, 2)), name="one_or_two_people_let_an_order_pass"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="what_a_rule_finds_never_weighs_less_than_nothing"),
        )

    def __str__(self) -> str:
        return self.name


class RuleVersion(_Said):
    """A rule as it was from one change to the next. Findings name it."""

    rule = TenantForeignKey(Rule, related_name="versions")
    edition = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "rule", "version"), name="a_version_of_a_rule_is_made_once"),
            models.UniqueConstraint(fields=("tenant_id", "edition"), name="an_edition_is_one_change"),
            models.CheckConstraint(condition=Q(state__in=RULE_LIFE.states), name="rule_versions_have_real_states"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="rule_version_kind_is_known"),
            models.CheckConstraint(condition=Q(follows__in=_FOLLOWS), name="what_follows_a_rule_version_is_known"),
        )
        triggers = append_only("rule_versions")


class Review(TenantModel):
    """Whether an order passes. Each time it is looked at again is another round."""

    order = TenantForeignKey(Order, related_name="reviews")
    state = models.CharField(max_length=10, default=REVIEW_LIFE.initial)
    round = models.IntegerField(default=1)
    edition = models.BigIntegerField(help_text="Of the rules that looked at it last")
    approvals = models.PositiveSmallIntegerField(default=0, help_text="How many people must let it pass in this round")
    score = models.IntegerField(default=0)
    goods_key = models.CharField(max_length=64, blank=True, help_text="What orders for the same goods share")
    opened_at = models.DateTimeField(help_text="Since when it waits, or when it passed by itself")
    decided_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When somebody last wanted to know something about it")
    assignee_id = models.IntegerField(null=True, help_text="The account of whoever is to look at it")

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "order"), name="an_order_has_one_review"),
            models.CheckConstraint(condition=Q(state__in=REVIEW_LIFE.states), name="review_states_are_real"),
            models.CheckConstraint(condition=~Q(state="waiting") | Q(approvals__gte=1), name="what_waits_waits_for_somebody"),
            models.CheckConstraint(condition=Q(round__gte=1), name="rounds_of_review_are_counted_from_one"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="what_is_decided_has_a_date",
            ),
        )
        indexes = (
            # Serves the exception queue: what waits, the longest first.
            models.Index(fields=["tenant_id", "opened_at", "id"], name="reviews_that_wait", condition=Q(state="waiting")),
            models.Index(fields=["tenant_id", "state", "-opened_at", "-id"], name="reviews_by_state"),
        )

    def __str__(self) -> str:
        return str(self.order)


class Finding(AppendedModel):
    """What a version of a rule has found in a round."""

    review = TenantForeignKey(Review, related_name="findings")
    round = models.IntegerField()
    version = TenantForeignKey(RuleVersion)
    kind = models.CharField(max_length=24)
    follows = models.CharField(max_length=10)
    weight = models.IntegerField(default=0)
    is_asked = models.BooleanField(help_text="Whether people have to look at it; what they let pass before is not asked again")
    facts = models.JSONField(default=dict)

    class Meta(AppendedModel.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="what_was_found_has_a_known_kind"),
            models.CheckConstraint(condition=Q(follows__in=_FOLLOWS), name="what_follows_a_finding_is_known"),
            models.CheckConstraint(condition=Q(is_asked=False) | Q(follows="wait"), name="only_what_waits_is_asked_about"),
        )
        indexes = (models.Index(fields=["tenant_id", "review", "round"], name="findings_of_a_review"),)
        triggers = append_only("findings")


class Decision(AppendedModel):
    """A verdict in a round: by the rules of an edition, or by a person. What people said about it is a note on the order."""

    review = TenantForeignKey(Review, related_name="decisions")
    round = models.IntegerField()
    verdict = models.CharField(max_length=10)
    edition = models.BigIntegerField(help_text="Of the rules that it was made by, or that made the order wait")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField()
    is_last = models.BooleanField(default=False, help_text="Whether the order passed by it")
    note_id = models.UUIDField(null=True)

    class Meta(AppendedModel.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(verdict__in=_VERDICTS), name="verdicts_are_known"),
            models.UniqueConstraint(
                fields=("tenant_id", "review", "round", "actor_kind", "actor_id"),
                condition=Q(verdict="approved"),
                name="nobody_approves_twice_in_a_round",
            ),
        )
        indexes = (models.Index(fields=["tenant_id", "review", "round"], name="decisions_of_a_review"),)
        triggers = append_only("decisions")


class Trace(AppendedModel):
    """By what a later order of the same buyer finds this one: mail, phone or customer, as digests."""

    review = TenantForeignKey(Review, related_name="traces")
    key = models.CharField(max_length=64)
    placed_at = models.DateTimeField()

    class Meta(AppendedModel.Meta):
        indexes = (
            # Serves: what did this buyer order before, the last first?
            models.Index(fields=["tenant_id", "key", "-placed_at"], name="traces_of_a_buyer"),
            # Serves forgetting them.
            models.Index(fields=["tenant_id", "review"], name="traces_of_a_review"),
        )
