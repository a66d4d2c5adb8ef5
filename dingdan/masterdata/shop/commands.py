"""What can be done with the shop itself."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from dingdan.kernel.changes import changes
from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.tenants import change_tenant, locked_tenant
from dingdan.masterdata.shop import queries, steps
from dingdan.masterdata.shop.events import (
    ProfileSaved,
    StorefrontLogoPut,
    StorefrontLogoRemoved,
    StorefrontSaved,
    StorefrontTurned,
)
from dingdan.masterdata.shop.lifecycle import STOREFRONT_LIFE
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.rules import (
    HABITS,
    VEILED,
    ProfileDraft,
    StorefrontDraft,
    clean_profile,
    clean_storefront,
    said_by,
)

key_of("storefront_code_is_unique", field="code", what="storefront")


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


@command
def save_storefront(entry: Entry, *, storefront: StorefrontDraft) -> StorefrontSaved:
    """Say for which channel there is a storefront, what it is called and how it looks. A new one is open at once.

    Refuses texts, countries and choices that cannot be, naming the field, and :class:`ColorNotUsable`.
    """
    draft = clean_storefront(storefront)
    values = asdict(draft) | {"origins": list(draft.origins)}
    id_ = values.pop("id")
    known = Storefront.objects.select_for_update(no_key=True).filter(code=values["code"])
    row = locked(entry, Storefront, id_) if id_ else known.first()
    saved = put(entry, row, values, model=Storefront)
    return StorefrontSaved(storefront_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def retire_storefront(entry: Entry, *, storefront_id: UUID) -> StorefrontTurned:
    """Close a storefront; orders that were placed there go on. Refuses one that is closed already."""
    return _turn_storefront(entry, storefront_id, "retire")


@command
def restore_storefront(entry: Entry, *, storefront_id: UUID) -> StorefrontTurned:
    """Open a closed storefront again. Refuses one that is open."""
    return _turn_storefront(entry, storefront_id, "restore")


@command
def put_storefront_logo(entry: Entry, *, storefront_id: UUID, name: str, content: bytes, alt: str = "") -> StorefrontLogoPut:
    """Show a logo in a storefront, its mails and its icons, in place of the one that it had. What it is is read from its bytes.

    Refuses an unknown storefront (404), `EmptyFile`, `FileTooLarge`, `FileNotUsable`, `LogoNotUsable`.
    """
    row = locked(entry, Storefront, storefront_id)
    logo = steps.write_logo(entry, storefront_id=row.id, name=name, content=content, alt=alt)
    entry.about("storefront", row.id)
    return StorefrontLogoPut(
        storefront_id=row.id, logo_id=logo.id, media_type=logo.media_type, size=logo.size, digest=logo.digest
    )


@command
def remove_storefront_logo(entry: Entry, *, storefront_id: UUID) -> StorefrontLogoRemoved:
    """Take the logo of a storefront away; its bytes are gone for good. Refuses where there is none (404)."""
    row = locked(entry, Storefront, storefront_id)
    logo_id = steps.empty_logo(entry, storefront_id=row.id)
    if logo_id is None:
        raise NotFound(field="storefront_id", what="logo", id=storefront_id)
    entry.about("storefront", row.id)
    return StorefrontLogoRemoved(storefront_id=row.id, logo_id=logo_id)


def _turn_storefront(entry: Entry, storefront_id: UUID, turn: str) -> StorefrontTurned:
    row = locked(entry, Storefront, storefront_id)
    saved = put(entry, row, {"state": STOREFRONT_LIFE.turn(turn, row.state)}, model=Storefront)
    return StorefrontTurned(storefront_id=storefront_id, state=saved.row.state)
