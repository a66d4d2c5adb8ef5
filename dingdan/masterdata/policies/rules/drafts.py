"""What rules, reasons, grades and favors must look like to be written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dingdan.kernel.errors import Refusal
from dingdan.kernel.money import bounded, exponent
from dingdan.kernel.text import clean_code, clean_country, clean_language, clean_text, one_of
from dingdan.masterdata.policies.lifecycle import Condition, CountedFrom, Fault, GoesTo, PaidBy, RefundAt

MOST_CODES: Final = 500
MOST_DAYS: Final = 3660
_MOST_POSITION: Final = 10**6


class FractionNotUsable(Refusal):
    """A part of a price lies between nothing and all of it."""

    status = 422
    sentence = _("“{value}” is not a part of a price.")
    remedy = _("Give a fraction from 0 to 1 with at most six decimals; 0.15 is fifteen percent.")


class FeeNotUsable(Refusal):
    """An amount of a rule is zero or more, in a currency that the rule names."""

    status = 422
    sentence = _("“{value}” is not an amount that a rule can keep back or give.")
    remedy = _("Give zero or more minor units, and the currency that they are in.")


class DaysOutOfRange(Refusal):
    """A window or an order of rules that cannot be."""

    status = 422
    sentence = _("“{value}” is not a whole number from {least} to {most}.")
    remedy = _("Give a whole number from {least} to {most}.")


class RatherDates(Refusal):
    """A rule for orders that would end before it starts."""

    status = 422
    sentence = _("The last day {until} lies before the first day {first}.")
    remedy = _("Give a last day that is not before the first, or leave one of them out.")


class TooManyCodes(Refusal):
    """More codes than one rule can hold."""

    status = 422
    sentence = _("{count} codes are too many; {most} is the most.")
    remedy = _("Make several rules of it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReasonDraft:
    """A reason as it shall be. ``id`` names one whose code is to change; else the code tells which it is."""

    code: str
    name: str
    name_i18n: Mapping[str, str] = field(default_factory=dict)
    fault: str = Fault.CUSTOMER.value
    position: int = 100
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGradeDraft:
    """A grade as it shall be: where its pieces go, and which part of their worth is given back (1: all of it)."""

    code: str
    name: str
    goes_to: str = GoesTo.STOCK.value
    given_back: Decimal = Decimal(1)
    position: int = 100
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRuleDraft:
    """A rule as it shall be. What is empty narrows nothing; amounts are minor units of ``currency``.

    ``window_days``: whole days after the day that is counted from; None: no end. Fees: ``shipping_fee`` once per return when the
    customer pays and the shop brings the label; ``restocking_rate`` of the worth, and ``restocking_fee`` per unit.
    """

    code: str
    name: str
    position: int = 100
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
    counted_from: str = CountedFrom.DELIVERED.value
    conditions: tuple[str, ...] = ()
    shipping_paid_by: str = PaidBy.CUSTOMER.value
    shipping_fee: int = 0
    restocking_rate: Decimal = Decimal(0)
    restocking_fee: int = 0
    grades_count: bool = True
    refund_at: str = RefundAt.INSPECTION.value
    sends_ahead: bool = False
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FavorTermsDraft:
    """What may be given in a currency beyond what is owed. ``credit_days``: how long such credit lasts; None: for good.

    ``declined_to_credit``: a refund that the way it came does not take (an expired card) becomes credit, which is paid out when
    the customer asks; else it stays with its order until somebody chooses another way.
    """

    currency: str
    goodwill_limit: int = 0
    bonus_rate: Decimal = Decimal(0)
    thank_you: int = 0
    credit_days: int | None = None
    declined_to_credit: bool = True


def clean_reason(draft: ReturnReasonDraft) -> ReturnReasonDraft:
    """The reason with every text cleaned. Refuses what cannot be, naming field and remedy."""
    names = {clean_language(tag, "name_i18n"): clean_text(name, f"name_i18n.{tag}", 200) for tag, name in draft.name_i18n.items()}
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        name_i18n=names,
        fault=one_of(draft.fault, "fault", Fault),
        position=_whole(draft.position, "position", _MOST_POSITION),
    )


def clean_grade(draft: ReturnGradeDraft) -> ReturnGradeDraft:
    """The grade with every text cleaned. Refuses what cannot be, naming field and remedy."""
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        goes_to=one_of(draft.goes_to, "goes_to", GoesTo),
        given_back=_fraction(draft.given_back, "given_back"),
        position=_whole(draft.position, "position", _MOST_POSITION),
    )


def clean_rule(draft: ReturnRuleDraft) -> ReturnRuleDraft:
    """The rule with every text cleaned. Refuses what cannot be, naming field and remedy."""
    if draft.currency:
        exponent(draft.currency)
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise RatherDates(field="ends_on", first=draft.starts_on, until=draft.ends_on)
    return replace(
        draft,
        code=clean_code(draft.code, "code"),
        name=clean_text(draft.name, "name", 200),
        position=_whole(draft.position, "position", _MOST_POSITION),
        channels=_codes(draft.channels, "channels", clean_code),
        countries=_codes(draft.countries, "countries", clean_country),
        tax_classes=_codes(draft.tax_classes, "tax_classes", lambda code, where: clean_text(code, where, 40)),
        skus=_codes(draft.skus, "skus", lambda code, where: clean_text(code, where, 64)),
        reasons=_codes(draft.reasons, "reasons", clean_code),
        window_days=None if draft.window_days is None else _whole(draft.window_days, "window_days", MOST_DAYS),
        counted_from=one_of(draft.counted_from, "counted_from", CountedFrom),
        conditions=_codes(draft.conditions, "conditions", lambda word, where: one_of(word, where, Condition)),
        shipping_paid_by=one_of(draft.shipping_paid_by, "shipping_paid_by", PaidBy),
        shipping_fee=_fee(draft.shipping_fee, "shipping_fee", draft.currency),
        restocking_rate=_fraction(draft.restocking_rate, "restocking_rate"),
        restocking_fee=_fee(draft.restocking_fee, "restocking_fee", draft.currency),
        refund_at=one_of(draft.refund_at, "refund_at", RefundAt),
    )


def clean_favor_terms(draft: FavorTermsDraft) -> FavorTermsDraft:
    """The terms, checked. Refuses what cannot be, naming field and remedy."""
    exponent(draft.currency)
    return replace(
        draft,
        goodwill_limit=_fee(draft.goodwill_limit, "goodwill_limit", draft.currency),
        bonus_rate=_fraction(draft.bonus_rate, "bonus_rate"),
        thank_you=_fee(draft.thank_you, "thank_you", draft.currency),
        credit_days=None if draft.credit_days is None else _whole(draft.credit_days, "credit_days", MOST_DAYS),
    )


def _codes(codes: Sequence[str], field: str, clean: Callable[[str, str], str]) -> tuple[str, ...]:
    if len(codes) > MOST_CODES:
        raise TooManyCodes(field=field, count=len(codes), most=MOST_CODES)
    return tuple(dict.fromkeys(clean(code, f"{field}.{index}") for index, code in enumerate(codes)))


def _whole(value: int, field: str, most: int) -> int:
    if type(value) is int and 0 <= value <= most:
        return value
    raise DaysOutOfRange(field=field, value=str(value)[:40], least=0, most=most)


def _fraction(value: Decimal, field: str) -> Decimal:
    if value.is_finite() and 0 <= value <= 1 and value == round(value, 6):
        return value
    raise FractionNotUsable(field=field, value=str(value)[:40])


def _fee(value: int, field: str, currency: str) -> int:
    if type(value) is not int or bounded(value, field=field) < 0 or (value and not currency):
        raise FeeNotUsable(field=field, value=str(value)[:40])
    return value
