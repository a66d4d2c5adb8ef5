"""What an order costs. Pure arithmetic on whole minor units.

Two equations hold for every order, to the unit, in every currency (see ``docs/money.md``):

* net prices: ``goods + freight − discount + tax = total``
* prices that include tax: ``goods + freight − discount = total``, and the tax is a part of it

An amount is rounded where it comes into being (unit price × quantity, tax of a line) and nowhere else; what is split is split by
largest remainder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Rounding, allocate, bounded, currency_step, round_ratio
from dingdan.kernel.quantity import checked_quantity
from dingdan.masterdata.pricing.rules.taxes import UNTAXED, Tax

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


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit price (minor units, up to six decimals) from some quantity on, and the price list that it comes from."""

    price_list: str
    min_quantity: int
    unit_price: Decimal
    ends_on: date | None = field(default=None, compare=False)
    """The last day of its price list."""


def price_at(offers: Sequence[Offer], quantity: int) -> Offer | None:
    """The offer that counts for a quantity: offers come in order of precedence, within a list the largest break first."""
    return next((offer for offer in offers if offer.min_quantity <= quantity), None)


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line to price: ``unit_price`` in minor units (it may have decimals), ``discount`` on this line alone in minor units.

    What ``is_money`` (a gift card) bears no part of the order's discount, and no shipping.
    """

    key: str
    quantity: int
    unit_price: Decimal
    tax: Tax = UNTAXED
    discount: int = 0
    is_money: bool = False


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
    step: int = 1
    """What parts of it are rounded to: see :func:`dingdan.kernel.money.currency_step`."""


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
    step = currency_step(currency)
    goods = [_goods(line, f"lines.{index}") for index, line in enumerate(lines)]
    left = [0 if line.is_money else amount - line.discount for amount, line in zip(goods, lines, strict=True)]
    _check_discount(order_discount, sum(left), "discount")
    shares = allocate(order_discount, left, step=step) if order_discount else [0] * len(left)
    priced = tuple(
        _priced(line, amount, line.discount + share, gross=prices_include_tax, step=step)
        for line, amount, share in zip(lines, goods, shares, strict=True)
    )
    freight = _priced_shipping(shipping, lines, priced, gross=prices_include_tax, step=step) if shipping else ()
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


def _priced(line: LineInput, goods: int, discount: int, *, gross: bool, step: int) -> PricedLine:
    rate = line.tax.rate
    paid = goods - discount
    part, whole = rate.as_integer_ratio()
    # In prices that include it, a tax of 1/5 is 1/6 of what is paid. What comes on top is paid, so it is what can be paid.
    tax = round_ratio(paid * part, whole + part if gross else whole, line.tax.rounding, step=1 if gross else step)
    base = paid - tax if gross else paid
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
        tax_included=gross,
        rounding=line.tax.rounding,
        taxes=_tax_amounts(line.tax, tax),
        step=step,
    )


def _tax_amounts(tax: Tax, amount: int) -> tuple[TaxAmount, ...]:
    if len(tax.parts) < 2:
        return tuple(TaxAmount(part.name, part.rate, amount) for part in tax.parts)
    # The rates as whole numbers with a common denominator are the weights.
    ratios = [Fraction(part.rate) for part in tax.parts]
    scale = 1
    for ratio in ratios:
        scale *= ratio.denominator
    amounts = allocate(amount, [int(ratio * scale) for ratio in ratios])
    return tuple(TaxAmount(part.name, part.rate, share) for part, share in zip(tax.parts, amounts, strict=True))


def _priced_shipping(
    shipping: ShippingInput, lines: Sequence[LineInput], priced: Sequence[PricedLine], *, gross: bool, step: int
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
            if line.is_money:
                continue
            tax = line.tax.on_shipping()
            carried[tax] = carried.get(tax, 0) + result.goods - result.discount
    if not carried:
        carried[UNTAXED] = 1
    charges = allocate(shipping.charge, list(carried.values()), step=step)
    discounts = allocate(shipping.discount, charges, step=step)
    found: list[PricedLine] = []
    for tax, charge, discount in zip(carried, charges, discounts, strict=True):
        if charge or len(carried) == 1:
            key = SHIPPING if not found else f"{SHIPPING}-{len(found) + 1}"
            line = LineInput(key, 1, Decimal(charge), tax)
            found.append(_priced(line, charge, discount, gross=gross, step=step))
    if not found:
        found.append(_priced(LineInput(SHIPPING, 1, Decimal(0)), 0, 0, gross=gross, step=step))
    return tuple(found)
