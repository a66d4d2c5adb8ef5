"""What price lists, taxes and shipping methods must look like to be written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import ROUNDINGS, bounded, exponent
from dingdan.kernel.quantity import checked_quantity
from dingdan.kernel.text import clean_code, clean_country, clean_text, one_of

LARGEST_UNIT_PRICE: Final = Decimal(10**13)
LARGEST_RATE: Final = Decimal(2)
MOST_PRICES: Final = 20_000
MOST_SHIPPING_RATES: Final = 2_000
MOST_PLACES: Final = 500


class DatesNotUsable(Refusal):
    """It would end before it starts."""

    status = 422
    sentence = _("The last day {ends_on} lies before the first day {starts_on}.")
    remedy = _("Give a last day that is not before the first, or leave one of them out.")


class UnitPriceNotUsable(Refusal):
    """A unit price is zero or more minor units, with up to six decimals."""

    status = 422
    sentence = _("“{price}” is not a unit price in minor units.")
    remedy = _("Give a number from 0 to 10,000,000,000,000 with at most six decimals; 1250 is £12.50.")


class RateNotUsable(Refusal):
    """A tax rate is a fraction."""

    status = 422
    sentence = _("“{rate}” is not a tax rate.")
    remedy = _("Give the rate as a fraction from 0 to 2 with at most six decimals; 0.2 is twenty percent.")


class RangeNotUsable(Refusal):
    """A row of the table begins after it ends."""

    status = 422
    sentence = _("The row begins at {least} and ends at {most}.")
    remedy = _("Give a range from zero that ends after it begins, or leave its end open.")


class TooManyRows(Refusal):
    """More rows than are sensible in one piece."""

    status = 422
    sentence = _("{count} rows are too many; {most} is the most.")
    remedy = _("Send them in several pieces.")


class DaysNotUsable(Refusal):
    """Shipping takes a whole number of days."""

    status = 422
    sentence = _("From {least} to {most} days is not a time on the road.")
    remedy = _("Give whole days from 0 to 365, the fewest first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListDraft:
    """A price list as it shall be. ``id`` names one whose code is to change; else the code tells which it is.

    ``channel_id`` None: every channel. ``customer_group`` empty: every customer. Of several lists that apply the one with the
    highest ``priority`` counts.
    """

    code: str
    name: str
    currency: str
    channel_id: UUID | None = None
    customer_group: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    priority: int = 0
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDraft:
    """The unit price of a variant from a quantity on, in minor units with up to six decimals; None takes the price out."""

    variant_id: UUID
    unit_price: Decimal | None
    min_quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateDraft:
    """A tax rate as it shall be. ``id`` names one; else place, class, name and first day tell which it is."""

    country: str
    rate: Decimal
    name: str
    region: str = ""
    tax_class: str = "standard"
    applies_to_shipping: bool = True
    rounding: str = "half_up"
    starts_on: date | None = None
    ends_on: date | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingRateDraft:
    """A row of a method's table: ``price`` (minor units) for weights up to and with the highest, and amounts below the highest.

    The zone is the countries, regions and postal prefixes that are named; what is empty narrows nothing.
    """

    currency: str
    price: int
    zone: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()
    min_weight_grams: int = 0
    max_weight_grams: int | None = None
    min_amount: int = 0
    max_amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingMethodDraft:
    """A shipping method as it shall be, with its whole table. ``id`` names one whose code is to change; else the code tells."""

    code: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    carrier: str = ""
    countries: tuple[str, ...] = ()
    tax_class: str = ""
    min_days: int = 1
    max_days: int = 5
    position: int = 0
    rates: tuple[ShippingRateDraft, ...] = ()
    id: UUID | None = None


def clean_price_list(draft: PriceListDraft) -> PriceListDraft:
    """The price list with every text cleaned. Refuses what cannot be, naming field and remedy."""
    exponent(draft.currency)
    _check_dates(draft.starts_on, draft.ends_on)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        customer_group=clean_code(draft.customer_group, "customer_group") if draft.customer_group else "",
        priority=_between(draft.priority, "priority", -(10**6), 10**6),
    )


def clean_prices(drafts: tuple[PriceDraft, ...]) -> dict[tuple[UUID, int], Decimal | None]:
    """The prices by variant and quantity; of two for the same the last counts. Refuses what cannot be, naming the row."""
    if len(drafts) > MOST_PRICES:
        raise TooManyRows(field="prices", count=len(drafts), most=MOST_PRICES)
    found: dict[tuple[UUID, int], Decimal | None] = {}
    for index, draft in enumerate(drafts):
        quantity = checked_quantity(draft.min_quantity, field=f"prices.{index}.min_quantity")
        price = None if draft.unit_price is None else _unit_price(draft.unit_price, f"prices.{index}.unit_price")
        found[draft.variant_id, quantity] = price
    return found


def clean_tax_rate(draft: TaxRateDraft) -> TaxRateDraft:
    """The tax rate with every text cleaned. Refuses what cannot be, naming field and remedy."""
    _check_dates(draft.starts_on, draft.ends_on)
    rate = draft.rate
    if not _is_exact(rate) or not 0 <= rate <= LARGEST_RATE:
        raise RateNotUsable(field="rate", rate=str(rate)[:40])
    return replace(
        draft,
        country=clean_country(draft.country, "country"),
        region=clean_text(draft.region, "region", 100, required=False),
        tax_class=clean_text(draft.tax_class, "tax_class", 40),
        rate=rate.quantize(Decimal("0.000001")),
        name=clean_text(draft.name, "name", 60),
        rounding=one_of(draft.rounding, "rounding", ROUNDINGS),
    )


def clean_shipping_method(draft: ShippingMethodDraft) -> ShippingMethodDraft:
    """The method and its table with every text cleaned. Refuses what cannot be, naming field and remedy."""
    least, most = draft.min_days, draft.max_days
    if type(least) is not int or type(most) is not int or not 0 <= least <= most <= 365:
        raise DaysNotUsable(field="max_days", least=str(least)[:20], most=str(most)[:20])
    if len(draft.rates) > MOST_SHIPPING_RATES:
        raise TooManyRows(field="rates", count=len(draft.rates), most=MOST_SHIPPING_RATES)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        name_i18n={
            clean_text(tag, "name_i18n", 16): clean_text(name, f"name_i18n.{tag}", 200) for tag, name in draft.name_i18n.items()
        },
        carrier=clean_code(draft.carrier, "carrier") if draft.carrier else "",
        countries=_countries(draft.countries, "countries"),
        tax_class=clean_text(draft.tax_class, "tax_class", 40, required=False),
        position=_between(draft.position, "position", -(10**6), 10**6),
        rates=tuple(_clean_rate(rate, f"rates.{index}.") for index, rate in enumerate(draft.rates)),
    )


def _clean_rate(rate: ShippingRateDraft, prefix: str) -> ShippingRateDraft:
    exponent(rate.currency)
    _check_range(rate.min_weight_grams, rate.max_weight_grams, f"{prefix}max_weight_grams")
    _check_range(rate.min_amount, rate.max_amount, f"{prefix}max_amount")
    return replace(
        rate,
        price=_between(rate.price, f"{prefix}price", 0, bounded(10**15)),
        zone=clean_text(rate.zone, f"{prefix}zone", 60, required=False),
        countries=_countries(rate.countries, f"{prefix}countries"),
        regions=_texts(rate.regions, f"{prefix}regions", 100),
        postal_prefixes=_texts(rate.postal_prefixes, f"{prefix}postal_prefixes", 20),
    )


def _countries(codes: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(sorted({clean_country(code, name) for code in codes}))


def _texts(texts: tuple[str, ...], name: str, length: int) -> tuple[str, ...]:
    if len(texts) > MOST_PLACES:
        raise TooManyRows(field=name, count=len(texts), most=MOST_PLACES)
    return tuple(clean_text(text, name, length) for text in texts)


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise DatesNotUsable(field="ends_on", starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())


def _check_range(least: object, most: object, name: str) -> None:
    ends = most is None or (type(most) is int and most <= 10**15)
    if type(least) is not int or least < 0 or not ends or (type(most) is int and most < max(least, 1)):
        raise RangeNotUsable(field=name, least=str(least)[:20], most=str(most)[:20])


def _between(value: object, name: str, least: int, most: int) -> int:
    if type(value) is int and least <= value <= most:
        return value
    raise RangeNotUsable(field=name, least=least, most=most)


def _unit_price(price: Decimal, name: str) -> Decimal:
    if not _is_exact(price) or not 0 <= price <= LARGEST_UNIT_PRICE:
        raise UnitPriceNotUsable(field=name, price=str(price)[:40])
    return price.quantize(Decimal("0.000001"))


def _is_exact(value: object) -> bool:
    """Whether this is a finite decimal number with at most six decimals."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    exponent_ = value.normalize().as_tuple().exponent
    return isinstance(exponent_, int) and exponent_ >= -6
