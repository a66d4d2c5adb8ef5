"""Writing down who the shop is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dingdan.kernel.filing import ERASED, filed
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenants import locked_tenant
from dingdan.kernel.text import NotText, clean_text
from dingdan.masterdata.shop.models import Profile, StorefrontLogo
from dingdan.masterdata.shop.queries import profile_in_force
from dingdan.masterdata.shop.rules import check_logo


def write_profile(entry: Entry, *, said: Mapping[str, Any]) -> Profile:
    """A new profile, in force from now on. The tenant must be locked, so that the last one written is the last one numbered."""
    return Profile.objects.create(tenant_id=entry.tenant_id, **said)


def profile_for_papers(entry: Entry) -> int:
    """The id of the profile that new papers name: of a shop that never said who it is a first one, with its name and country."""
    profile = profile_in_force()
    if profile is None:
        tenant = locked_tenant(entry)
        profile = profile_in_force() or write_profile(entry, said={"name": tenant.name, "country": tenant.country})
    return profile.id


def write_logo(entry: Entry, *, storefront_id: UUID, name: str, content: bytes, alt: str) -> StorefrontLogo:
    """The logo of a storefront, which is locked, in place of the one that it had."""
    if not isinstance(name, str):
        raise NotText(field="name")
    values = filed(name, content, at=entry.at)
    check_logo(content, values["media_type"])
    empty_logo(entry, storefront_id=storefront_id)
    told = clean_text(alt, "alt", 200, required=False)
    return StorefrontLogo.objects.create(id=new_id(), storefront_id=storefront_id, alt=told, **values)


def empty_logo(entry: Entry, *, storefront_id: UUID) -> UUID | None:
    """Empty the logo of a storefront, which is locked; tells which it was, None where there was none."""
    row = StorefrontLogo.objects.filter(storefront=storefront_id, erased_at=None).first()
    if row is None:
        return None
    StorefrontLogo.objects.filter(id=row.id).update(alt="", erased_at=entry.at, **ERASED)
    return row.id
