"""What promotions have to do with an order: what they need to know of it, and what its lines bear. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from dingdan.kernel.money import allocate, round_minor
from dingdan.masterdata.pricing.rules import LineInput, ShippingInput
from dingdan.masterdata.promotions.rules import (
    NO_LIMITS,
    Cart,
    CartLine,
    Given,
    Idle,
    Left,
    Nearly,
    Worked,
    nearly_given,
    work_out,
)
from dingdan.trade.orders.lifecycle import LineKind

if TYPE_CHECKING:
    from dingdan.trade.orders.rules.drafting import Book, Draft, DraftLine, PlaceOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """What promotions need to know of who orders, and how often they may still be used."""

    at: datetime
    tags: frozenset[str] = frozenset()
    first_order: bool = False
    left: Left = NO_LIMITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """What an order gets of a promotion: what each of its lines bears, by their ids, in minor units.

    `place` numbers the uses of its customer, where these are limited.
    """

    given: Given
    shares: tuple[tuple[UUID, int], ...]
    place: int | None = None


def promotions_for(
    wanted: PlaceOrder, book: Book, audience: Audience, inputs: Sequence[LineInput], shipping: ShippingInput | None
) -> Worked:
    """What promotions give. A coupon that brings nothing is refused.

    Prices that were named, gift cards, and freight that was named are left alone.
    """
    coupons = {coupon: book.coupons.get(coupon) for coupon in wanted.coupon_codes}
    cart = _cart(wanted, book, audience, inputs, shipping)
    worked = work_out(cart, book.promotions, coupons=coupons, left=audience.left)
    if worked.refused:
        raise worked.refused[0]
    return worked


def nearly(draft: Draft, book: Book, audience: Audience) -> list[Nearly]:
    """What the order would be given as well if there were a little more in it."""
    cart = _cart_of(draft, book, audience)
    worked = Worked(given=tuple(one.given for one in draft.promoted))
    return nearly_given(cart, book.promotions, worked, left=audience.left)


def rehearsed(draft: Draft, book: Book, audience: Audience, coupons: Sequence[str]) -> tuple[Worked, list[Idle]]:
    """What an order that was worked out without promotions would be given, and what gives nothing and why. Refuses nothing."""
    idle: list[Idle] = []
    cart, named = _cart_of(draft, book, audience), {coupon: book.coupons.get(coupon) for coupon in coupons}
    return work_out(cart, book.promotions, coupons=named, left=audience.left, idle=idle), idle


def _cart_of(draft: Draft, book: Book, audience: Audience) -> Cart:
    """The cart that a draft is made of, as promotions see it."""
    wanted, lines = draft.wanted, draft.lines
    inputs = [
        LineInput(str(index), one.quantity, Decimal(line.priced.goods) / one.quantity, is_money=line.kind == LineKind.GIFT_CARD)
        for index, (one, line) in enumerate(zip(wanted.lines, lines, strict=False))
    ]
    freight = ShippingInput(draft.freight) if draft.shipping_name else None
    return _cart(wanted, book, audience, inputs, freight)


def _shelves(sku: str, book: Book) -> frozenset[str]:
    variant = book.variants.get(sku)
    return book.shelves.get(variant.product_id, frozenset()) if variant else frozenset()


def _cart(
    wanted: PlaceOrder, book: Book, audience: Audience, inputs: Sequence[LineInput], shipping: ShippingInput | None
) -> Cart:
    channel = book.channels[wanted.channel_id]
    today = audience.at.astimezone(ZoneInfo(channel.time_zone)).date()
    lines = tuple(
        CartLine(
            key=one.key, sku=line.sku, quantity=one.quantity, amount=round_minor(one.unit_price * one.quantity) - one.discount,
            fixed=one.is_money or line.unit_price is not None, shelves=_shelves(line.sku, book),
        )
        for one, line in zip(inputs, wanted.lines, strict=True)
    )  # fmt: skip
    return Cart(
        channel=channel.code, currency=wanted.currency, on=today, lines=lines,
        freight=shipping.charge if shipping and wanted.shipping_price is None else None, is_known=wanted.customer_id is not None,
        has_email="@" in wanted.ship_to.email, group=wanted.customer_group, tags=audience.tags, first_order=audience.first_order,
    )  # fmt: skip


def taken_off(
    worked: Worked, inputs: list[LineInput], shipping: ShippingInput | None
) -> tuple[list[LineInput], ShippingInput | None]:
    """The lines and the freight less what promotions take off them."""
    shares = worked.shares
    if shares:
        inputs = [replace(one, discount=one.discount + shares.get(one.key, 0)) for one in inputs]
    return inputs, replace(shipping, discount=worked.freight) if shipping and worked.freight else shipping


def promoted_lines(worked: Worked, lines: Sequence[DraftLine], freight: Sequence[DraftLine]) -> tuple[Promoted, ...]:
    """What each line bears of each promotion: goods by their keys, freight (one line for each tax) by what is taken off them."""
    left, found = [line.priced.discount for line in freight], []
    step = max((line.priced.step for line in freight), default=1)
    for one in worked.given:
        parts: list[int] = allocate(one.freight, left, step=step) if one.freight else [0] * len(left)
        left = [before - part for before, part in zip(left, parts, strict=True)]
        shares = [(lines[int(key)].id, part) for key, part in one.shares.items()]
        shares += [(line.id, part) for line, part in zip(freight, parts, strict=True) if part]
        found.append(Promoted(given=one, shares=tuple(shares)))
    return tuple(found)
