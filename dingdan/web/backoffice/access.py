"""Who may look into which shop."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from dingdan.automation.setup import default_tenant
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import across_tenants
from dingdan.masterdata.staff.models import Membership
from dingdan.masterdata.staff.queries import shops_of


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
