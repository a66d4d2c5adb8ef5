"""What can be done with those who work here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from dingdan.kernel.changes import FieldChange
from dingdan.kernel.command import command
from dingdan.kernel.errors import NotFound
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Entry
from dingdan.kernel.register import key_of, locked, put
from dingdan.kernel.rows import insert
from dingdan.kernel.text import clean_text
from dingdan.masterdata.staff.events import (
    ApiKeyCreated,
    ApiKeyRevoked,
    ApiKeyUsed,
    MembershipSaved,
    MembershipTurned,
    RoleRetired,
    RoleSaved,
    SecondFactorWanted,
    UsualRolesMade,
)
from dingdan.masterdata.staff.lifecycle import MEMBERSHIP_LIFE
from dingdan.masterdata.staff.models import ApiKey, Membership, MembershipRole, Role
from dingdan.masterdata.staff.queries import first_permissions, owners
from dingdan.masterdata.staff.rules import (
    USUAL_ROLES,
    ApiKeyDraft,
    ExpiryNotUsable,
    KeyRevoked,
    LastOwner,
    RoleDraft,
    TokenNotUsable,
    bounded,
    granted,
)

key_of("role_name_is_unique", field="name", what="role")
key_of("account_is_a_member_once", field="user_id", what="membership")
key_of("api_key_prefix_is_unique", field="prefix", what="key")


@command
def save_role(entry: Entry, *, role: RoleDraft) -> RoleSaved:
    """Write a role down, or change it; a retired one is in use again.

    Refuses what is no permission, more than the giver may do (:class:`MayNotGrant`), and to leave the shop without an owner.
    """
    values: dict[str, Any] = {
        "name": clean_text(role.name, "name", 60),
        "permissions": granted(role.permissions, "permissions", by=entry.actor),
        "limits": bounded(role.limits, role.permissions, "limits", by=entry.actor),
        "state": "active",
    }
    known = Role.objects.select_for_update(no_key=True).filter(name=values["name"])
    before = owners()
    row = locked(entry, Role, role.id) if role.id else known.first()
    if row is not None or role.second_factor:
        values["second_factor"] = role.second_factor
    if row is not None:
        # Whoever may not give what a role gives may not take it either.
        granted(row.permissions, "permissions", by=entry.actor)
    saved = put(entry, row, values, model=Role)
    _note_usual(saved.row)
    _keep_an_owner(before)
    return RoleSaved(role_id=saved.row.id, created=saved.created, changes=saved.changes)


@command
def want_second_factor(entry: Entry, *, wanted: bool) -> SecondFactorWanted:
    """Want a second factor of everybody who works here, whatever their role, or of nobody any more.

    Roles that are written down later say so for themselves.
    """
    rows = list(Role.objects.select_for_update(no_key=True).filter(state="active").exclude(second_factor=wanted).order_by("id"))
    for row in rows:
        granted(row.permissions, "wanted", by=entry.actor)
        put(entry, row, {"second_factor": wanted}, model=Role)
    return SecondFactorWanted(wanted=wanted, role_ids=tuple(row.id for row in rows))


@command
def make_usual_roles(entry: Entry) -> UsualRolesMade:
    """Write down the ready roles that a shop does not have by name yet, and let those that nobody changed allow what the ready
    role allows now. A role whose permissions somebody changed is left as it is, and knows since when.
    """
    known = {row.name: row for row in Role.objects.select_for_update(no_key=True).filter(name__in=USUAL_ROLES).order_by("id")}
    made: list[UUID] = []
    renewed: list[UUID] = []
    told: list[FieldChange] = []
    for name, usual in USUAL_ROLES.items():
        row = known.get(name)
        if row is not None and row.usual_permissions is None:
            Role.objects.filter(id=row.id).update(usual_permissions=first_permissions(row) or sorted(usual))
            row.refresh_from_db(fields=["usual_permissions"])
        if row is not None and (row.usual_permissions != sorted(row.permissions) or sorted(row.permissions) == sorted(usual)):
            continue
        saved = put(entry, row, {"name": name, "permissions": sorted(usual)}, model=Role)
        _note_usual(saved.row)
        (made if saved.created else renewed).append(saved.row.id)
        told += [] if saved.created else [replace(one, field=f"{name}: {one.field}") for one in saved.changes]
    return UsualRolesMade(role_ids=tuple(made), renewed=tuple(renewed), changes=tuple(told))


@command
def retire_role(entry: Entry, *, role_id: UUID) -> RoleRetired:
    """Let a role give nobody anything any more. Refuses what the giver may not do, and to leave the shop without an owner."""
    row = locked(entry, Role, role_id)
    granted(row.permissions, "role_id", by=entry.actor)
    before = owners()
    put(entry, row, {"state": "retired"}, model=Role)
    _keep_an_owner(before)
    return RoleRetired(role_id=role_id)


@command
def save_membership(entry: Entry, *, user_id: int, role_ids: tuple[UUID, ...]) -> MembershipSaved:
    """Let an account work here with exactly these roles.

    Refuses roles that are not there (404), roles given or taken by somebody who may not do what they allow
    (:class:`MayNotGrant`), and to leave the shop without an owner (:class:`LastOwner`).
    """
    before = owners()
    row = Membership.objects.select_for_update(no_key=True).filter(user_id=user_id).first()
    held = set(MembershipRole.objects.filter(membership=row.id).values_list("role_id", flat=True)) if row else set()
    wanted = set(role_ids)
    _may_give(entry, held ^ wanted)
    saved = put(entry, row, {"user_id": user_id}, model=Membership)
    if held - wanted:
        MembershipRole.objects.filter(membership=saved.row.id, role__in=held - wanted).delete()
    insert((MembershipRole, [{"membership_id": saved.row.id, "role_id": role} for role in sorted(wanted - held)]))
    _keep_an_owner(before)
    return MembershipSaved(
        membership_id=saved.row.id,
        user_id=user_id,
        created=saved.created,
        role_ids=tuple(sorted(wanted)),
        before=tuple(sorted(held)),
    )


@command
def suspend_membership(entry: Entry, *, membership_id: UUID) -> MembershipTurned:
    """Let an account do nothing here for now. Refuses the last owner, and one that is suspended already."""
    before = owners()
    event = _turn(entry, membership_id, "suspend")
    _keep_an_owner(before)
    return event


@command
def resume_membership(entry: Entry, *, membership_id: UUID) -> MembershipTurned:
    """Let a suspended account work again, with the roles that it had. Refuses one that is not suspended."""
    return _turn(entry, membership_id, "resume")


@command
def create_api_key(entry: Entry, *, key: ApiKeyDraft) -> ApiKeyCreated:
    """Give a program a key. Whoever asks made the token, shows it once, and hands in only its prefix and digest.

    Refuses scopes that are no permissions or more than the giver may do, and an expiry that is past.
    """
    if not re.fullmatch(r"[a-z0-9]{12}", key.prefix) or not re.fullmatch(r"[0-9a-f]{64}", key.digest):
        raise TokenNotUsable(field="prefix")
    if key.expires_at is not None and key.expires_at <= entry.at:
        raise ExpiryNotUsable(field="expires_at")
    row = ApiKey.objects.create(
        id=new_id(),
        name=clean_text(key.name, "name", 100),
        prefix=key.prefix,
        digest=key.digest,
        scopes=granted(key.scopes, "scopes", by=entry.actor),
        limits=bounded(key.limits, key.scopes, "limits", by=entry.actor),
        created_at=entry.at,
        expires_at=key.expires_at,
    )
    entry.about("api_key", row.id)
    return ApiKeyCreated(api_key_id=row.id, prefix=key.prefix, scopes=tuple(row.scopes), expires_at=key.expires_at)


@command
def revoke_api_key(entry: Entry, *, api_key_id: UUID) -> ApiKeyRevoked:
    """Let a key open nothing any more, for good. Refuses one that was revoked before."""
    row = locked(entry, ApiKey, api_key_id)
    if row.revoked_at is not None:
        raise KeyRevoked(field="api_key_id", prefix=row.prefix)
    ApiKey.objects.filter(id=api_key_id).update(revoked_at=entry.at)
    return ApiKeyRevoked(api_key_id=api_key_id, prefix=row.prefix)


@command
def record_api_key_use(entry: Entry, *, api_key_id: UUID) -> ApiKeyUsed:
    """Note that a key was used now. Doors call it once an hour and key at most, not at every request."""
    locked(entry, ApiKey, api_key_id)
    ApiKey.objects.filter(id=api_key_id).update(last_used_at=entry.at)
    return ApiKeyUsed(api_key_id=api_key_id)


def _note_usual(row: Role) -> None:
    """Note what the ready role of its name allows now: what comes to it later is told as new."""
    usual = sorted(USUAL_ROLES[row.name]) if row.name in USUAL_ROLES else None
    Role.objects.filter(id=row.id).update(usual_permissions=usual)


def _turn(entry: Entry, membership_id: UUID, turn: str) -> MembershipTurned:
    row = locked(entry, Membership, membership_id)
    saved = put(entry, row, {"state": MEMBERSHIP_LIFE.turn(turn, row.state)}, model=Membership)
    return MembershipTurned(membership_id=membership_id, user_id=row.user_id, state=saved.row.state)


def _may_give(entry: Entry, role_ids: Iterable[UUID]) -> None:
    wanted = set(role_ids)
    found = {row.id: row for row in Role.objects.filter(id__in=wanted)}
    for role_id in sorted(wanted):
        if role_id not in found:
            raise NotFound(field="role_ids", what="role", id=role_id)
        granted(found[role_id].permissions, "role_ids", by=entry.actor)


def _keep_an_owner(before: set[int]) -> None:
    """A shop that had an owner must still have one."""
    if before and not owners():
        raise LastOwner(field="user_id")
