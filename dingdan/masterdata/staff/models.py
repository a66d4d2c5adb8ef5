"""Roles, memberships and API keys: who may give which commands."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.staff.lifecycle import MEMBERSHIP_LIFE

_NONE = models.Value([], models.JSONField())


class Role(TenantModel):
    """A named set of command names, or patterns of them (``orders.*``)."""

    name = models.CharField(max_length=60)
    permissions = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    usual_permissions = ArrayField(
        models.CharField(max_length=80),
        null=True,
        blank=True,
        help_text="What the ready role of this name allowed when this one was last written; null: of before that was noted.",
    )
    limits = models.JSONField(default=list, db_default=_NONE, help_text="What may be done up to which amounts: see `LimitDraft`.")
    second_factor = models.BooleanField(default=False, db_default=False, help_text="Whoever has it must have a second factor.")
    state = models.CharField(max_length=10, default="active", choices=[("active", "active"), ("retired", "retired")])

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "name"), name="role_name_is_unique"),
            models.CheckConstraint(condition=Q(state__in=("active", "retired")), name="role_state_is_known"),
            models.CheckConstraint(condition=~Q(name=""), name="role_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """That an account works in this shop."""

    # Accounts belong to a library and to no tenant: hence a number and not a foreign key.
    user_id = models.BigIntegerField()
    state = models.CharField(
        max_length=10, default=MEMBERSHIP_LIFE.initial, choices=[(state, state) for state in MEMBERSHIP_LIFE.states]
    )

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "user_id"), name="account_is_a_member_once"),
            models.CheckConstraint(condition=Q(state__in=MEMBERSHIP_LIFE.states), name="membership_state_is_known"),
        )
        # Serves the one question that knows no tenant yet: where does this account work?
        indexes = (models.Index(fields=("user_id",), name="memberships_of_an_account"),)


class MembershipRole(TenantModel):
    """A role that a member has."""

    membership = TenantForeignKey(Membership, related_name="roles")
    role = TenantForeignKey(Role, related_name="members")

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "membership", "role"), name="member_has_a_role_once"),)
        indexes = (models.Index(fields=("tenant_id", "role"), name="members_of_a_role"),)


class ApiKey(TenantModel):
    """A key for a program. The token is shown once; here is only its digest, and the prefix by which it is found."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole token, in hex.")
    scopes = ArrayField(models.CharField(max_length=80), default=list, help_text="Command names or patterns of them.")
    limits = models.JSONField(default=list, db_default=_NONE, help_text="As those of roles.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "prefix"), name="api_key_prefix_is_unique"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="api_key_digest_is_a_sha256"),
        )
        # Serves the one question that knows no tenant yet: whose token is this?
        indexes = (models.Index(fields=("prefix",), name="api_key_by_prefix"),)

    def __str__(self) -> str:
        return self.name


class LimitUse(TenantModel):
    """How much of something that is bounded per day a person or key did on a day of the shop's clock, in minor units."""

    actor_kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=64)
    used_on = models.DateField()
    what = models.CharField(max_length=16)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "actor_kind", "actor", "used_on", "what", "currency"), name="a_limit_is_counted_in_one_row"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="no_less_than_nothing_was_done_of_a_limit"),
        )

    def __str__(self) -> str:
        return f"{self.used_on} {self.what} {self.amount} {self.currency}"
