"""Customers: who buys, how to reach them, what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings

from dingdan.automation.notice_links import customer_link
from dingdan.insight.dossier.queries import dossier
from dingdan.kernel import clock
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.masterdata.customers.commands import (
    block_customer,
    erase_customer_contact,
    export_customer,
    merge_customers,
    note_customer,
    pin_customer_note,
    record_consent,
    restore_watch,
    retire_watch,
    save_customer,
    save_watch,
    sign_out_login,
    tag_customer,
    unblock_customer,
    unlink_login,
)
from dingdan.masterdata.customers.events import CustomerExported
from dingdan.masterdata.customers.lifecycle import CUSTOMER_LIFE, WATCH_LIFE
from dingdan.masterdata.customers.models import Address, Customer, CustomerContact, Watch
from dingdan.masterdata.customers.queries import MergePreview, customers_by_id, matching_customers, preview_merge
from dingdan.web.api.names import id_of
from dingdan.web.api.reads import read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

TAG = "Customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """How to reach a customer. Empty once the person is forgotten."""

    name: str
    company: str
    email: str
    phone: str
    tax_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressView:
    """Where a customer lives or is billed."""

    id: UUID
    purpose: str
    is_default: bool
    name: str
    company_name: str
    country_code: str
    country_area: str
    city: str
    city_area: str
    postal_code: str
    sorting_code: str
    street_address: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    """What a customer agreed to, since when, and until when."""

    purpose: str
    source: str
    granted_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoteView:
    """What somebody who works here wrote about a customer; ``about`` is what was done for that reason (blocked, unblocked)."""

    id: UUID
    text: str
    about: str
    is_pinned: bool
    author: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginView:
    """An account by which the customer signs in at the storefront, since when, and when it was last signed out everywhere."""

    id: UUID
    linked_at: datetime
    signed_out_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """What another system calls the customer."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """Somebody who buys. One that was merged says who goes on."""

    id: UUID
    number: str
    kind: str
    language: str
    group: str
    state: str
    merged_into_id: UUID | None
    erased_at: datetime | None
    contact: ContactView
    addresses: list[AddressView]
    consents: list[ConsentView]
    identities: list[IdentityView]
    tags: list[str]
    notes: list[CustomerNoteView]
    logins: list[LoginView]


_NOBODY = ContactView(name="", company="", email="", phone="", tax_number="")
_BELOW = ("contacts", "addresses", "consents", "identities", "tags", "notes", "logins")
_COPIED = ("id", "number", "kind", "language", "group", "state", "merged_into_id", "erased_at")


def _customers(rows: Sequence[Customer]) -> list[CustomerView]:
    return [
        CustomerView(
            **{name: getattr(row, name) for name in _COPIED},
            contact=_contact(list(row.contacts.all())),
            addresses=[shaped(AddressView, one) for one in _in_use(row.addresses.all())],
            consents=[shaped(ConsentView, one) for one in row.consents.all()],
            identities=[shaped(IdentityView, one) for one in row.identities.all()],
            tags=sorted(one.tag for one in row.tags.all()),
            notes=[shaped(CustomerNoteView, one) for one in row.notes.all()],
            logins=[shaped(LoginView, one) for one in row.logins.all()],
        )
        for row in rows
    ]


def _contact(contacts: Sequence[CustomerContact]) -> ContactView:
    return shaped(ContactView, contacts[0]) if contacts else _NOBODY


def _in_use(addresses: Iterable[Address]) -> list[Address]:
    return [address for address in addresses if address.retired_at is None]


registers(
    Register(
        plural="customers",
        states=CUSTOMER_LIFE.states,
        singular="customer",
        view=CustomerView,
        rows=lambda: Customer.objects.prefetch_related(*_BELOW).order_by("id"),
        make=_customers,
        permission="customers.read",
        tag=TAG,
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchView:
    """A customer who may be the person asked for, and by what."""

    customer_id: UUID
    number: str
    by: tuple[str, ...]


@read("/customer-matches", permission="customers.read", tag=TAG)
def match_customers(*, email: str = "", phone: str = "") -> list[MatchView]:
    """The customers who may be the person with this e-mail address or phone number (E.164), best match first."""
    return [shaped(MatchView, match) for match in matching_customers(email=email, phone=phone)]


@read("/customers/{kept_id}/merge-preview", permission="customers.read", tag=TAG)
def preview_customer_merge(kept_id: str, *, merged_id: str) -> MergePreview:
    """What would come of merging another customer (`merged_id`) into this one; its fingerprint can be sent with the merge."""
    return preview_merge(id_of("kept_id", kept_id), id_of("merged_id", merged_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesLinkView:
    """Where a customer chooses what they are told. Whoever has the link can; one click stops it all (RFC 8058)."""

    url: str


@read("/customers/{customer_id}/notices-link", permission="customers.link", tag=TAG)
def get_notices_link(customer_id: str) -> NoticesLinkView:
    """A link by which a customer chooses what they are told, for mails that the shop sends from elsewhere. Nothing is kept."""
    id_ = id_of("customer_id", customer_id)
    if id_ not in customers_by_id([id_]):
        raise NotFound(field="customer_id", what="customer", id=id_)
    return NoticesLinkView(url=settings.PUBLIC_URL + customer_link(id_, tenant_in_scope().slug, "", at=clock.now()))


def _known(_call: Call, event: Event) -> dict[str, Any]:
    """Everything that is known of the person, told beside the fact that it was."""
    return dossier(cast(CustomerExported, event).customer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchView:
    """A contact that is watched: by what it is known again, and what people recognize it by who know it already."""

    id: UUID
    part: str
    hint: str
    stance: str
    reason: str
    until_at: datetime | None
    state: str


registers(
    Register(
        plural="watches",
        states=WATCH_LIFE.states,
        singular="watch",
        view=WatchView,
        rows=lambda: Watch.objects.order_by("id"),
        permission="customers.read",
        tag=TAG,
    )
)
mount(
    Write(path="/watches", command=save_watch, makes="/watches/{watch_id}", tag=TAG),
    Write(path="/watches/{watch_id}/retire", command=retire_watch, tag=TAG),
    Write(path="/watches/{watch_id}/restore", command=restore_watch, tag=TAG),
    Write(path="/customers", command=save_customer, makes="/customers/{customer_id}", tag=TAG),
    Write(method="PUT", path="/customers/{customer_id}", command=save_customer, name="change_customer", tag=TAG),
    Write(path="/customers/{customer_id}/block", command=block_customer, tag=TAG),
    Write(path="/customers/{customer_id}/unblock", command=unblock_customer, tag=TAG),
    Write(path="/customers/{customer_id}/notes", command=note_customer, tag=TAG),
    Write(path="/customer-notes/{note_id}/pin", command=pin_customer_note, tag=TAG),
    Write(path="/customers/{customer_id}/tags", command=tag_customer, tag=TAG),
    Write(path="/customers/{customer_id}/consents", command=record_consent, tag=TAG),
    Write(
        path="/customers/{customer_id}/export",
        command=export_customer,
        beside={"data": (dict[str, list[dict[str, Any]]], _known)},
        tag=TAG,
    ),
    Write(path="/customer-logins/{login_id}/unlink", command=unlink_login, tag=TAG),
    Write(path="/customer-logins/{login_id}/sign-out", command=sign_out_login, tag=TAG),
    Write(path="/customers/{customer_id}/erase", command=erase_customer_contact, tag=TAG),
    Write(path="/customers/{kept_id}/merge", command=merge_customers, tag=TAG),
)
