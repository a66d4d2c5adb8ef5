"""What a payment method adds or takes off in percent follows the lines of an order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from dingdan.kernel.money import allocate, currency_step, round_minor
from dingdan.masterdata.methods.rules import MethodTerms
from dingdan.masterdata.pricing.rules import Share, refund_share
from dingdan.trade.changes.rules.cases import SOLD, Draft, Terms, Work, begin, method_parts
from dingdan.trade.changes.rules.paying import add_charge
from dingdan.trade.orders.lifecycle import LineKind

_ROUNDING = 1
"""So many payment steps may come of rounding the shares of units: no line is replaced for it."""
_NOTHING = Share(goods=0, discount=0, tax_base=0, tax=0, total=0)


def follow(work: Work, at: str) -> None:
    """Let the surcharge or discount follow what changes do to goods, services and freight, at the rate that the method has now.

    Only the difference counts: what was agreed for the rest stays, and so does a fixed amount. Another method is worked out
    anew by its own change, and an order that is canceled or revived as a whole takes its charge along.
    """
    terms = work.case.paying.terms(work.case.book)
    if terms is None or not terms.charge_rate or work.paying is not None or work.turn == "reinstate" or _is_all_gone(work):
        return
    rate, before = abs(terms.charge_rate), begin(work.case).drafts
    step = currency_step(work.case.currency)
    more = round_minor(rate * _charged(work.drafts, rate), step=step) - round_minor(rate * _charged(before, rate), step=step)
    charges = [draft for draft in work.drafts if draft.is_charge and draft.quantity > 0]
    if terms.charge_rate > 0 and charges:
        _charge(work, terms, charges, more=more, at=at)
    elif terms.charge_rate < 0 and work.case.paying.discount:
        _take_off(work, rate, sum(draft.off for draft in before), more=more, at=at)


def _is_all_gone(work: Work) -> bool:
    """Whether nothing is left of goods and services, so that the whole order is canceled."""
    sold = [draft for draft in work.drafts if draft.kind in SOLD]
    return not any(draft.quantity > 0 or (draft.sold and draft.sold.line.touched) for draft in sold)


def _charged(drafts: Sequence[Draft], rate: Decimal) -> int:
    """What a percentage is of: goods, services and freight that have not left, before what the method takes off."""
    counted = [draft for draft in drafts if draft.kind != LineKind.FEE and draft.quantity > 0]
    return sum(draft.goods - draft.discount - draft.further - _again(draft).discount + _off(draft, rate) for draft in counted)


def _again(draft: Draft) -> Share:
    """Canceled units that are taken back: their discount comes back with them."""
    units = draft.again
    return refund_share(draft.sold.line, draft.sold.line.kept, units) if units and draft.sold else _NOTHING


def _off(draft: Draft, rate: Decimal) -> int:
    """What the method takes off a draft, and off units that are taken back."""
    back = _again(draft)
    if not back.discount or rate == 1:
        return draft.off + back.discount
    return draft.off + min(back.discount, round_minor(rate * (back.goods - back.discount) / (1 - rate)))


# ── a surcharge ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _charge(work: Work, terms: MethodTerms, charges: Sequence[Draft], *, more: int, at: str) -> None:
    """Let the surcharge be so much more or less: its line says so, unless something was given up of it before."""
    first, whole = charges[0], sum(draft.goods for draft in charges)
    wanted = max(0, whole + more)
    if wanted == whole:
        return
    if any(draft.sold and draft.sold.line.given.allowed for draft in charges):
        if more > 0:
            add_charge(work, terms, more, at)
        return
    for draft in charges if not wanted else charges[1:]:
        draft.set_quantity(0, at)
    if wanted:
        work.new_terms({work.place_of(first): Terms(Decimal(wanted), 0, first.tax)}, at)


# ── a discount ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _take_off(work: Work, rate: Decimal, before: int, *, more: int, at: str) -> None:
    """Let the method take off so much more or less than `before`: what is changed anyway takes it first, the rest stays."""
    there = sum(_off(draft, rate) for draft in work.sellable)
    missing = max(0, before + more) - there
    missing -= _further(work, missing)
    fresh = [draft for draft in work.sellable if draft.has_new_terms]
    missing -= _give(work, fresh, missing, at)
    if abs(missing) > _ROUNDING * currency_step(work.case.currency):
        still = [draft for draft in work.sellable if not draft.has_new_terms and not draft.again and not _is_allowed(draft)]
        _give(work, still, missing, at)
    after = sum(_off(draft, rate) + draft.further for draft in work.sellable)
    agreed = sum(method_parts(work.case).values())
    if agreed - before + after != work.case.paying.discount:
        work.method_discount = agreed - before + after


def _is_allowed(draft: Draft) -> bool:
    return bool(draft.sold and draft.sold.line.given.allowed)


def _further(work: Work, missing: int) -> int:
    """Take off units that get a line of their own; return how much."""
    drafts = [draft for draft in work.sellable if draft.sold and _further_units(draft)]
    rooms = [round_minor(draft.unit_price * _further_units(draft)) for draft in drafts]
    parts: list[int] = allocate(min(max(0, missing), sum(rooms)), rooms, step=currency_step(work.case.currency))
    for draft, part in zip(drafts, parts, strict=True):
        draft.further = part
    return sum(parts)


def _further_units(draft: Draft) -> int:
    line = draft.sold.line if draft.sold else None
    return max(0, draft.quantity - max(0, line.open) - draft.again) if line else 0


def _give(work: Work, drafts: Sequence[Draft], missing: int, at: str) -> int:
    """Take so much more (or less) off drafts, as far as there is something to take from; return how much."""
    rooms = [_kept_goods(draft) - draft.discount if missing > 0 else draft.off for draft in drafts]
    given = min(abs(missing), sum(rooms)) * (1 if missing > 0 else -1)
    if not given:
        return 0
    terms = {}
    for draft, part in zip(drafts, allocate(given, rooms, step=currency_step(work.case.currency)), strict=True):
        if part:
            draft.off += part
            terms[work.place_of(draft)] = replace(draft.terms, discount=draft.discount + part)
    work.new_terms(terms, at)
    return given


def _kept_goods(draft: Draft) -> int:
    """The price of the units that the discount is given on: those with a line of their own have theirs."""
    return round_minor(draft.unit_price * (draft.quantity - _further_units(draft)))
