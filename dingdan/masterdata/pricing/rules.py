"""What an order costs, and what a part of it is worth when it comes back. Pure arithmetic on whole minor units.

Two equations hold for every order, to the unit, in every currency (see ``docs/money.md``):

* net prices: ``goods + freight − discount + tax = total``
* prices that include tax: ``goods + freight − discount = total``, and the tax is a part of it

An amount is rounded where it comes into being (unit price × quantity, tax of a line) and nowhere else; what is split is split by
largest remainder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Rounding, allocate, bounded, exponent, round_minor, round_ratio
from dingdan.kernel.quantity import checked_quantity

SHIPPING: Final = "shipping"


class PriceNotUsable(Refusal):
    """A unit price below zero."""

    status = 422
    sentence = _("A price cannot be below zero.")
    remedy = _("Give the price as zero or more; book a reduction as a discount.")


class DiscountTooLarge(Refusal):
    """A discount below zero, or above what it is taken from."""

    status = 422
    sentence = _("A discount of {discount} cannot be taken from {amount} (in minor units).")
    remedy = _("Give a discount from zero up to the amount that it reduces.")


# ── taxes ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TaxPart:
    """One tax by name, as a fraction of the base: 0.2 is twenty percent."""

    name: str
    rate: Decimal
    applies_to_shipping: bool = True


@dataclass(frozen=True, slots=True)
class Tax:
    """The taxes on one line: their rates add up, each on the same base, and their sum is rounded once by one rule."""

    parts: tuple[TaxPart, ...] = ()
    rounding: Rounding = "half_up"

    @property
    def rate(self) -> Decimal:
        """The sum of the parts' rates."""
        return sum((part.rate for part in self.parts), Decimal(0))

    def on_shipping(self) -> Tax:
        """The same tax without the parts that shipping is free of."""
        return Tax(tuple(part for part in self.parts if part.applies_to_shipping), self.rounding)


UNTAXED: Final = Tax()


@dataclass(frozen=True, slots=True)
class TaxLine:
    """A row of the tax register, as far as arithmetic needs it."""

    region: str
    tax_class: str
    part: TaxPart
    rounding: Rounding = "half_up"


def tax_table(rows: Iterable[TaxLine], region: str) -> dict[str, Tax]:
    """The tax of every class in a region. Rows of the region itself take the place of the country's rows for that class."""
    found: dict[str, dict[bool, list[TaxLine]]] = {}
    for row in rows:
        if row.region in {"", region}:
            found.setdefault(row.tax_class, {}).setdefault(bool(row.region), []).append(row)
    table = {}
    for tax_class, by_place in found.items():
        chosen = by_place.get(True) or by_place[False]
        table[tax_class] = Tax(tuple(row.part for row in chosen), chosen[0].rounding)
    return table


# ── prices ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit price (minor units, up to six decimals) from some quantity on, and the price list that it comes from."""

    price_list: str
    min_quantity: int
    unit_price: Decimal


def price_at(offers: Sequence[Offer], quantity: int) -> Offer | None:
    """The offer that counts for a quantity: offers come in order of precedence, within a list the largest break first."""
    return next((offer for offer in offers if offer.min_quantity <= quantity), None)


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line to price: ``unit_price`` in minor units (it may have decimals), ``discount`` on this line alone in minor units."""

    key: str
    quantity: int
    unit_price: Decimal
    tax: Tax = UNTAXED
    discount: int = 0


@dataclass(frozen=True, slots=True)
class ShippingInput:
    """What the shipping costs in minor units. Without a tax of its own it is taxed like the goods that it carries."""

    charge: int
    discount: int = 0
    tax: Tax | None = None


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """How much of a line's tax goes to one of its taxes."""

    name: str
    rate: Decimal
    amount: int


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A priced line in minor units: ``goods − discount`` is what is taxed (net) or paid (gross); ``total = tax_base + tax``.

    ``discount`` is the line's own plus its share of the order's; ``taxes`` add up to ``tax``.
    """

    key: str
    quantity: int
    unit_price: Decimal
    goods: int
    discount: int
    tax_base: int
    tax: int
    total: int
    tax_rate: Decimal
    tax_included: bool
    rounding: Rounding = "half_up"
    taxes: tuple[TaxAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """A priced order in minor units. ``shipping`` has one line per rate that the shipping is taxed with."""

    currency: str
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]
    shipping: tuple[PricedLine, ...]
    goods: int
    freight: int
    discount: int
    tax: int
    total: int


def price_lines(
    lines: Sequence[LineInput],
    *,
    currency: str,
    prices_include_tax: bool,
    order_discount: int = 0,
    shipping: ShippingInput | None = None,
) -> PricedOrder:
    """Price an order: every line, the discount on the whole split over them, the shipping with its tax, and the totals.

    Refuses quantities, prices, discounts and amounts out of bounds (:class:`QuantityOutOfRange`, :class:`PriceNotUsable`,
    :class:`DiscountTooLarge`, :class:`AmountTooLarge`), naming the line, and codes that are no currency.
    """
    exponent(currency)
    goods = [_goods(line, f"lines.{index}") for index, line in enumerate(lines)]
    left = [amount - line.discount for amount, line in zip(goods, lines, strict=True)]
    _check_discount(order_discount, sum(left), "discount")
    shares = allocate(order_discount, left) if order_discount else [0] * len(left)
    priced = tuple(
        _priced(line, amount, line.discount + share, prices_include_tax=prices_include_tax)
        for line, amount, share in zip(lines, goods, shares, strict=True)
    )
    freight = _priced_shipping(shipping, lines, priced, prices_include_tax=prices_include_tax) if shipping else ()
    every = (*priced, *freight)
    return PricedOrder(
        currency=currency,
        prices_include_tax=prices_include_tax,
        lines=priced,
        shipping=freight,
        goods=bounded(sum(goods), field="goods"),
        freight=sum(line.goods for line in freight),
        discount=sum(line.discount for line in every),
        tax=sum(line.tax for line in every),
        total=bounded(sum(line.total for line in every), field="total"),
    )


def _goods(line: LineInput, field: str) -> int:
    checked_quantity(line.quantity, field=f"{field}.quantity")
    if line.unit_price < 0:
        raise PriceNotUsable(field=f"{field}.unit_price")
    # In integers: a product of decimals would be cut at the 28 digits of Python's usual context.
    numerator, denominator = line.unit_price.as_integer_ratio()
    goods = bounded(round_ratio(numerator * line.quantity, denominator), field=f"{field}.unit_price")
    _check_discount(line.discount, goods, f"{field}.discount")
    return goods


def _check_discount(discount: int, amount: int, field: str) -> None:
    if not 0 <= discount <= amount:
        raise DiscountTooLarge(field=field, discount=discount, amount=amount)


def _priced(line: LineInput, goods: int, discount: int, *, prices_include_tax: bool) -> PricedLine:
    rate = line.tax.rate
    paid = goods - discount
    share = Fraction(rate) / (1 + Fraction(rate)) if prices_include_tax else Fraction(rate)
    tax = round_minor(paid * share, line.tax.rounding) if rate else 0
    base = paid - tax if prices_include_tax else paid
    return PricedLine(
        key=line.key,
        quantity=line.quantity,
        unit_price=line.unit_price,
        goods=goods,
        discount=discount,
        tax_base=base,
        tax=tax,
        total=base + tax,
        tax_rate=rate,
        tax_included=prices_include_tax,
        rounding=line.tax.rounding,
        taxes=_tax_amounts(line.tax, tax),
    )


def _tax_amounts(tax: Tax, amount: int) -> tuple[TaxAmount, ...]:
    if not tax.parts:
        return ()
    # The rates as whole numbers with a common denominator are the weights.
    ratios = [Fraction(part.rate) for part in tax.parts]
    scale = 1
    for ratio in ratios:
        scale *= ratio.denominator
    amounts = allocate(amount, [int(ratio * scale) for ratio in ratios])
    return tuple(TaxAmount(part.name, part.rate, share) for part, share in zip(tax.parts, amounts, strict=True))


def _priced_shipping(
    shipping: ShippingInput, lines: Sequence[LineInput], priced: Sequence[PricedLine], *, prices_include_tax: bool
) -> tuple[PricedLine, ...]:
    """The charge as one line, or as one line per tax of the goods, split by what the goods of each tax cost."""
    bounded(shipping.charge, field=SHIPPING)
    if shipping.charge < 0:
        raise PriceNotUsable(field=SHIPPING)
    _check_discount(shipping.discount, shipping.charge, f"{SHIPPING}.discount")
    carried: dict[Tax, int] = {}
    if shipping.tax is not None:
        carried[shipping.tax] = 1
    else:
        for line, result in zip(lines, priced, strict=True):
            tax = line.tax.on_shipping()
            carried[tax] = carried.get(tax, 0) + result.goods - result.discount
    if not carried:
        carried[UNTAXED] = 1
    charges = allocate(shipping.charge, list(carried.values()))
    discounts = allocate(shipping.discount, charges)
    found: list[PricedLine] = []
    for tax, charge, discount in zip(carried, charges, discounts, strict=True):
        if charge or len(carried) == 1:
            key = SHIPPING if not found else f"{SHIPPING}-{len(found) + 1}"
            line = LineInput(key, 1, Decimal(charge), tax)
            found.append(_priced(line, charge, discount, prices_include_tax=prices_include_tax))
    if not found:
        found.append(_priced(LineInput(SHIPPING, 1, Decimal(0)), 0, 0, prices_include_tax=prices_include_tax))
    return tuple(found)


# ── what comes back ──────────────────────────────────────────────────────────────────────────────────────────────────────


class SoldLine(Protocol):
    """A line as it was sold, in minor units: a :class:`PricedLine`, or the row that an order keeps of it."""

    @property
    def quantity(self) -> int: ...
    @property
    def discount(self) -> int: ...
    @property
    def tax(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def tax_included(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sold line in minor units, never below zero: ``total = tax_base + tax``, as on the line itself."""

    goods: int
    discount: int
    tax_base: int
    tax: int
    total: int


class ShareTooLarge(Refusal):
    """More comes back than was sold."""

    sentence = _("{asked} cannot come back: of {sold}, {already} came back before.")
    remedy = _("Give at most what is left.")


def refund_share(line: SoldLine, quantity_already: int, quantity_now: int) -> Share:
    """What ``quantity_now`` of a line is worth when ``quantity_already`` of it was given back (or canceled) before.

    Each share is the difference of two running totals, so that the shares of a whole line add up to the line, in every component,
    however it is cut. Refuses (:class:`ShareTooLarge`) more than the line has.
    """
    until = quantity_already + quantity_now
    if quantity_already < 0 or quantity_now < 0 or until > line.quantity:
        raise ShareTooLarge(field="quantity", asked=quantity_now, sold=line.quantity, already=quantity_already)
    return _between(
        line,
        (round_ratio(line.total * quantity_already, line.quantity), round_ratio(line.discount * quantity_already, line.quantity)),
        (round_ratio(line.total * until, line.quantity), round_ratio(line.discount * until, line.quantity)),
    )


def amount_share(line: SoldLine, amount_already: int, amount_now: int) -> Share:
    """The same for an amount of money instead of a quantity: a part of the shipping, or of the price as a goodwill.

    ``amount_now`` becomes the share's total. Refuses (:class:`ShareTooLarge`) more than the line's total.
    """
    until = amount_already + amount_now
    if amount_already < 0 or amount_now < 0 or until > line.total:
        raise ShareTooLarge(field="amount", asked=amount_now, sold=line.total, already=amount_already)
    whole = line.total or 1
    return _between(
        line,
        (amount_already, round_ratio(line.discount * amount_already, whole)),
        (until, round_ratio(line.discount * until, whole)),
    )


def _between(line: SoldLine, before: tuple[int, int], after: tuple[int, int]) -> Share:
    """The share between two running (total, discount). The tax runs with the total, so no component ever goes back."""
    whole = line.total or 1
    total = after[0] - before[0]
    discount = after[1] - before[1]
    tax = round_ratio(line.tax * after[0], whole) - round_ratio(line.tax * before[0], whole)
    base = total - tax
    return Share(goods=(total if line.tax_included else base) + discount, discount=discount, tax_base=base, tax=tax, total=total)


# ── shipping ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


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
        code: (found[0].offer, min((row.rate for row in found), key=lambda rate: (-(rate.nearness(destination) or 0), rate.price)))
        for code, found in rows.items()
    }
