"""What things cost: price lists, tax rates, shipping methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from dingdan.kernel.journal import Call, Event
from dingdan.masterdata.catalog.models import Variant
from dingdan.masterdata.pricing.commands import (
    restore_price_list,
    restore_shipping_method,
    restore_tax_rate,
    retire_price_list,
    retire_shipping_method,
    retire_tax_rate,
    save_price_list,
    save_shipping_method,
    save_tax_rate,
    set_prices,
)
from dingdan.masterdata.pricing.lifecycle import PRICING_LIFE
from dingdan.masterdata.pricing.models import PastPrice, Price, PriceList, ShippingMethod, TaxRate
from dingdan.masterdata.pricing.queries import prices_over_time
from dingdan.masterdata.pricing.rules import PriceDraft
from dingdan.web.api.names import found, ids_of
from dingdan.web.api.reads import After, Limit, Page, page, read, shaped
from dingdan.web.api.registers import Register, registers
from dingdan.web.api.writes import Write, mount

PRICES, TAXES, SHIPPING = "Prices", "Taxes", "Shipping methods"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListView:
    """Prices for a channel and customer group (empty: all) between two days. The highest priority counts."""

    id: UUID
    code: str
    name: str
    channel_id: UUID | None
    customer_group: str
    currency: str
    starts_on: date | None
    ends_on: date | None
    priority: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceView:
    """A unit price from a quantity on, in minor units with up to six decimals."""

    variant_id: UUID
    sku: str
    min_quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateView:
    """A tax on a class of things in a country or region. 0.2 is twenty percent."""

    id: UUID
    country: str
    region: str
    tax_class: str
    rate: Decimal
    name: str
    applies_to_shipping: bool
    rounding: str
    starts_on: date | None
    ends_on: date | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRateView:
    """A row of a shipping method's table."""

    currency: str
    price: int
    zone: str
    countries: list[str]
    regions: list[str]
    postal_prefixes: list[str]
    min_weight_grams: int
    max_weight_grams: int | None
    min_amount: int
    max_amount: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethodView:
    """A way to get goods to people, with its table of prices."""

    id: UUID
    code: str
    name: str
    name_i18n: dict[str, str]
    carrier: str
    countries: list[str]
    tax_class: str
    min_days: int
    max_days: int
    position: int
    state: str
    rates: list[ShippingRateView]


_METHOD = [name for name in ShippingMethodView.__dataclass_fields__ if name != "rates"]


def _methods(rows: Sequence[ShippingMethod]) -> list[ShippingMethodView]:
    return [
        ShippingMethodView(
            **{name: getattr(row, name) for name in _METHOD}, rates=[shaped(ShippingRateView, rate) for rate in row.rates.all()]
        )
        for row in rows
    ]


registers(
    Register(
        plural="price-lists",
        states=PRICING_LIFE.states,
        singular="price_list",
        view=PriceListView,
        rows=lambda: PriceList.objects.order_by("id"),
        permission="pricing.read",
        tag=PRICES,
    ),
    Register(
        plural="tax-rates",
        states=PRICING_LIFE.states,
        singular="tax_rate",
        view=TaxRateView,
        rows=lambda: TaxRate.objects.order_by("id"),
        permission="pricing.read",
        tag=TAXES,
    ),
    Register(
        plural="shipping-methods",
        states=PRICING_LIFE.states,
        singular="shipping_method",
        view=ShippingMethodView,
        rows=lambda: ShippingMethod.objects.prefetch_related("rates").order_by("id"),
        make=_methods,
        permission="pricing.read",
        tag=SHIPPING,
    ),
)


@read("/price-lists/{price_list_id}/prices", permission="pricing.read", tag=PRICES)
def list_prices(price_list_id: str, *, after: After = None, limit: Limit = 50) -> Page[PriceView]:
    """The prices of a list, page by page."""
    of = found(PriceList.objects.all(), "price_list_id", price_list_id)
    return page(Price.objects.filter(price_list=of).select_related("variant").order_by("id"), _prices, after=after, limit=limit)


def _prices(rows: Sequence[Price]) -> list[PriceView]:
    return [
        PriceView(variant_id=row.variant_id, sku=row.variant.sku, min_quantity=row.min_quantity, unit_price=row.unit_price)
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPriceView:
    """A unit price from a quantity on, in minor units with up to six decimals, from a moment on until another (null: still)."""

    price_list_id: UUID
    price_list: str
    currency: str
    min_quantity: int
    unit_price: Decimal
    began_at: datetime
    ended_at: datetime | None


@read("/variants/{variant_id}/price-history", permission="pricing.read", tag=PRICES)
def list_price_history(variant_id: str, *, after: After = None, limit: Limit = 50) -> Page[PastPriceView]:
    """What a variant cost and costs in every price list, the first price first, page by page. The SKU will do for the id."""
    of = found(Variant.objects.all(), "variant_id", variant_id)
    return page(prices_over_time(of.id).order_by("id"), _past_prices, after=after, limit=limit)


def _past_prices(rows: Sequence[PastPrice]) -> list[PastPriceView]:
    return [
        PastPriceView(
            price_list_id=row.price_list_id, price_list=row.price_list.code, currency=row.price_list.currency,
            min_quantity=row.min_quantity, unit_price=row.unit_price, began_at=row.began_at, ended_at=row.ended_at,
        )
        for row in rows
    ]  # fmt: skip


class PriceSent(BaseModel):
    """The unit price of a variant (id or SKU) from a quantity on; null takes the price out."""

    model_config = ConfigDict(extra="forbid")

    variant: str
    unit_price: Decimal | None = Field(description="Minor units with up to six decimals.")
    min_quantity: int = 1


class PricesSent(BaseModel):
    """Prices to set, change or take out; those that are not named stay."""

    model_config = ConfigDict(extra="forbid")

    prices: tuple[PriceSent, ...]


def _set(call: Call, ids: Mapping[str, Any], sent: PricesSent) -> Event:
    variants = ids_of("variant_id", [(f"prices.{index}.variant", one.variant) for index, one in enumerate(sent.prices)])
    prices = tuple(
        PriceDraft(variant_id=variant, unit_price=one.unit_price, min_quantity=one.min_quantity)
        for variant, one in zip(variants, sent.prices, strict=True)
    )
    return set_prices(call, price_list_id=ids["price_list_id"], prices=prices)


mount(
    Write(path="/price-lists", command=save_price_list, makes="/price-lists/{price_list_id}", tag=PRICES),
    Write(method="PUT", path="/price-lists/{price_list_id}", command=save_price_list, name="change_price_list", tag=PRICES),
    Write(path="/price-lists/{price_list_id}/prices", command=set_prices, body=PricesSent, give=_set, tag=PRICES),
    Write(path="/price-lists/{price_list_id}/retire", command=retire_price_list, tag=PRICES),
    Write(path="/price-lists/{price_list_id}/restore", command=restore_price_list, tag=PRICES),
    Write(path="/tax-rates", command=save_tax_rate, makes="/tax-rates/{tax_rate_id}", tag=TAXES),
    Write(method="PUT", path="/tax-rates/{tax_rate_id}", command=save_tax_rate, name="change_tax_rate", tag=TAXES),
    Write(path="/tax-rates/{tax_rate_id}/retire", command=retire_tax_rate, tag=TAXES),
    Write(path="/tax-rates/{tax_rate_id}/restore", command=restore_tax_rate, tag=TAXES),
    Write(path="/shipping-methods", command=save_shipping_method, makes="/shipping-methods/{shipping_method_id}", tag=SHIPPING),
    Write(
        method="PUT",
        path="/shipping-methods/{shipping_method_id}",
        command=save_shipping_method,
        name="change_shipping_method",
        tag=SHIPPING,
    ),
    Write(path="/shipping-methods/{shipping_method_id}/retire", command=retire_shipping_method, tag=SHIPPING),
    Write(path="/shipping-methods/{shipping_method_id}/restore", command=restore_shipping_method, tag=SHIPPING),
)
