"""What a cart gets: which promotions apply, in which order, how much each takes off, and off which lines. Pure.

`docs/promotions.md` tells the same in worked examples, which are tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import Money, allocate, currency_step, round_minor, round_ratio
from dingdan.masterdata.promotions.rules import refusals
from dingdan.masterdata.promotions.rules.terms import MOST_COUPONS, Cart, CartLine, Given, Gives, Left, Promotion, matches

NO_LIMITS: Final = Left()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a cart gets, in the order in which it was worked out, and why coupons give nothing."""

    given: tuple[Given, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def shares(self) -> Mapping[str, int]:
        """What is taken off each line, by its key, in minor units."""
        found: dict[str, int] = {}
        for one in self.given:
            for key, off in one.shares.items():
                found[key] = found.get(key, 0) + off
        return found

    @property
    def freight(self) -> int:
        """What is taken off the freight."""
        return sum(one.freight for one in self.given)


NOTHING: Final = Worked()


@dataclass(slots=True)
class _Open:
    """What is left of a cart while promotions take off, one after the other."""

    cart: Cart
    amounts: dict[str, int] = field(default_factory=dict)
    freight: int = 0

    @property
    def step(self) -> int:
        """What is worked out is a multiple of it."""
        return currency_step(self.cart.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A promotion that gives nothing to a cart: the name of the refusal that its coupon would get, and the facts of that."""

    promotion: Promotion
    reason: str
    facts: Mapping[str, Any]


def work_out(
    cart: Cart,
    promotions: Iterable[Promotion],
    *,
    coupons: Mapping[str, Promotion | None] | None = None,
    left: Left = NO_LIMITS,
    idle: list[Idle] | None = None,
) -> Worked:
    """What a cart gets of ``promotions`` that apply by themselves, and of the ``coupons`` that it names.

    The highest priority comes first, then the code in the order of the alphabet; each works on what those before it left, and is
    given when it goes together with all that was given. Coupons that no promotion has are None. What gives nothing, and why, is
    put into ``idle`` where somebody wants to know.
    """
    named = coupons or {}
    if len(named) > MOST_COUPONS:
        return Worked(refused=(refusals.TooManyCoupons(field="coupon_codes", most=MOST_COUPONS),))
    by_coupon = {promotion.id: coupon for coupon, promotion in reversed(list(named.items())) if promotion}
    candidates = {one.id: one for one in promotions if not one.by_coupon}
    candidates |= {one.id: one for one in named.values() if one}
    state = _Open(cart, {line.key: line.amount for line in cart.lines if not line.fixed}, cart.freight or 0)
    given: list[Given] = []
    why: dict[str, Refusal] = {}
    for one in sorted(candidates.values(), key=lambda one: (-one.priority, one.code)):
        coupon = by_coupon.get(one.id, "")
        problem = _obstacle(one, cart, left) or _apart(one, given)
        got = None if problem else _given(one, state, coupon)
        kind, facts = problem or (refusals.CouponGivesNothing, {})
        if got:
            given.append(got)
        elif idle is not None:
            idle.append(Idle(promotion=one, reason=kind.__name__, facts=facts))
        if coupon and not got:
            why[coupon] = kind(field="coupon_codes", coupon=coupon, **facts)
    for coupon, promotion in named.items():
        if promotion is None:
            why[coupon] = refusals.CouponUnknown(field="coupon_codes", coupon=coupon)
    return Worked(given=tuple(given), refused=tuple(why[coupon] for coupon in named if coupon in why))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearly:
    """A promotion that applies by itself as soon as there is a little more: so much in minor units, or so many units."""

    promotion: Promotion
    amount: int = 0
    quantity: int = 0


def nearly_given(cart: Cart, promotions: Iterable[Promotion], worked: Worked, *, left: Left = NO_LIMITS) -> list[Nearly]:
    """What would be given as well if there were more of what it is about, and nothing else is in its way.

    Those whose least amount or quantity is not reached; in the order in which they are worked out.
    """
    given, found = [one.promotion for one in worked.given], []
    for one in sorted(promotions, key=lambda one: (-one.priority, one.code)):
        lines = _about(one, cart)
        if one.by_coupon or not lines or not all(one.goes_with(other) for other in given):
            continue
        if _elsewhere(one, cart) or _for_others(one, cart) or _used_up(one, left):
            continue
        amount = (one.least_amount or 0) - sum(line.amount for line in lines)
        quantity = (one.least_quantity or 0) - sum(line.quantity for line in lines)
        if amount > 0 or quantity > 0:
            found.append(Nearly(promotion=one, amount=max(0, amount), quantity=max(0, quantity)))
    return found


# ── whether it applies ───────────────────────────────────────────────────────────────────────────────────────────────────


_Why = tuple[type[Refusal], Mapping[str, Any]]


def _obstacle(one: Promotion, cart: Cart, left: Left) -> _Why | None:
    """The first thing that is in the way of a promotion, as a refusal says it; None where it is for the cart."""
    return _elsewhere(one, cart) or _for_others(one, cart) or _used_up(one, left) or _too_little(one, cart)


def _elsewhere(one: Promotion, cart: Cart) -> _Why | None:
    if one.starts_on and cart.on < one.starts_on:
        return refusals.CouponNotYet, {"day": one.starts_on.isoformat()}
    if one.ends_on and cart.on > one.ends_on:
        return refusals.CouponExpired, {"day": one.ends_on.isoformat()}
    if _misses(one.channels, cart.channel) or _misses(one.currencies, cart.currency):
        return refusals.CouponNotHere, {}
    return None


def _for_others(one: Promotion, cart: Cart) -> _Why | None:
    if one.needs_customer and not cart.is_known:
        return refusals.CouponNeedsCustomer, {}
    if one.needs_to_know and not (cart.is_known or cart.has_email):
        return refusals.CouponNeedsEmail, {}
    if _misses(one.groups, cart.group) or (one.tags and not cart.tags.intersection(one.tags)):
        return refusals.CouponForOthers, {}
    if one.first_order and not cart.first_order:
        return refusals.CouponForFirstOrder, {}
    return None


def _used_up(one: Promotion, left: Left) -> _Why | None:
    if left.in_all.get(one.id, 1) <= 0:
        return refusals.CouponUsedUp, {}
    return (refusals.CouponUsedBefore, {}) if left.each.get(one.id, 1) <= 0 else None


def _misses(wanted: Sequence[str], there: str) -> bool:
    return bool(wanted) and there not in wanted


def _too_little(one: Promotion, cart: Cart) -> _Why | None:
    lines = _about(one, cart)
    if not lines:
        return refusals.CouponForOtherGoods, {}
    amount, quantity = sum(line.amount for line in lines), sum(line.quantity for line in lines)
    if one.least_amount is not None and amount < one.least_amount:
        return refusals.CouponWantsMore, {"least": Money(one.least_amount, cart.currency), "there": Money(amount, cart.currency)}
    if one.least_quantity is not None and quantity < one.least_quantity:
        return refusals.CouponWantsMore, {"least": one.least_quantity, "there": quantity}
    return None


def _about(one: Promotion, cart: Cart) -> list[CartLine]:
    return [line for line in cart.lines if not line.fixed and one.is_about(line.sku, line.shelves)]


def _apart(one: Promotion, given: Sequence[Given]) -> _Why | None:
    other = next((before.promotion for before in given if not one.goes_with(before.promotion)), None)
    return (refusals.CouponNotCombined, {"other": other.name}) if other else None


# ── how much it takes off ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Part:
    """Units of a line: how many, and what they cost now."""

    line: CartLine
    quantity: int
    amount: int


def _given(one: Promotion, state: _Open, coupon: str) -> Given | None:
    """What a promotion takes off what is left; None where that is nothing."""
    if one.gives == Gives.FREE_SHIPPING:
        freight = _bounded(one, state.freight)
        state.freight -= freight
        return Given(promotion=one, coupon=coupon, freight=freight) if freight else None
    lines = [line for line in _about(one, state.cart) if state.amounts[line.key] > 0]
    weights, off = _OFF[one.gives](one, lines, state)
    off = _bounded(one, min(off, sum(weights.values())))
    if off <= 0:
        return None
    shares = {
        key: part for key, part in zip(weights, allocate(off, list(weights.values()), step=state.step), strict=True) if part
    }
    for key, part in shares.items():
        state.amounts[key] -= part
    return Given(promotion=one, coupon=coupon, shares=shares)


def _bounded(one: Promotion, off: int) -> int:
    return off if one.most_off is None else min(off, one.most_off)


_Off = tuple[Mapping[str, int], int]
"""Which lines bear it, each with its weight (never more than what is left of it), and how much it is."""


def _all_of(lines: Sequence[CartLine], state: _Open) -> dict[str, int]:
    return {line.key: state.amounts[line.key] for line in lines}


def _percent(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    weights = _all_of(lines, state)
    return weights, round_minor(one.percent * sum(weights.values()), step=state.step)


def _amount(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    return _all_of(lines, state), one.amount


def _amount_each(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    """So much off each unit: a line bears what its own units get, as far as it costs that much."""
    weights = {line.key: min(one.amount * line.quantity, state.amounts[line.key]) for line in lines}
    return weights, sum(weights.values())


def _tiers(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    """The highest tier that is reached; tiers look at what the cart has, not at what is left of its price."""
    by_quantity = one.gives == Gives.BY_QUANTITY
    reached = sum(line.quantity if by_quantity else line.amount for line in _about(one, state.cart))
    tier = max((tier for tier in one.tiers if tier.least <= reached), key=lambda tier: tier.least, default=None)
    weights = _all_of(lines, state)
    if tier is None:
        return weights, 0
    return weights, tier.amount or round_minor(tier.percent * sum(weights.values()), step=state.step)


def _buy_get(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    """Of the articles that it is about (or of others) the cheapest are given, so many for each so many bought.

    All of these articles bear it together: whoever sends one of them back gets what it cost on average.
    """
    if one.others:
        chosen = [
            line for line in state.cart.lines if line not in lines and _is_open(line, state) and matches(line.sku, one.others)
        ]
        units = sum(line.quantity for line in lines) // one.buy * one.get
    else:
        sets, rest = divmod(sum(line.quantity for line in lines), one.buy + one.get)
        chosen, units = list(lines), sets * one.get + max(0, rest - one.buy)
    taken = _taken(chosen, units, state, cheapest=True)
    bearing = [*lines, *(line for line in chosen if line not in lines and line.key in taken)]
    return _all_of(bearing, state), round_minor(one.percent * sum(taken.values()), step=state.step)


def _is_open(line: CartLine, state: _Open) -> bool:
    return state.amounts.get(line.key, 0) > 0


def _any_for(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    """So many of the articles for a price; the dearest first."""
    sets = sum(line.quantity for line in lines) // one.buy
    taken = _taken(lines, sets * one.buy, state, cheapest=False)
    return taken, _whole(sum(taken.values()) - sets * one.amount, lines, state)


def _bundle(one: Promotion, lines: Sequence[CartLine], state: _Open) -> _Off:
    """So many of each of some articles for a price."""
    by_sku = {sku: [line for line in lines if line.sku == sku] for sku in one.bundle}
    sets = min(sum(line.quantity for line in by_sku[sku]) // count for sku, count in one.bundle.items())
    taken: dict[str, int] = {}
    for sku, count in one.bundle.items():
        taken |= _taken(by_sku[sku], sets * count, state, cheapest=False)
    return taken, _whole(sum(taken.values()) - sets * one.amount, lines, state)


def _whole(off: int, lines: Sequence[CartLine], state: _Open) -> int:
    """What a set is cheaper, rounded where its articles cost whole amounts: units of a line that was lowered before need not."""
    if any(state.amounts[line.key] % state.step for line in lines):
        return off
    return round_minor(off, step=state.step)


def _taken(lines: Sequence[CartLine], units: int, state: _Open, *, cheapest: bool) -> dict[str, int]:
    """What so many units cost, by line: the cheapest or the dearest first, among equals in the order of the cart."""
    found = {}
    price = {line.key: Fraction(state.amounts[line.key], line.quantity) for line in lines}
    for line in sorted(lines, key=lambda line: price[line.key] if cheapest else -price[line.key]):
        taken = min(units, line.quantity)
        if taken > 0:
            found[line.key] = round_ratio(state.amounts[line.key] * taken, line.quantity)
            units -= taken
    return found


_OFF: Final[Mapping[str, Callable[[Promotion, Sequence[CartLine], _Open], _Off]]] = {
    Gives.PERCENT: _percent,
    Gives.AMOUNT: _amount,
    Gives.AMOUNT_EACH: _amount_each,
    Gives.BUY_GET: _buy_get,
    Gives.BY_QUANTITY: _tiers,
    Gives.BY_VALUE: _tiers,
    Gives.BUNDLE: _bundle,
    Gives.ANY_FOR: _any_for,
}
