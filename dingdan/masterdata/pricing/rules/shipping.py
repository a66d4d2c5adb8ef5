"""Which row of a shipping method's table counts for a destination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Destination:
    """Where goods go: country (ISO 3166), region and postal code as the address has them."""

    country: str
    region: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class RateLine:
    """A row of a shipping method's table."""

    price: int
    zone: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    postal_prefixes: tuple[str, ...] = ()

    def nearness(self, destination: Destination) -> int | None:
        """How closely the zone fits: the longest postal prefix first, then region, country, everywhere; None: not at all."""
        if self.countries and destination.country not in self.countries:
            return None
        if self.regions and destination.region not in self.regions:
            return None
        written = destination.postal_code.replace(" ", "").upper()
        fitting = [len(prefix) for prefix in self.postal_prefixes if written.startswith(prefix.replace(" ", "").upper())]
        if self.postal_prefixes and not fitting:
            return None
        return 100 * max(fitting, default=0) + 10 * bool(self.regions) + bool(self.countries)


@dataclass(frozen=True, slots=True)
class ShippingOffer:
    """A shipping method that goes there, and the rows of its table that fit weight and amount."""

    method_id: UUID
    code: str
    name: str
    name_i18n: Mapping[str, str]
    tax_class: str
    min_days: int
    max_days: int
    rates: tuple[RateLine, ...]


def shipping_price(offer: ShippingOffer, destination: Destination) -> RateLine | None:
    """The row that counts: the nearest zone, among equals the cheapest. None where the method does not go."""
    fitting = [(near, -rate.price, rate) for rate in offer.rates if (near := rate.nearness(destination)) is not None]
    return max(fitting, key=lambda found: found[:2])[2] if fitting else None


@dataclass(frozen=True, slots=True)
class ShippingRow:
    """A row of a method's table with the parcels it is for; the method comes along."""

    offer: ShippingOffer
    rate: RateLine
    method_countries: tuple[str, ...]
    min_weight_grams: int
    max_weight_grams: int | None
    min_amount: int
    max_amount: int | None

    def takes(self, destination: Destination, weight_grams: int, amount: int) -> bool:
        """Whether the row is for a parcel of that weight (grams) and worth (minor units) to there."""
        return (
            (not self.method_countries or destination.country in self.method_countries)
            and self.min_weight_grams <= weight_grams
            and (self.max_weight_grams is None or weight_grams <= self.max_weight_grams)
            and self.min_amount <= amount
            and (self.max_amount is None or amount < self.max_amount)
            and self.rate.nearness(destination) is not None
        )


def cheapest_ways(
    table: Iterable[ShippingRow], destination: Destination, *, weight_grams: int, amount: int
) -> dict[str, tuple[ShippingOffer, RateLine]]:
    """By method code, the row that counts for such a parcel: the nearest zone, among equals the cheapest."""
    rows: dict[str, list[ShippingRow]] = {}
    for row in table:
        if row.takes(destination, weight_grams, amount):
            rows.setdefault(row.offer.code, []).append(row)
    return {
        code: (
            found[0].offer,
            min((row.rate for row in found), key=lambda rate: (-(rate.nearness(destination) or 0), rate.price)),
        )
        for code, found in rows.items()
    }
