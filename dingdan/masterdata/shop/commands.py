"""What can be done with the shop itself."""

from __future__ import annotations

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.journal import Entry
from dingdan.kernel.tenants import change_tenant, locked_tenant
from dingdan.masterdata.shop import queries, steps
from dingdan.masterdata.shop.events import ProfileSaved
from dingdan.masterdata.shop.rules import HABITS, VEILED, ProfileDraft, clean_profile, said_by


@command
def save_profile(entry: Entry, *, profile: ProfileDraft) -> ProfileSaved:
    """Say who the shop is: its name, its legal data and its bank account, and by which clock and in which language it lives.

    Papers issued from now on say it; those that were issued keep what they say. Refuses, naming the field, texts, addresses,
    mails and phones that cannot be, :class:`IbanNotUsable`, :class:`BicNotUsable`, :class:`AccountMissing`,
    :class:`VatNumberNotUsable` and :class:`WebsiteNotUsable`.
    """
    draft = clean_profile(profile)
    tenant = locked_tenant(entry)
    before, row = queries.shop_as_it_is(), queries.profile_in_force()
    said, habits = said_by(draft), {name: getattr(draft, name) for name in HABITS}
    told = changes(said_by(before) | {name: getattr(before, name) for name in HABITS}, said | habits, veiled=VEILED)
    if row is None or said_by(before) != said:
        row = steps.write_profile(entry, said=said)
    if told:
        change_tenant(entry, name=draft.name, country=draft.country, **habits)
    entry.about("shop", tenant.id)
    return ProfileSaved(profile_id=row.id, changes=told)
