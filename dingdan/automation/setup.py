"""What a new shop starts with."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import tenant_scope
from dingdan.ledgers.inventory.commands import save_node
from dingdan.masterdata.channels.commands import save_channel

DEFAULT_SLUG = "shop"


def create_tenant(
    slug: str, name: str, *, currency: str = "GBP", country: str = "GB", time_zone: str = "Europe/London", language: str = "en"
) -> Tenant:
    """A tenant with one channel (`web`) and one node (`main`); the same slug again gives the same tenant."""
    tenant, _created = Tenant.objects.get_or_create(
        slug=slug,
        defaults={
            "id": new_id(),
            "name": name,
            "currency": currency,
            "country": country,
            "time_zone": time_zone,
            "language": language,
        },
    )
    with tenant_scope(tenant.id):
        save_node(_once(tenant.id, "node"), code="main", name="Main warehouse", country=tenant.country)
        save_channel(
            _once(tenant.id, "channel"), code="web", name="Web shop", currency=tenant.currency, time_zone=tenant.time_zone,
            language=tenant.language,
        )  # fmt: skip
    return tenant


def _once(tenant_id: UUID, what: str) -> Call:
    return Call(tenant_id=tenant_id, actor=SYSTEM, key=f"setup:{what}")


def ensure_defaults() -> Tenant:
    """The default tenant, made on the first start."""
    return create_tenant(DEFAULT_SLUG, "My shop")


def default_tenant() -> Tenant:
    """The tenant that the command line and a single shop mean. Raises `Tenant.DoesNotExist` before `migrate`."""
    return Tenant.objects.get(slug=DEFAULT_SLUG)
