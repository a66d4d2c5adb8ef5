"""What can be asked about customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from dingdan.kernel.canonical import fingerprint
from dingdan.kernel.contact import email_key
from dingdan.kernel.errors import NotFound
from dingdan.kernel.finding import asked_tokens
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import across_tenants, current_tenant_id
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE, WATCH_LIFE
from dingdan.masterdata.customers.models import (
    Address,
    Consent,
    Customer,
    CustomerContact,
    CustomerIdentity,
    CustomerLogin,
    CustomerNote,
    CustomerTag,
    Watch,
)
from dingdan.masterdata.customers.rules import CONTACT_FIELDS, Forgotten, NotTheSame, Watched

BLOCKED: Final = "blocked"
"""The state of a customer from whom no orders are taken."""


@dataclass(frozen=True, slots=True)
class Match:
    """A customer that may be the person asked for, and by what: ``email``, ``phone``."""

    customer_id: UUID
    number: str
    by: tuple[str, ...]


def customer_by_number(number: str) -> Customer | None:
    """The customer with this number, or None."""
    return Customer.objects.filter(number=number).first()


def customers_by_id(ids: Iterable[UUID]) -> dict[UUID, Customer]:
    """The customers with these ids, by id; what is not there is left out."""
    return Customer.objects.in_bulk(list(ids))


def blocked_customers() -> frozenset[UUID]:
    """The customers from whom no orders are taken, with those who were merged into one of them. One statement."""
    rows = Customer.objects.filter(Q(state=BLOCKED) | Q(merged_into__state=BLOCKED))
    return frozenset(rows.values_list("id", flat=True))


def going_on(customer_id: UUID) -> UUID:
    """The id of the customer that goes on: itself, or the one that it was merged into."""
    return Customer.objects.filter(id=customer_id).values_list("merged_into_id", flat=True).first() or customer_id


def customers_by_identity(source: str, external_ids: Iterable[str]) -> dict[str, UUID]:
    """Which of our customers another system means, by its own name for them; what is not known is left out. One statement."""
    rows = CustomerIdentity.objects.filter(source=source, external_id__in=list(external_ids))
    return dict(rows.values_list("external_id", "customer_id"))


def matching_customers(*, email: str = "", phone: str = "") -> list[Match]:
    """The customers who may be the person with this e-mail or phone (E.164), best match first. One statement."""
    wanted = Q()
    if email:
        wanted |= Q(email_key=email_key(email))
    if phone:
        wanted |= Q(phone=phone)
    if not wanted:
        return []
    rows = (
        CustomerContact.objects.filter(wanted).exclude(email_key="", phone="").select_related("customer").order_by("customer_id")
    )
    found = []
    for row in rows:
        by = (("email",) if email and row.email_key == email_key(email) else ()) + (
            ("phone",) if phone and row.phone == phone else ()
        )
        found.append(Match(row.customer_id, row.customer.number, by))
    return sorted(found, key=lambda match: -len(match.by))


def possible_duplicates(limit: int = 100) -> list[tuple[UUID, ...]]:
    """Groups of customers with the same e-mail or the same phone, who may be one person."""
    groups: dict[tuple[UUID, ...], None] = {}
    for column in ("email_key", "phone"):
        rows = (
            CustomerContact.objects.exclude(**{column: ""})
            .values(column)
            .annotate(ids=ArrayAgg("customer_id", order_by="customer_id"), many=Count("id"))
            .filter(many__gt=1)
            .order_by(column)
        )
        groups |= dict.fromkeys(tuple(row["ids"]) for row in rows[:limit])
    return list(groups)[:limit]


def contact_of(customer_id: UUID) -> CustomerContact | None:
    """How to reach the customer; None where nothing was ever known."""
    return CustomerContact.objects.filter(customer=customer_id).first()


def contacts_of(customer_ids: Iterable[UUID]) -> dict[UUID, CustomerContact]:
    """How to reach customers, by customer; those of whom nothing was ever known are left out. One statement."""
    return {row.customer_id: row for row in CustomerContact.objects.filter(customer__in=list(customer_ids))}


def addresses_of(customer_id: UUID) -> list[Address]:
    """The customer's addresses that are in use, default ones first."""
    return list(Address.objects.filter(customer=customer_id, retired_at=None).order_by("-is_default", "id"))


def login_of(user_id: int) -> CustomerLogin | None:
    """To whom of the shop in scope an account belongs; None where it belongs to nobody. One statement."""
    return CustomerLogin.objects.select_related("customer").filter(user_id=user_id).first()


def logins_of(customer_id: UUID) -> list[CustomerLogin]:
    """The accounts of a customer, oldest first."""
    return list(CustomerLogin.objects.filter(customer=customer_id).order_by("linked_at", "id"))


def belongs_somewhere(user_id: int) -> bool:
    """Whether an account belongs to a customer of any shop of this server. Asks across tenants."""
    with across_tenants():
        return CustomerLogin.objects.filter(user_id=user_id).exists()


def reached_at(email: str) -> list[UUID]:
    """The customers with this e-mail address, merged and forgotten ones left out, in the order of their ids."""
    known = CustomerContact.objects.filter(email_key=email_key(email), customer__merged_into=None, customer__erased_at=None)
    return list(known.order_by("customer_id").values_list("customer_id", flat=True)) if email else []


def identities_of(customer_id: UUID) -> list[tuple[str, str]]:
    """What other systems call the customer: whose name it is, and the name."""
    rows = CustomerIdentity.objects.filter(customer=customer_id).order_by("source", "external_id")
    return list(rows.values_list("source", "external_id"))


def consents_of(customer_id: UUID) -> list[Consent]:
    """What the customer ever agreed to, newest first; ended ones have ``withdrawn_at``."""
    return list(Consent.objects.filter(customer=customer_id).order_by("-granted_at", "id"))


def found_by(query: str) -> Q | None:
    """Customers that a search finds, by number, name, mail or half of a phone number (see `kernel.finding`); None of nothing."""
    asked = asked_tokens(query)
    return reduce(or_, [Q(contacts__tokens__contains=tokens) for tokens in asked]) if asked else None


def one_person(customer_id: UUID) -> list[UUID]:
    """The customer and those that were merged into it: what they did is what one person did."""
    return [customer_id, *Customer.objects.filter(merged_into=customer_id).order_by("id").values_list("id", flat=True)]


def people_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """For each customer, merged or not, all who are one person with it: the one who was kept first. Two statements.

    Who is not known here stands alone.
    """
    kept = {id_: id_ for id_ in customer_ids}
    merged = Customer.objects.filter(id__in=list(kept)).exclude(merged_into=None)
    kept.update(merged.values_list("id", "merged_into_id"))
    people: dict[UUID, list[UUID]] = {id_: [id_] for id_ in kept.values()}
    others = Customer.objects.filter(merged_into__in=list(people)).order_by("id")
    for id_, kept_id in others.values_list("id", "merged_into_id"):
        people[kept_id].append(id_)
    return {id_: people[kept_id] for id_, kept_id in kept.items()}


def lock_customers(customer_ids: Iterable[UUID]) -> None:
    """Hold customers until the transaction ends, in one order for all; those that are not there are left out. One statement."""
    list(Customer.objects.filter(id__in=list(customer_ids)).order_by("id").select_for_update(no_key=True).values_list("id"))


def notes_on(customer_id: UUID, *, limit: int = 100) -> list[CustomerNote]:
    """What was written about the customer: pinned notes, then the others, newest first."""
    return list(CustomerNote.objects.filter(customer=customer_id).order_by("-is_pinned", "-id")[:limit])


def tags_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The tags that customers carry, by customer, in the order of the alphabet. One statement."""
    found: dict[UUID, list[str]] = {}
    rows = CustomerTag.objects.filter(customer__in=list(customer_ids)).order_by("tag")
    for customer_id, tag in rows.values_list("customer_id", "tag"):
        found.setdefault(customer_id, []).append(tag)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMerged:
    """A field of two customers who become one: what each says, and what it says then."""

    field: str
    kept: str
    merged: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What would come of making two customers one: fields that one of them fills, and how many rows go over.

    `fingerprint` stands for all of it.
    """

    kept_id: UUID
    merged_id: UUID
    fields: tuple[FieldMerged, ...]
    addresses: int
    identities: int
    consents: int
    notes: int
    tags: tuple[str, ...]
    merged_before: int
    fingerprint: str = ""


def preview_merge(kept_id: UUID, merged_id: UUID) -> MergePreview:
    """What `merge_customers` would do. Refuses what it refuses; writes nothing."""
    check_mergeable(kept_id, merged_id, customers_by_id([kept_id, merged_id]))
    contacts, carried = contacts_of([kept_id, merged_id]), tags_of([kept_id, merged_id])
    fields = []
    for name in CONTACT_FIELDS:
        mine, theirs = (str(getattr(contacts.get(id_), name, "")) for id_ in (kept_id, merged_id))
        if mine or theirs:
            fields.append(FieldMerged(field=name, kept=mine, merged=theirs, after=mine or theirs))
    held = Consent.objects.filter(customer=kept_id, withdrawn_at=None).values("purpose")
    told = MergePreview(
        kept_id=kept_id, merged_id=merged_id, fields=tuple(fields),
        addresses=Address.objects.filter(customer=merged_id, retired_at=None).count(),
        identities=CustomerIdentity.objects.filter(customer=merged_id).count(),
        consents=Consent.objects.filter(customer=merged_id).exclude(withdrawn_at=None, purpose__in=held).count(),
        notes=CustomerNote.objects.filter(customer=merged_id).count(),
        tags=tuple(tag for tag in carried.get(merged_id, []) if tag not in carried.get(kept_id, [])),
        merged_before=Customer.objects.filter(merged_into=merged_id).count(),
    )  # fmt: skip
    return replace(told, fingerprint=fingerprint(told))


def check_mergeable(kept_id: UUID, merged_id: UUID, rows: Mapping[UUID, Customer]) -> None:
    """Refuse the same customer twice (:class:`NotTheSame`), an unknown one (404), and one that was merged or forgotten before."""
    if kept_id == merged_id:
        raise NotTheSame(field="merged_id")
    for field, id_ in (("kept_id", kept_id), ("merged_id", merged_id)):
        if id_ not in rows:
            raise NotFound(field=field, what="customer", id=id_)
        CUSTOMER_LIFE.turn("merge", rows[id_].state)
        if rows[id_].erased_at is not None:
            raise Forgotten(field=field, number=rows[id_].number)


# From one word to the next by the index: how many rows carry a word does not matter.
_IN_USE: Final = """
WITH RECURSIVE used (word) AS (
    (SELECT min({column}) FROM {table} AS first WHERE first.tenant_id = %(tenant)s::uuid AND {condition})
    UNION ALL SELECT (
        SELECT min({column}) FROM {table} AS next WHERE next.tenant_id = %(tenant)s::uuid AND {condition} AND {column} > used.word
    ) FROM used WHERE used.word IS NOT NULL
)
SELECT word FROM used WHERE word IS NOT NULL LIMIT %(most)s
"""
MOST_IN_USE: Final = 200


def _in_use(table: str, column: str, condition: str) -> list[str]:
    with ready_cursor() as cursor:
        cursor.execute(
            _IN_USE.format(table=table, column=column, condition=condition), {"tenant": current_tenant_id(), "most": MOST_IN_USE}
        )
        return [word for (word,) in cursor.fetchall()]


def groups_in_use() -> list[str]:
    """The groups that some customer is in, in the order of the alphabet."""
    return _in_use("customers_customer", '"group"', "\"group\" <> ''")


def tags_in_use() -> list[str]:
    """The tags that some customer carries, in the order of the alphabet."""
    return _in_use("customers_customertag", "tag", "true")


def consents_in_use() -> list[str]:
    """What some customer agrees to now, in the order of the alphabet."""
    return _in_use("customers_consent", "purpose", "withdrawn_at IS NULL")


def agreed(customer_id: UUID, purpose: str) -> bool:
    """Whether the customer agrees to this now."""
    return Consent.objects.filter(customer=customer_id, purpose=purpose, withdrawn_at=None).exists()


def agreed_among(customer_ids: Iterable[UUID], purposes: Iterable[str]) -> set[tuple[UUID, str]]:
    """Which of these customers agree to which of these purposes now. One statement."""
    rows = Consent.objects.filter(customer__in=list(customer_ids), purpose__in=list(purposes), withdrawn_at=None)
    return set(rows.values_list("customer_id", "purpose"))


def watches(digests: Iterable[str], *, at: datetime) -> dict[str, Watched]:
    """Which of these contacts are watched at that time, by digest. One statement."""
    rows = Watch.objects.filter(digest__in=list(digests), state=WATCH_LIFE.initial)
    rows = rows.filter(Q(until_at=None) | Q(until_at__gt=at))
    return {row.digest: Watched(watch_id=row.id, part=row.part, stance=row.stance) for row in rows}


def groups_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """The groups whose prices these customers get, by id; empty for the common ones. One statement."""
    return dict(Customer.objects.filter(id__in=list(ids)).values_list("id", "group"))
