"""A promotion as it is written down, and the cart that it is asked about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from dingdan.kernel.text import said

MOST_COUPONS: Final = 10
"""How many coupons one cart may name."""


class Gives(StrEnum):
    """What a promotion gives."""

    PERCENT = "percent"
    AMOUNT = "amount"
    AMOUNT_EACH = "amount_each"
    FREE_SHIPPING = "free_shipping"
    BUY_GET = "buy_get"
    BY_QUANTITY = "by_quantity"
    BY_VALUE = "by_value"
    BUNDLE = "bundle"
    ANY_FOR = "any_for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """From so many units (or so much in minor units) on: a part of the price, or an amount in minor units, is taken off."""

    least: int
    percent: Decimal = Decimal(0)
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a promotion says, written down or to be. Empty lists narrow nothing; amounts are minor units of its only currency.

    ``gives`` is one of percent, amount (off all together), amount_each (off each unit), free_shipping, buy_get, by_quantity,
    by_value, bundle and any_for. ``percent`` is a fraction (1: for nothing). ``amount`` is what is taken off, or (bundle,
    any_for) what a set costs. ``buy`` and ``get`` are units. ``skus`` are what it is about, ``categories`` (slugs)
    whatever stands in one of them or in one inside of it; where both are named, either will do. ``others`` what is given in place
    of those bought (buy_get); all may end in ``*``. ``tags`` are customers' tags, ``combines`` codes of promotions.
    ``starts_on`` and ``ends_on`` are its first and last day where the channel is. The higher ``priority`` comes first.
    """

    code: str
    name: str
    gives: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    percent: Decimal = Decimal(0)
    amount: int = 0
    buy: int = 0
    get: int = 0
    tiers: tuple[Tier, ...] = ()
    bundle: Mapping[str, int] = field(default_factory=dict)
    most_off: int | None = None
    skus: tuple[str, ...] = ()
    not_skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    least_amount: int | None = None
    least_quantity: int | None = None
    first_order: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    priority: int = 0
    exclusive: bool = False
    combines: tuple[str, ...] = ()
    most_uses: int | None = None
    most_each: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion(Terms):
    """A promotion as the register tells it. ``by_coupon``: only whoever names one of its coupons gets it."""

    id: UUID
    by_coupon: bool = False

    def named(self, language: str) -> str:
        """Its name in a language."""
        return said(self.name_i18n, language, self.name)

    def goes_with(self, other: Promotion) -> bool:
        """Whether both may be given to one order: neither stands alone, and each that names others names the other."""
        if self.exclusive or other.exclusive:
            return False
        return (not self.combines or other.code in self.combines) and (not other.combines or self.code in other.combines)

    def may_fit(self, days: tuple[date, date], channels: Collection[str]) -> bool:
        """Whether it could be given on one of these days (the first, the last) in one of these channels."""
        if (self.starts_on and self.starts_on > days[1]) or (self.ends_on and self.ends_on < days[0]):
            return False
        return not self.channels or not set(self.channels).isdisjoint(channels)

    def is_about(self, sku: str, shelves: Collection[str] = ()) -> bool:
        """Whether an article is one of those that it is about. ``shelves``: the categories that it stands in, all around it."""
        if self.bundle:
            return sku in self.bundle
        is_named = matches(sku, self.skus) or not set(self.categories).isdisjoint(shelves)
        return (is_named or not (self.skus or self.categories)) and not matches(sku, self.not_skus)

    @property
    def each(self) -> int | None:
        """How often one customer may use it: a first order is there once."""
        return 1 if self.first_order else self.most_each

    @property
    def needs_customer(self) -> bool:
        """Whether it depends on what the shop knows of a customer."""
        return bool(self.tags) or self.first_order

    @property
    def needs_to_know(self) -> bool:
        """Whether it depends on who buys."""
        return bool(self.tags) or self.each is not None


def matches(sku: str, patterns: tuple[str, ...]) -> bool:
    """Whether an article is one of those that are named, by its SKU or (with a star) by how that begins."""
    return any(sku.startswith(one[:-1]) if one.endswith("*") else sku == one for one in patterns)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLine:
    """A line of a cart: ``amount`` is what it costs after its own discount, in minor units.

    What is ``fixed`` gets nothing and counts for nothing: its price was agreed, or it is money itself (a gift card).
    """

    key: str
    sku: str
    quantity: int
    amount: int
    fixed: bool = False
    shelves: frozenset[str] = frozenset()
    """The slugs of the categories that the article stands in, all around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A cart as promotions see it. ``on`` is the day where the channel is; ``freight`` is None where nothing of it can be given.

    ``is_known``: somebody said which customer buys, ``has_email``: an e-mail at least. ``tags`` are what that customer carries,
    ``first_order`` whether none was placed before.
    """

    channel: str
    currency: str
    on: date
    lines: tuple[CartLine, ...]
    freight: int | None = None
    is_known: bool = False
    has_email: bool = False
    group: str = ""
    tags: frozenset[str] = frozenset()
    first_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How often promotions may still be used, by their ids: in all, and by whoever buys. What is not named has no limit."""

    in_all: Mapping[UUID, int] = field(default_factory=dict)
    each: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a promotion gives to a cart, in minor units: for each line by its key, and of the freight."""

    promotion: Promotion
    coupon: str = ""
    shares: Mapping[str, int] = field(default_factory=dict)
    freight: int = 0

    @property
    def off(self) -> int:
        """All that it takes off."""
        return sum(self.shares.values()) + self.freight
