"""The shop itself: who it is, where it is paid, what it reckons in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.commands import change_currency
from dingdan.masterdata.shop.commands import save_profile
from dingdan.masterdata.shop.queries import shop_as_it_is
from dingdan.web.api.reads import read
from dingdan.web.api.writes import Write, mount

TAG = "Shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """Who the shop is, as papers issued now would say it. `PUT /shop` takes the same fields, but for the first three."""

    id: UUID
    slug: str
    currency: str
    name: str
    country: str
    language: str
    time_zone: str
    legal_name: str
    address: PostalAddress | None
    email: str
    phone: str
    website: str
    tax_number: str
    vat_number: str
    registration_number: str
    bank_holder: str
    bank_name: str
    iban: str
    account_number: str
    bank_code: str
    bic: str
    footer: str


@read("/shop", permission="shop.read", tag=TAG)
def get_shop() -> ShopView:
    """The shop that the key belongs to."""
    tenant, draft = tenant_in_scope(), shop_as_it_is()
    said = {one.name: getattr(draft, one.name) for one in fields(draft)}
    return ShopView(id=tenant.id, slug=tenant.slug, currency=tenant.currency, **said)


mount(
    Write(method="PUT", path="/shop", command=save_profile, tag=TAG),
    Write(method="PUT", path="/shop/currency", command=change_currency, tag=TAG),
)
