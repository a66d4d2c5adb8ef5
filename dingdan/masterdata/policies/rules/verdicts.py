"""What the rules say about goods that somebody wants to send back. Pure: facts and rules in, a verdict with its reason out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.money import currency_step, round_minor
from dingdan.masterdata.policies.lifecycle import CountedFrom, PaidBy, RefundAt


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it is in force. What is empty narrows nothing."""

    id: UUID
    code: str
    name: str
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tax_classes: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    currency: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    allows: bool = True
    window_days: int | None = None
    counted_from: str = CountedFrom.DELIVERED
    conditions: tuple[str, ...] = ()
    shipping_paid_by: str = PaidBy.CUSTOMER
    shipping_fee: int = 0
    restocking_rate: Decimal = Decimal(0)
    restocking_fee: int = 0
    grades_count: bool = True
    refund_at: str = RefundAt.INSPECTION
    sends_ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade as it is in force: where pieces go, and which part of their worth is given back."""

    code: str
    goes_to: str
    given_back: Decimal
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FavorLimits:
    """What may be given beyond what is owed, in the currency at hand."""

    goodwill_limit: int = 0
    bonus_rate: Decimal = Decimal(0)
    thank_you: int = 0
    credit_days: int | None = None
    declined_to_credit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What is to come back of an order line: so many units, worth so much, and everything that rules look at.

    `units` are those that the customer has in whole and that are not on their way back.
    """

    sku: str
    tax_class: str
    channel: str
    country: str
    currency: str
    time_zone: str
    placed_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    units: int
    worth: int
    reason: str = ""
    condition: str = ""


class Why(StrEnum):
    """Why goods may come back, or may not."""

    ALLOWED = "allowed"
    NO_RULE = "no_rule"
    NOTHING_LEFT = "nothing_left"
    FINAL_SALE = "final_sale"
    WINDOW_OVER = "window_over"
    WRONG_CONDITION = "wrong_condition"


_SENTENCES: Final[dict[str, Any]] = {
    Why.ALLOWED: _("This may come back."),
    Why.NO_RULE: _("No rule of the shop says anything about this; the shop decides."),
    Why.NOTHING_LEFT: _("Nothing of this is with the customer, or all of it is on its way back."),
    Why.FINAL_SALE: _("This was a final sale and does not come back."),
    Why.WINDOW_OVER: _("The time in which this could come back is over."),
    Why.WRONG_CONDITION: _("In this condition it does not come back."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether goods may come back, why, by which rule, until when and at what cost, in minor units of the order's currency.

    `refund` is what is given back for the units if they are as they were said to be: their worth less the restocking fee. The
    `shipping_fee` is kept back once per return, not per line.
    """

    eligible: bool
    why: Why
    rule_id: UUID | None = None
    rule: str = ""
    until: datetime | None = None
    units: int = 0
    worth: int = 0
    restocking_fee: int = 0
    refund: int = 0
    shipping_paid_by: str = PaidBy.CUSTOMER
    shipping_fee: int = 0
    refund_at: str = RefundAt.INSPECTION
    grades_count: bool = True
    sends_ahead: bool = False

    @property
    def sentence(self) -> str:
        """Why, for a person, in the active language."""
        return str(_SENTENCES[self.why])


def verdict(facts: LineFacts, rules: Sequence[Rule], *, at: datetime) -> Verdict:
    """What the first rule that fits says. Without one the shop decides: nothing is promised and nothing is kept back."""
    rule = next((rule for rule in rules if _fits(rule, facts)), None)
    if rule is None:
        why = Why.NO_RULE if facts.units > 0 else Why.NOTHING_LEFT
        return Verdict(eligible=False, why=why, units=facts.units, worth=facts.worth, refund=facts.worth)
    until = _until(rule, facts)
    why = _why(rule, facts, late=until is not None and at >= until)
    fee = restocking(rule, worth=facts.worth, units=facts.units, currency=facts.currency)
    pays = rule.shipping_paid_by == PaidBy.CUSTOMER
    return Verdict(
        eligible=why == Why.ALLOWED, why=why, rule_id=rule.id, rule=rule.code, until=until, units=facts.units, worth=facts.worth,
        restocking_fee=fee, refund=facts.worth - fee, shipping_paid_by=rule.shipping_paid_by,
        shipping_fee=rule.shipping_fee if pays else 0, refund_at=rule.refund_at, grades_count=rule.grades_count,
        sends_ahead=rule.sends_ahead,
    )  # fmt: skip


def restocking(rule: Rule, *, worth: int, units: int, currency: str) -> int:
    """What a rule keeps back for putting units away again: a part of their worth and an amount per unit, at most their worth."""
    return min(worth, round_minor(rule.restocking_rate * worth, step=currency_step(currency)) + rule.restocking_fee * units)


def _fits(rule: Rule, facts: LineFacts) -> bool:
    narrowed = (
        (rule.channels, facts.channel),
        (rule.countries, facts.country),
        (rule.tax_classes, facts.tax_class),
        (rule.skus, facts.sku),
        (rule.reasons, facts.reason),
        ((rule.currency,) if rule.currency else (), facts.currency),
    )
    placed_on = facts.placed_at.astimezone(ZoneInfo(facts.time_zone)).date()
    return (
        all(not wanted or said in wanted for wanted, said in narrowed)
        and (rule.starts_on is None or rule.starts_on <= placed_on)
        and (rule.ends_on is None or placed_on <= rule.ends_on)
    )


def _until(rule: Rule, facts: LineFacts) -> datetime | None:
    """The first moment at which it is too late, by the channel's clock: the day that is counted from is not one of the days."""
    begins = {
        CountedFrom.PLACED: facts.placed_at,
        CountedFrom.SHIPPED: facts.shipped_at,
        CountedFrom.DELIVERED: facts.delivered_at,
    }[CountedFrom(rule.counted_from)]
    if rule.window_days is None or begins is None:
        return None
    local = begins.astimezone(ZoneInfo(facts.time_zone))
    midnight = datetime.combine(local.date() + timedelta(days=rule.window_days + 1), datetime.min.time())
    return midnight.replace(tzinfo=ZoneInfo(facts.time_zone))


def _why(rule: Rule, facts: LineFacts, *, late: bool) -> Why:
    if facts.units <= 0:
        return Why.NOTHING_LEFT
    if not rule.allows:
        return Why.FINAL_SALE
    if late:
        return Why.WINDOW_OVER
    if facts.condition and rule.conditions and facts.condition not in rule.conditions:
        return Why.WRONG_CONDITION
    return Why.ALLOWED
