"""The shop itself: who it is, where it is paid, what it reckons in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from pydantic import Field

from dingdan.kernel.contact import PostalAddress
from dingdan.kernel.errors import NotFound
from dingdan.kernel.journal import Call, Event
from dingdan.kernel.tenants import tenant_in_scope
from dingdan.ledgers.payments.commands import change_currency
from dingdan.masterdata.shop.commands import (
    put_storefront_logo,
    remove_storefront_logo,
    restore_storefront,
    retire_storefront,
    save_profile,
    save_storefront,
)
from dingdan.masterdata.shop.lifecycle import STOREFRONT_LIFE
from dingdan.masterdata.shop.models import Storefront, StorefrontLogo
from dingdan.masterdata.shop.queries import logo_of, shop_as_it_is
from dingdan.web.api.names import found
from dingdan.web.api.reads import read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.resources.files import FileSent, content_of
from dingdan.web.api.writes import Write, mount
from dingdan.web.shared.downloads import MEDIA_TYPE, download

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
    origins: list[str]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontLogoView:
    """The logo of a storefront; its bytes are handed over by an operation of their own."""

    id: UUID
    name: str
    alt: str
    media_type: str
    size: int
    digest: str
    attached_at: datetime


class StorefrontLogoSent(FileSent):
    """A logo (PNG, JPEG or WebP, up to 1 MiB), and what is to be read on it."""

    alt: str = Field(default="", max_length=200)


def _logo(storefront_id: str) -> StorefrontLogo:
    row = logo_of(found(Storefront.objects.all(), "storefront_id", storefront_id).id)
    if row is None:
        raise NotFound(field="storefront_id", what="logo", id=storefront_id)
    return row


@read("/storefronts/{storefront_id}/logo", permission="shop.read", tag=TAG)
def get_storefront_logo(storefront_id: str) -> StorefrontLogoView:
    """What is known of the logo of a storefront."""
    return shaped(StorefrontLogoView, _logo(storefront_id))


@read("/storefronts/{storefront_id}/logo/content", permission="shop.read", tag=TAG, media=MEDIA_TYPE)
def get_storefront_logo_content(storefront_id: str) -> HttpResponse:
    """The bytes of the logo, as a download."""
    return download(_logo(storefront_id))


def _put_logo(call: Call, ids: Mapping[str, Any], sent: StorefrontLogoSent) -> Event:
    content = content_of(sent)
    return put_storefront_logo(call, storefront_id=ids["storefront_id"], name=sent.name, content=content, alt=sent.alt)


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
    Write(
        method="PUT",
        path="/storefronts/{storefront_id}/logo",
        command=put_storefront_logo,
        body=StorefrontLogoSent,
        give=_put_logo,
        tag=TAG,
    ),
    Write(method="DELETE", path="/storefronts/{storefront_id}/logo", command=remove_storefront_logo, tag=TAG),
    Write(method="PUT", path="/shop", command=save_profile, tag=TAG),
    Write(method="PUT", path="/shop/currency", command=change_currency, tag=TAG),
)
