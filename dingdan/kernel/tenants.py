"""Tenants: the few rows that all share."""

from typing import Any
from uuid import UUID

from dingdan.kernel.journal import Entry
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import current_tenant_id


def open_tenant(slug: str, **facts: Any) -> tuple[Tenant, bool]:
    """The tenant of that slug, made with these facts where there is none; and whether it was made."""
    return Tenant.objects.get_or_create(slug=slug, defaults=facts)


def tenant_by_slug(slug: str) -> Tenant:
    """The tenant of that slug. Raises `Tenant.DoesNotExist`."""
    return Tenant.objects.get(slug=slug)


def tenant_in_scope() -> Tenant:
    """The tenant in scope."""
    return Tenant.objects.get(id=current_tenant_id())


def shop_zone() -> str:
    """The zone of the clock that the tenant in scope goes by."""
    return tenant_in_scope().time_zone


def tenant_ids() -> list[UUID]:
    """Every tenant's id, for schedules."""
    return list(Tenant.objects.order_by("slug").values_list("id", flat=True))


def locked_tenant(entry: Entry) -> Tenant:
    """The entry's own tenant, locked to the end of the command."""
    return Tenant.objects.select_for_update(no_key=True).get(id=entry.tenant_id)


def change_tenant(entry: Entry, **facts: Any) -> None:
    """Change the entry's own tenant: what it is called, which clock and currency it goes by."""
    Tenant.objects.filter(id=entry.tenant_id).update(**facts)
