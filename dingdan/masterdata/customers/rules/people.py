"""What a customer must look like to be written down."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone
from dingdan.kernel.errors import Refusal
from dingdan.kernel.finding import phone_tokens, text_tokens
from dingdan.kernel.text import clean_code, clean_language, clean_text, one_of

MOST_ADDRESSES: Final = 50
MOST_NOTES: Final = 1000
MOST_TAGS: Final = 50
MOST_WORDS: Final = 4000
CONTACT_FIELDS: Final = ("name", "company", "email", "phone", "tax_number")


class CustomerKind(StrEnum):
    """Whether a customer is a person or a company."""

    PERSON = "person"
    COMPANY = "company"


class AddressPurpose(StrEnum):
    """What an address is for."""

    SHIPPING = "shipping"
    BILLING = "billing"
    BOTH = "both"


class NoteAbout(StrEnum):
    """What a note says why: nothing in particular, that the customer may not order, or may again."""

    ANYTHING = ""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class TooManyAddresses(Refusal):
    """More addresses than anybody has."""

    status = 422
    sentence = _("{count} addresses are too many; {most} is the most.")
    remedy = _("Leave out the addresses that are no longer used.")


class OneDefaultOnly(Refusal):
    """Two addresses want to be the default for the same purpose."""

    status = 422
    sentence = _("Two addresses are the default for {purpose}.")
    remedy = _("Mark only one of them as the default.")


class MergedAway(Refusal):
    """The customer was merged into another, who is to be changed instead."""

    sentence = _("The customer {number} was merged into {kept}.")
    remedy = _("Use {kept} instead.")


class Forgotten(Refusal):
    """The customer asked to be forgotten, and was."""

    sentence = _("What we knew of the customer {number} was erased.")
    remedy = _("Write a new customer down.")


class IdentityTaken(Refusal):
    """What another system calls this customer is already the name of another of ours."""

    sentence = _("The customer {external_id} of {source} is another one of ours.")
    remedy = _("Merge the two customers if they are the same person.")


class NotTheSame(Refusal):
    """A customer cannot be merged into itself."""

    status = 422
    sentence = _("A customer cannot be merged into itself.")
    remedy = _("Name two different customers.")


class MergeOutdated(Refusal):
    """One of the two customers changed after it was shown what would come of it."""

    sentence = _("The customers changed after the preview.")
    remedy = _("Look at the new preview and merge again.")


class TooManyNotes(Refusal):
    """More notes than anybody reads."""

    status = 422
    sentence = _("There are {count} notes on this customer; {most} is the most.")
    remedy = _("Write it on the order or the ticket that it is about.")


class TooManyCustomerTags(Refusal):
    """More tags than anybody tells apart."""

    status = 422
    sentence = _("{count} tags are too many; {most} is the most.")
    remedy = _("Take off the tags that are no longer used.")


class NothingToTag(Refusal):
    """No tag was named."""

    status = 422
    sentence = _("No tag was named.")
    remedy = _("Name a tag to add or to take off.")


class NotGiven(Refusal):
    """There is no such consent to withdraw."""

    sentence = _("There is no consent to {purpose} that could be withdrawn.")
    remedy = _("Nothing needs to be done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """How to reach a customer. Empty fields are not known."""

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    tax_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressDraft:
    """An address of a customer and what it is for."""

    address: PostalAddress
    purpose: str = AddressPurpose.BOTH.value
    is_default: bool = False
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDraft:
    """What a customer says of themselves. None: as it is."""

    name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What another system (a channel's code, ``online-retail``) calls a customer."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDraft:
    """A customer as it shall be. Which one it is, the ``id`` tells, else the number, else an identity; else it is a new one.

    A new one without a number gets the next. ``contact`` and ``addresses`` None: they stay as they are; addresses that are given
    are all that there are. Identities are added, never taken away.
    """

    number: str = ""
    kind: str = CustomerKind.PERSON.value
    language: str = "en"
    group: str = ""
    contact: ContactDraft | None = None
    addresses: tuple[AddressDraft, ...] | None = None
    identities: tuple[Identity, ...] = field(default=())
    id: UUID | None = None


def clean_customer(draft: CustomerDraft) -> CustomerDraft:
    """The customer with every text, mail, phone and address cleaned. Refuses what cannot be, naming field and remedy."""
    return replace(
        draft,
        number=clean_code(draft.number, "number") if draft.number else "",
        kind=one_of(draft.kind, "kind", CustomerKind),
        language=clean_language(draft.language, "language"),
        group=clean_code(draft.group, "group") if draft.group else "",
        contact=None if draft.contact is None else clean_contact(draft.contact, country=_country(draft)),
        addresses=None if draft.addresses is None else _clean_addresses(draft.addresses),
        identities=tuple(
            Identity(
                source=clean_code(identity.source, f"identities.{index}.source"),
                external_id=clean_text(identity.external_id, f"identities.{index}.external_id", 120),
            )
            for index, identity in enumerate(draft.identities)
        ),
    )


def changed_profile(draft: CustomerDraft, profile: ProfileDraft) -> CustomerDraft:
    """A customer as they say they are."""
    said = {name: text for name in ("name", "company", "email", "phone") if (text := getattr(profile, name)) is not None}
    contact = replace(draft.contact or ContactDraft(), **said)
    return replace(draft, contact=contact, language=draft.language if profile.language is None else profile.language)


def clean_contact(contact: ContactDraft, *, country: str = "") -> ContactDraft:
    """The contact with everything cleaned; a phone number without a country's code is read as of ``country``."""
    return ContactDraft(
        name=clean_text(contact.name, "contact.name", 200, required=False),
        company=clean_text(contact.company, "contact.company", 200, required=False),
        email=clean_email(contact.email, "contact.email") if contact.email else "",
        phone=clean_phone(contact.phone, "contact.phone", country=country) if contact.phone else "",
        tax_number=clean_text(contact.tax_number, "contact.tax_number", 40, required=False),
    )


def _country(draft: CustomerDraft) -> str:
    return draft.addresses[0].address.country_code.upper() if draft.addresses else ""


def _clean_addresses(drafts: tuple[AddressDraft, ...]) -> tuple[AddressDraft, ...]:
    if len(drafts) > MOST_ADDRESSES:
        raise TooManyAddresses(field="addresses", count=len(drafts), most=MOST_ADDRESSES)
    cleaned: dict[AddressDraft, None] = {}
    for index, draft in enumerate(drafts):
        prefix = f"addresses.{index}."
        address = clean_address(draft.address, prefix=prefix)
        phone = clean_phone(draft.phone, f"{prefix}phone", country=address.country_code) if draft.phone else ""
        purpose = one_of(draft.purpose, f"{prefix}purpose", AddressPurpose)
        if draft.is_default and any(other.is_default and other.purpose == purpose for other in cleaned):
            raise OneDefaultOnly(field=f"{prefix}is_default", purpose=purpose)
        cleaned[AddressDraft(address=address, purpose=purpose, is_default=draft.is_default, phone=phone)] = None
    return tuple(cleaned)


def customer_tokens(number: str, contact: ContactDraft, addresses: Iterable[AddressDraft] = ()) -> list[str]:
    """Everything that a customer is found by, sorted: number, names, mail, tax number, any half of a phone number."""
    found: set[str] = set()
    addresses = list(addresses)
    digits = re.findall(r"\d+", number)  # of C1001 people know 1001
    named = [name for one in addresses for name in (one.address.name, one.address.company_name)]
    for text in (number, *digits, contact.name, contact.company, contact.email, contact.tax_number, *named):
        found |= text_tokens(text)
    for phone in (contact.phone, *(one.phone for one in addresses)):
        found |= phone_tokens(phone)
    return sorted(found)
