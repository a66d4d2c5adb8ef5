"""What can be asked about prices, taxes and shipping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from dingdan.kernel.laws import breaches, in_full_only
from dingdan.kernel.money import Rounding
from dingdan.kernel.text import said
from dingdan.masterdata.pricing.lifecycle import PRICING_LIFE
from dingdan.masterdata.pricing.models import PastList, PastPrice, Price, ShippingMethod, ShippingRate, TaxRate
from dingdan.masterdata.pricing.rules import (
    Destination,
    ListThen,
    Offer,
    PriceThen,
    RateLine,
    ShippingOffer,
    ShippingRow,
    Tax,
    TaxLine,
    TaxPart,
    shipping_price,
    tax_table,
)

PriceBook = dict[UUID, tuple[Offer, ...]]


def _in_force(on: date, *, prefix: str = "") -> Q:
    """What is not retired and runs on that day."""
    starts, ends = f"{prefix}starts_on", f"{prefix}ends_on"
    return (
        Q(**{f"{prefix}state": PRICING_LIFE.initial})
        & (Q(**{starts: None}) | Q(**{f"{starts}__lte": on}))
        & (Q(**{ends: None}) | Q(**{f"{ends}__gte": on}))
    )


def price_book(channel_id: UUID, variant_ids: Iterable[UUID], *, customer_group: str, on: date, currency: str) -> PriceBook:
    """The prices of these variants for a channel, customer group and day, by variant; without a price: left out. One statement.

    Ask `rules.price_at` for the price of a quantity. The offers of a variant come in order of precedence: the price list with the
    higher priority, then one for the customer's group, one for the channel, the one that started last; within a list the largest
    quantity break first.
    """
    rows = (
        Price.objects.filter(_in_force(on, prefix="price_list__"), variant__in=list(variant_ids), price_list__currency=currency)
        .filter(Q(price_list__channel=None) | Q(price_list__channel=channel_id))
        .filter(Q(price_list__customer_group="") | Q(price_list__customer_group=customer_group))
        .order_by(
            "variant",
            F("price_list__priority").desc(),
            _first(~Q(price_list__customer_group="")),
            _first(Q(price_list__channel__isnull=False)),
            F("price_list__starts_on").desc(nulls_last=True),
            "price_list__code",
            F("min_quantity").desc(),
        )
        .values_list("variant_id", "price_list__code", "min_quantity", "unit_price", "price_list__ends_on")
    )
    book: dict[UUID, list[Offer]] = {}
    for variant_id, code, min_quantity, unit_price, ends_on in rows:
        book.setdefault(variant_id, []).append(Offer(code, min_quantity, unit_price, ends_on))
    return {variant_id: tuple(offers) for variant_id, offers in book.items()}


def prices_listed(codes: Iterable[str], variant_ids: Iterable[UUID]) -> dict[tuple[str, str, UUID], tuple[Offer, ...]]:
    """What these price lists say of variants, whether they are offered or retired: by code, currency and variant. One statement.

    The offers come with the largest quantity break first; ask `rules.price_at` for the price of a quantity.
    """
    rows = Price.objects.filter(price_list__code__in=list(codes), variant__in=list(variant_ids)).order_by(
        F("min_quantity").desc()
    )
    listed: dict[tuple[str, str, UUID], list[Offer]] = {}
    for code, currency, variant_id, least, price in rows.values_list(
        "price_list__code", "price_list__currency", "variant_id", "min_quantity", "unit_price"
    ):
        listed.setdefault((code, currency, variant_id), []).append(Offer(code, least, price))
    return {key: tuple(offers) for key, offers in listed.items()}


def past_lists(channel_id: UUID, currency: str, *, since: datetime) -> list[ListThen]:
    """What price lists for everybody in a channel said at any time since a moment. One statement."""
    rows = PastList.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), currency=currency, customer_group="", is_active=True)
    return [
        ListThen(
            since=row.began_at, until=row.ended_at, price_list_id=row.price_list_id, code=row.price_list.code,
            of_channel=row.channel_id is not None, starts_on=row.starts_on, ends_on=row.ends_on, priority=row.priority,
        )
        for row in rows.filter(Q(channel_id=None) | Q(channel_id=channel_id)).select_related("price_list")
    ]  # fmt: skip


def past_prices(variant_ids: Iterable[UUID], *, since: datetime) -> dict[UUID, list[PriceThen]]:
    """What lists asked for one piece of variants at any time since a moment, by variant. One statement."""
    rows = PastPrice.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), variant__in=list(variant_ids), min_quantity=1)
    found: dict[UUID, list[PriceThen]] = {}
    for row in rows:
        spell = PriceThen(since=row.began_at, until=row.ended_at, price_list_id=row.price_list_id, unit_price=row.unit_price)
        found.setdefault(row.variant_id, []).append(spell)
    return found


def prices_over_time(variant_id: UUID) -> QuerySet[PastPrice]:
    """What a variant cost and costs in every list, the newest first."""
    return PastPrice.objects.filter(variant=variant_id).select_related("price_list").order_by("-began_at", "-id")


def _first(condition: Q) -> Case:
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


def tax_rates(country: str, region: str, on: date) -> dict[str, Tax]:
    """The tax of every class in a country and region on a day, by class; what has no rate there is untaxed. One statement."""
    rows = TaxRate.objects.filter(_in_force(on), country=country, region__in=["", region]).order_by("tax_class", "name", "id")
    lines = [
        TaxLine(row.region, row.tax_class, TaxPart(row.name, row.rate, row.applies_to_shipping), cast("Rounding", row.rounding))
        for row in rows
    ]
    return tax_table(lines, region)


@dataclass(frozen=True, slots=True)
class ShippingQuote:
    """A shipping method that takes these goods there: its price in minor units, zone, days on the road and tax class."""

    method_id: UUID
    code: str
    name: str
    price: int
    currency: str
    zone: str
    tax_class: str
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is to be shipped: weight in grams, and what the goods cost in minor units of a currency."""

    weight_grams: int
    amount: int
    currency: str


def shipping_quotes(destination: Destination, parcel: Parcel, *, language: str = "") -> list[ShippingQuote]:
    """The shipping methods that take such a parcel there, in the shop's order. One statement. Empty: nothing goes there."""
    found = [(offer, shipping_price(offer, destination)) for offer in _offers(destination, parcel)]
    return [
        ShippingQuote(
            method_id=offer.method_id,
            code=offer.code,
            name=said(offer.name_i18n, language, offer.name),
            price=rate.price,
            currency=parcel.currency,
            zone=rate.zone,
            tax_class=offer.tax_class,
            min_days=offer.min_days,
            max_days=offer.max_days,
        )
        for offer, rate in found
        if rate is not None
    ]


def _offers(destination: Destination, parcel: Parcel) -> list[ShippingOffer]:
    offers: dict[UUID, list[RateLine]] = {}
    methods: dict[UUID, ShippingMethod] = {}
    for row in _fitting_rates(destination, parcel):
        methods[row.method_id] = row.method
        offers.setdefault(row.method_id, []).append(
            RateLine(row.price, row.zone, tuple(row.countries), tuple(row.regions), tuple(row.postal_prefixes))
        )
    return [
        ShippingOffer(
            method_id=method.id,
            code=method.code,
            name=method.name,
            name_i18n=method.name_i18n,
            tax_class=method.tax_class,
            min_days=method.min_days,
            max_days=method.max_days,
            rates=tuple(offers[method.id]),
        )
        for method in methods.values()
    ]


def _fitting_rates(destination: Destination, parcel: Parcel) -> QuerySet[ShippingRate]:
    return (
        ShippingRate.objects.filter(method__state=PRICING_LIFE.initial, currency=parcel.currency)
        .filter(Q(method__countries=[]) | Q(method__countries__contains=[destination.country]))
        .filter(Q(countries=[]) | Q(countries__contains=[destination.country]))
        .filter(min_weight_grams__lte=parcel.weight_grams, min_amount__lte=parcel.amount)
        .filter(Q(max_weight_grams=None) | Q(max_weight_grams__gte=parcel.weight_grams))
        .filter(Q(max_amount=None) | Q(max_amount__gt=parcel.amount))
        .select_related("method")
        .order_by("method__position", "method__code", "price", "id")
    )


def shipping_table(currency: str) -> tuple[ShippingRow, ...]:
    """Every row of every method's table in a currency, in the shop's order of methods. One statement; small enough to keep."""
    rates = ShippingRate.objects.filter(method__state=PRICING_LIFE.initial, currency=currency).select_related("method")
    return tuple(_shipping_row(row) for row in rates.order_by("method__position", "method__code", "price", "id"))


def _shipping_row(row: ShippingRate) -> ShippingRow:
    method = row.method
    rate = RateLine(row.price, row.zone, tuple(row.countries), tuple(row.regions), tuple(row.postal_prefixes))
    offer = ShippingOffer(
        method.id, method.code, method.name, method.name_i18n, method.tax_class, method.min_days, method.max_days, (rate,)
    )
    return ShippingRow(
        offer, rate, tuple(method.countries), row.min_weight_grams, row.max_weight_grams, row.min_amount, row.max_amount
    )


def priced_skus(count: int) -> list[str]:
    """The SKUs of the first articles that were given a price."""
    return list(Price.objects.order_by("id").values_list("variant__sku", flat=True)[:count])


@in_full_only
def law_prices_are_remembered() -> Iterator[str]:
    """What a list asks now is the last that is remembered of it, and nothing else has no end yet."""
    return breaches(
        """
        SELECT coalesce(now.variant_id, past.variant_id), now.unit_price, past.unit_price
        FROM (SELECT * FROM pricing_price WHERE tenant_id = %(tenant)s) AS now
        FULL JOIN (SELECT * FROM pricing_pastprice WHERE tenant_id = %(tenant)s AND ended_at IS NULL) AS past
          ON past.tenant_id = now.tenant_id AND past.variant_id = now.variant_id AND past.price_list_id = now.price_list_id
         AND past.min_quantity = now.min_quantity
        WHERE now.unit_price IS DISTINCT FROM past.unit_price
        """,
        "variant {0}: its price is {1}, remembered is {2}",
    )


LAWS = (law_prices_are_remembered,)
