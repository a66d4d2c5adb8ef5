"""What a new shop starts with."""

from __future__ import annotations

from uuid import UUID

from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import across_tenants, tenant_scope
from dingdan.kernel.tenants import open_tenant, tenant_by_slug
from dingdan.ledgers.inventory.commands import save_node
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.staff.commands import make_usual_roles
from dingdan.masterdata.staff.queries import roles_by_name
from dingdan.masterdata.staff.rules import USUAL_ROLES

DEFAULT_SLUG = "shop"


def create_tenant(
    slug: str, name: str, *, currency: str = "GBP", country: str = "GB", time_zone: str = "Europe/London", language: str = "en"
) -> Tenant:
    """A tenant with one channel (`web`) and one node (`main`); the same slug again gives the same tenant."""
    tenant, made = open_tenant(slug, name=name, currency=currency, country=country, time_zone=time_zone, language=language)
    if not made and _is_furnished(tenant):
        return tenant
    with tenant_scope(tenant.id):
        save_node(_once(tenant.id, "node"), code="main", name="Main warehouse", country=tenant.country)
        web = ChannelDraft(
            code="web", name="Web shop", currency=tenant.currency, time_zone=tenant.time_zone, language=tenant.language
        )
        save_channel(_once(tenant.id, "channel"), channel=web)
    return tenant


def _is_furnished(tenant: Tenant) -> bool:
    """Whether an earlier start came as far as the channel, the last thing that is made."""
    with tenant_scope(tenant.id):
        return bool(all_channels())


def _once(tenant_id: UUID, what: str) -> Call:
    return Call(tenant_id=tenant_id, actor=SYSTEM, key=f"setup:{what}")


def ensure_defaults() -> Tenant:
    """The default tenant, made on the first start."""
    return create_tenant(DEFAULT_SLUG, "My shop")


def ensure_roles() -> None:
    """The ready roles in every shop that lacks one by name: new shops, and those of before there was such a role."""
    with across_tenants():
        shops = list(Tenant.objects.values_list("id", flat=True))
    for tenant_id in shops:
        with tenant_scope(tenant_id):
            if not set(USUAL_ROLES) <= set(roles_by_name(USUAL_ROLES)):
                make_usual_roles(Call(tenant_id=tenant_id, actor=SYSTEM))


def default_tenant() -> Tenant:
    """The tenant that the command line and a single shop mean. Raises `Tenant.DoesNotExist` before `migrate`."""
    return tenant_by_slug(DEFAULT_SLUG)
