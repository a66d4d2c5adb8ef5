"""The shop itself: who it is, where it is paid, what it reckons in."""

from __future__ import annotations

from dataclasses import dataclass, fields
from uuid import UUID

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.commands import change_currency
from dingdan.masterdata.shop.commands import restore_storefront, retire_storefront, save_profile, save_storefront
from dingdan.masterdata.shop.lifecycle import STOREFRONT_LIFE
from dingdan.masterdata.shop.models import Storefront
from dingdan.masterdata.shop.queries import shop_as_it_is
from dingdan.web.api.reads import read
from dingdan.web.api.registers import Register, registers
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontView:
    """Where people see what a channel sells, and buy it. `code` is the channel's."""

    id: UUID
    code: str
    title: str
    tagline: str
    tagline_i18n: dict[str, str]
    country: str
    accent: str
    font: str
    corners: str
    state: str


registers(
    Register(
        plural="storefronts",
        states=STOREFRONT_LIFE.states,
        singular="storefront",
        view=StorefrontView,
        rows=lambda: Storefront.objects.order_by("id"),
        permission="shop.read",
        tag=TAG,
    ),
)
mount(
    Write(path="/storefronts", command=save_storefront, makes="/storefronts/{storefront_id}", tag=TAG),
    Write(method="PUT", path="/storefronts/{storefront_id}", command=save_storefront, name="change_storefront", tag=TAG),
    Write(path="/storefronts/{storefront_id}/retire", command=retire_storefront, tag=TAG),
    Write(path="/storefronts/{storefront_id}/restore", command=restore_storefront, tag=TAG),
    Write(method="PUT", path="/shop", command=save_profile, tag=TAG),
    Write(method="PUT", path="/shop/currency", command=change_currency, tag=TAG),
)
