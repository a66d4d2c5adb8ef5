"""A cart as programs are told of it: what is in it, what each promotion brings, what it comes to, and where it is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, with_config

from dingdan.masterdata.pricing.rules import RateLine, ShippingOffer
from dingdan.trade.orders.rules import Draft, Person
from dingdan.web.storefront import buying_pages, checkout, promoting
from dingdan.web.storefront.address_form import countries
from dingdan.web.storefront.addresses import whole
from dingdan.web.storefront.carts import Filled
from dingdan.web.storefront.reader import TAGS, Reader

_TOLD = with_config(ConfigDict(use_attribute_docstrings=True, extra="forbid"))


@_TOLD
@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of the cart's currency."""

    amount: int
    """In minor units."""
    text: str
    """As people write it."""


@_TOLD
@dataclass(frozen=True, slots=True)
class LineTold:
    """An article in the cart."""

    sku: str
    name: str
    quantity: int
    price: str
    """Of one; empty where it is not sold any more."""
    total: str
    promise: str
    """Whether it is there, or when it leaves, in words."""
    most: int
    """So many can be ordered now."""
    can_be_ordered: bool
    url: str
    """The page of the product; empty where there is none."""
    picture: str
    """A picture of it; empty where there is none."""
    lowest_30_days: str
    """Where a promotion makes it cheaper for everybody: its lowest price of the thirty days before; else empty."""


@_TOLD
@dataclass(frozen=True, slots=True)
class CouponTold:
    """A coupon on the cart."""

    coupon: str
    brings: str
    """What it takes off; empty while it brings nothing."""
    why: str
    """Why it brings nothing; empty where it does."""


@_TOLD
@dataclass(frozen=True, slots=True)
class PromotionTold:
    """What a promotion changes, with or without a coupon."""

    name: str
    amount: int
    """In minor units, below zero."""
    text: str


@_TOLD
@dataclass(frozen=True, slots=True)
class Totals:
    """What it comes to with the cheapest way there."""

    goods: Amount
    discount: Amount
    shipping: Amount
    tax: Amount
    total: Amount


@_TOLD
@dataclass(frozen=True, slots=True)
class Way:
    """A way of shipping."""

    code: str
    name: str
    price: Amount
    days: tuple[int, int]
    """How many days it is on the road, at least and at most."""


@_TOLD
@dataclass(frozen=True, slots=True)
class CartTold:
    """A cart as it would be ordered now."""

    cart: str
    """The key to the cart: whoever holds it may change it. It may change with the cart, and the older one opens it too."""
    checkout_url: str
    """Where its shopper orders: the hand-over to the checkout."""
    expires_at: datetime
    language: str
    currency: str
    """ISO 4217."""
    prices_include_tax: bool
    country: str
    """ISO 3166; where it would be shipped to."""
    lines: list[LineTold]
    coupons: list[CouponTold]
    hints: list[str]
    """What would be given as well if there were a little more."""
    promotions: list[PromotionTold]
    totals: Totals | None
    """Null while something in the cart cannot be had, or nothing is in it."""
    ways: list[Way]


def told(reader: Reader, filled: Filled, *, country: str = "", postcode: str = "") -> CartTold:
    """The cart as it would be ordered now, shipped to that country and postcode. Amounts are minor units, with their words."""
    there = country if country in dict(countries(TAGS[reader.language])) else reader.front.country
    to = Person(country=there, address={"postal_code": postcode[:12]} if postcode else {})
    wanted = checkout.wanted_by(reader, filled, checkout.typed_in({"country": there}), to)
    lines = buying_pages.lines_of(reader, filled.wanted.lines, {})
    can_be = [line for line in lines if not line.get("is_gone")]
    sums = checkout.sums_of(reader, wanted) if lines and len(can_be) == len(lines) else checkout.Sums(None)
    more = promoting.coupons(reader, filled, sums)
    return CartTold(
        cart=filled.link,
        checkout_url=whole(f"{reader.to.buy}?cart={filled.link}"),
        expires_at=filled.row.expires_at,
        language=TAGS[reader.language],
        currency=reader.front.channel.currency,
        prices_include_tax=reader.front.channel.prices_include_tax,
        country=there,
        lines=[_line(line) for line in lines],
        coupons=[CouponTold(one["code"], one["brings"], one["why"]) for one in more["coupons"]],
        hints=more["hints"],
        promotions=_promotions(reader, sums.draft) if sums.draft else [],
        totals=_totals(reader, sums.draft) if sums.draft else None,
        ways=[_way(reader, *one) for one in sums.ways],
    )


def _line(line: dict[str, Any]) -> LineTold:
    gone = bool(line.get("is_gone"))
    return LineTold(
        sku=line["sku"], name=line["name"], quantity=line["quantity"], price=line.get("price", ""),
        total=line.get("total", ""), promise=str(line.get("promise", "")), most=line.get("most", 0),
        can_be_ordered=not gone and not line["is_short"], url=whole(line["url"]) if line["url"] else "",
        picture=whole(line["picture"]) if line["picture"] else "", lowest_30_days=line.get("lowest", ""),
    )  # fmt: skip


def _amount(reader: Reader, amount: int) -> Amount:
    return Amount(amount, reader.money(amount))


def _promotions(reader: Reader, draft: Draft) -> list[PromotionTold]:
    language = TAGS[reader.language]
    return [
        PromotionTold(one.given.promotion.named(language), -one.given.off, reader.money(-one.given.off)) for one in draft.promoted
    ]


def _totals(reader: Reader, draft: Draft) -> Totals:
    priced = draft.priced
    return Totals(
        goods=_amount(reader, priced.goods), discount=_amount(reader, priced.discount),
        shipping=_amount(reader, draft.freight), tax=_amount(reader, priced.tax), total=_amount(reader, priced.total),
    )  # fmt: skip


def _way(reader: Reader, offer: ShippingOffer, rate: RateLine) -> Way:
    name = reader.said(offer.name_i18n, offer.name)
    return Way(offer.code, name, _amount(reader, rate.price), (offer.min_days, offer.max_days))
