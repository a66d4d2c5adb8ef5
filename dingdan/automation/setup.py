"""What a new shop starts with."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_noop as _

from dingdan.kernel.journal import SYSTEM, Call
from dingdan.kernel.models import Tenant
from dingdan.kernel.tenancy import across_tenants, tenant_scope
from dingdan.kernel.tenants import open_tenant, tenant_by_slug
from dingdan.kernel.wording import in_language
from dingdan.ledgers.inventory.commands import save_node
from dingdan.masterdata.channels.commands import save_channel
from dingdan.masterdata.channels.queries import all_channels
from dingdan.masterdata.channels.rules import ChannelDraft
from dingdan.masterdata.staff.commands import make_usual_roles
from dingdan.masterdata.staff.queries import roles_are_usual

DEFAULT_SLUG = "shop"
SHOP, NODE, CHANNEL = _("My shop"), _("Main warehouse"), _("Web shop")
"""What a new shop, its first place and its first channel are called, in its language, until somebody says something else."""


def create_tenant(
    slug: str, name: str, *, currency: str = "GBP", country: str = "GB", time_zone: str = "Europe/London", language: str = "en"
) -> Tenant:
    """A tenant with one channel (`web`) and one node (`main`); the same slug again gives the same tenant."""
    tenant, made = open_tenant(slug, name=name, currency=currency, country=country, time_zone=time_zone, language=language)
    if not made and _is_furnished(tenant):
        return tenant
    with tenant_scope(tenant.id):
        save_node(_once(tenant.id, "node"), code="main", name=in_language(NODE, language), country=tenant.country)
        web = ChannelDraft(
            code="web",
            name=in_language(CHANNEL, language),
            currency=tenant.currency,
            time_zone=tenant.time_zone,
            language=tenant.language,
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
    return create_tenant(DEFAULT_SLUG, SHOP)


def ensure_roles() -> None:
    """The ready roles in every shop that lacks one by name, or has one of before that nobody changed: at the first start, and
    whenever the program is brought up to date."""
    with across_tenants():
        shops = list(Tenant.objects.values_list("id", flat=True))
    for tenant_id in shops:
        with tenant_scope(tenant_id):
            if not roles_are_usual():
                make_usual_roles(Call(tenant_id=tenant_id, actor=SYSTEM))


def default_tenant() -> Tenant:
    """The tenant that the command line and a single shop mean. Raises `Tenant.DoesNotExist` before `migrate`."""
    return tenant_by_slug(DEFAULT_SLUG)
