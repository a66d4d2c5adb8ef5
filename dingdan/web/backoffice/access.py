"""Who may look into which shop, and at what."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from dingdan.automation.setup import default_tenant
from dingdan.kernel.journal import Actor
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import across_tenants, tenant_scope
from dingdan.masterdata.staff.models import Membership
from dingdan.masterdata.staff.queries import Member, member_of, shops_of
from dingdan.masterdata.staff.rules import EVERYTHING


def shop_of(user: AbstractBaseUser | AnonymousUser) -> Tenant | None:
    """The shop that an account works in, the first of several; for a superuser who never worked anywhere, the default one.

    None for strangers, and for accounts that work nowhere or are suspended.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    shops = shops_of(user.pk)
    if shops:
        return Tenant.objects.get(id=shops[0])
    if not getattr(user, "is_superuser", False):
        return None
    with across_tenants():
        suspended = Membership.objects.filter(user_id=user.pk).exists()
    return None if suspended else default_tenant()


def member_in(shop: Tenant, user: AbstractBaseUser | AnonymousUser) -> Member:
    """What an account is in the shop that `shop_of` found for it."""
    with tenant_scope(shop.id):
        everything = Member(Actor("staff", str(user.pk), frozenset({EVERYTHING})), must_have_factor=False)
        return member_of(user.pk or 0) or everything


def may(request: HttpRequest, permission: str) -> bool:
    """Whether whoever asks may do that in the shop in scope."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor is not None and actor.may(permission)


def has_factor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether an account has a second factor."""
    from allauth.mfa.utils import is_mfa_enabled

    return bool(is_mfa_enabled(user))
