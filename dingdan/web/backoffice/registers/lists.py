"""The registers that have no page elsewhere: prices, taxes, shipping, channels, sellers, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dingdan.automation.low_stock import in_charge
from dingdan.integrations.importers.registers.columns import Column
from dingdan.integrations.importers.registers.parties import Channels as ChannelRegister
from dingdan.integrations.importers.registers.parties import Sellers as SellerRegister
from dingdan.integrations.importers.registers.places import Locations as LocationRegister
from dingdan.integrations.importers.registers.places import Nodes as NodeRegister
from dingdan.integrations.importers.registers.pricing import PriceLists as PriceListRegister
from dingdan.integrations.importers.registers.pricing import Prices as PriceRegister
from dingdan.integrations.importers.registers.pricing import ShippingMethods as ShippingMethodRegister
from dingdan.integrations.importers.registers.pricing import TaxRates as TaxRateRegister
from dingdan.integrations.importers.registers.pricing import unit_price_text
from dingdan.integrations.importers.registers.register import Register
from dingdan.integrations.importers.registers.shelves import Categories as CategoryRegister
from dingdan.integrations.importers.registers.shelves import Storefronts as StorefrontRegister
from dingdan.integrations.importers.registers.thresholds import Thresholds as ThresholdRegister
from dingdan.ledgers.inventory.models import Threshold
from dingdan.masterdata.catalog import commands as catalog
from dingdan.masterdata.channels import commands as channels
from dingdan.masterdata.pricing import commands as pricing
from dingdan.masterdata.pricing.models import Price, PriceList
from dingdan.masterdata.sellers import commands as sellers
from dingdan.masterdata.shop import commands as shop
from dingdan.web.backoffice import show
from dingdan.web.backoffice.base import account_names
from dingdan.web.backoffice.filters import Ask, asked_by, by_state
from dingdan.web.backoffice.naming import named
from dingdan.web.backoffice.order_goods import counted
from dingdan.web.backoffice.pages import Page
from dingdan.web.backoffice.registers.kept import Kept, listed, listed_state, turned
from dingdan.web.backoffice.registers.logos import WithLogo
from dingdan.web.backoffice.words import word

_STATES = by_state("state", _("State"), ("active", "retired"))
_OFF, _ON = _("It is retired."), _("It is in force again.")


def _columns(register: type[Register], *names: str) -> tuple[Any, ...]:
    known: dict[str, Column] = {column.name: column for column in register.columns}
    return tuple(listed(known[name]) for name in names)


def _of_list(_request: HttpRequest, found: QuerySet[Price], code: str) -> QuerySet[Price]:
    return found.filter(price_list__code=code)


def _lists(_request: HttpRequest) -> list[tuple[str, Any]]:
    return list(PriceList.objects.order_by("code").values_list("code", "name"))


class PriceLists(Kept):
    """Lists of prices, with the prices on their pages."""

    register = PriceListRegister
    list_display = (
        *_columns(PriceListRegister, "name", "code", "currency", "customer_group", "starts_on", "ends_on"),
        listed_state,
    )
    asks = (_STATES,)
    search_fields = ("code", "name")
    ordering = ("code",)
    acts: ClassVar = {
        "retire": turned(pricing.retire_price_list, "price_list_id", _OFF),
        "restore": turned(pricing.restore_price_list, "price_list_id", _ON),
    }


def _listed_price() -> tuple[Any, ...]:
    values = {
        "sku": lambda row: row.variant.sku, "name": lambda row: row.variant.name, "price_list": lambda row: row.price_list.code,
        "min_quantity": lambda row: row.min_quantity,
        "unit_price": lambda row: f"{unit_price_text(row.unit_price, row.price_list.currency)} {row.price_list.currency}",
    }  # fmt: skip
    labels = {column.name: column.label for column in PriceRegister.columns}
    for name, shown in values.items():
        shown.__name__ = f"shown_{name}"
        shown.short_description = labels[name]  # type: ignore[attr-defined]
    return tuple(values.values())


class Prices(Kept):
    """All prices of all lists: kept on the page of their list, by files, and many at once."""

    register = PriceRegister
    has_form = False
    list_display = _listed_price()
    asks = (asked_by(Ask("price_list", _("Price list"), "choice", _of_list, choices=_lists)),)
    search_fields = ("variant__sku", "variant__name", "price_list__code")
    search_help_text = _("SKU, name or price list")
    ordering = ("variant__sku", "price_list__code", "min_quantity")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        found: QuerySet[Price] = super().get_queryset(request)
        return found.select_related("variant", "price_list")


class TaxRates(Kept):
    """Tax rates."""

    register = TaxRateRegister
    list_display = (
        *_columns(TaxRateRegister, "name", "country", "region", "tax_class", "rate", "starts_on", "ends_on"),
        listed_state,
    )
    asks = (_STATES,)
    search_fields = ("name", "country", "region", "tax_class")
    ordering = ("country", "region", "tax_class", "name")
    acts: ClassVar = {
        "retire": turned(pricing.retire_tax_rate, "tax_rate_id", _OFF),
        "restore": turned(pricing.restore_tax_rate, "tax_rate_id", _ON),
    }


class ShippingMethods(Kept):
    """Ways of shipping, with their rates on their pages."""

    register = ShippingMethodRegister
    list_display = (
        *_columns(ShippingMethodRegister, "name", "code", "carrier", "countries", "min_days", "max_days"),
        listed_state,
    )
    asks = (_STATES,)
    search_fields = ("code", "name", "carrier")
    ordering = ("position", "code")
    acts: ClassVar = {
        "retire": turned(pricing.retire_shipping_method, "shipping_method_id", _OFF),
        "restore": turned(pricing.restore_shipping_method, "shipping_method_id", _ON),
    }


class Channels(Kept):
    """Where orders come from."""

    register = ChannelRegister
    list_display = (*_columns(ChannelRegister, "name", "code", "kind", "currency", "language", "time_zone"), listed_state)
    asks = (_STATES,)
    search_fields = ("code", "name")
    ordering = ("code",)
    acts: ClassVar = {
        "retire": turned(channels.retire_channel, "channel_id", _("It takes no more orders.")),
        "restore": turned(channels.restore_channel, "channel_id", _("It takes orders again.")),
    }


class Categories(Kept):
    """The shelves of the shop."""

    register = CategoryRegister
    list_display = (*_columns(CategoryRegister, "name", "slug", "position"), listed_state)
    asks = (_STATES,)
    search_fields = ("name", "slug")
    ordering = ("position", "name")
    acts: ClassVar = {
        "retire": turned(catalog.retire_category, "category_id", _("It is shown no more.")),
        "restore": turned(catalog.restore_category, "category_id", _("It is shown again.")),
    }


class Storefronts(WithLogo):
    """What is open to everybody."""

    register = StorefrontRegister
    list_display = (*_columns(StorefrontRegister, "code", "title", "tagline", "accent"), listed_state)
    asks = (_STATES,)
    search_fields = ("code", "title")
    ordering = ("code",)
    acts: ClassVar = {
        "retire": turned(shop.retire_storefront, "storefront_id", _("It is closed.")),
        "restore": turned(shop.restore_storefront, "storefront_id", _("It is open again.")),
    }


class Sellers(Kept):
    """Parties that sell here."""

    register = SellerRegister
    list_display = (*_columns(SellerRegister, "name", "code", "country", "currency"), listed_state)
    asks = (by_state("state", _("State"), ("active", "suspended", "retired")),)
    search_fields = ("code", "name", "legal_name")
    ordering = ("code",)
    turns_at: ClassVar = {"active": ("suspend", "retire"), "suspended": ("resume", "retire"), "retired": ("restore",)}
    acts: ClassVar = {
        "suspend": turned(sellers.suspend_seller, "seller_id", _("It takes no new orders for now.")),
        "resume": turned(sellers.resume_seller, "seller_id", _("It sells again.")),
        "retire": turned(sellers.retire_seller, "seller_id", _("It has left.")),
        "restore": turned(sellers.restore_seller, "seller_id", _("It sells again.")),
    }


class Nodes(Kept):
    """Places that can ship."""

    register = NodeRegister
    list_display = _columns(NodeRegister, "name", "code", "country", "priority", "active")
    search_fields = ("code", "name")
    ordering = ("priority", "code")


class Thresholds(Kept):
    """From when on stock is low, and who is told."""

    register = ThresholdRegister
    list_display = ("article", "at", "low_shown", "charge")
    search_fields = ("variant__sku",)
    search_help_text = _("SKU")
    ordering = ("variant__sku", "node__code", "id")
    sortable_by = ()
    list_select_related = ("variant", "node")
    when_empty = _("Nothing is watched yet. Say from when on stock is low: of everything first, then of what differs.")

    @display(description=_("SKU"))
    def article(self, row: Threshold) -> str:
        return row.variant.sku if row.variant else str(_("All articles"))

    @display(description=_("Node"))
    def at(self, row: Threshold) -> str:
        return named(row.node) if row.node else str(_("All nodes"))

    @display(description=_("Low at"))
    def low_shown(self, row: Threshold) -> str:
        return show.NOTHING if row.low_at is None else counted(row.low_at, row.variant)

    def filled(self, rows: Sequence[Threshold], columns: Sequence[str]) -> Sequence[Threshold]:
        """With who is in charge, where that is shown."""
        if "charge" in columns:
            names, people = account_names(), in_charge(rows)
            for row in rows:
                told = sorted(names[one] for one in people[row.id] if one in names)
                row.told = word(row.role) or ", ".join(told)  # type: ignore[attr-defined]
        return rows

    @display(description=_("In charge"))
    def charge(self, row: Threshold) -> str:
        return row.told  # type: ignore[attr-defined,no-any-return]

    def page(self, row: Threshold) -> Page:
        return replace(super().page(row), title=f"{self.article(row)} · {self.at(row)}")


class Locations(Kept):
    """Spots inside the nodes."""

    register = LocationRegister
    list_display = _columns(LocationRegister, "code", "node", "kind", "active")
    search_fields = ("code",)
    ordering = ("code",)
    list_select_related = ("node",)
