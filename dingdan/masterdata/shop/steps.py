"""Writing down who the shop is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dingdan.kernel.journal import Entry
from dingdan.kernel.tenants import locked_tenant
from dingdan.masterdata.shop.models import Profile
from dingdan.masterdata.shop.queries import profile_in_force


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
