"""What can be asked about those who work here: above all, who somebody is and what they may do."""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dingdan.kernel.feed import timeline
from dingdan.kernel.journal import SYSTEM, Actor, Ceiling, Entry
from dingdan.kernel.money import Money
from dingdan.kernel.postgresql.cursors import ready_cursor
from dingdan.kernel.tenancy import across_tenants
from dingdan.kernel.tokens import digest_of, prefix_of
from dingdan.masterdata.staff.lifecycle import MEMBERSHIP_LIFE
from dingdan.masterdata.staff.models import ApiKey, LimitUse, Membership, MembershipRole, Role
from dingdan.masterdata.staff.rules import EVERYTHING, PERIODS, USUAL_ROLES, ceilings_of

_SAVE_ROLE = "staff.save_role"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token speaks for, in which shop, when the key was last noted as used, and until when it opens."""

    tenant_id: UUID
    actor: Actor
    api_key_id: UUID
    last_used_at: datetime | None
    expires_at: datetime | None


_KEYS = """
SELECT tenant_id, id, digest, scopes, limits, last_used_at, expires_at FROM staff_apikey
WHERE prefix = %s::varchar AND revoked_at IS NULL
"""


def actor_for_token(token: str, *, at: datetime) -> Bearer | None:
    """Whose token this is at that time; None for what is no token, wrong, expired or revoked. One statement.

    The one question that knows no tenant yet: the answer names it.
    """
    prefix = prefix_of(token)
    if prefix is None:
        return None
    with across_tenants(), ready_cursor() as cursor:
        cursor.execute(_KEYS, [prefix])
        keys = cursor.fetchall()
    digest = digest_of(token)
    for tenant_id, key_id, known, scopes, limits, last_used_at, expires_at in keys:
        if hmac.compare_digest(known, digest) and (expires_at is None or at < expires_at):
            actor = Actor("api_key", str(key_id), frozenset(scopes), ceilings_of([(scopes, _parsed(limits))]))
            return Bearer(tenant_id, actor, key_id, last_used_at, expires_at)
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """Who works here: what they may do, and whether a role of theirs wants a second factor of them."""

    actor: Actor
    must_have_factor: bool


def member_of(user_id: int) -> Member | None:
    """What an account is in the shop in scope; None where it does not work there, or is suspended. One statement."""
    active = Membership.objects.filter(user_id=user_id, state=MEMBERSHIP_LIFE.initial)
    role = [f"roles__role__{field}" for field in ("permissions", "state", "limits", "second_factor")]
    rows = list(active.values_list("id", *role))
    if not rows:
        return None
    held = [(names or (), limits or (), factor) for _id, names, state, limits, factor in rows if state == "active"]
    permissions = {name for names, _limits, _factor in held for name in names}
    ceilings = ceilings_of([(names, limits) for names, limits, _factor in held])
    return Member(Actor("staff", str(user_id), frozenset(permissions), ceilings), any(factor for *_more, factor in held))


def actor_for_user(user_id: int) -> Actor | None:
    """What an account may do in the shop in scope; None where it does not work there, or is suspended. One statement."""
    member = member_of(user_id)
    return member.actor if member else None


def ceilings_for(kind: str, id: str) -> frozenset[Ceiling]:  # noqa: A002
    """What an account or a key may not exceed now, for whoever goes on in its name later."""
    if kind == "staff" and id.isdigit():
        actor = actor_for_user(int(id))
        return actor.ceilings if actor else frozenset()
    key = ApiKey.objects.filter(id=id).first() if kind == "api_key" else None
    return ceilings_of([(key.scopes, key.limits)]) if key else frozenset()


def roles_above(command: str, what: str, money: Money) -> list[str]:
    """The names of the roles that let people do so much by that command, at once and in a day."""
    found = []
    for role in Role.objects.filter(state="active").order_by("name"):
        actor = Actor("staff", "", frozenset(role.permissions), ceilings_of([(role.permissions, role.limits)]))
        bounds = [actor.most(what, command, money.currency, per) for per in PERIODS]
        if actor.may(command) and all(most is None or money.amount <= most for most in bounds):
            found.append(role.name)
    return found


def lock_uses(entry: Entry, *, on: date, of: Collection[tuple[str, str]]) -> dict[tuple[str, str], LimitUse]:
    """What somebody did of things on a day, by (what, currency), locked until the transaction ends; rows that are there alone."""
    rows = LimitUse.objects.filter(
        actor_kind=entry.actor.kind, actor=entry.actor.id, used_on=on, what__in={what for what, _ in of}
    )
    return {(row.what, row.currency): row for row in rows.order_by("what", "currency").select_for_update(no_key=True)}


def _parsed(limits: Any) -> Any:
    return json.loads(limits) if isinstance(limits, (str, bytes)) else limits


def shops_of(user_id: int) -> list[UUID]:
    """The tenants in which an account works now. Knows no tenant yet: the answer names them."""
    with across_tenants():
        rows = Membership.objects.filter(user_id=user_id, state=MEMBERSHIP_LIFE.initial)
        return list(rows.order_by("tenant_id").values_list("tenant_id", flat=True))


def working(user_ids: Iterable[int]) -> set[int]:
    """Those of the accounts that work here and are not suspended."""
    rows = Membership.objects.filter(user_id__in=list(user_ids), state=MEMBERSHIP_LIFE.initial)
    return set(rows.values_list("user_id", flat=True))


def members() -> set[int]:
    """The accounts that work here now."""
    return set(Membership.objects.filter(state=MEMBERSHIP_LIFE.initial).values_list("user_id", flat=True))


def members_who_may(permission: str) -> set[int]:
    """The accounts that work here and may do that."""
    held = MembershipRole.objects.filter(membership__state=MEMBERSHIP_LIFE.initial, role__state="active")
    given: dict[int, set[str]] = {}
    for user_id, names in held.values_list("membership__user_id", "role__permissions"):
        given.setdefault(user_id, set()).update(names)
    return {user_id for user_id, names in given.items() if Actor("staff", str(user_id), frozenset(names)).may(permission)}


def owners() -> set[int]:
    """The accounts that work here and may do everything."""
    rows = MembershipRole.objects.filter(
        membership__state=MEMBERSHIP_LIFE.initial, role__state="active", role__permissions__contains=[EVERYTHING]
    )
    return set(rows.values_list("membership__user_id", flat=True))


def by_role(names: Iterable[str]) -> dict[str, set[int]]:
    """The accounts that work here and have one of these roles, which are in use, by the role's name."""
    held = MembershipRole.objects.filter(membership__state=MEMBERSHIP_LIFE.initial, role__state="active")
    found: dict[str, set[int]] = {}
    for name, user_id in held.filter(role__name__in=set(names)).values_list("role__name", "membership__user_id"):
        found.setdefault(name, set()).add(user_id)
    return found


def roles_by_name(names: Iterable[str]) -> dict[str, Role]:
    """The roles with these names, by name; what is not there is left out."""
    return {role.name: role for role in Role.objects.filter(name__in=list(names))}


def roles_are_usual() -> bool:
    """Whether every ready role is there, and as the ready role is now where nobody changed it."""
    found = roles_by_name(USUAL_ROLES)
    return all(name in found and not _is_behind(found[name]) for name in USUAL_ROLES)


def _is_behind(role: Role) -> bool:
    usual = role.usual_permissions
    return usual is None or (sorted(USUAL_ROLES[role.name]) != usual == sorted(role.permissions))


def first_permissions(role: Role) -> list[str] | None:
    """What a role of before allowed when the program made it, as the journal tells; None where it was made by hand."""
    for one in timeline(role.id, of=_SAVE_ROLE):
        for change in one["facts"].get("changes", ()):
            if change["field"] == "permissions" and change["before"] is not None:
                return sorted(json.loads(change["before"]))
            if change["field"] == "permissions" and one["actor"] != SYSTEM.kind:
                return None
            if change["field"] == "permissions":
                return sorted(json.loads(change["after"]))
    return sorted(role.permissions)


def all_roles() -> list[Role]:
    """Every role, by name."""
    return list(Role.objects.order_by("name"))


def all_keys() -> list[ApiKey]:
    """Every key, newest first; what it opens with is not among what is kept."""
    return list(ApiKey.objects.order_by("-created_at", "id"))
