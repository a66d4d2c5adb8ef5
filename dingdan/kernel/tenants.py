"""Tenants: the few rows that all share."""

from typing import Any
from uuid import UUID

from dingdan.kernel.models import Tenant


def open_tenant(slug: str, **facts: Any) -> tuple[Tenant, bool]:
    """The tenant of that slug, made with these facts where there is none; and whether it was made."""
    return Tenant.objects.get_or_create(slug=slug, defaults=facts)


def tenant_by_slug(slug: str) -> Tenant:
    """The tenant of that slug. Raises `Tenant.DoesNotExist`."""
    return Tenant.objects.get(slug=slug)


def tenant_ids() -> list[UUID]:
    """Every tenant's id, for schedules."""
    return list(Tenant.objects.order_by("slug").values_list("id", flat=True))
